// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Hermetic.Server.Features.Webhooks;

/// <summary>Tells an address of the public internet from one that only this machine or its own network knows. A webhook
/// is a request that a stranger makes our server send: it must reach nothing that the stranger could not.</summary>
internal static class PublicAddress
{
    // The blocks of the IANA special-purpose registries (RFC 6890) that are not globally reachable, multicast, and
    // what carries an IPv4 address inside (NAT64, 6to4, Teredo), which would reach round this list.
    private static readonly IPNetwork[] Refused =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(block => IPNetwork.Parse(block)),
    ];

    // Everything global of IPv6 lies here (RFC 4291 §2.4, IANA).
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }

        return (address.AddressFamily == AddressFamily.InterNetwork || Global.Contains(address))
            && !Refused.Any(block => block.BaseAddress.AddressFamily == address.AddressFamily
                && block.Contains(address));
    }
}
