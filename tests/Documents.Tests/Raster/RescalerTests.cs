// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Raster;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;

namespace Hermetic.Documents.Tests.Raster;

public class RescalerTests
{
    [Theory]
    [InlineData(FaxResolution.Standard)]
    [InlineData(FaxResolution.Superfine)]
    [InlineData(FaxResolution.Dpi200)]
    [InlineData(FaxResolution.Dpi300)]
    [InlineData(FaxResolution.R16)]
    public void Page_AtTheNegotiatedRaster_KeepsSizeAndInk(FaxResolution resolution)
    {
        PageBitmap page = SyntheticPage.Text(Pages.Fine, 1);
        FaxDocument document = FaxDocument.Of([Pages.Encode(page)]);
        PageFormat format = new(resolution, PageWidth.A4);
        byte[][] rows = Pages.Rows(document.Open(0, format), format);
        Assert.InRange(rows.Length / format.VerticalDpi * 195.58 / page.Rows, 0.96, 1.04);
        double ink = Pages.Ink(Pages.Rows(document.Pages[0]));
        Assert.InRange(Pages.Ink(rows) / ink, 0.85, 1.35);
    }

    [Fact]
    public void Page_AtItsOwnRaster_IsBitForBit_EachTimeItIsOpened()
    {
        PageBitmap page = SyntheticPage.DitheredGrey(Pages.Fine, 1);
        FaxDocument document = FaxDocument.Of([Pages.Encode(page)]);
        Assert.True(Pages.Same(page, Pages.Rows(document.Open(0, Pages.Fine), Pages.Fine)));
        Assert.True(Pages.Same(page, Pages.Rows(document.Open(0, Pages.Fine), Pages.Fine)));
    }

    [Fact]
    public void FineToDpi200_MapsPelToPel()
    {
        PageBitmap page = SyntheticPage.Form(Pages.Fine, 2);
        PageFormat format = new(FaxResolution.Dpi200, PageWidth.A4);
        FaxDocument document = FaxDocument.Of([Pages.Encode(page)]);
        Assert.True(Pages.Same(page, Pages.Rows(document.Open(0, format), format)));
    }

    [Fact]
    public void FineToStandard_KeepsLinesOfOneRow()
    {
        PageBitmap page = SyntheticPage.Form(Pages.Fine, 3);
        EncodedPageBuilder builder = new(Pages.Fine);
        byte[] ruled = new byte[Pages.Fine.RowBytes];
        ruled.AsSpan(20, 150).Fill(0xFF);
        for (int y = 0; y < page.Rows; y++)
        {
            builder.WriteRow(y % 25 == 0 ? ruled : new byte[Pages.Fine.RowBytes]);
        }

        PageFormat format = new(FaxResolution.Standard, PageWidth.A4);
        byte[][] rows = Pages.Rows(Rescaler.Rescale(builder.Finish(), format));
        Assert.Equal((page.Rows + 24) / 25, rows.Count(row => row.Any(octet => octet != 0)));
    }

    [Fact]
    public void WiderPage_IsShrunkToTheRecordingWidth()
    {
        PageBitmap page = SyntheticPage.Text(new(FaxResolution.Fine, PageWidth.A3), 1);
        byte[][] rows = Pages.Rows(Rescaler.Rescale(Pages.Encode(page), Pages.Fine));
        Assert.InRange(rows.Length, (page.Rows * 215 / 303) - 2, (page.Rows * 215 / 303) + 2);
    }

    [Fact]
    public void Scaler_GivesTheMeanOfEachArea()
    {
        AreaScaler scaler = new(6, 4, 4, 3);
        for (int y = 0; y < 4; y++)
        {
            scaler.WriteRow([0, 30, 60, 90, 120, 150]);
        }

        Assert.Equal([10, 50, 100, 140], scaler.Finish().Row(1).ToArray().Select(pel => (int)pel));
        AreaScaler larger = new(1, 1, 3, 2);
        larger.WriteRow([77]);
        Assert.All(larger.Finish().Pels, pel => Assert.Equal(77, pel));
    }
}
