// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T38;

/// <summary>Reads aligned PER (X.691) as far as T.38 needs it. Past the end it yields zeros and <see cref="Ok"/> turns
/// false: callers look once, after a group of reads.</summary>
internal ref struct PerReader(ReadOnlySpan<byte> octets, int firstBit = 0)
{
    private readonly ReadOnlySpan<byte> octets = octets;

    /// <summary>The next bit's number, from 0.</summary>
    public int Position { get; private set; } = firstBit;

    /// <summary>False once a read went past the end.</summary>
    public bool Ok { get; private set; } = true;

    public int Bit()
    {
        int at = Position >> 3;
        if (at >= octets.Length)
        {
            Ok = false;
            return 0;
        }

        return octets[at] >> (7 - (Position++ & 7)) & 1;
    }

    public int Bits(int count)
    {
        int value = 0;
        for (; count > 0; count--)
        {
            value = value << 1 | Bit();
        }

        return value;
    }

    /// <summary>An extensible ENUMERATED (X.691 §13): the root value in <paramref name="rootBits"/> bits, or an
    /// extension as a "normally small" number of 0 and six bits. -1 if it is none of the values up to
    /// <paramref name="last"/>.</summary>
    public int Extensible(int rootBits, int rootCount, int last)
    {
        if (Bit() == 0)
        {
            int value = Bits(rootBits);
            return value < rootCount ? value : -1;
        }

        bool large = Bit() == 1;
        int extension = rootCount + Bits(6);
        return large || extension > last ? -1 : extension;
    }

    /// <summary>Skips to the next octet's first bit.</summary>
    public void Align() => Position = (Position + 7) & ~7;

    /// <summary>One octet, from an aligned place.</summary>
    public int Octet()
    {
        int at = Position >> 3;
        if (at >= octets.Length)
        {
            Ok = false;
            return 0;
        }

        Position += 8;
        return octets[at];
    }

    /// <summary>So many octets, from an aligned place.</summary>
    public ReadOnlySpan<byte> Octets(int count)
    {
        int at = Position >> 3;
        if (count > octets.Length - at)
        {
            Ok = false;
            return default;
        }

        Position += count * 8;
        return octets.Slice(at, count);
    }

    /// <summary>A length determinant of up to 16,383 (X.691 §10.9.3.5–10.9.3.7), from an aligned place. A fragmented
    /// length (11…) is never needed below that and counts as past the end.</summary>
    public int Length()
    {
        int first = Octet();
        if (first < 0x80)
        {
            return first;
        }

        if (first >= 0xC0)
        {
            Ok = false;
            return 0;
        }

        return (first & 0x3F) << 8 | Octet();
    }
}
