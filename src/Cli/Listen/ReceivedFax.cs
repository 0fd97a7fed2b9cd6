// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Protocol.T30;
using Hermetic.Telephony;

namespace Hermetic.Cli.Listen;

/// <summary>Takes a call's rows on the line's thread and hands whole pages to the writer, which confirms each of them
/// when it is on the disk: no MCF before that.</summary>
internal sealed class ReceivedFax(StoredFax stored, DiskQueue writer, FaxCallHandle call) : IPageSink
{
    private EncodedPageBuilder? _page;
    private int _index;
    private int _rows;

    public void BeginPage(in ReceivedPageInfo page)
    {
        _page = new(page.Format);
        _index = page.Index;
        _rows = 0;
    }

    public void WriteRow(ReadOnlySpan<byte> row)
    {
        _page!.WriteRow(row);
        _rows++;
    }

    public void EndPage(in PageQuality quality)
    {
        EncodedPage page = _page!.Finish();
        PageQuality kept = quality;
        int index = _index;
        _page = null;
        writer.Post(() => call.ConfirmPage(stored.Put(index, page, kept) ? PageVerdict.Kept : PageVerdict.Refused));
    }

    public void AbandonPage(in PageQuality quality)
    {
        if (_page is null || _rows == 0)
        {
            return;
        }

        EncodedPage page = _page.Finish();
        PageQuality kept = quality;
        int index = _index;
        _page = null;
        writer.Post(() => stored.Put(index, page, kept));
    }
}
