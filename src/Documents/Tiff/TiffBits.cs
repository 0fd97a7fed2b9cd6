// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Tiff;

/// <summary>Decodes a plain bilevel TIFF page strip by strip with our own T.4 and T.6 decoder.</summary>
internal sealed class TiffBits : IRowOutput
{
    // Our choice: fax servers store non-ECM pages with the lines that the line spoilt; more than 1 in 20 is no page.
    private const int BadRowsPart = 20;

    private readonly TiffPage _page;
    private readonly IRowOutput _output;
    private readonly byte[] _row;
    private int _rowsOfStrip;
    private int _rowsWanted;

    private TiffBits(TiffPage page, IRowOutput output)
    {
        _page = page;
        _output = output;
        _row = new byte[(page.Width + 7) / 8];
    }

    /// <summary>Rows that were mended because they did not decode (T.4 pages only).</summary>
    public int BadRows { get; private set; }

    /// <summary>Writes the rows, black as 1 and the pels beyond the width white. Gives the refusal if the strips do not
    /// hold them all.</summary>
    public static Refusal? Decode(ReadOnlyMemory<byte> file, TiffPage page, IRowOutput output, out int badRows)
    {
        TiffBits bits = new(page, output);
        Refusal? refusal = bits.Decode(file);
        badRows = bits.BadRows;
        return refusal;
    }

    void IRowOutput.WriteRow(ReadOnlySpan<byte> row)
    {
        // Some writers pad the last strip with rows of its own.
        if (_rowsOfStrip == _rowsWanted)
        {
            return;
        }

        row.CopyTo(_row);
        if (_page.Photometric == 1)
        {
            Invert(_row);
        }

        if ((_page.Width & 7) != 0)
        {
            _row[^1] &= (byte)(0xFF << (8 - (_page.Width & 7)));
        }

        _rowsOfStrip++;
        _output.WriteRow(_row);
    }

    private Refusal? Decode(ReadOnlyMemory<byte> file)
    {
        int rowsLeft = _page.Height;
        foreach ((int offset, int length) in _page.Strips)
        {
            _rowsOfStrip = 0;
            _rowsWanted = Math.Min(rowsLeft, _page.RowsPerStrip);
            ReadOnlySpan<byte> strip = file.Span.Slice(offset, length);
            bool whole = _page.Compression == TiffCompression.None ? CopyRows(strip) : DecodeRows(strip);
            if (!whole || _rowsOfStrip < _rowsWanted)
            {
                return new(RefusalCode.Malformed, "the TIFF is damaged: a strip does not hold its rows");
            }

            rowsLeft -= _rowsWanted;
        }

        return BadRows * BadRowsPart <= _page.Height
            ? null
            : new(RefusalCode.Malformed, "the TIFF is damaged: too many of its lines do not decode");
    }

    private bool CopyRows(ReadOnlySpan<byte> strip)
    {
        byte[] row = new byte[_row.Length];
        for (int y = 0; y < _rowsWanted && (y + 1) * (long)row.Length <= strip.Length; y++)
        {
            strip.Slice(y * row.Length, row.Length).CopyTo(row);
            if (_page.FillOrder == 2)
            {
                Mirror(row);
            }

            ((IRowOutput)this).WriteRow(row);
        }

        return true;
    }

    private bool DecodeRows(ReadOnlySpan<byte> strip)
    {
        bool isT6 = _page.Compression == TiffCompression.Group4;
        FaxCompression compression = isT6 ? FaxCompression.Mmr
            : (_page.T4Options & 1) != 0 ? FaxCompression.Mr : FaxCompression.Mh;

        // A row more than wanted, so that a strip with rows of padding ends as it should.
        FaxDecoder decoder = new(compression, _page.Width, new FaxDecoderLimits { RowsPerPageMax = _rowsWanted + 1 });
        byte[] chunk = new byte[4096];
        while (!strip.IsEmpty && _rowsOfStrip < _rowsWanted)
        {
            int count = Math.Min(chunk.Length, strip.Length);
            strip[..count].CopyTo(chunk);
            if (_page.FillOrder == 2)
            {
                Mirror(chunk.AsSpan(0, count));
            }

            decoder.Write(chunk.AsSpan(0, count), this);
            strip = strip[count..];
        }

        decoder.Finish(this);
        BadRows += decoder.BadRows;
        return !isT6 || decoder.BadRows == 0;
    }

    private static void Invert(Span<byte> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = (byte)~row[i];
        }
    }

    private static void Mirror(Span<byte> octets)
    {
        for (int i = 0; i < octets.Length; i++)
        {
            int value = octets[i];
            value = ((value & 0xF0) >> 4) | ((value & 0x0F) << 4);
            value = ((value & 0xCC) >> 2) | ((value & 0x33) << 2);
            octets[i] = (byte)(((value & 0xAA) >> 1) | ((value & 0x55) << 1));
        }
    }
}
