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
public sealed record SipListener(SipTransportKind Kind, IPEndPoint Address);
