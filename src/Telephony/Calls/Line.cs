// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Loop;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Telephony.Calls;

/// <summary>An endpoint's inside: one loop, the SIP transports and core on it, the trunks and the calls.</summary>
internal sealed class Line : ISipReceiver, ISipUserAgentEvents, IAsyncDisposable
{
    /// <summary>Our limit: so long the end waits for goodbyes to be answered and registrations to be taken
    /// back.</summary>
    private static readonly TimeSpan GoodbyeMax = TimeSpan.FromSeconds(2);

    private readonly FaxEndpointSettings _settings;
    private readonly SipTransports _transports;
    private readonly LoopTimer _sipTimer;
    private readonly HashSet<FaxCall> _calls = [];
    private readonly Dictionary<string, TrunkLink> _trunks = new(StringComparer.Ordinal);
    private readonly TrunkLink _direct;
    private readonly CancellationTokenSource _closing = new();
    private readonly OutgoingCalls _outgoing;
    private readonly IncomingCalls _incoming;
    private bool _isStarted;

    public Line(FaxEndpointSettings settings, TimeProvider time, ISipRandom random)
    {
        _settings = settings;
        Time = time;
        Random = random;
        MediaRandom = new Random((int)random.Number(int.MaxValue));
        Loop = new LineLoop("hermetic line", time, settings.ClockSpeed);
        Loop.Faulted += Fault;
        Gate = new SourceGate(settings.Allow);
        _transports = new SipTransports(Loop, this, Gate, new SipTransportSettings
        {
            AdvertisedAddress = settings.AdvertisedAddress,
            Limits = settings.SipLimits,
            TransportLimits = settings.TransportLimits,
            Tls = settings.Tls,
        }, time);
        Agent = new SipUserAgent(new SipUserAgentSettings
        {
            Timers = settings.SipTimers,
            SessionExpires = settings.SessionInterval,

            // Calls that are over linger in SIP until the last answer; each leaves some transactions for 32 s.
            CallsMax = Math.Min(16_384, (2 * settings.CallsMax) + 64),
            ServerTransactionsMax = Math.Clamp(16 * settings.CallsMax, 4096, 65_536),
        }, random, _transports, this);
        MediaPorts = new MediaPorts(Loop, MediaBinding(settings), settings.MediaPorts, MediaRandom);
        _sipTimer = new LoopTimer(Agent.Advance);
        Loop.RoundEnded = () => Loop.SetTimer(_sipTimer, Agent.NextDeadline);
        _direct = new TrunkLink(this, settings.Direct);
        foreach (TrunkSettings trunk in settings.Trunks)
        {
            _trunks.Add(trunk.Name, new TrunkLink(this, trunk));
        }

        _outgoing = new OutgoingCalls(this);
        _incoming = new IncomingCalls(this);
    }

    public LineLoop Loop { get; }

    public TimeProvider Time { get; }

    public ISipRandom Random { get; }

    /// <summary>For what need not be secret: stream numbers, which port comes first. Loop's thread.</summary>
    public Random MediaRandom { get; }

    public SipUserAgent Agent { get; }

    public SourceGate Gate { get; }

    public MediaPorts MediaPorts { get; }

    public FaxEndpointSettings Settings => _settings;

    public IReadOnlyList<SipListener> Listening => _transports.Listening;

    public SipTransportCounters Counters => _transports.Counters;

    /// <summary>Calls alive; read from any thread it may be a moment old.</summary>
    public int CallCount => Volatile.Read(ref _callCount);

    private int _callCount;

