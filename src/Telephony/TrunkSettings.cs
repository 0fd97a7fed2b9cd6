// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;
using Hermetic.Protocol.T38;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Telephony;

/// <summary>What the first offer of a call holds.</summary>
public enum FirstOffer
{
    /// <summary>Audio alone; T.38 comes by a re-INVITE.</summary>
    Audio,
    /// <summary>T.38 alone.</summary>
    T38,
    /// <summary>Audio and T.38, each with its own m= line.</summary>
    AudioAndT38,
}

/// <summary>Who asks for T.38 on a call that began as audio.</summary>
public enum T38Initiator
{
    /// <summary>The called side, or the calling side if that does not.</summary>
    Either,
    /// <summary>Only the called side, as T.38 Annex D has it for gateways.</summary>
    Called,
    /// <summary>Only the calling side.</summary>
    Calling,
}

/// <summary>T.38 as one trunk wants it.</summary>
public sealed record TrunkT38Settings
{
    /// <summary>T38FaxVersion that we state: 0 to 3. Default 0: every gateway knows it.</summary>
    public int Version { get; init => field = Within.Range(value, 0, 3); }

    /// <summary>How we guard what we send. Default: redundancy.</summary>
    public UdptlErrorCorrection ErrorCorrection { get; init; } = UdptlErrorCorrection.Redundancy;

    /// <summary>Copies of control data in each packet: 0 to 7. Default 3.</summary>
    public int RedundancyDepth { get; init => field = Within.Range(value, 0, 7); } = 3;

    /// <summary>Copies of image data in each packet: 0 to 7. Default 2.</summary>
    public int ImageRedundancyDepth { get; init => field = Within.Range(value, 0, 7); } = 2;

    /// <summary>T38FaxMaxDatagram that we state: 100 to 1,400 octets. Default 400.</summary>
    public int DatagramBytesMax { get; init => field = Within.Range(value, 100, 1400); } = 400;

    /// <summary>T38MaxBitRate that we state: 2,400 to 14,400 bit/s. Default 14,400.</summary>
    public int BitRateMax { get; init => field = Within.Range(value, 2400, 14_400); } = 14_400;

    /// <summary>Who checks the training. Default: the far terminal (method 2), the rule over UDP.</summary>
    public T38RateManagement RateManagement { get; init; } = T38RateManagement.TransferredTcf;
}

/// <summary>One way into the telephone network, and how it wants to be talked to.</summary>
public sealed record TrunkSettings
{
    /// <summary>Ours; it stands in reports and logs.</summary>
    public required string Name { get; init; }

    /// <summary>Host name or address of its proxy. Empty: calls go to the host of the URI that is called.</summary>
    public string Host { get; init; } = "";

    /// <summary>Its port: 0 (5060, or 5061 over TLS) to 65,535.</summary>
    public int Port { get; init => field = Within.Range(value, 0, 65_535); }

    /// <summary>How to reach it.</summary>
    public SipTransportKind Transport { get; init; }

    /// <summary>For digest challenges; null if it asks for none.</summary>
    public SipCredentials? Credentials { get; init; }

    /// <summary>Our number there: From, Contact and the address that we register. Empty: "hermetic".</summary>
    public string User { get; init; } = "";

    /// <summary>The domain of our address; the trunk's host if empty.</summary>
    public string Domain { get; init; } = "";

    /// <summary>True to register, and to keep the registration fresh.</summary>
    public bool Register { get; init; }

    /// <summary>How long a registration should hold: 60 s to 1 day. Default 1 hour (RFC 3261 §10.2.1.1 suggests
    /// it).</summary>
    public TimeSpan RegisterExpiry
    {
        get;
        init => field = Within.Range(value, TimeSpan.FromSeconds(60), TimeSpan.FromDays(1));
    } = TimeSpan.FromHours(1);

    /// <summary>How often OPTIONS asks whether it lives: 1 s to 1 hour, or zero for never. Default never. Our
    /// limit.</summary>
    public TimeSpan OptionsInterval
    {
        get;
        init => field = value == TimeSpan.Zero ? value
            : Within.Range(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    }

    /// <summary>T.38's terms.</summary>
    public TrunkT38Settings T38 { get; init; } = new();

    /// <summary>What our INVITE offers.</summary>
    public FirstOffer FirstOffer { get; init; }

    /// <summary>Who re-INVITEs to T.38.</summary>
    public T38Initiator Initiator { get; init; }

    /// <summary>Called side: how long it waits for the calling tone before it asks for T.38 all the same: 0 to 30 s.
    /// Our default of 2 s hears one whole CNG on most calls (T.30 §4.3.2: 0.5 s in 3.5 s).</summary>
    public TimeSpan CalledSwitchDelay
    {
        get;
        init => field = Within.Range(value, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    } = TimeSpan.FromSeconds(2);

    /// <summary>Calling side: how long after it heard a fax answer it leaves the asking to the called side: 0 to 30 s.
    /// Our default of 2 s is inside the CED, which lasts 2.6 s and more (T.30 §4.3.1).</summary>
    public TimeSpan CallingSwitchDelay
    {
        get;
        init => field = Within.Range(value, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    } = TimeSpan.FromSeconds(2);

    /// <summary>May media come from elsewhere than the SDP says? Default: only from the SDP's host.</summary>
    public MediaLatching Latching { get; init; }

    /// <summary>What calls may take.</summary>
    public CallLimits Limits { get; init; } = CallLimits.Default;
}
