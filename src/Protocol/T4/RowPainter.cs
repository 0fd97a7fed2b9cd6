// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.Protocol.T4;

/// <summary>Changing elements to pels, by 64-bit words.</summary>
internal sealed class RowPainter(int widthPels)
{
    private readonly ulong[] words = new ulong[(widthPels / PelBits.WordBits) + 1];
    private readonly int rowBytes = (widthPels + 7) / 8;

    /// <summary>The row last painted; white at first.</summary>
    public ReadOnlySpan<byte> Row => MemoryMarshal.AsBytes(words.AsSpan())[..rowBytes];

    /// <summary>Seals the row and paints it.</summary>
    public void Paint(DecodedRow row)
    {
        ulong[] painted = words;
        row.Seal(painted);
        for (int i = 0; i < painted.Length; i++)
        {
            // The leftmost pel goes from the lowest bit of an octet to its highest.
            ulong word = painted[i];
            word = ((word >> 1) & 0x5555555555555555) | ((word & 0x5555555555555555) << 1);
            word = ((word >> 2) & 0x3333333333333333) | ((word & 0x3333333333333333) << 2);
            painted[i] = ((word >> 4) & 0x0F0F0F0F0F0F0F0F) | ((word & 0x0F0F0F0F0F0F0F0F) << 4);
        }
    }
}
