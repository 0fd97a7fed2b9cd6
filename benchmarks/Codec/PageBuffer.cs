// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Benchmarks.Codec;

/// <summary>Where decoded rows go: one page in memory, as libtiff's caller has it.</summary>
internal sealed class PageBuffer(int size) : IRowOutput
{
    private readonly byte[] bits = new byte[size];
    private int length;

    public ReadOnlySpan<byte> Bits => bits.AsSpan(0, length);

    public void Clear() => length = 0;

    public void WriteRow(ReadOnlySpan<byte> row)
    {
        row.CopyTo(bits.AsSpan(length));
        length += row.Length;
    }
}
