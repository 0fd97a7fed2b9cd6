// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Hermetic.Protocol.Bits;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T6;

/// <summary>Decodes a row against the row above it (T.4 §4.2.1.3, T.6 §2.2), in as many pieces as it comes. A loop over
/// whole modes does the bulk; the row's end, long runs, the end of a chunk and errors are done code by code.</summary>
internal sealed class TwoDimensionalParser(int widthPels)
{
    // A mode, and in horizontal mode a pair of runs by table.
    private const int FastBits = ModeCodes.LengthMax + RunDecodeTable.IndexBits;

    private DecodedRow row = new(widthPels);
    private DecodedRow above = new(widthPels);

    // a0; −1 before the first pel, so that the first change may lie on it (T.4 §4.2.1.1).
    private int a0;
    private int end;

    // Place in the row above of b1 for a0 and its colour.
    private int b1Index;
    private int makeUp;

    // Runs of a horizontal mode still to come: 0, 2 or 1.
    private int runsToCome;

    public FaxRowFault Fault { get; private set; }

    public int TrailingZeros { get; private set; }

    public bool AtStart => a0 < 0 && runsToCome == 0;

    public void Begin(DecodedRow into, DecodedRow reference)
    {
        row = into;
        above = reference;
        a0 = -1;
        end = DecodedRow.First;
        b1Index = DecodedRow.First;
        makeUp = 0;
        runsToCome = 0;
        TrailingZeros = 0;
        Fault = FaxRowFault.None;
    }

    public RowStatus Parse(ref BitReader reader)
    {
        for (; ; )
        {
            if (runsToCome == 0)
            {
                ParseModes(ref reader);
            }

            RowStatus status = runsToCome == 0 ? ParseMode(ref reader) : ParseRun(ref reader);
            if (status != RowStatus.Going)
            {
                return status;
            }
        }
    }

    private void ParseModes(ref BitReader reader)
    {
        BitReader bits = reader;
        byte[] modes = ModeTable.Modes;
        uint[] pairs = RunDecodeTable.Pair;
        ushort[] positions = row.Positions;
        ushort[] reference = above.Positions;
        int from = a0;
        int next = end;
        int j = b1Index;
        ulong last = 0;
        int lastLength = 0;
        while (bits.Has(FastBits))
        {
            int entry = modes[(int)(bits.Window >> (64 - ModeTable.IndexBits))];
            int mode = entry >> ModeTable.ModeShift;
            int length = entry & ModeTable.LengthMask;
            if (mode < ModeTable.Horizontal)
            {
                int a1 = reference[j] + mode - ModeCodes.VerticalMax;
                if (a1 <= from || a1 >= widthPels)
                {
                    break;
                }

                positions[next++] = (ushort)a1;
                from = a1;
                j += reference[j - 1] > a1 ? -1 : 1;
            }
            else if (mode == ModeTable.Horizontal)
            {
                uint pair = pairs[((next & 1) << RunDecodeTable.IndexBits) +
                    (int)(bits.Window << length >> (64 - RunDecodeTable.IndexBits))];
                int first = from - (from >> 31) + ((int)(pair >> RunDecodeTable.RunShift) & RunDecodeTable.RunMask);
                int second = first + (int)(pair >> RunDecodeTable.SecondRunShift);
                if (((pair >> RunDecodeTable.RunsShift) & RunDecodeTable.RunsMask) != 2 || second >= widthPels)
                {
                    break;
                }

                positions[next] = (ushort)first;
                positions[next + 1] = (ushort)second;
                next += 2;
                from = second;
                length += (int)pair & RunDecodeTable.LengthMask;
            }
            else if (mode == ModeTable.Pass && reference[j + 1] < widthPels)
            {
                from = reference[j + 1];
            }
            else
            {
                break;
            }

            last = bits.Window;
            lastLength = length;
            bits.Skip(length);
            while (reference[j] <= from)
            {
                j += 2;
            }
        }

        reader = bits;
        Keep(from, next, j, last, lastLength);
    }

