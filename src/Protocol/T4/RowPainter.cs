// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hermetic.Protocol.T4;

/// <summary>Changing elements to pels, by 64-bit words.</summary>
internal sealed class RowPainter(int widthPels)
{
    private readonly ulong[] words = new ulong[(widthPels / 64) + 1];
    private readonly int rowBytes = (widthPels + 7) / 8;

    /// <summary>The row last painted; white at first.</summary>
    public ReadOnlySpan<byte> Row => MemoryMarshal.AsBytes(words.AsSpan())[..rowBytes];

    public void Clear() => Array.Clear(words);

    public void Paint(DecodedRow row)
    {
        ulong[] painted = words;
        ushort[] positions = row.Positions;
        int end = row.End;
        Array.Clear(painted);
        for (int i = DecodedRow.First; i < end; i += 2)
        {
            // After an odd last change the sentinel, which is the width, ends the run.
            int from = positions[i];
            int to = positions[i + 1];
            ulong head = ulong.MaxValue >> (from & 63);
            ulong tail = ~(ulong.MaxValue >> (to & 63));
            int first = from >> 6;
            int last = to >> 6;
            if (first == last)
            {
                painted[first] |= head & tail;
            }
            else
            {
                painted[first] |= head;
                painted.AsSpan(first + 1, last - first - 1).Fill(ulong.MaxValue);
                painted[last] |= tail;
            }
        }

        BinaryPrimitives.ReverseEndianness(painted, painted);
    }
}
