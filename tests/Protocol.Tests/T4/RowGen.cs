// SPDX-License-Identifier: Apache-2.0
using CsCheck;

namespace Hermetic.Protocol.Tests.T4;

/// <summary>Random pages whose rows are runs of every length, near copies of the row above, noise, blank or
/// black.</summary>
internal static class RowGen
{
    public static Gen<byte[]> Page(int widthPels, int rowsMax) =>
        Gen.Select(Gen.Int[1, rowsMax], Gen.Int).Select((rows, seed) => Draw(widthPels, rows, new Random(seed)));

    private static byte[] Draw(int widthPels, int rows, Random random)
    {
        int rowBytes = (widthPels + 7) / 8;
        byte[] bits = new byte[rows * rowBytes];
        bool[] pels = new bool[widthPels];
        for (int row = 0; row < rows; row++)
        {
            DrawRow(pels, random);
            for (int x = 0; x < widthPels; x++)
            {
                bits[(row * rowBytes) + (x >> 3)] |= (byte)(pels[x] ? 0x80 >> (x & 7) : 0);
            }
        }

        return bits;
    }

    private static void DrawRow(bool[] pels, Random random)
    {
        switch (random.Next(7))
        {
            case 0:
                Array.Fill(pels, random.Next(2) == 0);
                break;
            case 1:
                for (int x = 0; x < pels.Length; x++)
                {
                    pels[x] = random.Next(2) == 0;
                }

                break;
            case 2 or 3:
                int runMax = 2 << random.Next(12);
                bool black = random.Next(2) == 0;
                for (int x = 0; x < pels.Length; black = !black)
                {
                    int run = Math.Min(1 + random.Next(runMax), pels.Length - x);
                    Array.Fill(pels, black, x, run);
                    x += run;
                }

                break;
            default:
                // Like the row above, but for edges moved by a few pels here and there.
                for (int i = random.Next(8); i > 0; i--)
                {
                    int from = random.Next(pels.Length);
                    Array.Fill(pels, random.Next(2) == 0, from, Math.Min(1 + random.Next(5), pels.Length - from));
                }

                break;
        }
    }
}
