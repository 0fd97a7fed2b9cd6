// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T6;

/// <summary>Bits of the stream to a whole step along the row: a mode, and in horizontal mode both of its runs. Indexed
/// by <see cref="IndexBits"/> bits of the stream, the half for a black a0 second. A step goes from a0 to the first mark
/// of some row of marks, and some pels on; what that is, and which changes it puts, is all in the entry, so that
/// vertical and horizontal mode need no branches.</summary>
internal static class StepTable
{
    public const int IndexBits = 12;

    /// <summary>The index's bit for a black a0, and the entry's bit that turns it over.</summary>
    public const uint Black = 1 << IndexBits;

    /// <summary>Bits 3–0: the length of the codes.</summary>
    public const uint LengthMask = 15;

    /// <summary>Bit 4: pass mode. The mark is b1, and the step goes to b2.</summary>
    public const uint Pass = 1 << 4;

    /// <summary>Bits 9–5: pels from <see cref="BeyondBias"/> left of the mark to one past the step's end.</summary>
    public const int BeyondShift = 5;
    public const uint BeyondMask = 31;
    public const int BeyondBias = 2;

    // Bits 11–10: the row of marks, as PelBits wants it.

    /// <summary>Bits 31–13: the changes that the step puts, as seen from the mark, lowest bit leftmost, moved by <see
    /// cref="DecodedRow.ChangeShift"/>.</summary>
    public const int ChangesShift = 13;

    /// <summary>Longest step in horizontal mode that the entry's changes have room for.</summary>
    private const int RunsMax = 31 - ChangesShift - DecodedRow.ChangeShift + 1;

    // A step to no pel at all: what is not in the table.
    private const uint Nowhere = DecodedRow.OnesOctet | (BeyondBias << BeyondShift);

    public static readonly uint[] Steps = Build();

    private static uint[] Build()
    {
        uint[] table = new uint[2 * Black];
        table.AsSpan().Fill(Nowhere);
        foreach (bool black in (bool[])[false, true])
        {
            uint toOther = black ? DecodedRow.ToWhiteOctet : DecodedRow.ToBlackOctet;
            for (int mode = 0; mode < ModeCodes.Vertical.Length; mode++)
            {
                Add(table, black, ModeCodes.Vertical[mode], ModeCodes.VerticalLength[mode],
                    toOther | Black | Beyond(mode - ModeCodes.VerticalMax + 1) | Change(mode - ModeCodes.VerticalMax));
            }

            Add(table, black, ModeCodes.Pass, ModeCodes.PassLength, toOther | Pass | Beyond(1));
            AddRuns(table, black);
        }

        return table;
    }

    private static void AddRuns(uint[] table, bool black)
    {
        foreach ((int first, uint firstBits, int firstLength) in RunCodes.Of(black))
        {
            foreach ((int second, uint secondBits, int secondLength) in RunCodes.Of(!black))
            {
                int length = ModeCodes.HorizontalLength + firstLength + secondLength;
                if (length <= IndexBits && first > 0 && second > 0 && first + second <= RunsMax)
                {
                    uint code = (((ModeCodes.Horizontal << firstLength) | firstBits) << secondLength) | secondBits;
                    Add(table, black, code, length, DecodedRow.OnesOctet | Beyond(first + second)
                        | Change(first - 1) | Change(first + second - 1));
                }
            }
        }
    }

    private static uint Beyond(int pels) => (uint)(pels + BeyondBias) << BeyondShift;

    private static uint Change(int pel) => 1u << (pel + DecodedRow.ChangeShift + ChangesShift);

    private static void Add(uint[] table, bool black, uint code, int length, uint step) =>
        table.AsSpan((int)((black ? Black : 0) | (code << (IndexBits - length))), 1 << (IndexBits - length))
            .Fill(step | (uint)length);
}
