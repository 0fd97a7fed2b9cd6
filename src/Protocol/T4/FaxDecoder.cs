// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Bits;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T6;

namespace Hermetic.Protocol.T4;

/// <summary>Decodes a page from octets as they arrive, in chunks of any size: how they are cut never changes the rows.
/// Never throws for what the octets say. A row that does not decode is replaced by the last good one and
/// counted.</summary>
public sealed class FaxDecoder
{
    private readonly PageRows rows;
    private readonly IPageParser parser;

    // Bits of a code that the last chunk cut off.
    private ulong window;
    private int windowBits;

    public FaxDecoder(FaxCompression compression, int widthPels, FaxDecoderLimits? limits = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widthPels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(widthPels, FaxDecoderLimits.WidthPelsMax);
        rows = new PageRows(widthPels, limits ?? FaxDecoderLimits.Default);
        parser = compression == FaxCompression.Mmr
            ? new BlockParser(widthPels, rows)
            : new LineParser(widthPels, compression == FaxCompression.Mr, rows);
    }

    public FaxDecoderState State => parser.State;

    /// <summary>Whether RTC or EOFB came, with all rows before it.</summary>
    public bool SawEndOfPage => State == FaxDecoderState.EndOfPage;

    /// <summary>Rows put out, bad ones included.</summary>
    public int Rows => rows.Rows;

    /// <summary>Rows that did not decode and went out as a copy of the last good row.</summary>
    public int BadRows => rows.BadRows;

    public int LongestBadRun => rows.LongestBadRun;

    /// <summary>What was wrong with the first bad row.</summary>
    public FaxRowFault FirstFault => rows.FirstFault;

    /// <summary>The sum of what <see cref="NoteLoss"/> was told.</summary>
    public int LostOctets { get; private set; }

    /// <summary>The counts, as <see cref="CopyQuality"/> judges them.</summary>
    public PageQuality Quality => new(Rows, BadRows, LongestBadRun, LostOctets);

    /// <summary>Takes the next octets of the page and puts out the rows that they complete.</summary>
    public void Write(ReadOnlySpan<byte> octets, IRowOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        BitReader reader = new(octets, window, windowBits);
        parser.Parse(ref reader, output);
        window = reader.Window;
        windowBits = reader.Count;
    }

    /// <summary>So many octets were lost before the next <see cref="Write"/>. MH and MR go on at the next EOL; MMR
    /// can't.</summary>
    public void NoteLoss(int octets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(octets);
        if (octets == 0)
        {
            return;
        }

        LostOctets = (int)Math.Min((long)LostOctets + octets, int.MaxValue);
        window = 0;
        windowBits = 0;
        parser.NoteLoss();
    }

    /// <summary>No more octets will come: puts out what is still owed.</summary>
    public void Finish(IRowOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        BitReader reader = new([], window, windowBits);
        parser.Finish(ref reader, output);
        window = 0;
        windowBits = 0;
    }

    /// <summary>Forgets the page, for the next one.</summary>
    public void Reset()
    {
        rows.Reset();
        parser.Reset();
        window = 0;
        windowBits = 0;
        LostOctets = 0;
    }
}
