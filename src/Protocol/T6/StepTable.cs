// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T6;

/// <summary>Bits of the stream to steps. Two tables, since one of all would be too large for the processor's first
/// cache: the bits tell a code, the code tells the step.</summary>
internal static class StepTable
{
    /// <summary>Codes are indexed by so many bits of the stream; those for a black a0 come second.</summary>
    public const int IndexBits = 12;
    public const uint Black = 1 << IndexBits;

    /// <summary>Of a code, bits 3–0: its length in the stream; 0 = there is no step.</summary>
    public const uint LengthMask = 15;

    /// <summary>Bit 4: whether a0 is black after the step. Moved by so much it is the index's bit.</summary>
    public const int BlackShift = 8;

    /// <summary>Bits 15–5: the step's place in its table.</summary>
    public const int StepShift = 5;

    /// <summary>Longest run of a step: our limit, since longer ones are rare and need longer codes.</summary>
    private const int RunMax = 28;

    // Our limit: as many as a code can tell, so that a look needs no check.
    private const int StepsMax = 1 << (16 - StepShift);

    private static readonly (ushort[] Codes, Step[] Steps) Built = Build();

    public static readonly ushort[] Codes = Built.Codes;
    public static readonly Step[] Steps = Built.Steps;

    private static (ushort[] Codes, Step[] Steps) Build()
    {
        ushort[] codes = new ushort[2 * Black];
        Dictionary<Step, int> places = new() { [Step.Never] = 0 };
        for (uint index = 0; index < codes.Length; index++)
        {
            bool black = index >= Black;
            uint bits = index & (Black - 1);
            List<HalfStep> halves = [];
            int length = AddMode(halves, bits, 0, ref black);
            if (length > 0 && halves.Count == 1)
            {
                length = AddMode(halves, bits, length, ref black);
                halves.Add(HalfStep.Nothing);
            }

            if (length > 0)
            {
                Step step = new(halves[0], halves[1]);
                places.TryAdd(step, places.Count);
                codes[index] =
                    (ushort)((places[step] << StepShift) | (black ? (int)Black >> BlackShift : 0) | length);
            }
        }

        Step[] steps = new Step[StepsMax];
        foreach ((Step step, int place) in places)
        {
            steps[place] = step;
        }

        return (codes, steps);
    }

    // Adds the mode at a position among the index bits, if the step has room for it and the bits for all of its code.
    // Gives the position after it, or the same one.
    private static int AddMode(List<HalfStep> halves, uint bits, int at, ref bool black)
    {
        int entry = ModeTable.Modes[Rest(bits, at) >> (IndexBits - ModeTable.IndexBits)];
        int mode = entry >> ModeTable.ModeShift;
        int length = entry & ModeTable.LengthMask;
        if (length == 0 || at + length > IndexBits)
        {
            return at;
        }

        if (mode < ModeTable.Horizontal)
        {
            halves.Add(HalfStep.Vertical(black, mode - ModeCodes.VerticalMax));
            black = !black;
            return at + length;
        }

        if (halves.Count > 0)
        {
            return at;
        }

        if (mode == ModeTable.Pass)
        {
            halves.AddRange([HalfStep.Pass(black), HalfStep.Pass(!black)]);
            return at + length;
        }

        return mode == ModeTable.Horizontal ? AddRuns(halves, bits, length, black) : at;
    }

    private static int AddRuns(List<HalfStep> halves, uint bits, int at, bool black)
    {
        (int first, int middle) = Run(bits, at, black);
        (int second, int end) = Run(bits, middle, !black);
        if (first is 0 or > RunMax || second is 0 or > RunMax || end > IndexBits)
        {
            return 0;
        }

        halves.AddRange([HalfStep.Run(first), HalfStep.Run(second)]);
        return end;
    }

    // A run that one code tells, or 0; and the position after it.
    private static (int Run, int End) Run(uint bits, int at, bool black)
    {
        uint entry = RunDecodeTable.Lookup(!black, (ulong)Rest(bits, at) << (64 - IndexBits));
        int run = (entry & RunDecodeTable.TerminatingBit) == 0 ? 0 : (int)(entry >> RunDecodeTable.RunShift);
        return (run, at + (int)(entry & RunDecodeTable.LengthMask));
    }

    private static uint Rest(uint bits, int at) => (bits << at) & (Black - 1);
}
