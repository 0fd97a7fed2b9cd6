// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Hermetic.Protocol.Bits;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T6;

/// <summary>Decodes a row against the row above it (T.4 §4.2.1.3, T.6 §2.2), in as many pieces as it comes. A loop over
/// whole modes does the bulk; the row's end, long runs, the end of a chunk and errors are done code by code.</summary>
internal sealed class TwoDimensionalParser(int widthPels)
{
    // A step farther than this is left to the code by code: its changes, moved and with the bits of an octet before
    // them, must fit into 64.
    private const int AdvanceMax = 64 - 7 - 1;

    private const int StepsPerRefill = 4;

    private DecodedRow row = new(widthPels);
    private DecodedRow above = new(widthPels);

    // a0; −1 before the first pel, so that the first change may lie on it (T.4 §4.2.1.1).
    private int a0;
    private bool black;
    private int makeUp;

    // Runs of a horizontal mode still to come: 0, 2 or 1.
    private int runsToCome;

    public FaxRowFault Fault { get; private set; }

    public int TrailingZeros { get; private set; }

    public void Begin(DecodedRow into, DecodedRow reference)
    {
        row = into;
        above = reference;
        row.Clear();
        a0 = -1;
        black = false;
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
                ParseSteps(ref reader);
            }

            RowStatus status = runsToCome == 0 ? ParseMode(ref reader) : ParseRun(ref reader);
            if (status != RowStatus.Going)
            {
                return status;
            }
        }
    }

    // Invariant: 0 <= at <= width; `written` holds the changes from at's octet on.
    private void ParseSteps(ref BitReader reader)
    {
        reader.Refill();
        if (reader.Count < StepTable.IndexBits)
        {
            return;
        }

        ushort[] codes = StepTable.Codes;
        Step[] steps = StepTable.Steps;
        PelBits.View marks = above.Open();
        PelBits.View changes = row.Open();
        ulong window = reader.Window;
        int count = reader.Count;
        int width = widthPels;
        int start = Start(window);
        int at = start;
        uint half = black ? StepTable.Black : 0;
        uint last = 0;
        PelBits.Octet octet = new(at);
        int bit = at & 7;
        ulong written = changes.Read(DecodedRow.ChangesOctet, octet);

        // Marks are read from the octet of the step before on, whose place is known earlier.
        PelBits.Octet markOctet = octet;
        int markBit = bit;
        int left = 0;
        for (; ; )
        {
            if (left == 0)
            {
                if (!reader.RefillWhole(ref window, ref count))
                {
                    break;
                }

                left = StepsPerRefill;
            }

            left--;
            uint index = half | (uint)(window >> (64 - StepTable.IndexBits));
            uint code = codes[(int)index];
            ref readonly Step step = ref steps[(int)(code >> StepTable.StepShift)];
            int first = BitOperations.TrailingZeroCount(marks.Read(step.First.Marks, markOctet) >> markBit)
                + step.First.Beyond;
            int second = BitOperations.TrailingZeroCount(marks.Read(step.Second.Marks, markOctet) >> markBit >> first)
                + step.Second.Beyond;
            int advance = first + second;
            int next = at + advance;
            int firstPut = step.First.Put;
            int secondPut = step.Second.Put;
            if (((first - firstPut) | (second - secondPut)) < 0 || advance > AdvanceMax || next > width)
            {
                if (markOctet.Number == octet.Number)
                {
                    break;
                }

                markOctet = octet;
                markBit = bit;
                continue;
            }

            written |= (((ulong)firstPut << first) | ((ulong)secondPut << advance)) << bit;
            changes.Write(DecodedRow.ChangesOctet, octet, written);
            markOctet = octet;
            markBit = bit + advance;
            written >>= markBit & ~7;
            at = next;
            octet = new PelBits.Octet(at);
            bit = at & 7;
            half = (code << StepTable.BlackShift) & StepTable.Black;
            last = index;
            int length = (int)(code & StepTable.LengthMask);
            window <<= length;
            count -= length;
        }

        reader.Window = window;
        reader.Count = count;
        if (at != start)
        {
            Keep(at - 1, half, last);
        }
    }

    // One past a0. The first run of a row begins on its first pel, and not past it (T.4 §4.2.1.3.2).
    private int Start(ulong window) =>
        a0 < 0 && window >> (64 - ModeCodes.HorizontalLength) == ModeCodes.Horizontal ? 1 : a0 + 1;

    private void Keep(int from, uint half, uint last)
    {
        int length = (int)(StepTable.Codes[last] & StepTable.LengthMask);
        TrailingZeros = BitOperations.TrailingZeroCount(last >> (StepTable.IndexBits - length));
        a0 = from;
        black = half != 0;
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
        int b1 = above.Next(!black, a0 + 1);
        switch (mode)
        {
            case < ModeTable.Horizontal:
                return Vertical(b1 + mode - ModeCodes.VerticalMax);
            case ModeTable.Horizontal:
                runsToCome = 2;
                return RowStatus.Going;
            case ModeTable.Pass when b1 < widthPels && above.Next(black, b1 + 1) is var b2 && b2 < widthPels:
                a0 = b2;
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
            return RowStatus.Complete;
        }

        row.Toggle(a1);
        black = !black;
        a0 = a1;
        return RowStatus.Going;
    }

    private RowStatus ParseRun(ref BitReader reader)
    {
        int from = Math.Max(a0, 0);
        reader.Refill();
        uint entry = RunDecodeTable.Lookup(!black, reader.Window);
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
        row.Toggle(position);
        black = !black;
        a0 = position;
        runsToCome--;
        return runsToCome == 0 && position == widthPels ? RowStatus.Complete : RowStatus.Going;
    }
}
