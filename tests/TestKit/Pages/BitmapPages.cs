// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.TestKit.Pages;

/// <summary>Pages in memory, as our sender wants them. Never scaled: the format must be agreed as it is.</summary>
public sealed class BitmapPages(IReadOnlyList<PageBitmap> pages) : IOutgoingPages
{
    public int Count => pages.Count;

    public PageFormat FormatOf(int index) => pages[index].Format;

    public IRowSource Open(int index, PageFormat negotiated)
    {
        if (negotiated != pages[index].Format)
        {
            throw new InvalidOperationException($"page {index} is {pages[index].Format}, but {negotiated} was agreed");
        }
        return new Rows(pages[index]);
    }

    private sealed class Rows(PageBitmap page) : IRowSource
    {
        private int _next;

        public bool TryReadRow(Span<byte> row)
        {
            if (_next == page.Rows)
            {
                return false;
            }
            page.Row(_next++).CopyTo(row);
            return true;
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
