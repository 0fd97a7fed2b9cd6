// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Hermetic.Protocol.Bits;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T6;

/// <summary>Decodes a row against the row above it (T.4 §4.2.1.3, T.6 §2.2), in as many pieces as it comes. A loop over
/// whole modes does the bulk; the row's end, long runs, the end of a chunk and errors are done code by code.</summary>
internal sealed class TwoDimensionalParser(int widthPels)
{
    // A step that ends farther from the first bit of the group's octet is left to the next group, or to the code by
    // code: the group's changes must fit into 64 bits, and where no mark was found a step seems to end at 62 or beyond,
    // for the mark seems to lie at 64.
    private const int EndMax = 64 - ModeCodes.VerticalMax;

    // Of a group, as the 56 bits of a refill allow. A count, since it would be a guess when they run short.
    private const int StepsPerGroup = 56 / StepTable.IndexBits;

    private readonly StepTable table = StepTable.Shared;
    private DecodedRow row = new(widthPels);

    // a0; −1 before the first pel, so that the first change may lie on it (T.4 §4.2.1.1).
    private int a0;
    private bool black;
    private int makeUp;

    // Runs of a horizontal mode still to come: 0, 2 or 1.
    private int runsToCome;

    public FaxRowFault Fault { get; private set; }

    public int TrailingZeros { get; private set; }

    public void Begin(DecodedRow into)
    {
        row = into;
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
            if (runsToCome < 2 && makeUp == 0)
            {
                reader.Refill();
                ParseSteps(ref reader);
            }

            RowStatus status = runsToCome == 0 ? ParseMode(ref reader) : ParseRun(ref reader);
            if (status != RowStatus.Going)
            {
                return status;
            }
        }
    }

    // Steps go in groups. Within a group all positions are bits from one octet on, so that a step reads its marks and
    // adds its changes where they are, and moves nothing. Invariants: 0 <= octet.FirstBit + at <= width; `written`
    // holds the changes from the octet on. No branch depends on the modes: on a grey page they can't be predicted.
    private void ParseSteps(ref BitReader reader)
    {
        ReadOnlySpan<ushort> codes = table.Codes;
        ReadOnlySpan<Step> steps = table.Steps;
        PelBits.View bits = row.Open();
        int width = widthPels;
        ulong window = reader.Window;
        int count = reader.Count;
        int start = Start(window, count);
        PelBits.Octet octet = new(start);
        PelBits.Place marks = bits.At(octet);
        int at = start & 7;
        int limit = Math.Min(EndMax, width - octet.FirstBit);
        ulong written = marks.Read(DecodedRow.ChangesRow);
        uint state = (black ? StepTable.Black : 0) | (runsToCome == 1 ? StepTable.SecondRun : 0);
        ulong last = 0;
        int lastTaken = 0;
        while (reader.RefillWhole(ref window, ref count))
        {
            ulong before = window;
            uint sum = 0;
            int left = StepsPerGroup;
            for (; left != 0; left--)
            {
                ushort code = codes[(int)(state | (uint)(window >> (64 - StepTable.IndexBits)))];
                ref readonly Step step = ref steps[code >> StepTable.StepShift];
                int first = at + step.First.Beyond
                    + BitOperations.TrailingZeroCount(marks.Read(step.First.Marks) >> at);
                int end = first + step.Second.Beyond
                    + BitOperations.TrailingZeroCount(marks.Read(step.Second.Marks) >> first);
                if (first <= at || end < first + step.Second.Change || end > limit)
                {
                    break;
                }

                written |= ((ulong)step.First.Change << first) | ((ulong)step.Second.Change << end);
                at = end;
                state = code & StepTable.StateMask;
                sum += code;
                window <<= code;
            }

            if ((int)(sum & StepTable.LengthMask) is > 0 and var taken)
            {
                count -= taken;
                (last, lastTaken) = (before, taken);
            }

            marks.Write(DecodedRow.ChangesRow, written);
            if (left != 0 && at < 8)
            {
                break;
            }

            written >>= at & ~7;
            octet = octet.Plus(at >> 3);
            marks = bits.At(octet);
            at &= 7;
            limit = Math.Min(EndMax, width - octet.FirstBit);
        }

        reader.Window = window;
        reader.Count = count;
        TrailingZeros = lastTaken > 0 ? BitOperations.TrailingZeroCount(last >> (64 - lastTaken)) : TrailingZeros;
        Keep(start, octet.FirstBit + at, state);
    }

    // One past a0. The first run of a row begins on its first pel and not past it (T.4 §4.2.1.3.2).
    private int Start(ulong window, int count) =>
        a0 < 0 && count >= ModeCodes.HorizontalLength
            && window >> (64 - ModeCodes.HorizontalLength) == ModeCodes.Horizontal ? 1 : a0 + 1;

    private void Keep(int start, int at, uint state)
    {
        if (at != start)
        {
            a0 = at - 1;
            black = (state & StepTable.Black) != 0;
            runsToCome = (state & StepTable.SecondRun) != 0 ? 1 : 0;
        }
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
        int b1 = row.Next(!black, a0 + 1);
        switch (mode)
        {
            case < ModeTable.Horizontal:
                return Vertical(b1 + mode - ModeCodes.VerticalMax);
            case ModeTable.Horizontal:
                runsToCome = 2;
                return RowStatus.Going;
            case ModeTable.Pass when b1 < widthPels && row.Next(black, b1 + 1) is var b2 && b2 < widthPels:
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
        reader.Refill();
        if (runsToCome == 2 && makeUp == 0 && TakeRuns(ref reader))
        {
            return RowStatus.Going;
        }

        int from = Math.Max(a0, 0);
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

    // Both runs by one look, or the first; false where that is not enough, or the row ends.
    private bool TakeRuns(ref BitReader reader)
    {
        uint entry = RunDecodeTable.Pair[
            (black ? 0 : RunDecodeTable.Half) + (int)(reader.Window >> (64 - RunDecodeTable.IndexBits))];
        int length = (int)(entry & RunDecodeTable.LengthMask);
        int runs = (int)(entry >> RunDecodeTable.RunsShift) & RunDecodeTable.RunsMask;
        int first = Math.Max(a0, 0) + ((int)(entry >> RunDecodeTable.RunShift) & RunDecodeTable.RunMask);
        int second = first + (int)(entry >> RunDecodeTable.SecondRunShift);
        if (runs == 0 || length > reader.Count || second >= widthPels)
        {
            return false;
        }

        TrailingZeros = BitOperations.TrailingZeroCount(reader.Window >> (64 - length));
        reader.Skip(length);
        row.TogglePair(first, second, runs >> 1);
        black ^= runs == 1;
        a0 = second;
        runsToCome -= runs;
        return true;
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
