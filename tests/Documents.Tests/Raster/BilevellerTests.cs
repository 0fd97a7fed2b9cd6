// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Raster;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Tests.Raster;

public class BilevellerTests
{
    private static readonly PageFormat Fine = Pages.Fine;

    [Fact]
    public void BlackAndWhite_StaysAsItIs()
    {
        Random random = new(7);
        GreyPage page = New(1728, 200, (_, _) => random.Next(2) * 255);
        byte[] before = [.. page.Pels];
        BilevelPage bits = Bileveller.Convert(page, Fine);
        Assert.All(Enumerable.Range(0, before.Length), i =>
            Assert.Equal(before[i] == 0, IsBlack(bits, i % 1728, i / 1728)));
    }

    [Fact]
    public void FaintStroke_BesideABoldOne_IsKept()
    {
        // A stroke a third of a pel wide, three pels from a solid block.
        GreyPage page = New(200, 200, (x, _) => x < 100 ? 0 : x == 103 ? 170 : 255);
        BilevelPage bits = Bileveller.Convert(page, Fine);
        int left = (1728 - 200) / 2;
        Assert.All(Enumerable.Range(5, 190), y => Assert.True(IsBlack(bits, left + 103, y)));
        Assert.All(Enumerable.Range(5, 190), y => Assert.False(IsBlack(bits, left + 102, y)));
    }

    [Fact]
    public void FormShading_BecomesPaper_AndItsWordsStaySharp()
    {
        GreyPage page = New(1728, 300, (x, y) => y is > 140 and < 150 && x is > 300 and < 1400 ? 20 : 225);
        BilevelPage bits = Bileveller.Convert(page, Fine);
        Assert.Equal(9 * 1099, Count(bits));
    }

    [Fact]
    public void WordsOnAPicture_StandOut()
    {
        GreyPage page = New(1728, 400, (x, y) => y is > 190 and < 200 && x is > 300 and < 1400 ? 0 : 150 + (x / 40));
        BilevelPage bits = Bileveller.Convert(page, Fine);
        Assert.All(Enumerable.Range(301, 1098), x => Assert.True(IsBlack(bits, x, 195)));
        int around = Enumerable.Range(301, 1098).Sum(x =>
            Enumerable.Range(184, 5).Count(y => IsBlack(bits, x, y)));
        Assert.True(around < 1098 * 5 * 0.45);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(160)]
    [InlineData(205)]
    public void FlatGrey_KeepsItsMean(int grey)
    {
        // Half of it paper, so that the grey is not taken for the paper's own.
        GreyPage page = New(1728, 800, (_, y) => y < 400 ? 255 : grey);
        BilevelPage bits = Bileveller.Convert(page, Fine);
        double ink = Pages.Ink([.. Enumerable.Range(0, 800).Select(y => bits.Row(y).ToArray())], 32, 430, 1664, 340);
        Assert.InRange(ink, 1 - (grey / 255.0) - 0.01, 1 - (grey / 255.0) + 0.01);
    }

    [Fact]
    public void TinyPages_AreTaken()
    {
        for (int size = 1; size < 9; size++)
        {
            Assert.Equal(size, Bileveller.Convert(New(size, size, (_, _) => 0), Fine).Rows);
        }
    }

    private static GreyPage New(int width, int height, Func<int, int, int> grey)
    {
        GreyPage page = new(width, height);
        for (int i = 0; i < page.Pels.Length; i++)
        {
            page.Pels[i] = (byte)grey(i % width, i / width);
        }

        return page;
    }

    private static bool IsBlack(BilevelPage page, int x, int y) => (page.Row(y)[x >> 3] & (0x80 >> (x & 7))) != 0;

    private static int Count(BilevelPage page) =>
        page.Bits.Sum(octet => System.Numerics.BitOperations.PopCount(octet));
}
