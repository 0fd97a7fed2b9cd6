// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.Protocol.T38;

/// <summary>The parity of T.38 Annex C: exclusive or, a shorter packet counting as filled with zeros.</summary>
internal static class Parity
{
    /// <summary>Adds a packet to a parity (or takes it out again), which is at least as long.</summary>
    public static void Add(ReadOnlySpan<byte> packet, Span<byte> parity)
    {
        ReadOnlySpan<ulong> from = MemoryMarshal.Cast<byte, ulong>(packet);
        Span<ulong> to = MemoryMarshal.Cast<byte, ulong>(parity);
        for (int i = 0; i < from.Length; i++)
        {
            to[i] ^= from[i];
        }

        for (int i = from.Length * sizeof(ulong); i < packet.Length; i++)
        {
            parity[i] ^= packet[i];
        }
    }
}
