// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Hermetic.Protocol.Bits;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T6;

/// <summary>A T.6 page: rows back to back, then EOFB (§2.4.1.1). There is nothing to find the way back by: the first
/// bad code breaks the rest of the page.</summary>
internal sealed class BlockParser(int widthPels, PageRows rows) : IPageParser
{
    private const int EofbLength = 2 * RunCodes.EolLength;
    private const uint Eofb = (RunCodes.Eol << RunCodes.EolLength) | RunCodes.Eol;

    private readonly TwoDimensionalParser parser = new(widthPels);

    private enum Place
    {
        RowStart,
        InRow,
        // Zeros where a row or EOFB should be: the padding of a page that ends without EOFB. Only zeros may follow.
        Padding,
        // Octets were lost; noted when rows can be put out again.
        Lost,
    }

    private Place place;

    public FaxDecoderState State { get; private set; }

    public void Parse(ref BitReader reader, IRowOutput output)
    {
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
        if (State == FaxDecoderState.Decoding)
        {
            place = Place.Lost;
        }
    }

    public void Finish(ref BitReader reader, IRowOutput output)
    {
        Parse(ref reader, output);
        bool zerosLeft = reader.Count == 0 || reader.Window >> (64 - reader.Count) == 0;
        if (State == FaxDecoderState.Decoding && (place is Place.InRow or Place.Lost || !zerosLeft))
        {
            Break(output, place == Place.Lost ? FaxRowFault.Loss : FaxRowFault.ShortRow);
        }
    }

    public void Reset()
    {
        place = Place.RowStart;
        State = FaxDecoderState.Decoding;
    }

    private bool Step(ref BitReader reader, IRowOutput output)
    {
        switch (place)
        {
            case Place.RowStart:
                return StartRow(ref reader, output);
            case Place.InRow:
                return ContinueRow(ref reader, output);
            case Place.Padding:
                return SkipZeros(ref reader, output);
            default:
                Break(output, FaxRowFault.Loss);
                return true;
        }
    }

    private bool StartRow(ref BitReader reader, IRowOutput output)
    {
        reader.Refill();
        int ones = Math.Min(BitOperations.LeadingZeroCount(~reader.Window), reader.Count);
        int same = rows.Row.Count + 1;
        if (ones >= same)
        {
            // V(0) for each change and for the end: the row above again.
            reader.Skip(same);
            rows.PutSame(output);
            CheckLimit();
            return true;
        }

        if (ones == 0 && reader.Window >> (64 - ModeCodes.LengthMax) == 0)
        {
            return ParseEofb(ref reader, output);
        }

        parser.Begin(rows.Row);
        place = Place.InRow;
        return reader.Count > 0;
    }

    private bool ContinueRow(ref BitReader reader, IRowOutput output)
    {
        switch (parser.Parse(ref reader))
        {
            case RowStatus.Complete:
                rows.PutCurrent(output);
                place = Place.RowStart;
                CheckLimit();
                return true;
            case RowStatus.Bad:
                Break(output, parser.Fault);
                return true;
            default:
                return false;
        }
    }

    // At least as many zeros as no mode begins with, or the end of the chunk after fewer.
    private bool ParseEofb(ref BitReader reader, IRowOutput output)
    {
        if (reader.Count < EofbLength)
        {
            return false;
        }

        if (reader.Window >> (64 - EofbLength) == Eofb)
        {
            reader.Skip(EofbLength);
            State = FaxDecoderState.EndOfPage;
        }
        else if (reader.Window >> (64 - EofbLength) == 0)
        {
            place = Place.Padding;
        }
        else
        {
            Break(output, FaxRowFault.BadCode);
        }

        return true;
    }

    private bool SkipZeros(ref BitReader reader, IRowOutput output)
    {
        reader.Refill();
        int zeros = Math.Min(BitOperations.LeadingZeroCount(reader.Window), reader.Count);
        if (zeros < reader.Count)
        {
            Break(output, FaxRowFault.BadCode);
            return true;
        }

        reader.Window = 0;
        reader.Count = 0;
        return zeros > 0;
    }

    private void Break(IRowOutput output, FaxRowFault fault)
    {
        rows.PutBad(output, fault);
        State = FaxDecoderState.Broken;
    }

    private void CheckLimit()
    {
        if (rows.IsFull)
        {
            State = FaxDecoderState.RowLimit;
        }
    }
}
