// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Threading.Channels;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Loop;
using Hermetic.Telephony.Sip;

namespace Hermetic.Telephony.Tests.Sip;

/// <summary>One end of the transports on a loop of its own, that collects what it receives.</summary>
internal sealed class TransportEnd : ISipReceiver, IAsyncDisposable
{
    private readonly Channel<(SipFlow Flow, SipMessage Message)> _received =
        Channel.CreateUnbounded<(SipFlow, SipMessage)>();

    private readonly TaskCompletionSource<SipFlow> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TransportEnd(SipTransportSettings? settings = null, params IPNetwork[] allow)
    {
        Loop = new LineLoop("test", TimeProvider.System);
        Loop.Start();
        Gate = new SourceGate(allow.Length > 0 ? allow : [IPNetwork.Parse("127.0.0.0/8")]);
        Transports = new SipTransports(Loop, this, Gate, settings ?? new(), TimeProvider.System);
    }

    public LineLoop Loop { get; }

    public SourceGate Gate { get; }

    public SipTransports Transports { get; }

    public Task<SipFlow> FlowFailed => _closed.Task.WaitAsync(TimeSpan.FromSeconds(20));

    public async Task<IPEndPoint> ListenAsync(SipTransportKind kind)
    {
        await Transports.ListenAsync(new SipListener(kind, new IPEndPoint(IPAddress.Loopback, 0)));
        return Transports.Listening.Last(listener => listener.Kind == kind).Address;
    }

    public async Task<(SipFlow Flow, SipMessage Message)> ReceiveAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        return await _received.Reader.ReadAsync(limit.Token);
    }

    public bool HasReceived => _received.Reader.TryPeek(out _);

    public async Task<T> CountAsync<T>(Func<SipTransportCounters, T> count) =>
        await Loop.InvokeAsync(() => count(Transports.Counters));

    public void OnMessage(TimeSpan now, SipFlow flow, SipMessage message)
    {
        (message as SipRequest)?.NoteSource(flow.Address, flow.Port);
        _received.Writer.TryWrite((flow, message));
    }

    public void OnMalformed(TimeSpan now, SipFlow flow, SipMessage? message, SipParseError error)
    {
        if (message is SipRequest request)
        {
            Transports.Send(now, SipResponse.For(request, error.Status, error.Reason), flow);
        }
    }

    public void OnFlowFailed(TimeSpan now, SipFlow flow) => _closed.TrySetResult(flow);

    public async ValueTask DisposeAsync()
    {
        await Transports.DisposeAsync();
        Loop.Dispose();
    }
}

/// <summary>Messages for the transports' tests.</summary>
internal static class TestMessages
{
    public static SipRequest Options(string callId, string transport = "UDP", string via = "127.0.0.1:5060;rport")
    {
        SipRequest request = new(SipMethods.Options, SipUri.Parse("sip:127.0.0.1"));
        request.Headers.Add(SipHeaderNames.Via, $"SIP/2.0/{transport} {via};branch=z9hG4bK{callId}");
        request.Headers.Add(SipHeaderNames.From, "<sip:a@127.0.0.1>;tag=1");
        request.Headers.Add(SipHeaderNames.To, "<sip:b@127.0.0.1>");
        request.Headers.Add(SipHeaderNames.CallId, callId);
        request.Headers.Add(SipHeaderNames.CSeq, "1 OPTIONS");
        request.Headers.Add("Max-Forwards", "70");
        return request;
    }
}
