// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>The pages that the transmitting side sends.</summary>
public interface IOutgoingPages
{
    /// <summary>How many pages there are, at least 1.</summary>
    int Count { get; }

    /// <summary>The raster in which page <paramref name="index"/> (from 0) exists.</summary>
    PageFormat FormatOf(int index);

    /// <summary>Opens a page from its first row, in the raster that was negotiated: the host scales where it differs
    /// from
    /// <see cref="FormatOf"/>. May be called again for a page that has to be sent again.</summary>
    IRowSource Open(int index, PageFormat negotiated);
}

/// <summary>Yields a page's rows, top first.</summary>
public interface IRowSource : IDisposable
{
    /// <summary>Fills one packed row (leftmost pel in the most significant bit, 1 = black). False after the last
    /// row.</summary>
    bool TryReadRow(Span<byte> row);
}

/// <summary>Rows that lie in T.6 already. Where MMR was agreed their octets go out as they are: decoding and coding
/// them again would be most of what a page costs its sender.</summary>
/// <remarks>Octets and rows are two views of the same page: the session reads the one or the other, never
/// both.</remarks>
public interface IT6RowSource : IRowSource
{
    /// <summary>Fills <paramref name="octets"/> with the next of the page's T.6, the first transmitted bit in the most
    /// significant place, EOFB and the padding to an octet included. Less than asked for only at the end; 0 after
    /// it.</summary>
    int ReadT6(Span<byte> octets);
}

/// <summary>What the receiving side negotiated for a page.</summary>
public readonly record struct ReceivedPageInfo(int Index, PageFormat Format, FaxCompression Compression, bool Ecm,
    FaxModulation Modulation);

/// <summary>What a page's check found (T.30 §5.3.6.1.7's MCF, RTP and RTN rest on it).</summary>
/// <param name="Rows">Rows delivered.</param>
/// <param name="BadRows">Rows that did not decode and were mended by our policy.</param>
/// <param name="LongestBadRun">The longest run of consecutive bad rows.</param>
/// <param name="LostOctets">Octets known to be lost on the way.</param>
public readonly record struct PageQuality(int Rows, int BadRows, int LongestBadRun, int LostOctets);

/// <summary>The host's word on a page that it was asked to keep.</summary>
public enum PageVerdict
{
    /// <summary>The page is kept: MCF (or RTP/RTN where its quality asks for that).</summary>
    Kept,
    /// <summary>The page can't be kept now and will not be: end the call, never confirm.</summary>
    Refused,
}

/// <summary>Where received pages go. Calls come in the order Begin, rows, End; the host then answers through
/// T30Session.ConfirmPage, from within End or later.</summary>
public interface IPageSink
{
    /// <summary>A page starts. A page that the sender repeats (RTN) starts again with the same index.</summary>
    void BeginPage(in ReceivedPageInfo page);

    /// <summary>One packed row, valid only during the call.</summary>
    void WriteRow(ReadOnlySpan<byte> row);

    /// <summary>All rows are there: keep the page, then answer by ConfirmPage. No MCF goes out before the
    /// answer.</summary>
    void EndPage(in PageQuality quality);

    /// <summary>The call was cut in mid-page: what came so far is a partial page.</summary>
    void AbandonPage(in PageQuality quality);
}