    public async Task StartAsync(CancellationToken cancellation)
    {
        Loop.Start();
        _isStarted = true;
        foreach (SipListener listener in _settings.Listeners)
        {
            await _transports.ListenAsync(listener).ConfigureAwait(false);
        }

        foreach (TrunkLink trunk in _trunks.Values)
        {
            if (trunk.Settings.Host.Length > 0)
            {
                await trunk.StartAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    public Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation) =>
        _outgoing.SendAsync(fax, cancellation);

    /// <summary>The addresses of a host, which the transports then know. Any thread.</summary>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
    {
        IReadOnlyList<IPAddress> addresses =
            await _settings.Resolver.ResolveAsync(host, cancellation).ConfigureAwait(false);
        if (!IPAddress.TryParse(host.Trim('[', ']'), out _))
        {
            _transports.NoteHost(host, addresses);
        }

        return addresses;
    }

    /// <summary>The trunk of that name; the direct terms for null; null if there is no such trunk.</summary>
    public TrunkLink? TrunkNamed(string? name) => name is null ? _direct : _trunks.GetValueOrDefault(name);

    /// <summary>The trunk that a source belongs to, or the direct terms.</summary>
    public TrunkLink TrunkOf(string address) => IPAddress.TryParse(address, out IPAddress? parsed)
        && Gate.TrunkOf(parsed) is { } name ? _trunks.GetValueOrDefault(name) ?? _direct : _direct;

    /// <summary>What our URI is towards a peer.</summary>
    public SipUri LocalUri(SipFlow flow) => _transports.LocalUri(flow);

    /// <summary>The address that SDP tells a peer.</summary>
    public IPAddress MediaAddressFor(SipFlow flow)
    {
        if (_settings.AdvertisedAddress is { } advertised)
        {
            return advertised;
        }

        IPAddress bound = MediaBinding(_settings);
        return bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any)
            ? IPAddress.Parse(_transports.LocalUri(flow).Host.Trim('[', ']')) : bound;
    }

    /// <summary>True if one more call fits; counts it. Loop's thread.</summary>
    public bool TryAdd(FaxCall call, TrunkLink trunk)
    {
        if (!HasRoom(trunk) || !_calls.Add(call))
        {
            return false;
        }

        trunk.CallCount++;
        _callCount = _calls.Count;
        return true;
    }

    /// <summary>True if one more call fits.</summary>
    public bool HasRoom(TrunkLink trunk) => !_closing.IsCancellationRequested && _calls.Count < _settings.CallsMax
        && trunk.CallCount < trunk.Settings.Limits.CallsMax;

    /// <summary>How many calls of an address are not yet established.</summary>
    public int HalfOpenOf(string address)
    {
        int count = 0;
        foreach (FaxCall call in _calls)
        {
            count += call.IsHalfOpen && call.RemoteHost == address ? 1 : 0;
        }

        return count;
    }

    /// <summary>A call is over.</summary>
    public void Forget(FaxCall call)
    {
        if (_calls.Remove(call))
        {
            (TrunkNamed(call.Trunk == _direct.Settings.Name ? null : call.Trunk) ?? _direct).CallCount--;
            _callCount = _calls.Count;
        }
    }

    /// <summary>Tells the host how a trunk stands.</summary>
    public void Tell(TrunkStatus status) => _settings.OnTrunkStatus?.Invoke(status);

    /// <summary>Tells the host of a fault.</summary>
    public void Fault(Exception failure) => _settings.OnFault?.Invoke(failure);

    void ISipReceiver.OnMessage(TimeSpan now, SipFlow flow, SipMessage message) => Agent.Receive(now, message, flow);

    void ISipReceiver.OnMalformed(TimeSpan now, SipFlow flow, SipMessage? message, SipParseError error) =>
        Agent.ReceiveMalformed(now, message, error, flow);

    void ISipReceiver.OnFlowFailed(TimeSpan now, SipFlow flow) => Agent.TransportFailed(now, flow);

    void ISipUserAgentEvents.OnIncomingCall(TimeSpan now, SipCall call) => _incoming.Take(now, call);

    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        if (_isStarted)
        {
            await _outgoing.DrainAsync(SayGoodbye(), GoodbyeMax).ConfigureAwait(false);
        }

        await _transports.DisposeAsync().ConfigureAwait(false);
        Loop.Dispose();
        _closing.Dispose();
    }

    // Hangs up all calls and takes the registrations back; ends once SIP has nothing under way but what only absorbs.
    private Task<bool> SayGoodbye() => Loop.InvokeAsync(() =>
    {
        foreach (FaxCall call in _calls.ToArray())
        {
            call.HangUp(Loop.Now);
        }

        foreach (TrunkLink trunk in _trunks.Values)
        {
            trunk.Stop(Loop.Now);
        }

        return true;
    });

    private static IPAddress MediaBinding(FaxEndpointSettings settings) => settings.MediaAddress
        ?? (settings.Listeners.Count > 0 ? settings.Listeners[0].Address.Address : IPAddress.Loopback);
}
