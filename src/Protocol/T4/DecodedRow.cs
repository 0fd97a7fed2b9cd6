// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T4;

/// <summary>The changing elements of a row as it is decoded. Invariant: positions ascend strictly and lie below the
/// width, so that there are never more of them than pels, whatever the input.</summary>
internal sealed class DecodedRow
{
    /// <summary>Where the first change lies; the element before it is 0.</summary>
    public const int First = 1;

    /// <summary>After the last change the width stands this often: b1, b2 and their neighbours at the end of a
    /// row.</summary>
    private const int SentinelCount = 8;

    private readonly int widthPels;

    public DecodedRow(int widthPels)
    {
        this.widthPels = widthPels;
        Positions = new ushort[First + widthPels + SentinelCount + 4];
        Seal(First);
    }

    public ushort[] Positions { get; }

    /// <summary>One past the last change. Even when a black run is open to the end of the row.</summary>
    public int End { get; private set; }

    /// <summary>The colour changes at a position. A run of zero pels undoes the change before it, for its neighbours
    /// are one run. Gives the new end.</summary>
    public int Toggle(int end, int position)
    {
        if (end > First && Positions[end - 1] == position)
        {
            return end - 1;
        }

        Positions[end] = (ushort)position;
        return end + 1;
    }

    /// <summary>Ends the row after its last change; one at the width itself is none.</summary>
    public void Seal(int end)
    {
        end -= end > First && Positions[end - 1] == widthPels ? 1 : 0;
        Positions.AsSpan(end, SentinelCount).Fill((ushort)widthPels);
        End = end;
    }
}
