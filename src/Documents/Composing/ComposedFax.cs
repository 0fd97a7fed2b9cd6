// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Png;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Composing;

/// <summary>
/// A fax as it goes on the line: its cover page, then the document's pages, each under its header line. A preview opens
/// the same pages from the same code (<see cref="Open"/>, <see cref="WritePng"/>): what a person sees is what is sent,
/// pel for pel, in the raster that it was asked for.
/// </summary>
public sealed class ComposedFax : IOutgoingPages
{
    private readonly IOutgoingPages? _document;
    private readonly PageHeader _header;
    private readonly CoverPage? _cover;
    private readonly int _first;

    private ComposedFax(IOutgoingPages? document, PageHeader header, CoverPage? cover, int first) =>
        (_document, _header, _cover, _first) = (document, header, cover, first);

    /// <summary>Pages that are still to be sent.</summary>
    public int Count => _header.Count - _first;

    /// <summary>Puts a fax together; a refusal when the header line or the cover page can't be made. Call it before a
    /// number is dialled: once the line is open nothing is refused any more.</summary>
    /// <param name="document">The pages; null for a cover page alone.</param>
    /// <param name="header">What stands at the head of each.</param>
    /// <param name="cover">The cover page; null for none.</param>
    public static (ComposedFax? Fax, Refusal? Refusal) Compose(IOutgoingPages? document, HeaderText header,
        CoverSheet? cover = null)
    {
        int pages = (document?.Count ?? 0) + (cover is null ? 0 : 1);
        if (pages == 0)
        {
            return (null, new(RefusalCode.Malformed, "there is no page to send"));
        }

        (PageHeader? line, Refusal? refusal) = PageHeader.Make(header, pages);
        CoverPage? first = null;
        if (refusal is null && cover is not null)
        {
            (first, refusal) = CoverPage.Make(cover, header.At, pages);
        }

        return refusal is null ? (new(document, line!, first, 0), null) : (null, refusal);
    }

    /// <summary>What is left of it after so many pages were confirmed. Their numbers stay: page 3 of 5 is page 3 of 5
    /// in the second call too.</summary>
    public ComposedFax After(int confirmed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(confirmed);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confirmed, Count);
        return new(_document, _header, _cover, _first + confirmed);
    }

    /// <inheritdoc/>
    /// <remarks>The cover page has the raster of the page after it, so that both go by one DCS.</remarks>
    public PageFormat FormatOf(int index) => _document is null
        ? new(FaxResolution.Fine, PageWidth.A4)
        : _document.FormatOf(Math.Max(_first + index - CoverPages, 0));

    /// <inheritdoc/>
    public IRowSource Open(int index, PageFormat negotiated)
    {
        int place = _first + index;
        IRowSource page = place < CoverPages
            ? _cover!.Draw(negotiated).OpenRows()
            : _document!.Open(place - CoverPages, negotiated);
        return _header.Over(page, negotiated, place);
    }

    /// <summary>The page as it will be kept or shown: the same rows.</summary>
    public EncodedPage Encode(int index, PageFormat? negotiated = null)
    {
        PageFormat format = negotiated ?? FormatOf(index);
        EncodedPageBuilder builder = new(format);
        using IRowSource rows = Open(index, format);
        byte[] row = new byte[format.RowBytes];
        while (rows.TryReadRow(row))
        {
            builder.WriteRow(row);
        }

        return builder.Finish();
    }

    /// <summary>The page as a PNG, in the raster that the document has; or as another machine would get it.</summary>
    public void WritePng(int index, Stream output, PageFormat? negotiated = null) =>
        output.Write(FaxPngWriter.Write(Encode(index, negotiated)));

    private int CoverPages => _cover is null ? 0 : 1;
}
