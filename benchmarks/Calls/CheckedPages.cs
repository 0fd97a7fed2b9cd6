// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Telephony;
using Hermetic.TestKit.Pages;

namespace Hermetic.Benchmarks.Calls;

/// <summary>Compares each received row with the one that was sent; confirms a page only if every pel is
/// right.</summary>
internal sealed class CheckedPages(IReadOnlyList<PageBitmap> expected, FaxCallHandle call) : IPageSink
{
    private PageBitmap? _page;
    private int _row;
    private bool _differs;

    /// <summary>Pages that arrived as they were sent.</summary>
    public int Right { get; private set; }

    public void BeginPage(in ReceivedPageInfo page)
    {
        _page = page.Index < expected.Count && page.Format == expected[page.Index].Format ? expected[page.Index] : null;
        _row = 0;
        _differs = _page is null;
    }

    public void WriteRow(ReadOnlySpan<byte> row)
    {
        _differs = _differs || _row >= _page!.Rows || !row.SequenceEqual(_page.Row(_row));
        _row++;
    }

    public void EndPage(in PageQuality quality)
    {
        bool right = !_differs && _row == _page!.Rows;
        Right += right ? 1 : 0;
        call.ConfirmPage(right ? PageVerdict.Kept : PageVerdict.Refused);
    }

    public void AbandonPage(in PageQuality quality)
    {
        // A cut page is one too few: the call counts as failed.
    }
}
