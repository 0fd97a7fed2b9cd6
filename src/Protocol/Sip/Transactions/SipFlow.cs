// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>What carries SIP.</summary>
public enum SipTransport
{
    Udp,
    Tcp,
    Tls,
}

/// <summary>Where a message came from or goes to.</summary>
/// <param name="Transport">Of the packet or connection.</param>
/// <param name="Address">The peer's IP address, without brackets.</param>
/// <param name="Port">The peer's port.</param>
/// <param name="Connection">The host's number for a TCP or TLS connection; 0 for UDP, or to have one opened or
/// found.</param>
public readonly record struct SipFlow(SipTransport Transport, string Address, int Port, long Connection = 0)
{
    /// <summary>True when the transport loses nothing, so that nothing is sent twice (RFC 3261 §17).</summary>
    public bool IsReliable => Transport != SipTransport.Udp;

    /// <summary>As a Via writes it.</summary>
    public string ViaName => Transport switch
    {
        SipTransport.Tcp => "TCP",
        SipTransport.Tls => "TLS",
        _ => "UDP",
    };

    /// <summary>Where the response to a request that came on this flow goes: back to the address it came from, and over
    /// UDP to the port that rport or else sent-by names (RFC 3261 §18.2.2, RFC 3581 §4).</summary>
    public SipFlow ForResponse(SipRequest request) =>
        IsReliable || request.TopVia is not { } via ? this : this with { Port = via.ResponseTarget().Port };
}

/// <summary>The transport under the transactions: telephony's sockets.</summary>
public interface ISipTransportLayer
{
    /// <summary>Sends now or soon. Failure is told to the user agent by its TransportFailed.</summary>
    void Send(TimeSpan now, SipMessage message, SipFlow flow);

    /// <summary>Our own host, port and transport parameter as the peer at the flow's end is to write them: what Via and
    /// Contact carry. The user part is the user agent's.</summary>
    SipUri LocalUri(SipFlow flow);

    /// <summary>Where a request within a dialog goes whose next hop is <paramref name="nextHop"/>: the flow that the
    /// dialog began on, or another.</summary>
    SipFlow Route(SipUri nextHop, SipFlow dialogFlow);
}

/// <summary>Randomness, injected so that a run can be repeated from its seed.</summary>
public interface ISipRandom
{
    /// <summary>Fills with random octets; in production from a cryptographic source, since tags guard
    /// dialogs.</summary>
    void Fill(Span<byte> octets);
}

/// <summary>Turns random octets into the names that SIP asks for.</summary>
public static class SipRandomNames
{
    /// <summary>A Via branch (RFC 3261 §8.1.1.7).</summary>
    public static string Branch(this ISipRandom random) => SipVia.MagicCookie + Hex(random, 10);

    /// <summary>A tag: at least 32 bits of randomness are asked for (§19.3).</summary>
    public static string Tag(this ISipRandom random) => Hex(random, 8);

    /// <summary>A Call-ID without a host: nothing in it tells who we are.</summary>
    public static string CallId(this ISipRandom random) => Hex(random, 16);

    /// <summary>A client nonce for digest.</summary>
    public static string Cnonce(this ISipRandom random) => Hex(random, 16);

    /// <summary>A number from 0 to <paramref name="below"/> - 1.</summary>
    public static uint Number(this ISipRandom random, uint below)
    {
        Span<byte> octets = stackalloc byte[8];
        random.Fill(octets);
        return (uint)(BitConverter.ToUInt64(octets) % below);
    }

    private static string Hex(ISipRandom random, int count)
    {
        Span<byte> octets = stackalloc byte[count];
        random.Fill(octets);
        return Convert.ToHexStringLower(octets);
    }
}
