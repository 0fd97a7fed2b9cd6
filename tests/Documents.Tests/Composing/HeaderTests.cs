// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Composing;
using Hermetic.Documents.Raster;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;

namespace Hermetic.Documents.Tests.Composing;

public class HeaderTests
{
    public static TheoryData<FaxResolution, PageWidth> Rasters => [.. Enum.GetValues<FaxResolution>()
        .SelectMany(resolution => Enum.GetValues<PageWidth>().Select(width => (resolution, width)))];

    [Theory]
    [MemberData(nameof(Rasters))]
    public void Header_EveryRaster_IsDrawnForIt(FaxResolution resolution, PageWidth width)
    {
        PageFormat format = new(resolution, width);
        byte[][] rows = Rows(Band(format));
        Assert.Equal(16 / 72.0 * format.VerticalDpi, rows.Length, 0.5);
        Assert.All(rows[^1], octet => Assert.Equal(0, octet));

        // The same letters on each: as much ink to a square inch of paper as at 600 dpi, to a seventh.
        PageFormat finest = new(FaxResolution.Dpi600, width);
        double ink = Pages.Ink(rows), reference = Pages.Ink(Rows(Band(finest)));
        Assert.InRange(ink / reference, 6 / 7.0, 8 / 7.0);

        // Within 10 mm of each edge there is nothing; beyond it the line begins and ends.
        int side = (int)(format.HorizontalDpi * 10 / 25.4);
        Assert.Equal(0, Pages.Ink(rows, 0, 0, side, rows.Length));
        Assert.Equal(0, Pages.Ink(rows, format.WidthPels - side, 0, side, rows.Length));
        int letters = (int)(format.HorizontalDpi * 5 / 25.4);
        Assert.InRange(Pages.Ink(rows, side, 0, letters, rows.Length), 0.05, 0.4);
        Assert.InRange(Pages.Ink(rows, format.WidthPels - side - letters, 0, letters, rows.Length), 0.05, 0.4);
    }

