// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Pdf;
using Hermetic.Documents.Rendering;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Tests.Rendering;

public class PdfTests
{
    private const string Words = "BT /F1 12 Tf 72 700 Td (Take one tablet) Tj ET";

    [Fact]
    public async Task Prescription_BecomesTwoSharpPages()
    {
        (byte[]? pdf, Refusal? refusal) = SyntheticPrescription.Make();
        Assert.Null(refusal);
        FaxDocument document = await Pages.OpenAsync(pdf!);
        Assert.Equal(2, document.Count);
        Assert.Empty(document.Notes);
        for (int i = 0; i < document.Count; i++)
        {
            Assert.Equal(Pages.Fine, document.FormatOf(i));
            byte[][] rows = Pages.Rows(document.Pages[i]);
            Assert.Equal((int)Math.Round(842 / 72.0 * 195.58), rows.Length);
            Assert.InRange(Pages.Ink(rows), 0.01, 0.12);
        }
    }

    [Theory]
    [InlineData("0.05 w 72 421 m 520 421 l S")]
    [InlineData("0.3 w 0.6 G 72 421 m 520 421 l S")]
    public async Task Hairline_SurvivesWhole(string line)
    {
        byte[][] rows = Pages.Rows((await Pages.OpenAsync(new TestPdf().Page(line).Build())).Pages[0]);
        int from = (int)(75 / 72.0 * 204) + 20;
        int to = (int)(518 / 72.0 * 204) + 20;
        int middle = rows.Length / 2;
        Assert.Contains(Enumerable.Range(middle - 4, 9), y => Enumerable.Range(from, to - from)
            .All(x => Pages.IsBlack(rows, x, y)));
    }

