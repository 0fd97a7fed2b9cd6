// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.TestKit.Pages;

/// <summary>A whole page in memory: packed rows, the leftmost pel in the most significant bit, black as 1.</summary>
public sealed class PageBitmap
{
    public PageBitmap(PageFormat format, int rows)
    {
        Format = format;
        Rows = rows;
        Bits = new byte[rows * format.RowBytes];
    }

    public PageFormat Format { get; }

    public int Rows { get; }

    public byte[] Bits { get; }

    public ReadOnlySpan<byte> Row(int index) => Bits.AsSpan(index * Format.RowBytes, Format.RowBytes);

    internal void Set(int x, int y)
    {
        if ((uint)x < (uint)Format.WidthPels && (uint)y < (uint)Rows)
        {
            Bits[(y * Format.RowBytes) + (x >> 3)] |= (byte)(0x80 >> (x & 7));
        }
    }
}
