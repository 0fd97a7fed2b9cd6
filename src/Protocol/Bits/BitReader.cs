// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Hermetic.Protocol.Bits;

/// <summary>Reads bits, most significant first, from one chunk of a longer stream. What a chunk leaves over stays in
/// the window and goes into the next reader. Copy it to a local in a hot loop and write it back after.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> input, ulong window, int count)
{
    private readonly ReadOnlySpan<byte> input = input;
    private int next;

    /// <summary>The bits to come, the next one on top. Only the upper <see cref="Count"/> bits are to be relied
    /// on.</summary>
    public ulong Window = window;

    /// <summary>How many bits of the window count, 0 to 63.</summary>
    public int Count = count;

    /// <summary>Brings the window to 56 bits or more, or to all that the chunk has.</summary>
    public void Refill()
    {
        if (next + 8 <= input.Length)
        {
            // Bits that are loaded beyond the whole octets taken are the same bits that the next refill loads again.
            Window |= BinaryPrimitives.ReadUInt64BigEndian(input[next..]) >> Count;
            int octets = (63 - Count) >> 3;
            next += octets;
            Count += octets << 3;
        }
        else
        {
            RefillByOctet();
        }
    }

    /// <summary>As <see cref="Refill"/>, of a window and a count that the caller holds, but only where the chunk has
    /// eight octets more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool RefillWhole(ref ulong window, ref int count)
    {
        if (next + 8 > input.Length)
        {
            return false;
        }

        window |= BinaryPrimitives.ReadUInt64BigEndian(input[next..]) >> count;
        int octets = (63 - count) >> 3;
        next += octets;
        count += octets << 3;
        return true;
    }

    /// <summary>Are so many bits (56 at most) in the window, if need be after a refill? False at the chunk's
    /// end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int bits)
    {
        if (Count < bits)
        {
            Refill();
        }

        return Count >= bits;
    }

    public void Skip(int bits)
    {
        Window <<= bits;
        Count -= bits;
    }

    private void RefillByOctet()
    {
        while (Count < 56 && next < input.Length)
        {
            Window |= (ulong)input[next++] << (56 - Count);
            Count += 8;
        }
    }
}
