// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using Hermetic.Protocol.Sip;
using Hermetic.Protocol.T30;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Sipp;
using Hermetic.TestKit.Peers.Spandsp;
using Hermetic.TestKit.Simulation;

namespace Hermetic.EndToEnd.Tests.Sipp;

/// <summary>Our endpoint for one test against sipp, and what it reported.</summary>
/// <remarks>Its clock may run faster than the kernel's; SIP's own timers are stretched by as much, so that they keep
/// the pace of sipp, which knows one clock only.</remarks>
internal sealed class SippLine : IAsyncDisposable
{
    /// <summary>For calls with a fax: both ends' T.30 runs so many times as fast.</summary>
    public const int FaxSpeed = 3;

    /// <summary>Long enough for a machine that is busy with other tests.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly BlockingCollection<CallReport> _reports = [];
    private readonly BitmapSink _sink = new();

    private SippLine()
    {
    }

    public FaxEndpoint Endpoint { get; private set; } = null!;

    /// <summary>Faults of ours; none is ever expected.</summary>
    public ConcurrentQueue<Exception> Faults { get; } = new();

    /// <summary>What was said of the trunks.</summary>
    public BlockingCollection<TrunkStatus> Standing { get; } = [];

    /// <summary>The page that is faxed: short, so that a call takes little time.</summary>
    public static IReadOnlyList<PageBitmap> Pages { get; } =
        [SyntheticFax.Pages(PageKind.Form, Protocol.T4.FaxResolution.Standard, 1)[0].Top(150)];

    public IPEndPoint Address => Endpoint.Listening[0].Address;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SippLine> StartAsync(TrunkSettings? direct = null, int speed = 1,
        Func<FaxEndpointSettings, FaxEndpointSettings>? change = null)
    {
        SippLine line = new();
        FaxEndpointSettings settings = new()
        {
            Listeners = [new SipListener(SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
            Direct = direct ?? Direct(),
            SipTimers = new SipTimers { T1 = SipTimers.Default.T1 * speed, Trying = SipTimers.Default.Trying * speed },
            ClockSpeed = speed,
            OnIncoming = line.Accept,
            OnFault = line.Faults.Enqueue,
            OnTrunkStatus = line.Standing.Add,
        };
        TimeProvider time = speed == 1 ? TimeProvider.System : new FastTime(speed);
        line.Endpoint = await FaxEndpoint.StartAsync(change?.Invoke(settings) ?? settings, time,
            cancellation: Cancellation);
        return line;
    }

    public static TrunkSettings Direct(FirstOffer first = FirstOffer.Audio,
        T38Initiator initiator = T38Initiator.Calling) =>
        new() { Name = "direct", FirstOffer = first, Initiator = initiator };

    /// <summary>sipp, playing a scenario of this folder.</summary>
    public static SippPeer Play(string scenario, IPEndPoint? target = null, IPAddress? address = null,
        int count = 1, params (string Key, string Value)[] keys) => SippPeer.Start(new SippCall
        {
            Scenario = Path.Combine(AppContext.BaseDirectory, "Sipp", $"{scenario}.xml"),
            Target = target,
            Address = address ?? IPAddress.Loopback,
            Count = count,
            Keys = keys.ToDictionary(key => key.Key, key => key.Value),
        });

    /// <summary>sipp calls us, hears nothing but SIP, and the call ends as its scenario says.</summary>
    /// <param name="scenario">Its name.</param>
    /// <param name="read">Gets all that was said, as sipp saw it.</param>
    public async Task<CallReport> BeCalledAsync(string scenario, Action<string>? read = null)
    {
        await using SippPeer sipp = Play(scenario, Address);
        await sipp.WaitForSuccessAsync(Patience, Cancellation);
        read?.Invoke(sipp.Messages);
        return await ReportAsync();
    }

    /// <summary>sipp calls us, and libspandsp2 faxes the page behind its session description.</summary>
    public async Task<CallReport> ReceiveAsync(string scenario)
    {
        using FaxFiles files = new();
        files.Write(Pages);
        SpandspT30Settings t30 = new() { TransmitFile = files.Sent };
        await using SippPeer sipp = Play(scenario, Address);
        await using UdptlFaxPeer fax = new(calling: true, t30, sipp.FaxPort, FaxSpeed);
        await sipp.WaitForSuccessAsync(Patience, Cancellation);
        CallReport report = await ReportAsync();
        Assert.True(report.IsSuccess, report.ToJsonLine());
        await fax.WaitForEndAsync(Patience, Cancellation);
        Assert.Equal("OK", fax.T30.Completion);
        Assert.Null(SyntheticFax.Difference(Pages, _sink.Pages));
        return report;
    }

    /// <summary>We call sipp, and the call ends as its scenario says.</summary>
    public async Task<CallReport> CallAsync(SippPeer sipp, Func<OutgoingFax, OutgoingFax>? change = null,
        CancellationToken hangUp = default)
    {
        OutgoingFax fax = new() { To = $"sip:5551234@{sipp.Address}", Pages = new BitmapPages(Pages) };
        CallReport report = await Endpoint.SendAsync(change?.Invoke(fax) ?? fax, hangUp);
        await sipp.WaitForSuccessAsync(Patience, Cancellation);
        Assert.Empty(Faults);
        return report;
    }

    /// <summary>We fax the page to sipp, behind whose session description libspandsp2 receives it.</summary>
    public async Task<CallReport> SendAsync(string scenario)
    {
        using FaxFiles files = new();
        SpandspT30Settings t30 = new() { ReceiveFile = files.Received };
        await using SippPeer sipp = Play(scenario);
        await using UdptlFaxPeer fax = new(calling: false, t30, sipp.FaxPort, FaxSpeed);
        CallReport report = await CallAsync(sipp);
        Assert.True(report.IsSuccess, report.ToJsonLine());
        await fax.WaitForEndAsync(Patience, Cancellation);
        Assert.Equal("OK", fax.T30.Completion);
        Assert.Null(SyntheticFax.Difference(Pages, files.ReadReceived()));
        return report;
    }

    /// <summary>The next report of a call that came in.</summary>
    public async Task<CallReport> ReportAsync()
    {
        CallReport? report = null;
        bool came = await Task.Run(() => _reports.TryTake(out report, Patience));
        Assert.True(came, "no report of the call");
        Assert.Empty(Faults);
        return report!;
    }

    public async ValueTask DisposeAsync()
    {
        await Endpoint.DisposeAsync();
        _reports.Dispose();
        Standing.Dispose();
    }

    private IncomingDecision Accept(IncomingCall call)
    {
        _sink.Confirm = call.Handle.ConfirmPage;
        return IncomingDecision.Accept(new T30Settings(), _sink) with { OnEnded = _reports.Add };
    }
}
