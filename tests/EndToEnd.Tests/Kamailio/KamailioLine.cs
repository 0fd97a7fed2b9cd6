// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using Hermetic.Protocol.Sip;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Telephony;
using Hermetic.Telephony.Sip;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers;
using Hermetic.TestKit.Peers.Kamailio;
using Hermetic.TestKit.Simulation;

namespace Hermetic.EndToEnd.Tests.Kamailio;

/// <summary>Two endpoints of ours, strangers to each other, that kamailio brings together: 5551234 registers and is
/// called, 5550000 calls.</summary>
internal sealed class KamailioLine : IAsyncDisposable
{
    public const string Called = "5551234";
    public const string Password = "k4mailio-test";

    /// <summary>Long enough for a machine that is busy with other tests.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private const string Caller = "5550000";
    private const string Domain = "clinic.example";

    private readonly KamailioPeer _proxy;
    private readonly TestCertificates _certificates;
    private readonly SipTransportKind _transport;
    private readonly int _speed;
    private readonly List<FaxEndpoint> _endpoints = [];
    private readonly BlockingCollection<CallReport> _received = [];

    private KamailioLine(KamailioPeer proxy, TestCertificates certificates, SipTransportKind transport, int speed)
    {
        _proxy = proxy;
        _certificates = certificates;
        _transport = transport;
        _speed = speed;
    }

    public KamailioPeer Proxy => _proxy;

    /// <summary>What the called endpoint received.</summary>
    public BitmapSink Sink { get; } = new();

    /// <summary>What was said of the trunks.</summary>
    public BlockingCollection<TrunkStatus> Standing { get; } = [];

    /// <summary>Faults of ours; none is ever expected.</summary>
    public ConcurrentQueue<Exception> Faults { get; } = new();

    /// <summary>The page that is faxed: short, so that a call takes little time.</summary>
    public static IReadOnlyList<PageBitmap> Pages { get; } =
        [SyntheticFax.Pages(PageKind.Form, FaxResolution.Standard, 1)[0].Top(150)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<KamailioLine> StartAsync(SipTransportKind transport, int speed,
        Func<KamailioSettings, KamailioSettings>? change = null)
    {
        TestCertificates certificates = new();
        KamailioSettings settings = new()
        {
            Template = Path.Combine(AppContext.BaseDirectory, "Kamailio", "kamailio.cfg"),
            Certificates = certificates,
            Password = Password,
        };
        KamailioPeer proxy = await KamailioPeer.StartAsync(change?.Invoke(settings) ?? settings, Patience,
            Cancellation);
        return new KamailioLine(proxy, certificates, transport, speed);
    }

    /// <summary>Starts the called endpoint, which registers.</summary>
    public Task<FaxEndpoint> StartCalledAsync(string password = Password) => StartEndAsync(Trunk(Called, password) with
    {
        Register = true,
        RegisterExpiry = TimeSpan.FromSeconds(60),
    });

    /// <summary>Starts the calling endpoint.</summary>
    public Task<FaxEndpoint> StartCallerAsync(FirstOffer first = FirstOffer.Audio) =>
        StartEndAsync(Trunk(Caller, Password) with { FirstOffer = first });

    /// <summary>Waits until a trunk says how it stands.</summary>
    public async Task<TrunkStatus> StandingAsync()
    {
        TrunkStatus? status = null;
        Assert.True(await Task.Run(() => Standing.TryTake(out status, Patience)), string.Join('\n', _proxy.Log));
        return status!;
    }

    /// <summary>Faxes the page through the proxy, and compares it.</summary>
    public async Task<CallReport> FaxAsync(FaxEndpoint caller)
    {
        CallReport sent = await SendAsync(caller, Called);
        Assert.True(sent.IsSuccess, $"{sent.ToJsonLine()}\n{string.Join('\n', _proxy.Log)}");
        CallReport received = await ReceivedAsync();
        Assert.True(received.IsSuccess, received.ToJsonLine());
        Assert.Equal(14_400, received.T30?.Modulation?.BitsPerSecond());
        Assert.Equal("trunk", received.Trunk);
        Assert.Null(SyntheticFax.Difference(Pages, Sink.Pages));
        return sent;
    }

    /// <summary>The next report of the called endpoint.</summary>
    public async Task<CallReport> ReceivedAsync()
    {
        CallReport? received = null;
        bool came = await Task.Run(() => _received.TryTake(out received, Patience));
        Assert.True(came, string.Join('\n', _proxy.Log));
        Assert.Empty(Faults);
        return received!;
    }

    /// <summary>Calls a number by the trunk.</summary>
    public static Task<CallReport> SendAsync(FaxEndpoint caller, string number) => caller.SendAsync(new OutgoingFax
    {
        To = number,
        Trunk = "trunk",
        Pages = new BitmapPages(Pages),
    }, Cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (FaxEndpoint endpoint in _endpoints)
        {
            await endpoint.DisposeAsync();
        }
        await _proxy.DisposeAsync();
        _certificates.Dispose();
        _received.Dispose();
        Standing.Dispose();
    }

    private TrunkSettings Trunk(string user, string password) => new()
    {
        Name = "trunk",
        Host = "127.0.0.1",
        Port = _transport switch
        {
            SipTransportKind.Udp => _proxy.UdpPort,
            SipTransportKind.Tcp => _proxy.TcpPort,
            _ => _proxy.TlsPort,
        },
        Transport = _transport,
        User = user,
        Domain = Domain,
        Credentials = new SipCredentials(user, password),
    };

    private async Task<FaxEndpoint> StartEndAsync(TrunkSettings trunk)
    {
        FaxEndpoint endpoint = await FaxEndpoint.StartAsync(new FaxEndpointSettings
        {
            Listeners = [new SipListener(_transport, new IPEndPoint(IPAddress.Loopback, 0))],
            Allow = [],
            Trunks = [trunk],
            Tls = new SipTlsSettings
            {
                Certificate = _certificates.Leaf,
                TrustedRoots = [_certificates.Root],
                RequireClientCertificate = true,
            },
            SipTimers = new SipTimers
            {
                T1 = SipTimers.Default.T1 * _speed,
                Trying = SipTimers.Default.Trying * _speed,
            },
            TransportLimits = new SipTransportLimits { ConnectTimeout = TimeSpan.FromSeconds(60) },
            ClockSpeed = _speed,
            OnIncoming = Accept,
            OnTrunkStatus = Standing.Add,
            OnFault = Faults.Enqueue,
        }, _speed == 1 ? TimeProvider.System : new FastTime(_speed), cancellation: Cancellation);
        _endpoints.Add(endpoint);
        return endpoint;
    }

    private IncomingDecision Accept(IncomingCall call)
    {
        Sink.Confirm = call.Handle.ConfirmPage;
        return IncomingDecision.Accept(new T30Settings(), Sink) with { OnEnded = _received.Add };
    }
}
