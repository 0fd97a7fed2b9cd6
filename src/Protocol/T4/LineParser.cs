// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Hermetic.Protocol.Bits;
using Hermetic.Protocol.T6;

namespace Hermetic.Protocol.T4;

/// <summary>A T.4 page: EOL, in MR a tag bit, the row's data, fill, and again EOL; six EOL in a row are RTC. A row
/// counts as good only when an EOL follows it. After a bad row the next EOL is the way back in; after a bad row in MR,
/// the next one-dimensional row.</summary>
internal sealed class LineParser(int widthPels, bool mr, PageRows rows) : IPageParser
{
    private const int EolZeros = RunCodes.EolLength - 1;

    // No code begins with more zeros, and so many bits are there when a code is found to be none.
    private const int CodeZerosMax = 7;

    // T.4 §4.1.4. Where the data ends after fewer, two tell the end of the page as well: a row is never empty.
    private const int RtcEols = 6;
    private const int RtcEolsAtEnd = 2;

    private readonly RowParser oneDimensional = new(widthPels);
    private readonly TwoDimensionalParser twoDimensional = new(widthPels);

    private enum Place
    {
        // Anything but EOL is skipped.
        Hunt,
        Tag,
        LineStart,
        InLine,
        // The row is complete: fill and EOL must follow.
        AfterLine,
        // An EOL follows an EOL.
        Empty,
    }

    private Place place;

    // Zeros seen in a row while an EOL is awaited; kept from growing past what an EOL needs.
    private int zeros;

    // EOLs in a row.
    private int eols;
    private bool lineIsTwoDimensional;
    private bool referenceIsGood;
    private bool lossPending;

    public FaxDecoderState State { get; private set; }

    public void Parse(ref BitReader reader, IRowOutput output)
    {
        if (lossPending)
        {
            lossPending = false;
            EndBadLine(output, FaxRowFault.Loss, zerosBefore: 0);
        }

        while (State == FaxDecoderState.Decoding && Step(ref reader, output))
        {
        }

        if (State != FaxDecoderState.Decoding)
        {
            reader = default;
        }
    }

    public void NoteLoss()
    {
        zeros = 0;

        // While a bad row is skipped anyway, the loss is part of it.
        lossPending |= State == FaxDecoderState.Decoding && (place != Place.Hunt || rows.Rows == 0);
    }

    public void Finish(ref BitReader reader, IRowOutput output)
    {
        Parse(ref reader, output);
        if (State != FaxDecoderState.Decoding)
        {
            return;
        }

        if (place == Place.AfterLine)
        {
            EndGoodLine(output);
        }
        else if (place == Place.InLine)
        {
            EndBadLine(output, FaxRowFault.ShortRow, zerosBefore: 0);
        }
        else if (eols >= RtcEolsAtEnd)
        {
            State = FaxDecoderState.EndOfPage;
        }
    }

    public void Reset()
    {
        place = Place.Hunt;
        State = FaxDecoderState.Decoding;
        zeros = 0;
        eols = 0;
        referenceIsGood = false;
        lossPending = false;
    }

    private bool Step(ref BitReader reader, IRowOutput output) => place switch
    {
        Place.Tag => ParseTag(ref reader),
        Place.LineStart => StartLine(ref reader, output),
        Place.InLine => ContinueLine(ref reader, output),
        _ => AwaitEol(ref reader, output),
    };

    private bool AwaitEol(ref BitReader reader, IRowOutput output)
    {
        reader.Refill();
        if (reader.Count == 0)
        {
            return false;
        }

        int found = Math.Min(BitOperations.LeadingZeroCount(reader.Window), reader.Count);
        bool one = found < reader.Count;
        reader.Skip(found + (one ? 1 : 0));
        zeros = Math.Min(zeros + found, EolZeros);
        if (one)
        {
            bool eol = zeros == EolZeros;
            zeros = 0;
            EndAwaiting(output, eol);
        }

        return true;
    }

    private void EndAwaiting(IRowOutput output, bool eol)
    {
        if (!eol)
        {
            if (place == Place.AfterLine)
            {
                EndBadLine(output, FaxRowFault.MissingEol, zerosBefore: 0);
            }

            return;
        }

        eols = place == Place.Empty ? eols + 1 : 1;
        if (place == Place.AfterLine)
        {
            EndGoodLine(output);
        }

        place = mr ? Place.Tag : Place.LineStart;
        if (eols == RtcEols)
        {
            State = FaxDecoderState.EndOfPage;
        }
    }

    // T.4 §4.2.2: 1 = the row is one-dimensional.
    private bool ParseTag(ref BitReader reader)
    {
        reader.Refill();
        if (reader.Count == 0)
        {
            return false;
        }

        lineIsTwoDimensional = reader.Window >> 63 == 0;
        reader.Skip(1);
        place = Place.LineStart;
        return true;
    }

    private bool StartLine(ref BitReader reader, IRowOutput output)
    {
        reader.Refill();
        int leading = Math.Min(BitOperations.LeadingZeroCount(reader.Window), reader.Count);

        // An RTC without tag bits, though MR asks for them: its EOL's first zero was taken for the tag.
        int taken = lineIsTwoDimensional ? 1 : 0;
        if (taken + leading >= EolZeros)
        {
            place = Place.Empty;
            zeros = taken;
            return true;
        }

        if (leading == reader.Count)
        {
            return false;
        }

        if (eols > 1)
        {
            // EOLs without data, but short of RTC: a row was lost there.
            EndBadLine(output, FaxRowFault.ShortRow, zerosBefore: 0);
        }

        place = Place.InLine;
        eols = 0;
        if (!lineIsTwoDimensional)
        {
            oneDimensional.Begin(rows.Row);
        }
        else if (referenceIsGood)
        {
            twoDimensional.Begin(rows.Row);
        }
        else if (State == FaxDecoderState.Decoding)
        {
            EndBadLine(output, FaxRowFault.NoReference, zerosBefore: 0);
        }

        return true;
    }

    private bool ContinueLine(ref BitReader reader, IRowOutput output)
    {
        RowStatus status = lineIsTwoDimensional ? twoDimensional.Parse(ref reader) : oneDimensional.Parse(ref reader);
        if (status == RowStatus.NeedBits)
        {
            return false;
        }

        if (status == RowStatus.Complete)
        {
            place = Place.AfterLine;
            return true;
        }

        FaxRowFault fault = lineIsTwoDimensional ? twoDimensional.Fault : oneDimensional.Fault;
        if (fault == FaxRowFault.BadCode && reader.Window >> (64 - CodeZerosMax) == 0)
        {
            // No code, but the start of an EOL or of the fill before it.
            fault = FaxRowFault.ShortRow;
        }

        EndBadLine(output, fault, lineIsTwoDimensional ? twoDimensional.TrailingZeros : oneDimensional.TrailingZeros);
        return true;
    }

    private void EndGoodLine(IRowOutput output)
    {
        rows.PutCurrent(output);
        referenceIsGood = true;
        CheckLimit();
    }

    private void EndBadLine(IRowOutput output, FaxRowFault fault, int zerosBefore)
    {
        rows.PutBad(output, fault);
        referenceIsGood = false;
        zeros = zerosBefore;
        eols = 0;
        place = Place.Hunt;
        CheckLimit();
    }

    private void CheckLimit()
    {
        if (rows.IsFull)
        {
            State = FaxDecoderState.RowLimit;
        }
    }
}
