// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T4;

/// <summary>Bits to run lengths. Both tables are indexed by <see cref="IndexBits"/> bits of the stream, the black half
/// first: index = (white ? <see cref="Half"/> : 0) + bits.</summary>
internal static class RunDecodeTable
{
    public const int IndexBits = RunCodes.LengthMax;
    public const int Half = 1 << IndexBits;
    public const int LengthMask = 15;

    // Single: bits 3–0 length (0 = no code), bit 4 set on a terminating code, bits 19–8 the run.
    public const int TerminatingBit = 16;
    public const int RunShift = 8;

    // Pair: bits 3–0 length in all, bits 5–4 complete runs (0 = look it up singly), bits 19–8 the first run (of the
    // half's colour), bits 31–20 the second. Runs of zero are left to the single table, so that both runs advance.
    public const int RunsShift = 4;
    public const int RunsMask = 3;
    public const int RunMask = 0xFFF;
    public const int SecondRunShift = 20;

    public static readonly uint[] Single = BuildSingle();
    public static readonly uint[] Pair = BuildPair();

    /// <summary>The code on top of a window of bits, as the single table has it.</summary>
    public static uint Lookup(bool white, ulong window) =>
        Single[(white ? Half : 0) + (int)(window >> (64 - IndexBits))];

    private static uint[] BuildSingle()
    {
        uint[] table = new uint[2 * Half];
        foreach (bool white in (bool[])[false, true])
        {
            foreach ((int run, uint bits, int length) in RunCodes.Of(!white))
            {
                uint entry = (uint)((run << RunShift) | (run < RunCodes.MakeUpUnit ? TerminatingBit : 0) | length);
                int first = (white ? Half : 0) + (int)(bits << (IndexBits - length));
                table.AsSpan(first, 1 << (IndexBits - length)).Fill(entry);
            }
        }

        return table;
    }

    private static uint[] BuildPair()
    {
        uint[] table = new uint[2 * Half];
        for (int index = 0; index < table.Length; index++)
        {
            bool white = index >= Half;
            int bits = index & (Half - 1);
            (int first, int firstLength) = CompleteRun(white, bits, 0);
            if (firstLength == 0)
            {
                continue;
            }

            (int second, int length) = CompleteRun(!white, bits, firstLength);
            int runs = length > 0 ? 2 : 1;
            table[index] = ((uint)second << SecondRunShift) | (uint)(first << RunShift) | (uint)(runs << RunsShift) |
                (uint)(length > 0 ? length : firstLength);
        }

        return table;
    }

    // A whole run, make-up codes and all, whose codes lie within the index bits from a position on. Gives the run and
    // the position after it, or (0, 0).
    private static (int Run, int End) CompleteRun(bool white, int bits, int position)
    {
        int run = 0;
        for (; ; )
        {
            uint entry = Single[(white ? Half : 0) + ((bits << position) & (Half - 1))];
            int length = (int)(entry & LengthMask);
            position += length;
            if (length == 0 || position > IndexBits)
            {
                return (0, 0);
            }

            run += (int)(entry >> RunShift);
            if ((entry & TerminatingBit) != 0)
            {
                return run is > 0 and <= RunMask ? (run, position) : (0, 0);
            }
        }
    }
}
