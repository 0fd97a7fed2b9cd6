// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T6;

/// <summary>A step along the row, in two halves. Each goes from where it stands to the first mark of a row of marks and
/// some pels on, and there puts a change or not. Pass mode is to b1 and to b2; horizontal mode is its two runs, from a
/// mark that is everywhere; vertical mode is one half, the other being of another vertical mode or of no length. So the
/// modes need no branches.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Step(Half First, Half Second)
{
}

/// <param name="Marks">The row of marks, as <see cref="PelBits"/> wants it.</param>
/// <param name="Beyond">Pels from the mark to one past the end; a vertical mode's may be negative.</param>
/// <param name="Put">1 = a change at the end, 0 = none. A half that puts one has a length of 1 or more.</param>
internal readonly record struct Half(ushort Marks, sbyte Beyond, byte Put)
{
    public static Half Nothing => new((ushort)DecodedRow.OnesOctet, 0, 0);

    /// <summary>To no pel, and a change there: never taken.</summary>
    public static Half Nowhere => new((ushort)DecodedRow.OnesOctet, 0, 1);

    public static Half Run(int pels) => new((ushort)DecodedRow.OnesOctet, (sbyte)pels, 1);

    public static Half Vertical(bool black, int shift) => new(ToOther(black), (sbyte)(shift + 1), 1);

    public static Half ToChange(bool black) => new(ToOther(black), 1, 0);

    private static ushort ToOther(bool black) =>
        (ushort)(black ? DecodedRow.ToWhiteOctet : DecodedRow.ToBlackOctet);
}

/// <summary>Bits of the stream to steps.</summary>
internal static class StepTable
{
    /// <summary>Codes are indexed by so many bits of the stream, the half for a black a0 second.</summary>
    public const int IndexBits = 12;
    public const uint Black = 1 << IndexBits;

    /// <summary>Of a code, bits 3–0: its length in the stream.</summary>
    public const uint LengthMask = 15;

    /// <summary>Bit 4, moved by <see cref="BlackShift"/> to where the index has it: whether a0 is black after the
    /// step.</summary>
    public const int BlackShift = 8;

    /// <summary>Bits 15–5: the step.</summary>
    public const int StepShift = 5;

    /// <summary>Longest step in horizontal mode.</summary>
    private const int RunsMax = 56;

    private static readonly (ushort[] Codes, Step[] Steps) Built = Build();

    public static readonly ushort[] Codes = Built.Codes;
    public static readonly Step[] Steps = Built.Steps;

    private static (ushort[] Codes, Step[] Steps) Build()
    {
        ushort[] codes = new ushort[2 * Black];
        List<Step> steps = [new(Half.Nowhere, Half.Nowhere)];
        foreach (bool black in (bool[])[false, true])
        {
            void Add(uint code, int length, bool blackAfter, Half first, Half second)
            {
                if (length <= IndexBits)
                {
                    codes.AsSpan((int)((black ? Black : 0) | (code << (IndexBits - length))), 1 << (IndexBits - length))
                        .Fill((ushort)((steps.Count << StepShift) | (blackAfter ? Black >> BlackShift : 0) | (uint)length));
                    steps.Add(new(first, second));
                }
            }

            Add(ModeCodes.Pass, ModeCodes.PassLength, black, Half.ToChange(black), Half.ToChange(!black));
            for (int i = 0; i < ModeCodes.Vertical.Length; i++)
            {
                uint one = ModeCodes.Vertical[i];
                int oneLength = ModeCodes.VerticalLength[i];
                Half first = Half.Vertical(black, i - ModeCodes.VerticalMax);
                Add(one, oneLength, !black, first, Half.Nothing);
                for (int j = 0; j < ModeCodes.Vertical.Length; j++)
                {
                    int length = ModeCodes.VerticalLength[j];
                    Add((one << length) | ModeCodes.Vertical[j], oneLength + length, black, first,
                        Half.Vertical(!black, j - ModeCodes.VerticalMax));
                }
            }

            foreach ((int first, uint firstBits, int firstLength) in RunCodes.Of(black))
            {
                foreach ((int second, uint secondBits, int secondLength) in RunCodes.Of(!black))
                {
                    if (first > 0 && second > 0 && first + second <= RunsMax)
                    {
                        uint code = (((ModeCodes.Horizontal << firstLength) | firstBits) << secondLength) | secondBits;
                        Add(code, ModeCodes.HorizontalLength + firstLength + secondLength, black, Half.Run(first),
                            Half.Run(second));
                    }
                }
            }
        }

        return (codes, [.. steps]);
    }
}
