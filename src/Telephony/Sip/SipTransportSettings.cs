// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Hermetic.Protocol.Sip;

namespace Hermetic.Telephony.Sip;

/// <summary>How an endpoint's transports are set up.</summary>
internal sealed record SipTransportSettings
{
    /// <summary>What we write into Via, Contact and SDP when we sit behind a NAT; null for the address in
    /// use.</summary>
    public IPAddress? AdvertisedAddress { get; init; }

    public SipLimits Limits { get; init; } = SipLimits.Default;

    public SipTransportLimits TransportLimits { get; init; } = SipTransportLimits.Default;

    public SipTlsSettings Tls { get; init; } = new();
}

/// <summary>Asks the system which of our addresses it would send from. No packet goes out.</summary>
internal static class RouteSource
{
    public static IPAddress Towards(IPEndPoint remote)
    {
        using Socket probe = new(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            probe.Connect(remote);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return remote.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        }
    }
}
