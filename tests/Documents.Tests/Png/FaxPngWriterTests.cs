// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Png;
using Hermetic.Documents.Tiff;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using SkiaSharp;

namespace Hermetic.Documents.Tests.Png;

/// <summary>PNGs against a decoder that we did not write.</summary>
public class FaxPngWriterTests
{
    [Theory]
    [InlineData(FaxResolution.Standard, 1, 2)]
    [InlineData(FaxResolution.Fine, 1, 1)]
    [InlineData(FaxResolution.Superfine, 2, 1)]
    [InlineData(FaxResolution.Dpi300, 1, 1)]
    public void Png_OfAPage_HasEachPelOfItAndIsAlmostSquare(FaxResolution resolution, int across, int down)
    {
        PageFormat format = new(resolution, PageWidth.A4);
        PageBitmap page = SyntheticPage.Text(format, 1).Top(200);
        using SKBitmap decoded = SKBitmap.Decode(FaxPngWriter.Write(Encode(page)));
        Assert.Equal((format.WidthPels * across, page.Rows * down), (decoded.Width, decoded.Height));
        for (int y = 0; y < decoded.Height; y++)
        {
            ReadOnlySpan<byte> row = page.Row(y / down);
            for (int x = 0; x < decoded.Width; x++)
            {
                int from = x / across;
                bool black = ((row[from >> 3] >> (7 - (from & 7))) & 1) == 1;
                Assert.Equal(black ? 0 : 255, decoded.GetPixel(x, y).Red);
            }
        }
    }

    [Fact]
    public void Thumbnail_OfAPage_IsAsWideAsAskedAndNotBlank()
    {
        PageFormat format = new(FaxResolution.Standard, PageWidth.A4);
        PageBitmap page = SyntheticPage.Text(format, 1);
        using SKBitmap decoded = SKBitmap.Decode(FaxPngWriter.WriteThumbnail(Encode(page), 240));
        Assert.Equal(240, decoded.Width);
        // A4 at 204 × 98 dpi: as high as the paper is, not as the rows are.
        Assert.InRange(decoded.Height, 240 * 1.3, 240 * 1.5);
        Assert.Contains(decoded.Pixels, pel => pel.Red < 128);
        Assert.Contains(decoded.Pixels, pel => pel.Red == 255);
    }

    [Fact]
    public void PageTiff_ReadBack_IsTheSamePageWithItsFaults()
    {
        PageFormat format = new(FaxResolution.Fine, PageWidth.B4);
        EncodedPage page = Encode(SyntheticPage.Text(format, 2).Top(100));
        PageQuality quality = new(100, 7, 3, 0);
        (EncodedPage read, PageQuality faults) = PageTiff.Parse(PageTiff.Write(page, quality));
        Assert.True(read.HasSameRows(page));
        Assert.Equal(quality, faults);
        Assert.Throws<InvalidDataException>(() => PageTiff.Parse(new byte[100]));
    }

    private static EncodedPage Encode(PageBitmap page)
    {
        EncodedPageBuilder builder = new(page.Format);
        for (int y = 0; y < page.Rows; y++)
        {
            builder.WriteRow(page.Row(y));
        }

        return builder.Finish();
    }
}
