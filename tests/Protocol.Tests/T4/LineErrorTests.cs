// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using static Hermetic.Protocol.Tests.T4.BitString;

namespace Hermetic.Protocol.Tests.T4;

/// <summary>What becomes of rows that arrive damaged. Rows of 16 pels: A is black 4–8, B is black 2–10.</summary>
public sealed class LineErrorTests
{
    private const string A = "1011 011 10011 "; // white 4, black 4, white 8
    private const string B = "0111 000101 1110 "; // white 2, black 8, white 6
    private const ushort PelsA = 0b00001111_00000000;
    private const ushort PelsB = 0b00111111_11000000;

    [Theory]
    [InlineData("000000001 ", FaxRowFault.ShortRow)]
    [InlineData("1011 011 ", FaxRowFault.ShortRow)]
    [InlineData("1011 011 101011 ", FaxRowFault.Overrun)]
    [InlineData("1011 011 10011 1011 ", FaxRowFault.MissingEol)]
    public void Mh_BadRow_IsReplacedByTheLastGoodOne(string damaged, FaxRowFault fault)
    {
        (ushort[] rows, FaxDecoder decoder) = Decode(FaxCompression.Mh, Eol + B + Eol + damaged + Eol + A + Rtc);
        Assert.Equal([PelsB, PelsB, PelsA], rows);
        Assert.Equal((1, 1, fault), (decoder.BadRows, decoder.LongestBadRun, decoder.FirstFault));
        Assert.True(decoder.SawEndOfPage);
    }

    [Fact]
    public void Mh_BadFirstRow_IsWhite()
    {
        (ushort[] rows, _) = Decode(FaxCompression.Mh, Eol + "00000001" + Eol + A + Rtc);
        Assert.Equal([0, PelsA], rows);
    }

    [Fact]
    public void Mh_BadRowsInARow_AreCountedAsARun()
    {
        const string bad = "00000001 " + Eol;
        (_, FaxDecoder decoder) =
            Decode(FaxCompression.Mh, Eol + bad + A + Eol + bad + bad + bad + A + Eol + bad + A + Rtc);
        Assert.Equal((8, 5, 3), (decoder.Rows, decoder.BadRows, decoder.LongestBadRun));
    }

    [Fact]
    public void Mh_DamagedCodeThatTakesZerosOfTheEol_LosesOneRowOnly()
    {
        // The second row's last code reads as white 3 (1000), so that three of the EOL's zeros are gone from its own
        // eleven.
        (ushort[] rows, FaxDecoder decoder) = Decode(FaxCompression.Mh, Eol + A + Eol + "1011 011 1 " + Eol + B + Rtc);
        Assert.Equal([PelsA, PelsA, PelsB], rows);
        Assert.Equal(1, decoder.BadRows);
    }

    [Fact]
    public void Mr_BadRow_TakesTheRowsUpToTheNextOneDimensionalAlong()
    {
        // K = 4: the second row of the first group is damaged; what refers to it can't be known.
        const string same = Eol + "0 1 1 1 ";
        string page = Eol + "1" + A + Eol + "0 0000000 " + same + same + Eol + "1" + B + same;
        (ushort[] rows, FaxDecoder decoder) = Decode(FaxCompression.Mr, page + Repeat(Eol + "1", 6));
        Assert.Equal([PelsA, PelsA, PelsA, PelsA, PelsB, PelsB], rows);
        Assert.Equal((3, 3, true), (decoder.BadRows, decoder.LongestBadRun, decoder.SawEndOfPage));
    }

    [Fact]
    public void Mr_TwoDimensionalRowFirst_HasNoReference()
    {
        (ushort[] rows, FaxDecoder decoder) =
            Decode(FaxCompression.Mr, Eol + "0 1 " + Eol + "1" + A + Repeat(Eol + "1", 6));
        Assert.Equal([0, PelsA], rows);
        Assert.Equal(FaxRowFault.NoReference, decoder.FirstFault);
    }

    [Fact]
    public void Mmr_BadCode_BreaksTheRestOfThePage()
    {
        (ushort[] rows, FaxDecoder decoder) =
            Decode(FaxCompression.Mmr, "001 1011 011 1 " + "1 1 1 " + "010 00000001 1 1 1 1 " + Eofb);
        Assert.Equal([PelsA, PelsA, PelsA], rows);
        Assert.Equal((FaxDecoderState.Broken, 1), (decoder.State, decoder.BadRows));
        Assert.Equal(FaxRowFault.BadCode, decoder.FirstFault);
        Assert.False(decoder.SawEndOfPage);
    }

    [Fact]
    public void Mmr_UncompressedMode_IsRefused()
    {
        (_, FaxDecoder decoder) = Decode(FaxCompression.Mmr, "0000001111 010101 1 " + Eofb);
        Assert.Equal((FaxDecoderState.Broken, FaxRowFault.ExtensionRefused), (decoder.State, decoder.FirstFault));
    }

    [Fact]
    public void Mmr_DataThatEndsWithinARow_IsABadRow()
    {
        (_, FaxDecoder decoder) = Decode(FaxCompression.Mmr, "1 1 001 1011");
        Assert.Equal((FaxDecoderState.Broken, 3, 1), (decoder.State, decoder.Rows, decoder.BadRows));
        Assert.Equal(FaxRowFault.ShortRow, decoder.FirstFault);
    }

    [Fact]
    public void NoteLoss_InMh_GoesOnAtTheNextEol()
    {
        FaxDecoder decoder = new(FaxCompression.Mh, 16);
        RowCollector rows = new(2);
        decoder.Write(ToOctets(Eol + A + Eol + "1011"), rows);
        decoder.NoteLoss(3);
        decoder.Write(ToOctets("0111" + Eol + B + Rtc), rows);
        decoder.Finish(rows);
        Assert.Equal([PelsA, PelsA, PelsB], Pels(rows));
        Assert.Equal((1, 3, FaxRowFault.Loss), (decoder.BadRows, decoder.LostOctets, decoder.FirstFault));
        Assert.True(decoder.SawEndOfPage);
    }

    [Fact]
    public void NoteLoss_InMmr_BreaksThePage()
    {
        FaxDecoder decoder = new(FaxCompression.Mmr, 16);
        RowCollector rows = new(2);
        decoder.Write(ToOctets("001 1011 011 1 1"), rows);
        decoder.NoteLoss(1);
        decoder.Write(ToOctets("1111" + Eofb), rows);
        decoder.Finish(rows);
        Assert.Equal((FaxDecoderState.Broken, FaxRowFault.Loss), (decoder.State, decoder.FirstFault));
    }

    [Fact]
    public void NoteLoss_AfterTheEndOfThePage_ChangesNothing()
    {
        FaxDecoder decoder = new(FaxCompression.Mh, 16);
        RowCollector rows = new(2);
        decoder.Write(ToOctets(Eol + A + Rtc), rows);
        decoder.NoteLoss(5);
        decoder.Finish(rows);
        Assert.Equal((true, 1, 0), (decoder.SawEndOfPage, decoder.Rows, decoder.BadRows));
    }

    private static (ushort[] Rows, FaxDecoder Decoder) Decode(FaxCompression compression, string bits)
    {
        (RowCollector rows, FaxDecoder decoder) = FaxCodec.Decode(compression, 16, ToOctets(bits));
        return (Pels(rows), decoder);
    }

    private static ushort[] Pels(RowCollector rows) =>
        [.. Enumerable.Range(0, rows.Rows).Select(row => (ushort)((rows.Row(row)[0] << 8) | rows.Row(row)[1]))];
}
