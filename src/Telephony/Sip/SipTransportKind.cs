// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Hermetic.Telephony.Sip;

/// <summary>What carries SIP (RFC 3261 §18).</summary>
public enum SipTransportKind
{
    /// <summary>Datagrams.</summary>
    Udp,
    /// <summary>A stream in the clear.</summary>
    Tcp,
    /// <summary>A stream over TLS 1.2 or later.</summary>
    Tls,
}

/// <summary>Where the endpoint takes SIP.</summary>
/// <param name="Kind">The transport.</param>
/// <param name="Address">Address and port; port 0 lets the system choose.</param>
public sealed record SipListener(SipTransportKind Kind, IPEndPoint Address)
{
    private const int SipPort = 5060;
    private const int SipsPort = 5061;

    /// <summary>Reads `[udp:|tcp:|tls:]ADDRESS[:PORT]`, e.g. `127.0.0.1:5060`, `tcp:[::1]:5070`; null when it is none.
    /// Without a port it is SIP's own (RFC 3261 §19.1.2).</summary>
    public static SipListener? TryParse(string text)
    {
        (SipTransportKind kind, string rest) = text.Split(':', 2) switch
        {
            ["udp", var address] => (SipTransportKind.Udp, address),
            ["tcp", var address] => (SipTransportKind.Tcp, address),
            ["tls", var address] => (SipTransportKind.Tls, address),
            _ => (SipTransportKind.Udp, text),
        };
        if (!IPEndPoint.TryParse(rest, out IPEndPoint? endpoint))
        {
            return null;
        }

        // IPEndPoint takes a bare address for port 0, which only an explicit `:0` should mean. IPAddress takes a port
        // behind brackets, and passes over it.
        bool hasPort = rest.StartsWith('[')
            ? rest.Contains("]:", StringComparison.Ordinal)
            : rest.EndsWith($":{endpoint.Port}", StringComparison.Ordinal) && !IPAddress.TryParse(rest, out _);
        int port = hasPort ? endpoint.Port : kind == SipTransportKind.Tls ? SipsPort : SipPort;
        return new(kind, new IPEndPoint(endpoint.Address, port));
    }
}
