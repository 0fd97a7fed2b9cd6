// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Documents.Text;

namespace Hermetic.Documents.Tests.Rendering;

public class TextTests
{
    [Fact]
    public async Task Text_IsDrawnInItsPlace()
    {
        FaxDocument document = await Pages.OpenAsync("First line\n\n\n\tTabbed äöü €\n"u8.ToArray());
        byte[][] rows = Pages.Rows(document.Pages[0]);
        Assert.Equal((int)Math.Round(297 * 195.58 / 25.4), rows.Length);
        Assert.InRange(Pages.Ink(rows), 0.0003, 0.001);
        int lineRows = (int)(12.5 / 72 * 195.58);
        int first = Array.FindIndex(rows, row => row.Any(octet => octet != 0));
        int last = Array.FindLastIndex(rows, row => row.Any(octet => octet != 0));
        Assert.InRange((last - first) / (double)lineRows, 3, 4.2);
    }

    [Theory]
    [InlineData("one\ftwo", 2)]
    [InlineData("one\f", 1)]
    [InlineData("one\f\ftwo", 3)]
    [InlineData("one\r\n\r\ntwo", 1)]
    public async Task Pages_BreakAtFormFeeds(string text, int pages) =>
        Assert.Equal(pages, (await Pages.OpenAsync(Encoding.UTF8.GetBytes(text))).Count);

    [Fact]
    public async Task Octets_ThatAreNotUtf8_AreRefused()
    {
        Refusal refusal = await Pages.RefusedAsync(Encoding.Latin1.GetBytes("Müller"));
        Assert.Equal(RefusalCode.Malformed, refusal.Code);
        Assert.Contains("UTF-8", refusal.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("ller", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Character_ThatTheFontLacks_RefusesItsPage()
    {
        Refusal refusal = await Pages.RefusedAsync("fine\f薬を飲む"u8.ToArray());
        Assert.Equal((RefusalCode.NotRendered, 2), (refusal.Code, refusal.Page));
    }

    [Fact]
    public async Task TooManyPages_AreRefused() => Assert.Equal(RefusalCode.OverLimit,
        (await Pages.RefusedAsync("1\f2\f3\f4"u8.ToArray(), new() { Limits = new() { PagesMax = 3 } })).Code);

    [Fact]
    public void Layout_WrapsTabsAndCounts()
    {
        IReadOnlyList<IReadOnlyList<TextCell>> pages = TextLayout.Lay("ab\tc\nde" + new string('x', 9), 8, 3, 10)!;
        Assert.Equal([(0, 0, 'a'), (0, 1, 'b'), (1, 0, 'c'), (2, 0, 'd'), (2, 1, 'e')],
            pages[0].Take(5).Select(cell => (cell.Line, cell.Column, (char)cell.Rune.Value)));
        Assert.Equal(2, pages.Count);
        Assert.Equal((0, 2), (pages[1][^1].Line, pages[1][^1].Column));
    }

    [Fact]
    public void Layout_ControlAndDirectionCharacters_DoNothing()
    {
        IReadOnlyList<IReadOnlyList<TextCell>> pages = TextLayout.Lay("a\u001b[2Jb\u202Ec\u0007", 80, 60, 10)!;
        Assert.Equal("a\uFFFD[2Jb\uFFFDc\uFFFD", string.Concat(pages[0].Select(cell => cell.Rune.ToString())));
    }

    [Fact]
    public void Layout_EndlessInput_StopsAtTheLimit()
    {
        Assert.Null(TextLayout.Lay(new string('\f', 1_000_000), 80, 60, 350));
        Assert.Null(TextLayout.Lay(new string('\n', 1_000_000) + "x", 80, 60, 350));
        Assert.Null(TextLayout.Lay(new string('x', 10_000_000), 80, 60, 350));
    }
}
