// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Hermetic.Protocol.Bits;

namespace Hermetic.Protocol.T4;

/// <summary>Run lengths to bits: make-up and terminating code together in one entry for every run to 2,623.</summary>
internal static class RunEncodeTable
{
    // Entry: bits 31–5 the code (at most 13 + 12 bits), bits 4–0 its length.
    private const int LengthBits = 5;
    private const uint LengthMask = (1 << LengthBits) - 1;
    private const int Runs = RunCodes.MakeUpMax + RunCodes.MakeUpUnit;

    public static readonly uint[] White = Build(black: false);
    public static readonly uint[] Black = Build(black: true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(ref BitSink sink, uint[] table, int run)
    {
        if (run >= Runs)
        {
            run = PutLongMakeUp(ref sink, table, run);
        }

        uint entry = table[run];
        sink.Put(entry >> LengthBits, (int)(entry & LengthMask));
    }

    // T.4 §4.1.1: a run over 2,623 pels repeats the make-up code of 2,560.
    private static int PutLongMakeUp(ref BitSink sink, uint[] table, int run)
    {
        uint zero = table[0];
        uint longest = table[RunCodes.MakeUpMax];
        int zeroLength = (int)(zero & LengthMask);
        for (; run >= Runs; run -= RunCodes.MakeUpMax)
        {
            sink.Put(longest >> (LengthBits + zeroLength), (int)(longest & LengthMask) - zeroLength);
        }

        return run;
    }

    private static uint[] Build(bool black)
    {
        Dictionary<int, (uint Bits, int Length)> codes =
            RunCodes.Of(black).ToDictionary(c => c.Run, c => (c.Bits, c.Length));
        uint[] table = new uint[Runs];
        for (int run = 0; run < Runs; run++)
        {
            (uint bits, int length) = codes[run % RunCodes.MakeUpUnit];
            if (run >= RunCodes.MakeUpUnit)
            {
                (uint makeUp, int makeUpLength) = codes[run - (run % RunCodes.MakeUpUnit)];
                bits |= makeUp << length;
                length += makeUpLength;
            }

            table[run] = (bits << LengthBits) | (uint)length;
        }

        return table;
    }
}
