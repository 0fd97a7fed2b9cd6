// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using static Hermetic.Protocol.Tests.T4.BitString;

namespace Hermetic.Protocol.Tests.T4;

public sealed class FaxDecoderTests
{
    private static readonly PageFormat Format = new(FaxResolution.Standard, PageWidth.A4);

    public static TheoryData<FaxCompression, int> Chunks() => new(
        from compression in Enum.GetValues<FaxCompression>()
        from chunk in (int[])[4096, 1024, 16, 1]
        select (compression, chunk));

    [Theory]
    [MemberData(nameof(Chunks))]
    public void Pages_InChunks_AreTheSame(FaxCompression compression, int chunkBytes)
    {
        foreach (PageBitmap page in (PageBitmap[])
            [SyntheticPage.Text(Format, 4), SyntheticPage.Form(Format, 5), SyntheticPage.DitheredGrey(Format, 6)])
        {
            byte[] coded = FaxCodec.Encode(compression, page, new FaxEncoderSettings { K = 2, MinimumRowBits = 96 });
            (RowCollector rows, FaxDecoder decoder) = FaxCodec.Decode(compression, 1728, coded, chunkBytes);
            Assert.True(decoder.SawEndOfPage);
            Assert.Equal((page.Rows, 0), (decoder.Rows, decoder.BadRows));
            Assert.True(rows.Bits.SequenceEqual(page.Bits));
        }
    }

    [Theory]
    [InlineData(FaxCompression.Mh)]
    [InlineData(FaxCompression.Mr)]
    [InlineData(FaxCompression.Mmr)]
    public void Rows_OfASecondPage_AllocateNothing(FaxCompression compression)
    {
        PageBitmap page = SyntheticPage.Text(Format, 7);
        byte[] coded = FaxCodec.Encode(compression, page);
        FaxDecoder decoder = new(compression, 1728);
        RowCollector rows = new(216);
        decoder.Write(coded, rows);
        Assert.Equal(0, Allocations.Least(() =>
        {
            decoder.Reset();
            rows.Clear();
            decoder.Write(coded, rows);
            decoder.Finish(rows);
        }));
        Assert.True(rows.Bits.SequenceEqual(page.Bits));
    }

    [Fact]
    public void Mmr_ExactPageWithEofbAndPadding_IsTheEndOfThePage()
    {
        (_, FaxDecoder decoder) = FaxCodec.Decode(FaxCompression.Mmr, 1728, [.. ToOctets("111" + Eofb), 0, 0, 0, 0]);
        Assert.Equal((FaxDecoderState.EndOfPage, 3, 0), (decoder.State, decoder.Rows, decoder.BadRows));
    }

    [Fact]
    public void Mmr_PageWithoutEofb_KeepsItsRowsButHasNoEnd()
    {
        (_, FaxDecoder decoder) = FaxCodec.Decode(FaxCompression.Mmr, 1728, [.. ToOctets("111"), 0, 0, 0, 0, 0, 0]);
        Assert.Equal((false, 3, 0), (decoder.SawEndOfPage, decoder.Rows, decoder.BadRows));
    }

    [Fact]
    public void Mmr_OneEolOnly_IsABadCode()
    {
        (_, FaxDecoder decoder) = FaxCodec.Decode(FaxCompression.Mmr, 1728, ToOctets("111" + Eol + "111111111111"));
        Assert.Equal((FaxDecoderState.Broken, 4, 1), (decoder.State, decoder.Rows, decoder.BadRows));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Mh_RtcCutShortByTheEndOfTheData_IsTheEndOfThePage(int eols)
    {
        byte[] coded = ToOctets(Eol + "010011011 00110101" + Repeat(Eol, eols));
        (_, FaxDecoder decoder) = FaxCodec.Decode(FaxCompression.Mh, 1728, coded);
        Assert.Equal((true, 1, 0), (decoder.SawEndOfPage, decoder.Rows, decoder.BadRows));
    }

    [Fact]
    public void Mh_NoiseBeforeTheFirstEol_IsNoRow()
    {
        byte[] coded = ToOctets("1011101011 " + Eol + "010011011 00110101" + Rtc);
        (_, FaxDecoder decoder) = FaxCodec.Decode(FaxCompression.Mh, 1728, coded);
        Assert.Equal((true, 1, 0), (decoder.SawEndOfPage, decoder.Rows, decoder.BadRows));
    }

    [Fact]
    public void Mh_RunOfZeroPelsWithinARow_JoinsItsNeighbours()
    {
        // White 2, black 0, white 2, black 4 of 8.
        byte[] coded = ToOctets(Eol + "0111 0000110111 0111 011 " + Rtc);
        (RowCollector rows, FaxDecoder decoder) = FaxCodec.Decode(FaxCompression.Mh, 8, coded);
        Assert.Equal((1, 0), (decoder.Rows, decoder.BadRows));
        Assert.Equal(0b00001111, rows.Row(0)[0]);
    }

    [Fact]
    public void Reset_AfterABrokenPage_DecodesTheNext()
    {
        FaxDecoder decoder = new(FaxCompression.Mmr, 1728);
        RowCollector rows = new(216);
        decoder.Write([0x00, 0x00, 0xFF], rows);
        Assert.Equal(FaxDecoderState.Broken, decoder.State);
        decoder.Reset();
        rows.Clear();
        decoder.Write(ToOctets("1" + Eofb), rows);
        Assert.Equal((FaxDecoderState.EndOfPage, 1, 0), (decoder.State, decoder.Rows, decoder.BadRows));
        Assert.Equal(FaxRowFault.None, decoder.FirstFault);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7297)]
    public void Width_OutOfRange_IsRefused(int widthPels) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaxDecoder(FaxCompression.Mh, widthPels));

    [Theory]
    [InlineData(0)]
    [InlineData(200_001)]
    public void Limits_OutOfRange_AreRefused(int rows) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaxDecoderLimits { RowsPerPageMax = rows });
}
