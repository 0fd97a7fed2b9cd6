// SPDX-License-Identifier: Apache-2.0

namespace Hermetic.Telephony.Sip;

/// <summary>What peers may take of our SIP transports. All of these limits are ours; RFC 3261 sets none.</summary>
public sealed record SipTransportLimits
{
    /// <summary>The defaults.</summary>
    public static SipTransportLimits Default { get; } = new();

    /// <summary>Connections open at once in all: 1 to 100,000. Default 1,000.</summary>
    public int ConnectionsMax { get; init => field = Within.Range(value, 1, 100_000); } = 1000;

    /// <summary>Connections open at once from one address: 1 to 10,000. Default 32.</summary>
    public int ConnectionsPerAddressMax { get; init => field = Within.Range(value, 1, 10_000); } = 32;

    /// <summary>Messages a second from one address, after a burst of as many: 1 to 1,000,000. Default 1,000. A call of
    /// ours takes about ten messages.</summary>
    public int MessagesPerSecondMax { get; init => field = Within.Range(value, 1, 1_000_000); } = 1000;

    /// <summary>INVITEs of one address that we have not finally answered: 1 to 100,000. Default 200.</summary>
    public int UnansweredInvitesPerAddressMax { get; init => field = Within.Range(value, 1, 100_000); } = 200;

    /// <summary>Octets that wait to be written to one connection: 4 KiB to 64 MiB. Default 1 MiB. A peer that does not
    /// read loses its connection.</summary>
    public int PendingOctetsMax { get; init => field = Within.Range(value, 1 << 12, 1 << 26); } = 1 << 20;

    /// <summary>Until a TCP connection and its TLS handshake stand: 1 to 60 s. Default 10 s, below the 32 s that a
    /// transaction lives (RFC 3261 §17.1.1.2, timer B).</summary>
    public TimeSpan ConnectTimeout
    {
        get;
        init => field = Within.Range(value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    } = TimeSpan.FromSeconds(10);

    /// <summary>A connection on which nothing came for so long is closed: 10 s to 1 day. Default 10 minutes.</summary>
    public TimeSpan IdleTimeout
    {
        get;
        init => field = Within.Range(value, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1));
    } = TimeSpan.FromMinutes(10);

    /// <summary>How often we send CRLF CRLF on a connection that we opened (RFC 5626 §4.4.1 says 95 to 120 s):
    /// 1 s to 1 hour. Default 100 s.</summary>
    public TimeSpan KeepAliveInterval
    {
        get;
        init => field = Within.Range(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    } = TimeSpan.FromSeconds(100);
}
