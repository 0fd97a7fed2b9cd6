// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Bits;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T6;

/// <summary>T.4 §4.2.1.3 and T.6 §2.2: a row against the row above it, element by element of both rows'
/// changes.</summary>
internal static class TwoDimensionalCoder
{
    /// <summary>A row that equals its reference: V(0) for each change and for the end.</summary>
    public static void PutSame(ref BitSink sink, RowScanner row) => sink.PutRun(ones: true, row.End - row.First + 1);

    public static void Put(ref BitSink output, RowScanner row, RowScanner above)
    {
        BitSink sink = output;
        ushort[] current = row.Positions;
        ushort[] reference = above.Positions;
        ReadOnlySpan<byte> verticalCode = ModeCodes.Vertical;
        ReadOnlySpan<byte> verticalLength = ModeCodes.VerticalLength;
        int width = current[^1];
        int i = row.First;
        int j = above.First;
        int white = 1;
        int a0 = 0;
        for (; ; )
        {
            // i and j keep the same colour: current[i] is a1, reference[j] is b1, both change to the other colour.
            int a1 = current[i];
            int b1 = reference[j];
            int b2 = reference[j + 1];
            int shift = a1 - b1 + ModeCodes.VerticalMax;
            if (b2 < a1)
            {
                sink.Put(ModeCodes.Pass, ModeCodes.PassLength);
                a0 = b2;
                j += 2;
                continue;
            }

            if ((uint)shift < (uint)verticalCode.Length)
            {
                sink.Put(verticalCode[shift], verticalLength[shift]);
                if (a1 == width)
                {
                    break;
                }

                a0 = a1;
                i++;
                white ^= 1;
                j += reference[j - 1] > a1 ? -1 : 1;
            }
            else
            {
                int a2 = current[i + 1];
                sink.Put(ModeCodes.Horizontal, ModeCodes.HorizontalLength);
                RunEncodeTable.Put(ref sink, white != 0 ? RunEncodeTable.White : RunEncodeTable.Black, a1 - a0);
                RunEncodeTable.Put(ref sink, white != 0 ? RunEncodeTable.Black : RunEncodeTable.White, a2 - a1);
                if (a2 == width)
                {
                    break;
                }

                a0 = a2;
                i += 2;
            }

            while (reference[j] <= a0)
            {
                j += 2;
            }
        }

        output = sink;
    }
}
