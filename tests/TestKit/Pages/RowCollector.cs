// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.TestKit.Pages;

/// <summary>Gathers rows that a decoder puts out, back to back.</summary>
public sealed class RowCollector(int rowBytes) : IRowOutput
{
    private byte[] bits = new byte[rowBytes * 64];
    private int length;

    public int Rows => length / rowBytes;

    public ReadOnlySpan<byte> Bits => bits.AsSpan(0, length);

    public ReadOnlySpan<byte> Row(int index) => bits.AsSpan(index * rowBytes, rowBytes);

    public void Clear() => length = 0;

    public void WriteRow(ReadOnlySpan<byte> row)
    {
        if (row.Length != rowBytes)
        {
            throw new InvalidOperationException($"a row of {row.Length} octets where {rowBytes} were promised");
        }

        if (length + rowBytes > bits.Length)
        {
            Array.Resize(ref bits, bits.Length * 2);
        }

        row.CopyTo(bits.AsSpan(length));
        length += rowBytes;
    }
}
