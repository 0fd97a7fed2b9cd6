// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Hermetic.Protocol.T4;

/// <summary>A row to be encoded and the positions of its changing elements (T.4 §4.2.1.1), found by 64-bit
/// words.</summary>
internal sealed class RowScanner
{
    // Layout of `positions`: [ slack | guard 0 | changes, ascending … | width × SentinelCount ]. Changes are written
    // from the right to the left, so that they end at a fixed place and the sentinels are written once.
    private const int SlackCount = 8;
    private const int SentinelCount = 8;

    private readonly ulong[] words;
    private readonly ushort[] positions;
    private readonly int rowBytes;
    private readonly int wordCount;
    private readonly byte lastOctetMask;
    private readonly ulong lastWordMask;

    public RowScanner(int widthPels)
    {
        rowBytes = (widthPels + 7) / 8;
        lastOctetMask = (byte)(0xFF << ((8 - (widthPels & 7)) & 7));
        lastWordMask = ulong.MaxValue << (63 - ((widthPels - 1) & 63));
        wordCount = (widthPels + 63) / 64;
        words = new ulong[wordCount];
        positions = new ushort[SlackCount + 1 + widthPels + 1 + SentinelCount];
        positions.AsSpan(positions.Length - SentinelCount).Fill((ushort)widthPels);
        Clear();
    }

    /// <summary>The changing elements, ascending, from <see cref="First"/> on; then the width a few times. The element
    /// before the first is 0.</summary>
    public ushort[] Positions => positions;

    public int First { get; private set; }

    /// <summary>The sentinels' place: changes lie from First to here.</summary>
    public int End => positions.Length - SentinelCount;

    public void Clear()
    {
        Array.Clear(words);
        First = End;
        positions[First - 1] = 0;
    }

    /// <summary>Takes a row of as many octets as the width needs; pels beyond the width don't count.</summary>
    public void Load(ReadOnlySpan<byte> row)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(words.AsSpan());
        row.CopyTo(bytes);
        bytes[rowBytes - 1] &= lastOctetMask;
        First = Scan();
        positions[First - 1] = 0;
    }

    /// <summary>Whether a row has the same pels as the one held.</summary>
    public bool Holds(ReadOnlySpan<byte> row) =>
        row[..(rowBytes - 1)].SequenceEqual(MemoryMarshal.AsBytes(words.AsSpan())[..(rowBytes - 1)])
        && (row[rowBytes - 1] & lastOctetMask) == MemoryMarshal.AsBytes(words.AsSpan())[rowBytes - 1];

    private int Scan()
    {
        int at = End;
        ulong valid = lastWordMask;
        for (int i = wordCount - 1; i >= 0; i--)
        {
            ulong word = BinaryPrimitives.ReverseEndianness(words[i]);
            ulong left = i > 0 ? words[i - 1] >> 56 << 63 : 0;
            ulong changes = (word ^ ((word >> 1) | left)) & valid;
            valid = ulong.MaxValue;
            if (changes != 0)
            {
                at = StoreChanges(changes, (i * 64) + 63, at);
            }
        }

        return at;
    }

    private int StoreChanges(ulong changes, int lastPel, int at)
    {
        int found = BitOperations.PopCount(changes);

        // Four at once without a branch each: places not needed lie left of the new start and are written again later.
        Span<ushort> four = positions.AsSpan(at - 4, 4);
        for (int k = 3; k >= 0; k--)
        {
            four[k] = (ushort)(lastPel - BitOperations.TrailingZeroCount(changes));
            changes &= changes - 1;
        }

        for (int k = at - 5; changes != 0; k--)
        {
            positions[k] = (ushort)(lastPel - BitOperations.TrailingZeroCount(changes));
            changes &= changes - 1;
        }

        return at - found;
    }
}
