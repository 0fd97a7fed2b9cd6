// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T6;

/// <summary>A step along the row, in two halves, so that the modes need no branches. A vertical mode is one half, the
/// other being the next vertical mode, or nothing. Pass mode goes to b1 and then to b2, horizontal mode along one run
/// and then along the other.</summary>
internal readonly record struct Step(HalfStep First, HalfStep Second)
{
    /// <summary>No step can be this one.</summary>
    public static Step Never { get; } = new(HalfStep.Run(0), HalfStep.Nothing);
}

/// <summary>Goes from where it stands (one past a0, at first) to the first mark of a row of marks, and some pels
/// on.</summary>
/// <param name="Marks">The row of marks of a <see cref="DecodedRow"/>.</param>
/// <param name="Beyond">Pels from the mark to one past the end; in vertical mode they may be negative.</param>
/// <param name="Change">1 = it ends with a change, and must be longer than 0 for it. 0 = it does not.</param>
internal readonly record struct HalfStep(PelBits.RowName Marks, sbyte Beyond, byte Change)
{
    public static HalfStep Nothing { get; } = new(DecodedRow.OnesRow, 0, 0);

    public static HalfStep Run(int pels) => new(DecodedRow.OnesRow, (sbyte)pels, 1);

    /// <summary>Vertical mode from an a0 of a colour.</summary>
    public static HalfStep Vertical(bool black, int shift) => new(Other(black), (sbyte)(shift + 1), 1);

    /// <summary>To the next change from a colour to the other, without one of our own.</summary>
    public static HalfStep Pass(bool black) => new(Other(black), 1, 0);

    private static PelBits.RowName Other(bool black) => black ? DecodedRow.ToWhiteRow : DecodedRow.ToBlackRow;
}
