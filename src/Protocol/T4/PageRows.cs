// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.Protocol.T4;

/// <summary>A page's rows on their way out: holds the row in work with its reference, paints good rows, mends bad ones
/// by repeating the last good one (white before the first), and counts.</summary>
internal sealed class PageRows(int widthPels, FaxDecoderLimits limits)
{
    private readonly ulong[] painted = new ulong[DecodedRow.PaintedWords(widthPels)];
    private readonly int rowBytes = (widthPels + 7) / 8;

    // Consecutive bad rows up to now.
    private int badRun;

    /// <summary>The row in work; its reference is the last good row.</summary>
    public DecodedRow Row { get; } = new(widthPels);

    public int Rows { get; private set; }

    public int BadRows { get; private set; }

    public int LongestBadRun { get; private set; }

    public FaxRowFault FirstFault { get; private set; }

    // The row last painted; white at first.
    private ReadOnlySpan<byte> Painted => MemoryMarshal.AsBytes(painted.AsSpan())[..rowBytes];

    public bool IsFull => Rows >= limits.RowsPerPageMax;

    public void Reset()
    {
        Row.Clear();
        Row.Seal(painted);
        badRun = 0;
        Rows = 0;
        BadRows = 0;
        LongestBadRun = 0;
        FirstFault = FaxRowFault.None;
    }

    /// <summary>The current row is good: it goes out and becomes the reference.</summary>
    public void PutCurrent(IRowOutput output)
    {
        Row.Seal(painted);
        PutSame(output);
    }

    /// <summary>A good row that equals its reference.</summary>
    public void PutSame(IRowOutput output)
    {
        badRun = 0;
        Rows++;
        output.WriteRow(Painted);
    }

    /// <summary>A bad row: the last good one goes out in its place.</summary>
    public void PutBad(IRowOutput output, FaxRowFault fault)
    {
        FirstFault = FirstFault == FaxRowFault.None ? fault : FirstFault;
        badRun++;
        LongestBadRun = Math.Max(LongestBadRun, badRun);
        BadRows++;
        Rows++;
        output.WriteRow(Painted);
    }
}
