// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Hdlc;

/// <summary>Turns octets round: peers (libspandsp among them) keep the first transmitted bit in the least significant
/// place, we and T.38's wire keep it in the most significant one.</summary>
public static class BitOrder
{
    /// <summary>The octet with its bits in the opposite order.</summary>
    public static byte Reverse(byte octet) =>
        (byte)((octet * 0x0202020202UL & 0x010884422010UL) % 1023);

    /// <summary>Turns each octet round in place.</summary>
    public static void Reverse(Span<byte> octets)
    {
        for (int i = 0; i < octets.Length; i++)
        {
            octets[i] = Reverse(octets[i]);
        }
    }
}
