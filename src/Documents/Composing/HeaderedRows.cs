// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Raster;
using Hermetic.Protocol.T30;

namespace Hermetic.Documents.Composing;

/// <summary>
/// A page's rows under a band. The band takes the place of the page's blank rows at the top, as far as there are any,
/// and what is missing is put above the page: nothing of the page is covered, and a page with a margin, as nearly all
/// have, gets no longer, so that a machine with cut sheets does not start a second one for a hair.
/// </summary>
internal sealed class HeaderedRows(IRowSource page, BilevelPage band) : IRowSource
{
    private byte[]? _held;
    private int _given;
    private bool _hasLooked;

    public bool TryReadRow(Span<byte> row)
    {
        if (!_hasLooked)
        {
            PassBlankRows(row.Length);
            _hasLooked = true;
        }

        if (_given < band.Rows)
        {
            band.Row(_given++).CopyTo(row);
            return true;
        }

        if (_held is { } first)
        {
            first.CopyTo(row);
            _held = null;
            return true;
        }

        return page.TryReadRow(row);
    }

    public void Dispose() => page.Dispose();

    private void PassBlankRows(int rowBytes)
    {
        byte[] row = new byte[rowBytes];
        for (int passed = 0; passed < band.Rows && page.TryReadRow(row); passed++)
        {
            if (row.AsSpan().ContainsAnyExcept((byte)0))
            {
                _held = row;
                return;
            }
        }
    }
}
