// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Protocol.Sip;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Telephony;

/// <summary>How a <see cref="FaxEndpoint"/> is set up.</summary>
public sealed record FaxEndpointSettings
{
    /// <summary>Where SIP is taken. Calls over UDP need a UDP listener: it is also where they go out.</summary>
    public IReadOnlyList<SipListener> Listeners { get; init; } = [];

    /// <summary>The address that media ports are bound to; that of the first listener if null.</summary>
    public IPAddress? MediaAddress { get; init; }

    /// <summary>The address that SIP and SDP tell peers, when it is not the one we are bound to.</summary>
    public IPAddress? AdvertisedAddress { get; init; }

    /// <summary>The ports that media uses.</summary>
    public MediaPortRange MediaPorts { get; init; } = MediaPortRange.Default;

    /// <summary>Who may talk to us besides the trunks. All others get no answer. Default: this machine only.</summary>
    public IReadOnlyList<IPNetwork> Allow { get; init; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>The trunks, each with a name of its own.</summary>
    public IReadOnlyList<TrunkSettings> Trunks { get; init; } = [];

    /// <summary>The terms for calls that belong to no trunk: from the allow list, or to a URI's own host.</summary>
    public TrunkSettings Direct { get; init; } = new() { Name = "direct" };

    /// <summary>Decides on each incoming call; null refuses all with 480. Runs on the line's own thread: it must not
    /// block
    /// and must not wait.</summary>
    public Func<IncomingCall, IncomingDecision>? OnIncoming { get; init; }

    /// <summary>Told when a trunk's registration is won or lost, or its OPTIONS are answered or not. Line's
    /// thread.</summary>
    public Action<TrunkStatus>? OnTrunkStatus { get; init; }

    /// <summary>A fault of ours that no call could be blamed for. Line's thread.</summary>
    public Action<Exception>? OnFault { get; init; }

    /// <summary>Calls at once on all trunks: 1 to 10,000. Default 600. Our limit.</summary>
    public int CallsMax { get; init => field = Within.Range(value, 1, 10_000); } = 600;

    /// <summary>How much faster than the kernel's clock the endpoint's own runs, in tests that save time.</summary>
    internal double ClockSpeed { get; init; } = 1;

    /// <summary>Certificates for SIP over TLS.</summary>
    public SipTlsSettings Tls { get; init; } = new();

    /// <summary>What one SIP message may hold.</summary>
    public SipLimits SipLimits { get; init; } = SipLimits.Default;

    /// <summary>What peers may take of the transports.</summary>
    public SipTransportLimits TransportLimits { get; init; } = SipTransportLimits.Default;

    /// <summary>SIP's timers (RFC 3261 §17).</summary>
    public SipTimers SipTimers { get; init; } = SipTimers.Default;

    /// <summary>The session interval that we ask for (RFC 4028 §4): 90 s, the least that its §5 allows, to 1 day.
    /// Default
    /// 30 minutes, as its §4 recommends.</summary>
    public TimeSpan SessionInterval
    {
        get;
        init => field = Within.Range(value, TimeSpan.FromSeconds(90), TimeSpan.FromDays(1));
    } = TimeSpan.FromMinutes(30);

    /// <summary>Looks up host names.</summary>
    public IHostResolver Resolver { get; init; } = new SystemHostResolver();
}

/// <summary>How a trunk stands.</summary>
/// <param name="Trunk">Its name.</param>
/// <param name="IsRegistered">True while a registration holds; null if the trunk does not register.</param>
/// <param name="IsReachable">What the last OPTIONS or REGISTER found; null before the first.</param>
/// <param name="Status">The SIP status of the last answer, 0 if none came.</param>
public sealed record TrunkStatus(string Trunk, bool? IsRegistered, bool? IsReachable, int Status);
