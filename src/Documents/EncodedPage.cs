// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents;

/// <summary>A page as it is kept: its raster and its rows in T.6, which takes a tenth of the bits or less.</summary>
public sealed class EncodedPage
{
    internal EncodedPage(PageFormat format, int rows, byte[] t6)
    {
        Format = format;
        Rows = rows;
        T6 = t6;
    }

    /// <summary>The raster.</summary>
    public PageFormat Format { get; }

    /// <summary>How many rows it has.</summary>
    public int Rows { get; }

    /// <summary>The rows in T.6 with EOFB, the first transmitted bit in the most significant place.</summary>
    public ReadOnlyMemory<byte> T6 { get; }

    /// <summary>True when the other page has the same raster and the same pels.</summary>
    public bool HasSameRows(EncodedPage other)
    {
        if (Format != other.Format || Rows != other.Rows)
        {
            return false;
        }

        using IRowSource mine = OpenRows();
        using IRowSource theirs = other.OpenRows();
        byte[] row = new byte[Format.RowBytes];
        byte[] their = new byte[Format.RowBytes];
        while (mine.TryReadRow(row) && theirs.TryReadRow(their))
        {
            if (!row.AsSpan().SequenceEqual(their))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Its rows, top first.</summary>
    public IRowSource OpenRows() => new PageRowSource(this);
}

/// <summary>Builds an <see cref="EncodedPage"/> row by row.</summary>
public sealed class EncodedPageBuilder(PageFormat format)
{
    private readonly FaxEncoder _encoder = new(FaxCompression.Mmr, format.WidthPels);
    private readonly ArrayBufferWriter<byte> _coded = new(32 << 10);
    private int _rows;

    /// <summary>Adds one packed row (leftmost pel in the most significant bit, 1 = black).</summary>
    public void WriteRow(ReadOnlySpan<byte> row)
    {
        _encoder.EncodeRow(row, _coded);
        _rows++;
    }

    /// <summary>The page. The builder is done with.</summary>
    public EncodedPage Finish()
    {
        _encoder.Finish(_coded);
        return new(format, _rows, _coded.WrittenSpan.ToArray());
    }
}

/// <summary>Decodes an <see cref="EncodedPage"/> a few rows at a time, or gives it as it lies there.</summary>
internal sealed class PageRowSource(EncodedPage page) : IT6RowSource, IRowOutput
{
    // What is decoded at once: a chunk of empty paper can hold eight rows an octet.
    private const int ChunkBytes = 64;

    private readonly ArrayBufferWriter<byte> _pending = new();
    private FaxDecoder? _decoder;
    private int _read;
    private int _rowsGiven;
    private int _at;

    public bool TryReadRow(Span<byte> row)
    {
        if (_rowsGiven == page.Rows)
        {
            return false;
        }

        while (_pending.WrittenCount == _read)
        {
            if (_at == page.T6.Length)
            {
                throw new InvalidOperationException("a page that we coded ourselves ends before its last row");
            }

            _pending.ResetWrittenCount();
            _read = 0;
            int count = Math.Min(ChunkBytes, page.T6.Length - _at);
            _decoder ??= new FaxDecoder(FaxCompression.Mmr, page.Format.WidthPels,
                new FaxDecoderLimits { RowsPerPageMax = Math.Max(page.Rows, 1) });
            _decoder.Write(page.T6.Span.Slice(_at, count), this);
            _at += count;
        }

        _pending.WrittenSpan.Slice(_read, page.Format.RowBytes).CopyTo(row);
        _read += page.Format.RowBytes;
        _rowsGiven++;
        return true;
    }

    public int ReadT6(Span<byte> octets)
    {
        int count = Math.Min(octets.Length, page.T6.Length - _at);
        page.T6.Span.Slice(_at, count).CopyTo(octets);
        _at += count;
        return count;
    }

    public void Dispose()
    {
    }

    void IRowOutput.WriteRow(ReadOnlySpan<byte> row) => _pending.Write(row);
}