    [Fact]
    public async Task GreyWords_StaySharp_WithoutDots()
    {
        string grey = $"0.45 g {Words}";
        byte[][] rows = Pages.Rows((await Pages.OpenAsync(new TestPdf().Page(grey).Build())).Pages[0]);
        byte[][] black = Pages.Rows((await Pages.OpenAsync(new TestPdf().Page(Words).Build())).Pages[0]);
        Assert.InRange(Pages.Ink(rows) / Pages.Ink(black), 0.8, 1.2);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.7)]
    public async Task GreyArea_IsDitheredToItsMean(double light)
    {
        string area = FormattableString.Invariant($"{light} g 100 300 400 300 re f");
        byte[][] rows = Pages.Rows((await Pages.OpenAsync(new TestPdf().Page(area).Build())).Pages[0]);
        Assert.InRange(Pages.Ink(rows, 400, 800, 800, 400), 1 - light - 0.03, 1 - light + 0.03);
    }

    [Fact]
    public async Task Landscape_IsTurned()
    {
        // A bar along the left edge lies along the top when the page is turned clockwise.
        FaxDocument document = await Pages.OpenAsync(new TestPdf().Page("20 20 30 555 re f", 842, 595).Build());
        byte[][] rows = Pages.Rows(document.Pages[0]);
        Assert.Equal((int)Math.Round(842 / 72.0 * 195.58), rows.Length);
        Assert.True(Pages.Ink(rows, 100, 60, 1500, 60) > 0.95);
        Assert.Equal(0, Pages.Ink(rows, 100, 400, 1500, 1800));
    }

    [Fact]
    public async Task RotatedPage_IsSeenAsReadersSeeIt()
    {
        FaxDocument document = await Pages.OpenAsync(
            new TestPdf().Page("20 20 30 802 re f", extra: "/Rotate 180").Build());
        byte[][] rows = Pages.Rows(document.Pages[0]);
        Assert.True(Pages.Ink(rows, 1728 - 20 - 140, 200, 60, 1800) > 0.95);
    }

    [Theory]
    [InlineData(612, 792, 2144)]
    [InlineData(842, 1191, 2343)]
    [InlineData(595, 3000, 8149)]
    [InlineData(298, 420, 1141)]
    public async Task PaperSize_KeepsItsProportions(double width, double height, int rows)
    {
        FaxDocument document = await Pages.OpenAsync(new TestPdf().Page(Words, width, height).Build());
        Assert.InRange(document.Pages[0].Rows, rows - 3, rows + 3);
    }

    [Theory]
    [InlineData(FaxResolution.Standard)]
    [InlineData(FaxResolution.Superfine)]
    [InlineData(FaxResolution.Dpi300)]
    [InlineData(FaxResolution.Dpi600)]
    public async Task Resolution_IsWhatWasAsked(FaxResolution resolution)
    {
        byte[] pdf = new TestPdf().Page(Words).Build();
        FaxDocument document = await Pages.OpenAsync(pdf, new() { Resolution = resolution });
        PageFormat format = new(resolution, PageWidth.A4);
        Assert.Equal(format, document.FormatOf(0));
        Assert.InRange(document.Pages[0].Rows / (842 / 72.0 * format.VerticalDpi), 0.999, 1.001);
        Assert.InRange(Pages.Ink(Pages.Rows(document.Pages[0])), 0.0003, 0.0006);
    }

    [Theory]
    [InlineData("BT /F9 12 Tf 72 700 Td (dose: 5 mg) Tj ET")]
    [InlineData("BT /F1 12 Tf 72 700 Td (dose: 5 mg")]
    [InlineData("/Im0 Do")]
    public async Task PageThatLosesContent_IsRefusedWithItsNumber(string content)
    {
        Refusal refusal = await Pages.RefusedAsync(new TestPdf().Page(Words).Page(content).Page(Words).Build());
        Assert.Equal(RefusalCode.NotRendered, refusal.Code);
        Assert.Equal(2, refusal.Page);
        Assert.DoesNotContain("dose", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BlankPage_IsTakenAndNoted()
    {
        FaxDocument document = await Pages.OpenAsync(new TestPdf().Page(Words).Page("").Build());
        Assert.Equal([new DocumentNote(2, "the page is blank")], document.Notes);
    }

    [Fact]
    public async Task EncryptedPdf_IsRefusedAsSuch()
    {
        string garbage = new('0', 64);
        TestPdf pdf = new()
        {
            Trailer = $"/ID[<{garbage}><{garbage}>]/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P -4"
                + $"/O<{garbage}>/U<{garbage}>>>",
        };
        Assert.Equal(RefusalCode.Encrypted, (await Pages.RefusedAsync(pdf.Page(Words).Build())).Code);
    }

    [Theory]
    [InlineData("%PDF-1.7\nnothing follows")]
    [InlineData("%PDF-1.4\n1 0 obj\n<</Type/Catalog")]
    public async Task DamagedPdf_IsRefused(string content) => Assert.Equal(RefusalCode.Malformed,
        (await Pages.RefusedAsync(System.Text.Encoding.ASCII.GetBytes(content))).Code);

    [Fact]
    public async Task Limits_AreKept()
    {
        byte[] pdf = new TestPdf().Page(Words).Page(Words, 595, 14_400).Page(Words).Build();
        Refusal pages = await Pages.RefusedAsync(pdf, new() { Limits = new() { PagesMax = 2 } });
        Refusal rows = await Pages.RefusedAsync(pdf, new() { Limits = new() { RowsMax = 10_000 } });
        Refusal bytes = await Pages.RefusedAsync(pdf, new() { Limits = new() { InputBytesMax = 1024 } });
        Assert.Equal([RefusalCode.OverLimit, RefusalCode.OverLimit, RefusalCode.OverLimit],
            [pages.Code, rows.Code, bytes.Code]);
        Assert.Equal(2, rows.Page);
    }

    [Fact]
    public void Info_ThatLies_IsRead_WithinBounds()
    {
        const string Info = "Title: x\nPages: 999999\nPage 1 size: 1 x 1 pts\nPages:           2\n"
            + "Page    1 size:  595 x 842 pts (A4)\nPage    1 rot:   90\nPage    9 size:  5 x 5 pts\n"
            + "Page    2 size:  1e+99 x nan pts\n";
        (IReadOnlyList<(double Width, double Height)> pages, Refusal? refusal) =
            PdfRenderer.ReadSizes(Info, RenderLimits.Default);
        Assert.Null(refusal);
        Assert.Equal(2, pages.Count);
        Assert.Equal((842 / 72.0, 595 / 72.0), pages[0]);
    }
}
