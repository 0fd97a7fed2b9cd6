// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.TestKit.Pages;

/// <summary>Keeps received pages in memory and confirms each at once.</summary>
public sealed class BitmapSink : IPageSink
{
    private readonly List<byte[]> _rows = [];
    private readonly Dictionary<int, PageBitmap> _pages = [];
    private ReceivedPageInfo _current;

    /// <summary>Called at the end of each page: the host's word to the session.</summary>
    public Action<PageVerdict> Confirm { get; set; } = _ => { };

    public IReadOnlyList<PageBitmap> Pages => [.. _pages.OrderBy(page => page.Key).Select(page => page.Value)];

    public List<ReceivedPageInfo> Begun { get; } = [];

    /// <summary>What the check of each page found, by index; the last one where a page came again.</summary>
    public Dictionary<int, PageQuality> Qualities { get; } = [];

    public void BeginPage(in ReceivedPageInfo page)
    {
        Begun.Add(page);
        _current = page;
        _rows.Clear();
    }

    public void WriteRow(ReadOnlySpan<byte> row) => _rows.Add(row.ToArray());

    public void EndPage(in PageQuality quality)
    {
        PageBitmap page = new(_current.Format, _rows.Count);
        for (int row = 0; row < _rows.Count; row++)
        {
            _rows[row].CopyTo(page.Bits.AsSpan(row * page.Format.RowBytes));
        }
        _pages[_current.Index] = page;
        Qualities[_current.Index] = quality;
        Confirm(PageVerdict.Kept);
    }

    public void AbandonPage(in PageQuality quality)
    {
        // A cut page is no page: the test then finds one too few.
    }
}
