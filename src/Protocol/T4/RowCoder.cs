// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Bits;

namespace Hermetic.Protocol.T4;

/// <summary>T.4 §4.1.1: a row as alternating white and black run lengths, white first.</summary>
internal static class RowCoder
{
    public static void Put(ref BitSink output, RowScanner row)
    {
        BitSink sink = output;
        ushort[] positions = row.Positions;
        int from = 0;
        for (int i = row.First; i < positions.Length - 1; i += 2)
        {
            int black = positions[i];
            int white = positions[i + 1];
            RunEncodeTable.Put(ref sink, RunEncodeTable.White, black - from);
            if (i >= row.End)
            {
                break;
            }

            RunEncodeTable.Put(ref sink, RunEncodeTable.Black, white - black);
            from = white;
            if (i + 1 >= row.End)
            {
                break;
            }
        }

        output = sink;
    }
}
