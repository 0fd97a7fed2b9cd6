// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Telephony.Tests.Calls;

/// <summary>Two endpoints of ours on loopback, on a fast clock: one calls, the other receives into memory.</summary>
internal sealed class EndpointPair : IAsyncDisposable
{
    private const int Speed = 8;

    private readonly LoopbackPorts _ports = LoopbackPorts.Reserve(40);
    private readonly BlockingCollection<CallReport> _received = [];

    private EndpointPair()
    {
    }

    public FaxEndpoint Caller { get; private set; } = null!;

    public FaxEndpoint Called { get; private set; } = null!;

    public ConcurrentQueue<Exception> Faults { get; } = new();

    public BitmapSink Sink { get; private set; } = new();

    public string Target { get; private set; } = "";

    /// <summary>The page that is faxed: short, so that a call takes little time.</summary>
    public static PageBitmap ShortPage { get; } =
        SyntheticPage.Text(new PageFormat(FaxResolution.Standard, PageWidth.A4), 1)
        .Top(220);

    public static async Task<EndpointPair> StartAsync(TrunkSettings? caller = null, TrunkSettings? called = null,
        SipTransportKind transport = SipTransportKind.Udp, SipTlsSettings? tls = null,
        Func<FaxEndpointSettings, FaxEndpointSettings>? changeCalled = null,
        Func<IncomingCall, EndpointPair, IncomingDecision>? decide = null)
    {
        EndpointPair pair = new();
        pair.Caller = await pair.EndAsync(caller, transport, tls, 0, s => s);
        pair.Called = await pair.EndAsync(called, transport, tls, 20, s =>
        {
            s = s with { OnIncoming = call => decide?.Invoke(call, pair) ?? pair.Accept(call) };
            return changeCalled?.Invoke(s) ?? s;
        });
        string parameter = transport == SipTransportKind.Udp ? "" : $";transport={transport}".ToLowerInvariant();
        pair.Target = $"sip:5551234@{pair.Called.Listening[0].Address}{parameter}";
        return pair;
    }

    public IncomingDecision Accept(IncomingCall call, Func<IncomingDecision, IncomingDecision>? change = null)
    {
        Sink = new BitmapSink { Confirm = call.Handle.ConfirmPage };
        T30Settings settings = new() { StationId = "+1 555 1234" };
        IncomingDecision decision = IncomingDecision.Accept(settings, Sink) with { OnEnded = _received.Add };
        return change?.Invoke(decision) ?? decision;
    }

    public OutgoingFax Fax(int pages = 1) => new()
    {
        To = Target,
        From = "5550000",
        Pages = new BitmapPages([.. Enumerable.Repeat(ShortPage, pages)]),
        T30 = new T30Settings { StationId = "+1 555 0000" },
    };

    /// <summary>The next report of the called side.</summary>
    public Task<CallReport> ReceivedAsync() => Task.Run(() => _received.TryTake(out CallReport? report, 60_000)
        ? report : throw new TimeoutException("the called side has no report"));

    public void AssertDelivered(CallReport sent, CallReport received, int pages = 1)
    {
        Assert.Empty(Faults);
        Assert.True(sent.IsSuccess, sent.ToJsonLine());
        Assert.True(received.IsSuccess, received.ToJsonLine());
        Assert.Null(SyntheticFax.Difference([.. Enumerable.Repeat(ShortPage, pages)], Sink.Pages));
        Assert.Equal(pages, sent.T30!.PagesSent);
        Assert.Equal(pages, received.T30!.PagesReceived);
    }

    public async ValueTask DisposeAsync()
    {
        await Caller.DisposeAsync();
        await Called.DisposeAsync();
        _ports.Dispose();
        _received.Dispose();
    }

    private async Task<FaxEndpoint> EndAsync(TrunkSettings? trunk, SipTransportKind transport, SipTlsSettings? tls,
        int firstPort, Func<FaxEndpointSettings, FaxEndpointSettings> change) =>
        await FaxEndpoint.StartAsync(change(new FaxEndpointSettings
        {
            Listeners = [new SipListener(transport, new IPEndPoint(IPAddress.Loopback, 0))],
            MediaPorts = new MediaPortRange(_ports.First + firstPort, _ports.First + firstPort + 19),
            Direct = trunk ?? new TrunkSettings { Name = "direct" },
            Tls = tls ?? new SipTlsSettings(),
            ClockSpeed = Speed,
            OnFault = Faults.Enqueue,
        }), new FastTime(Speed));
}