    [Theory]
    [InlineData(FaxResolution.Standard)]
    [InlineData(FaxResolution.Fine)]
    [InlineData(FaxResolution.Superfine)]
    [InlineData(FaxResolution.Dpi200)]
    [InlineData(FaxResolution.Dpi300)]
    [InlineData(FaxResolution.R16)]
    [InlineData(FaxResolution.Dpi400)]
    public void Header_EveryResolution_KeepsEveryStroke(FaxResolution resolution)
    {
        // Wherever the finest raster has nothing but ink over a whole pel of this one, that pel is black (but for one
        // in a hundred, where Skia reckons a curve's edge otherwise): no thin stroke gets lost between two rows. The
        // page number stands elsewhere on a wider line and is left out.
        PageFormat format = new(resolution, PageWidth.A4), finest = new(FaxResolution.Dpi600, PageWidth.A4);
        byte[][] rows = Rows(Band(format)), fine = Rows(Band(finest));
        double across = 600 / format.HorizontalDpi, down = 600 / format.VerticalDpi;
        int looked = 0, lost = 0;
        for (int y = 0; y < rows.Length - 1; y++)
        {
            int top = (int)(y * down), height = (int)Math.Ceiling((y + 1) * down) - top;
            for (int x = 0; x < format.WidthPels * 4 / 5; x++)
            {
                int left = (int)(x * across), cell = (int)Math.Ceiling((x + 1) * across) - left;
                if (Pages.IsBlack(fine, left, top) && Pages.Ink(fine, left, top, cell, height) > 0.999)
                {
                    looked++;
                    lost += Pages.IsBlack(rows, x, y) ? 0 : 1;
                }
            }
        }

        Assert.InRange(looked, 500, int.MaxValue);
        Assert.InRange(lost, 0, looked / 100);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(42)]
    [InlineData(43)]
    [InlineData(500)]
    public void Header_TakesBlankRows_AndCoversNothing(int blankRows)
    {
        PageBitmap page = PageWithInkFrom(blankRows, 800);
        byte[][] rows = Pages.Rows(Letters.Compose(Letters.Document(page)).Open(0, Pages.Fine), Pages.Fine);
        byte[][] band = Rows(Band(Pages.Fine));
        int taken = Math.Min(blankRows, band.Length);
        Assert.Equal(43, band.Length);
        Assert.Equal(800 + band.Length - taken, rows.Length);
        Assert.Equal(band, rows[..band.Length]);
        Assert.True(Enumerable.Range(taken, 800 - taken)
            .All(y => page.Row(y).SequenceEqual(rows[y + band.Length - taken])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(43)]
    [InlineData(300)]
    public void Header_BlankPage_KeepsItsLengthOrIsABand(int pageRows)
    {
        PageBitmap page = new(Pages.Fine, pageRows);
        byte[][] rows = Pages.Rows(Letters.Compose(Letters.Document(page)).Open(0, Pages.Fine), Pages.Fine);
        Assert.Equal(Math.Max(pageRows, 43), rows.Length);
        Assert.Equal(Rows(Band(Pages.Fine)), rows[..43]);
    }

    [Fact]
    public void Header_EachPart_IsOnThePage()
    {
        HeaderText[] others =
        [
            Letters.Header with { At = Letters.Header.At.AddMinutes(1) },
            Letters.Header with { At = Letters.Header.At.ToUniversalTime() },
            Letters.Header with { From = "Clinic of Invented Medicines" },
            Letters.Header with { FromNumber = "+1 555 010 0101" },
            Letters.Header with { To = "+1 555 010 0198" },
        ];
        byte[][] band = Rows(Band(Pages.Fine));
        Assert.Equal(band, Rows(Band(Pages.Fine)));
        Assert.All(others, other => Assert.NotEqual(band, Rows(Band(Pages.Fine, other))));
        Assert.NotEqual(band, Rows(Header(Letters.Header, 2).Band(Pages.Fine, 0)));
        Assert.NotEqual(Rows(Header(Letters.Header, 2).Band(Pages.Fine, 0)),
            Rows(Header(Letters.Header, 2).Band(Pages.Fine, 1)));
    }

    [Fact]
    public void Header_Time_SaysItsZone()
    {
        Assert.Equal("2026-11-24 15:04 UTC-08:00", PageHeader.TimeOf(Letters.Header.At));
        Assert.Equal("2026-11-24 23:04 UTC", PageHeader.TimeOf(Letters.Header.At.ToUniversalTime()));
    }

    [Fact]
    public void Header_LongNames_GetNarrower_UntilTheyAreRefused()
    {
        HeaderText text = Letters.Header with { From = new('m', 40) };
        Assert.NotNull(PageHeader.Make(text, 350).Header);
        Refusal refusal = Letters.Refused(text with { From = new('m', 200) });
        Assert.Equal(RefusalCode.OverLimit, refusal.Code);
        Assert.Contains("shorten the sender's name", refusal.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", RefusalCode.Malformed)]
    [InlineData("  ", RefusalCode.Malformed)]
    [InlineData("Clinic\nPage 9 of 9", RefusalCode.NotRendered)]
    [InlineData("Clinic\u202Eof", RefusalCode.NotRendered)]
    [InlineData("מרפאה", RefusalCode.NotRendered)]
    [InlineData("診療所", RefusalCode.NotRendered)]
    [InlineData("half \uD800", RefusalCode.NotRendered)]
    public void Header_WhatCanNotBeDrawn_IsRefusedByName(string name, RefusalCode code)
    {
        (Refusal Refusal, string Part)[] refused =
        [
            (Letters.Refused(Letters.Header with { From = name }), "the sender's name"),
            (Letters.Refused(Letters.Header with { FromNumber = name }), "the sender's number"),
            (Letters.Refused(Letters.Header with { To = name }), "the recipient"),
        ];
        Assert.All(refused, pair => Assert.Equal(code, pair.Refusal.Code));
        Assert.All(refused, pair => Assert.StartsWith(pair.Part, pair.Refusal.Reason, StringComparison.Ordinal));
    }

    private static PageBitmap PageWithInkFrom(int row, int rows)
    {
        PageBitmap page = new(Pages.Fine, rows);
        for (int y = row; y < rows; y++)
        {
            page.Bits[(y * Pages.Fine.RowBytes) + (y % Pages.Fine.RowBytes)] = (byte)(y | 1);
        }

        return page;
    }

    private static PageHeader Header(HeaderText text, int pages) => PageHeader.Make(text, pages).Header!;

    private static BilevelPage Band(PageFormat format, HeaderText? text = null) =>
        Header(text ?? Letters.Header, 1).Band(format, 0);

    private static byte[][] Rows(BilevelPage page) =>
        [.. Enumerable.Range(0, page.Rows).Select(y => page.Row(y).ToArray())];
}
