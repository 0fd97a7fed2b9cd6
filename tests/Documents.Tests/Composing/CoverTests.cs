// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Composing;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;

namespace Hermetic.Documents.Tests.Composing;

public class CoverTests
{
    private static readonly Lazy<double> FinestInk =
        new(() => Pages.Ink(Rows(Letters.Cover, new(FaxResolution.Dpi600, PageWidth.A4))));

    [Theory]
    [MemberData(nameof(HeaderTests.Rasters), MemberType = typeof(HeaderTests))]
    public void Cover_EveryRaster_IsElevenInchesOfTheSameInk(FaxResolution resolution, PageWidth width)
    {
        PageFormat format = new(resolution, width);
        byte[][] rows = Rows(Letters.Cover, format);
        Assert.Equal(11 * format.VerticalDpi, rows.Length, 0.5);

        // As much of it to a square inch as at 600 dpi, to a seventh; the sheet lies in the middle of a wider line.
        double sheet = (double)format.WidthPels / new PageFormat(resolution, PageWidth.A4).WidthPels;
        Assert.InRange(Pages.Ink(rows) * sheet / FinestInk.Value, 6 / 7.0, 8 / 7.0);
    }

    [Fact]
    public void Cover_EachPart_IsOnThePage()
    {
        CoverTemplate template = Letters.Cover.Template;
        CoverSheet[] others =
        [
            Letters.Cover with { Template = template with { Practice = "Clinic of Other Medicine" } },
            Letters.Cover with { Template = template with { Address = ["1 Sample Street"] } },
            Letters.Cover with { Template = template with { Phone = "+1 555 010 0102" } },
            Letters.Cover with { Template = template with { Fax = "+1 555 010 0102" } },
            Letters.Cover with { Template = template with { Notice = "Confidential." } },
            Letters.Cover with { To = "Pharmacy of Elsewhere" },
            Letters.Cover with { ToNumber = "+1 555 010 0198" },
            Letters.Cover with { From = "" },
            Letters.Cover with { Subject = "Referrals" },
            Letters.Cover with { Notes = "Please confirm by phone.\nThank you." },
        ];
        byte[][] cover = Rows(Letters.Cover, Pages.Fine);
        Assert.Equal(cover, Rows(Letters.Cover, Pages.Fine));
        Assert.All(others, other => Assert.NotEqual(cover, Rows(other, Pages.Fine)));
        Assert.NotEqual(cover, Pages.Rows(CoverPage.Make(Letters.Cover, Letters.Header.At, 2).Cover!.Draw(Pages.Fine)));
        Assert.NotEqual(cover, Pages.Rows(
            CoverPage.Make(Letters.Cover, Letters.Header.At.AddDays(1), 1).Cover!.Draw(Pages.Fine)));
    }

    [Fact]
    public void Cover_LongTexts_AreWrappedWithinTheMargins()
    {
        CoverSheet sheet = Letters.Cover with
        {
            To = new string('W', 60),
            Subject = string.Join(' ', Enumerable.Repeat("referral", 12)),
            Notes = string.Join(' ', Enumerable.Repeat("follow-up in six weeks", 30)) + "\n" + new string('x', 200),
        };
        byte[][] rows = Rows(sheet, Pages.Fine);
        int side = (int)(204 * 0.75);
        Assert.Equal(0, Pages.Ink(rows, 0, 0, side, rows.Length));
        Assert.Equal(0, Pages.Ink(rows, 1728 - side, 0, side, rows.Length));
        Assert.True(Pages.Ink(rows) > Pages.Ink(Rows(Letters.Cover, Pages.Fine)) * 1.2);
    }

    [Fact]
    public void Cover_Notes_ReachTheNoticeAndNeverRunIntoIt()
    {
        // One line more at a time until it is refused: the notice stays as it is, pel for pel.
        byte[][] plain = Rows(Letters.Cover with { Notes = "" }, Pages.Fine);
        int lastRow = Array.FindLastIndex(plain, row => row.Any(octet => octet != 0));
        int lines = 0;
        Refusal? refusal = null;
        byte[][] last = plain;
        for (lines = 1; lines < 100; lines++)
        {
            CoverSheet sheet = Letters.Cover with { Notes = string.Join('\n', Enumerable.Repeat("Ég", lines)) };
            (CoverPage? cover, refusal) = CoverPage.Make(sheet, Letters.Header.At, 1);
            if (cover is null)
            {
                break;
            }

            last = Pages.Rows(cover.Draw(Pages.Fine));
        }

        Assert.InRange(lines, 10, 40);
        Assert.Equal(RefusalCode.OverLimit, refusal!.Code);
        Assert.Equal($"the notes: {lines} lines, and the cover page has room for {lines - 1}. Shorten it",
            refusal.Reason);
        int noticeTop = Array.FindIndex(plain, lastRow - 400, row => row.Any(octet => octet == 0xFF));
        Assert.Equal(plain[noticeTop..], last[noticeTop..]);
        Assert.Equal(0, Pages.Ink(last, 0, noticeTop - 4, 1728, 4));
    }

    [Theory]
    [InlineData("the recipient")]
    [InlineData("the subject")]
    [InlineData("the notes")]
    [InlineData("the notice")]
    [InlineData("the practice's name")]
    [InlineData("the practice's address")]
    public void Cover_Overlong_IsRefusedByName(string part)
    {
        string[] texts = [string.Join(' ', Enumerable.Repeat("word", 1_000)), new string('x', 5_000_000)];
        foreach (string text in texts)
        {
            Refusal refusal = Letters.Refused(cover: With(part, text));
            Assert.Equal(RefusalCode.OverLimit, refusal.Code);
            Assert.StartsWith(part, refusal.Reason, StringComparison.Ordinal);
        }

        Refusal strange = Letters.Refused(cover: With(part, "a\u0007b"));
        Assert.Equal(RefusalCode.NotRendered, strange.Code);
        Assert.StartsWith(part, strange.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Cover_IsPageOne_AndCounted()
    {
        PageBitmap page = SyntheticFax.Pages(PageKind.Text, FaxResolution.Superfine, 1)[0];
        ComposedFax fax = Letters.Compose(Letters.Document(page), cover: Letters.Cover);
        Assert.Equal(2, fax.Count);
        Assert.Equal(page.Format, fax.FormatOf(0));
        byte[][] cover = Pages.Rows(fax.Open(0, page.Format), page.Format);
        byte[][] expected = Pages.Rows(
            CoverPage.Make(Letters.Cover, Letters.Header.At, 2).Cover!.Draw(page.Format));
        Assert.Equal(expected.Length, cover.Length);
        Assert.Equal(expected[100..], cover[100..]);
    }

    private static CoverSheet With(string part, string text) => part switch
    {
        "the recipient" => Letters.Cover with { To = text },
        "the subject" => Letters.Cover with { Subject = text },
        "the notes" => Letters.Cover with { Notes = text },
        "the notice" => Letters.Cover with { Template = Letters.Cover.Template with { Notice = text } },
        "the practice's name" => Letters.Cover with { Template = Letters.Cover.Template with { Practice = text } },
        _ => Letters.Cover with { Template = Letters.Cover.Template with { Address = [text] } },
    };

    private static byte[][] Rows(CoverSheet sheet, PageFormat format)
    {
        (CoverPage? cover, Refusal? refusal) = CoverPage.Make(sheet, Letters.Header.At, 1);
        Assert.Null(refusal);
        return Pages.Rows(cover!.Draw(format));
    }
}
