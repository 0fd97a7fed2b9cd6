// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Hermetic.Protocol.Bits;

/// <summary>Writes bits, most significant first, into a span that its owner made large enough. The bits of an
/// unfinished octet stay in the accumulator and go into the next sink. Copy it to a local in a hot loop and write it
/// back after.</summary>
internal ref struct BitSink(Span<byte> output, ulong accumulator, int count)
{
    private readonly Span<byte> output = output;

    /// <summary>Octets written.</summary>
    public int Length;

    /// <summary>The lower <see cref="Count"/> bits wait to be written; what lies above them is stale.</summary>
    public ulong Accumulator = accumulator;

    /// <summary>Under 32 between calls.</summary>
    public int Count = count;

    /// <summary>Bits written in all, unfinished octet included.</summary>
    public readonly long Bits => (Length * 8L) + Count;

    /// <summary>Writes the lower bits of a code; length 0 to 32, no bits set above it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(uint code, int length)
    {
        Accumulator = (Accumulator << length) | code;
        Count += length;
        if (Count >= 32)
        {
            Count -= 32;
            BinaryPrimitives.WriteUInt32BigEndian(output[Length..], (uint)(Accumulator >> Count));
            Length += 4;
        }
    }

    /// <summary>Writes as many equal bits as asked.</summary>
    public void PutRun(bool ones, int length)
    {
        for (; length >= 32; length -= 32)
        {
            Put(ones ? uint.MaxValue : 0, 32);
        }

        Put(ones ? (1u << length) - 1 : 0, length);
    }

    /// <summary>Moves whole octets out of the accumulator; under 8 bits stay.</summary>
    public void Drain()
    {
        while (Count >= 8)
        {
            Count -= 8;
            output[Length++] = (byte)(Accumulator >> Count);
        }
    }
}
