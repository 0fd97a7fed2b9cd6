// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T6;

/// <summary>Bits of the stream to steps. Two tables, since one of all would be too large for the processor's first
/// cache: the bits tell a code, the code tells the step.</summary>
internal sealed class StepTable
{
    /// <summary>Codes are indexed by the state and so many bits of the stream.</summary>
    public const int IndexBits = 12;

    /// <summary>Of the state: whether a0 is black.</summary>
    public const uint Black = 1 << IndexBits;

    /// <summary>Of the state: whether the second run of a horizontal mode is to come. It has a0's colour.</summary>
    public const uint SecondRun = 2 << IndexBits;

    /// <summary>Of a code, where the index has it too: the state after the step.</summary>
    public const uint StateMask = Black | SecondRun;

    /// <summary>Of a code, bits 5–0: its length in the stream; 0 = there is no step. So wide, though no code is longer
    /// than the index, because a shift heeds six bits, and lengths of a few codes can be added up where they are.
    /// </summary>
    public const uint LengthMask = 63;

    /// <summary>Bits 15–6, the state among them: the step's place in its table.</summary>
    public const int StepShift = 6;

    /// <summary>Longest run of a step, as far as a step may go: our limit, since longer ones are rare.</summary>
    private const int RunMax = 54;

    private const int CodesCount = 4 << IndexBits;
    private const int StepsCount = 1 << (16 - StepShift);

    // Bits of a step's place below the state's two.
    private const int LowPlaceBits = IndexBits - StepShift;
    private const int StepsPerState = StepsCount / 4;

    private readonly Dictionary<(uint State, Step Step), int> places = [];
    private CodeArray codes;
    private StepArray steps;

    private StepTable()
    {
        places[(0, Step.Never)] = 0;
        steps[0] = Step.Never;
        for (uint index = 0; index < CodesCount; index++)
        {
            codes[(int)index] = Build(index);
        }
    }

    public static StepTable Shared { get; } = new();

    /// <summary>The codes, by state and bits.</summary>
    public ReadOnlySpan<ushort> Codes => codes;

    /// <summary>The steps, by their place.</summary>
    public ReadOnlySpan<Step> Steps => steps;

    private ushort Build(uint index)
    {
        uint bits = index & (Black - 1);
        bool black = (index & Black) != 0;
        bool ofRun = (index & SecondRun) != 0;
        bool toRun = false;
        List<HalfStep> halves = [];
        int length = ofRun ? AddRun(halves, bits, 0, ref black) : AddMode(halves, bits, ref black, ref toRun);
        if (length == 0)
        {
            return 0;
        }

        if (halves.Count == 1)
        {
            length = ofRun || toRun ? length : AddVertical(halves, bits, length, ref black);
            halves.Add(HalfStep.Nothing);
        }

        uint state = (black ? Black : 0) | (toRun ? SecondRun : 0);
        return (ushort)((Place(state, new Step(halves[0], halves[1])) << StepShift) | length);
    }

    // The step's place, which has the state after it in the bits that a code has it.
    private int Place(uint state, Step step)
    {
        if (!places.TryGetValue((state, step), out int place))
        {
            int number = places.Keys.Count(key => key.State == state);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, StepsPerState);
            int low = number & ((1 << LowPlaceBits) - 1);
            place = low | (int)(state >> StepShift) | ((number - low) << 2);
            places.Add((state, step), place);
            steps[place] = step;
        }

        return place;
    }

    // These add what is at a position among the index bits, if the bits have all of its code. They give the position
    // after it, or the same one.
    private static int AddMode(List<HalfStep> halves, uint bits, ref bool black, ref bool toRun)
    {
        int entry = Mode(bits, 0);
        int length = entry & ModeTable.LengthMask;
        switch (entry >> ModeTable.ModeShift)
        {
            case < ModeTable.Horizontal:
                return AddVertical(halves, bits, 0, ref black);
            case ModeTable.Horizontal:
                int middle = AddRun(halves, bits, length, ref black);
                int end = middle == length ? middle : AddRun(halves, bits, middle, ref black);
                toRun = end == middle;
                return middle == length ? 0 : end;
            case ModeTable.Pass:
                halves.Add(HalfStep.Pass(black));
                if (Mode(bits, length) >> ModeTable.ModeShift >= ModeCodes.VerticalMax
                    && AddVertical(halves, bits, length, ref black) is var after && after > length)
                {
                    // Changes alternate: b1 of this V(0) or VR is the second mark of its row, and beyond b2.
                    return after;
                }

                halves.Add(HalfStep.Pass(!black));
                return length;
            default:
                return 0;
        }
    }

    private static int AddVertical(List<HalfStep> halves, uint bits, int at, ref bool black)
    {
        int entry = Mode(bits, at);
        int mode = entry >> ModeTable.ModeShift;
        int end = at + (entry & ModeTable.LengthMask);
        if (mode >= ModeTable.Horizontal || end > IndexBits)
        {
            return at;
        }

        halves.Add(HalfStep.Vertical(black, mode - ModeCodes.VerticalMax));
        black = !black;
        return end;
    }

    private static int AddRun(List<HalfStep> halves, uint bits, int at, ref bool black)
    {
        uint entry = RunDecodeTable.Lookup(!black, (ulong)Rest(bits, at) << (64 - IndexBits));
        int run = (int)(entry >> RunDecodeTable.RunShift);
        int end = at + (int)(entry & RunDecodeTable.LengthMask);
        if ((entry & RunDecodeTable.TerminatingBit) == 0 || run is 0 or > RunMax || end > IndexBits)
        {
            return at;
        }

        halves.Add(HalfStep.Run(run));
        black = !black;
        return end;
    }

    private static int Mode(uint bits, int at) =>
        ModeTable.Modes[Rest(bits, at) >> (IndexBits - ModeTable.IndexBits)];

    private static uint Rest(uint bits, int at) => (bits << at) & (Black - 1);

    [InlineArray(CodesCount)]
    private struct CodeArray
    {
        private ushort first;
    }

    [InlineArray(StepsCount)]
    private struct StepArray
    {
        private Step first;
    }
}
