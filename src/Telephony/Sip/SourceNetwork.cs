// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Hermetic.Telephony.Sip;

/// <summary>Who may talk to us, as people write it down.</summary>
public static class SourceNetwork
{
    private const int Ipv4Bits = 32;
    private const int Ipv6Bits = 128;

    /// <summary>`ADDRESS/BITS`, or an address alone, which stands for itself only; null when it is neither.</summary>
    public static IPNetwork? TryParse(string text) =>
        IPNetwork.TryParse(text, out IPNetwork network) ? network
        : IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? Ipv4Bits : Ipv6Bits)
        : null;
}
