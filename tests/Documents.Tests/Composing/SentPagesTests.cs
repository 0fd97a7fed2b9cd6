// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using Hermetic.Documents.Composing;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.T30;

namespace Hermetic.Documents.Tests.Composing;

public class SentPagesTests
{
    [Theory]
    [InlineData(true, FaxResolution.Superfine)]
    [InlineData(true, FaxResolution.Fine)]
    [InlineData(false, FaxResolution.Standard)]
    public void SentPages_Hashes_AreThoseOfTheRowsThatArrived(bool ecm, FaxResolution finest)
    {
        FaxDocument document = Letters.Document([.. SyntheticFax.Pages(PageKind.Form, FaxResolution.Superfine, 2)]);
        SentPages sent = new(Letters.Compose(document, cover: Letters.Cover));
        T30Settings called = new()
        {
            Ecm = ecm,
            Resolutions = new HashSet<FaxResolution>(
                Enum.GetValues<FaxResolution>().Where(resolution => resolution <= finest)),
        };
        DirectCall call = new(called: called, pages: sent);
        Assert.True(call.Run());
        IReadOnlyList<SentPage> confirmed = sent.Confirmed(call.Calling.Result.PagesSent);
        Assert.Equal(3, confirmed.Count);
        Assert.Equal(call.CalledSink.Pages.Select(page => (page.Format, page.Rows, HashOf(page))),
            confirmed.Select(page => (page.Format, page.Rows, Convert.ToHexString(page.Sha256))));
        Assert.Equal(call.CalledSink.Pages.Select(HashOf),
            call.CalledSink.Pages.Select(page => Convert.ToHexString(PageRowsHash.Of(Pages.Encode(page)))));
    }

    [Fact]
    public void SentPages_PageThatIsSentAgain_CountsAsItWasLastSent()
    {
        // RTN sends the page again: what counts is the reading that was confirmed.
        BitmapPages pages = new(SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, 1));
        SentPages sent = new(pages);
        PageFormat format = pages.FormatOf(0);
        using (IRowSource cut = sent.Open(0, format))
        {
            Assert.True(cut.TryReadRow(new byte[format.RowBytes]));
        }

        Assert.Throws<InvalidOperationException>(() => sent.Confirmed(1));
        byte[][] rows = Pages.Rows(sent.Open(0, format), format);
        using (IRowSource again = sent.Open(0, format))
        {
            Assert.True(again.TryReadRow(new byte[format.RowBytes]));
        }

        Assert.Equal(rows.Length, Assert.Single(sent.Confirmed(1)).Rows);
        Assert.Empty(sent.Confirmed(0));
    }

    private static string HashOf(PageBitmap page)
    {
        byte[] width = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(width, page.Format.WidthPels);
        return Convert.ToHexString(SHA256.HashData([.. width, .. page.Bits]));
    }
}
