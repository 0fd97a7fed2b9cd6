// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T6;

/// <summary>Seven bits of the stream to a two-dimensional mode.</summary>
internal static class ModeTable
{
    public const int IndexBits = ModeCodes.LengthMax;

    // Entry: bits 3–0 the code's length, bits 7–4 the mode: 0 to 6 vertical (a1 − b1 + 3), then these.
    public const int LengthMask = 15;
    public const int ModeShift = 4;
    public const int Horizontal = 7;
    public const int Pass = 8;
    public const int Extension = 9;
    public const int None = 10;

    public static readonly byte[] Modes = Build();

    private static byte[] Build()
    {
        byte[] table = new byte[1 << IndexBits];
        table.AsSpan().Fill(None << ModeShift);
        for (int mode = 0; mode < ModeCodes.Vertical.Length; mode++)
        {
            Add(table, mode, ModeCodes.Vertical[mode], ModeCodes.VerticalLength[mode]);
        }

        Add(table, Horizontal, ModeCodes.Horizontal, ModeCodes.HorizontalLength);
        Add(table, Pass, ModeCodes.Pass, ModeCodes.PassLength);
        Add(table, Extension, ModeCodes.Extension, ModeCodes.LengthMax);
        return table;
    }

    private static void Add(byte[] table, int mode, uint code, int length) =>
        table.AsSpan((int)code << (IndexBits - length), 1 << (IndexBits - length))
            .Fill((byte)((mode << ModeShift) | length));
}
