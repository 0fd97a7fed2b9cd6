// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Protocol.T30;
using Hermetic.Telephony;

namespace Hermetic.Cli.Listen;

/// <summary>Answers calls and stores their faxes.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private const int BusyHere = 486;

    private readonly ListenOptions _options;
    private readonly FaxFolder _folder;
    private readonly DiskQueue _writer;
    private readonly Action<string> _log;
    private readonly TimeProvider _time;
    private FaxEndpoint? _endpoint;
    private int _calls;

    public Listener(ListenOptions options, FaxFolder folder, TimeProvider time, Action<string> log)
    {
        _options = options;
        _folder = folder;
        _time = time;
        _log = log;
        _writer = new(fault => log($"a fault of our own: {fault.GetType().Name}"));
    }

    /// <summary>Where SIP is taken.</summary>
    public IReadOnlyList<Telephony.Sip.SipListener> Listening => _endpoint?.Listening ?? [];

    /// <summary>Told on the writer's thread when a call is over and its files are there: the report, the
    /// files.</summary>
    public Action<CallReport, StoredFiles>? OnFax { get; init; }

    /// <summary>Watches each call, for transcripts; told the number of the call.</summary>
    public Func<int, CallWatch?>? Watch { get; init; }

    /// <exception cref="IOException">A port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        FaxEndpointSettings settings = new()
        {
            Listeners = _options.Sip,
            MediaPorts = _options.MediaPorts,
            AdvertisedAddress = _options.Advertise,
            OnIncoming = Decide,
            OnFault = fault => _log($"a fault of our own: {fault.GetType().Name}"),
        };
        settings = settings with { Allow = [.. settings.Allow, .. _options.Allow] };
        _endpoint = await FaxEndpoint.StartAsync(settings, _time, cancellation: cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }

        await _writer.DisposeAsync();
    }

    // On the line's thread: must not wait.
    private IncomingDecision Decide(IncomingCall call)
    {
        int number = ++_calls;
        if (_options.Once && number > 1)
        {
            _log($"call {number}: refused as busy, since --once takes one");
            return IncomingDecision.Reject(BusyHere);
        }

        _log($"call {number}: answered");
        StoredFax stored = new(_folder, _options.Pdf);
        CallWatch? watch = Watch?.Invoke(number);
        T30Settings t30 = new() { StationId = _options.StationId, Ecm = _options.Ecm };
        return IncomingDecision.Accept(t30, new ReceivedFax(stored, _writer, call.Handle)) with
        {
            T30Observer = watch,
            T38Observer = watch,
            OnEnded = report => _writer.Post(() => Finish(number, stored, watch, report)),
        };
    }

    private static string Words(DurableFault fault) => fault switch
    {
        DurableFault.NoSpace => "the disk is full",
        DurableFault.InputOutput => "the disk failed",
        DurableFault.Denied => "not permitted",
        _ => fault.ToString(),
    };

    private void Finish(int number, StoredFax stored, CallWatch? watch, CallReport report)
    {
        StoredFiles files = stored.Finish(report.IsSuccess);
        watch?.Dispose();
        if (files.Fault is { } fault)
        {
            _log($"call {number}: the fax could not be written whole ({Words(fault)}). Look at the disk and the "
                + "folder's permissions");
        }

        int pages = report.T30?.PagesReceived ?? 0;
        _log($"call {number}: {report.Reason}; {pages} {(pages == 1 ? "page" : "pages")} kept");
        OnFax?.Invoke(report, files);
    }
}