    private void Keep(int from, int next, int j, ulong last, int lastLength)
    {
        if (lastLength > 0)
        {
            TrailingZeros = BitOperations.TrailingZeroCount(last >> (64 - lastLength));
        }

        a0 = from;
        end = next;
        b1Index = j;
    }

    private RowStatus ParseMode(ref BitReader reader)
    {
        reader.Refill();
        int entry = ModeTable.Modes[(int)(reader.Window >> (64 - ModeTable.IndexBits))];
        int length = entry & ModeTable.LengthMask;
        if (length > reader.Count || (length == 0 && reader.Count < ModeTable.IndexBits))
        {
            return RowStatus.NeedBits;
        }

        RowStatus status = Apply(entry >> ModeTable.ModeShift);
        if (status != RowStatus.Bad)
        {
            TrailingZeros = BitOperations.TrailingZeroCount(reader.Window >> (64 - length));
            reader.Skip(length);
        }

        return status;
    }

    private RowStatus Apply(int mode)
    {
        ushort[] reference = above.Positions;
        switch (mode)
        {
            case < ModeTable.Horizontal:
                return Vertical(reference[b1Index] + mode - ModeCodes.VerticalMax);
            case ModeTable.Horizontal:
                runsToCome = 2;
                return RowStatus.Going;
            case ModeTable.Pass when reference[b1Index + 1] < widthPels:
                a0 = reference[b1Index + 1];
                AdvanceReference();
                return RowStatus.Going;
            default:
                // T.6 §2.2.3: b2 lies left of a1 in pass mode, so it can't be the end of the row.
                Fault = mode == ModeTable.Extension ? FaxRowFault.ExtensionRefused : FaxRowFault.BadCode;
                return RowStatus.Bad;
        }
    }

    private RowStatus Vertical(int a1)
    {
        if (a1 <= a0 || a1 > widthPels)
        {
            Fault = a1 > widthPels ? FaxRowFault.Overrun : FaxRowFault.BadCode;
            return RowStatus.Bad;
        }

        if (a1 == widthPels)
        {
            row.Seal(end);
            return RowStatus.Complete;
        }

        end = row.Toggle(end, a1);
        a0 = a1;
        b1Index += above.Positions[b1Index - 1] > a1 ? -1 : 1;
        AdvanceReference();
        return RowStatus.Going;
    }

    private RowStatus ParseRun(ref BitReader reader)
    {
        int from = Math.Max(a0, 0);
        reader.Refill();
        uint entry = RunDecodeTable.Lookup((end & 1) != 0, reader.Window);
        int length = (int)(entry & RunDecodeTable.LengthMask);
        if (length > reader.Count || (length == 0 && reader.Count < RunDecodeTable.IndexBits))
        {
            return RowStatus.NeedBits;
        }

        int run = makeUp + (int)(entry >> RunDecodeTable.RunShift);
        if (length == 0 || from + run > widthPels)
        {
            Fault = length == 0 ? FaxRowFault.BadCode : FaxRowFault.Overrun;
            return RowStatus.Bad;
        }

        TrailingZeros = BitOperations.TrailingZeroCount(reader.Window >> (64 - length));
        reader.Skip(length);
        if ((entry & RunDecodeTable.TerminatingBit) == 0)
        {
            makeUp = run;
            return RowStatus.Going;
        }

        makeUp = 0;
        return EndRun(from + run);
    }

    private RowStatus EndRun(int position)
    {
        end = row.Toggle(end, position);
        a0 = position;
        runsToCome--;
        if (runsToCome > 0)
        {
            return RowStatus.Going;
        }

        if (position == widthPels)
        {
            row.Seal(end);
            return RowStatus.Complete;
        }

        AdvanceReference();
        return RowStatus.Going;
    }

    // To the first change of its colour right of a0. Ends at the sentinels, since a0 lies below the width.
    private void AdvanceReference()
    {
        while (above.Positions[b1Index] <= a0)
        {
            b1Index += 2;
        }
    }
}
