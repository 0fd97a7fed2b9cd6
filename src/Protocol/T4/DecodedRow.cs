// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hermetic.Protocol.T4;

/// <summary>A row as it is decoded, a bit per changing element, and the row above it, its reference. A prefix sum turns
/// changing elements into pels. Invariant: no changing element lies at the width or beyond, whatever the
/// input.</summary>
internal sealed class DecodedRow
{
    // The four rows of bits: of the row sealed last, its changes to black and those to white; all ones; and the changes
    // of the row to come.
    private const int ToBlack = 0;
    private const int ToWhite = 1;
    private const int Ones = 2;
    private const int Changes = 3;

    public static PelBits.RowName ToBlackRow => new(ToBlack);
    public static PelBits.RowName ToWhiteRow => new(ToWhite);
    public static PelBits.RowName OnesRow => new(Ones);
    public static PelBits.RowName ChangesRow => new(Changes);

    /// <summary>A change lies so many bits right of its position: where the step that ends with it ends.</summary>
    public const int ChangeShift = 1;

    // Words of a vector.
    private const int Lanes = 4;

    private static readonly Vector256<ulong> LaneBits = Vector256.Create(1UL, 2, 4, 8);

    private readonly int widthPels;
    private readonly int words;
    private readonly PelBits bits = new();

    public DecodedRow(int widthPels)
    {
        this.widthPels = widthPels;
        words = (widthPels / PelBits.WordBits) + 1;
        bits.Row(Ones).Fill(ulong.MaxValue);
    }

    /// <summary>Words of a painted row: whole vectors, and room for the bit at the width.</summary>
    public static int PaintedWords(int widthPels) => ((widthPels / PelBits.WordBits) + Lanes) / Lanes * Lanes;

    /// <summary>How many changing elements the reference has.</summary>
    public int Count { get; private set; }

    /// <summary>The rows of bits. The row to come has no change right of the last one put.</summary>
    public PelBits.View Open() => bits.Open();

    /// <summary>Forgets all changes of the row to come: a white row.</summary>
    public void Clear() => bits.Row(Changes)[..(words + 2)].Clear();

    /// <summary>The colour changes at a position. A run of zero pels undoes the change before it, for its neighbours
    /// are one run. At the width itself there is no change.</summary>
    public void Toggle(int position)
    {
        if (position < widthPels)
        {
            position += ChangeShift;
            bits.Row(Changes)[position / PelBits.WordBits] ^= 1UL << position;
        }
    }

    /// <summary>The colour changes at one position and, if the last argument is 1 and not 0, at another. Both lie below
    /// the width.</summary>
    public void TogglePair(int first, int second, int both)
    {
        Span<ulong> row = bits.Row(Changes);
        first += ChangeShift;
        second += ChangeShift;
        row[first >> 6] ^= 1UL << first;
        row[second >> 6] ^= (ulong)both << second;
    }

    /// <summary>Of the reference: the first change to a colour at a position or right of it; the width if there is
    /// none.</summary>
    public int Next(bool toBlack, int position)
    {
        ReadOnlySpan<ulong> row = bits.Row(toBlack ? ToBlack : ToWhite);
        int i = position / PelBits.WordBits;
        ulong word = row[i] & (ulong.MaxValue << position);
        while (word == 0 && ++i < words)
        {
            word = row[i];
        }

        return word == 0 ? widthPels : (i * PelBits.WordBits) + BitOperations.TrailingZeroCount(word);
    }

    /// <summary>The row is complete, and the reference from now on. Paints it: a bit a pel, the leftmost in the
    /// most significant bit of its octet, black as 1, none beyond the width.</summary>
    /// <param name="pels">Whole vectors, and as many as hold the width.</param>
    public void Seal(Span<ulong> pels)
    {
        ReadOnlySpan<ulong> row = bits.Row(Changes);
        Span<ulong> toBlack = bits.Row(ToBlack);
        Span<ulong> toWhite = bits.Row(ToWhite);
        uint black = 0;
        int count = 0;
        for (int i = 0; i < pels.Length; i += Lanes)
        {
            Vector256<ulong> change = (Vector256.Create(row.Slice(i, Lanes)) >>> ChangeShift)
                | (Vector256.Create(row.Slice(i + 1, Lanes)) << (PelBits.WordBits - ChangeShift));
            Vector256<ulong> pel = change ^ (change << 1);
            pel ^= pel << 2;
            pel ^= pel << 4;
            pel ^= pel << 8;
            pel ^= pel << 16;
            pel ^= pel << 32;
            uint odd = pel.ExtractMostSignificantBits();
            odd ^= odd << 1;
            odd ^= odd << 2;
            black ^= odd << 1;
            pel ^= ~Vector256.Equals(Vector256.Create((ulong)black) & LaneBits, Vector256<ulong>.Zero);
            black = 0 - ((black >> Lanes) & 1);
            (change & pel).CopyTo(toBlack[i..]);
            Vector256.AndNot(change, pel).CopyTo(toWhite[i..]);
            Reverse(pel).CopyTo(pels[i..]);
            for (int lane = 0; lane < Lanes; lane++)
            {
                count += BitOperations.PopCount(change[lane]);
            }
        }

        Count = count;
        MemoryMarshal.AsBytes(pels)[widthPels / 8] &= (byte)~(0xFF >> (widthPels & 7));
    }

    // The bits of every octet, the first last.
    private static Vector256<ulong> Reverse(Vector256<ulong> octets)
    {
        Vector256<ulong> ones = Vector256.Create(0x5555555555555555UL);
        Vector256<ulong> twos = Vector256.Create(0x3333333333333333UL);
        Vector256<ulong> fours = Vector256.Create(0x0F0F0F0F0F0F0F0FUL);
        octets = ((octets >>> 1) & ones) | ((octets & ones) << 1);
        octets = ((octets >>> 2) & twos) | ((octets & twos) << 2);
        return ((octets >>> 4) & fours) | ((octets & fours) << 4);
    }
}
