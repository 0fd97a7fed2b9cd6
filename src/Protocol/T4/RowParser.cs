// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Hermetic.Protocol.Bits;

namespace Hermetic.Protocol.T4;

/// <summary>Decodes a one-dimensional row (T.4 §4.1.1), in as many pieces as it comes. A loop by pairs of runs does the
/// bulk; whatever is special (end of row, make-up codes, the end of a chunk, errors) is done code by code.</summary>
internal sealed class RowParser(int widthPels)
{
    private DecodedRow row = new(widthPels);
    private int at;
    private bool black;
    private int makeUp;

    /// <summary>Why the row is bad.</summary>
    public FaxRowFault Fault { get; private set; }

    /// <summary>Zeros at the end of the last code consumed: they may belong to an EOL that an error hid.</summary>
    public int TrailingZeros { get; private set; }

    public void Begin(DecodedRow into)
    {
        row = into;
        row.Clear();
        at = 0;
        black = false;
        makeUp = 0;
        TrailingZeros = 0;
        Fault = FaxRowFault.None;
    }

    public RowStatus Parse(ref BitReader reader)
    {
        for (; ; )
        {
            if (makeUp == 0)
            {
                ParsePairs(ref reader);
            }

            RowStatus status = ParseCode(ref reader);
            if (status != RowStatus.Going)
            {
                return status;
            }
        }
    }

    private void ParsePairs(ref BitReader reader)
    {
        BitReader bits = reader;
        uint[] table = RunDecodeTable.Pair;
        DecodedRow into = row;
        int position = at;
        int half = black ? 0 : RunDecodeTable.Half;
        ulong before = 0;
        int consumed = 0;
        for (; ; )
        {
            if (bits.Count < RunDecodeTable.IndexBits)
            {
                bits.Refill();
            }

            uint entry = table[half + (int)(bits.Window >> (64 - RunDecodeTable.IndexBits))];
            int length = (int)(entry & RunDecodeTable.LengthMask);
            int runs = (int)(entry >> RunDecodeTable.RunsShift) & RunDecodeTable.RunsMask;
            int first = position + ((int)(entry >> RunDecodeTable.RunShift) & RunDecodeTable.RunMask);
            int second = first + (int)(entry >> RunDecodeTable.SecondRunShift);
            if (runs == 0 || second >= widthPels || length > bits.Count)
            {
                break;
            }

            into.TogglePair(first, second, runs >> 1);
            half ^= (runs & 1) << RunDecodeTable.IndexBits;
            position = second;
            before = bits.Window;
            consumed = length;
            bits.Skip(length);
        }

        if (consumed > 0)
        {
            TrailingZeros = BitOperations.TrailingZeroCount(before >> (64 - consumed));
        }

        at = position;
        black = half == 0;
        reader = bits;
    }

    private RowStatus ParseCode(ref BitReader reader)
    {
        RowStatus status = TakeRun(ref reader, !black, ref makeUp, out int run);
        if (status != RowStatus.Complete)
        {
            return status;
        }

        return Advance(run);
    }

    // Takes one code. Complete: it ends a run, which is given. A make-up code is Going.
    private RowStatus TakeRun(ref BitReader reader, bool white, ref int madeUp, out int run)
    {
        run = 0;
        reader.Refill();
        uint entry = RunDecodeTable.Lookup(white, reader.Window);
        int length = (int)(entry & RunDecodeTable.LengthMask);
        if (length > reader.Count || (length == 0 && reader.Count < RunDecodeTable.IndexBits))
        {
            return RowStatus.NeedBits;
        }

        run = (int)(entry >> RunDecodeTable.RunShift) + madeUp;
        if (length == 0 || at + run > widthPels)
        {
            Fault = length == 0 ? FaxRowFault.BadCode : FaxRowFault.Overrun;
            return RowStatus.Bad;
        }

        TrailingZeros = BitOperations.TrailingZeroCount(reader.Window >> (64 - length));
        reader.Skip(length);
        bool terminating = (entry & RunDecodeTable.TerminatingBit) != 0;
        madeUp = terminating ? 0 : run;
        return terminating ? RowStatus.Complete : RowStatus.Going;
    }

    private RowStatus Advance(int run)
    {
        at += run;
        if (at == widthPels)
        {
            return RowStatus.Complete;
        }

        row.Toggle(at);
        black = !black;
        return RowStatus.Going;
    }
}
