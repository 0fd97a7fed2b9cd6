// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Raster;

/// <summary>A page in black and white on a fax raster: packed rows, the leftmost pel in the most significant bit, black
/// as 1.</summary>
internal sealed class BilevelPage(PageFormat format, int rows)
{
    public PageFormat Format { get; } = format;

    public int Rows { get; } = rows;

    public byte[] Bits { get; } = new byte[checked(rows * format.RowBytes)];

    /// <summary>True when not one pel is black.</summary>
    public bool IsBlank => !Bits.AsSpan().ContainsAnyExcept((byte)0);

    public Span<byte> Row(int y) => Bits.AsSpan(y * Format.RowBytes, Format.RowBytes);

    public void SetBlack(int x, int y) => Bits[(y * Format.RowBytes) + (x >> 3)] |= (byte)(0x80 >> (x & 7));
}
