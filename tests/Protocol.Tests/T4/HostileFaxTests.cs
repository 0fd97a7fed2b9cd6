// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using static Hermetic.Protocol.Tests.T4.BitString;

namespace Hermetic.Protocol.Tests.T4;

/// <summary>FACTS.md §1, class 11. Every stream must end in a state and a count of rows that its length
/// bounds.</summary>
public sealed class HostileFaxTests
{
    private const int Length = 100_000;

    public static TheoryData<FaxCompression> Compressions() => new(Enum.GetValues<FaxCompression>());

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Hostile_11_RunsPastTheRow_AreCutOffAndCounted(FaxCompression compression)
    {
        // White 2,560 over and over: in MMR within horizontal mode, in MR and MH after an EOL.
        string start = compression switch
        {
            FaxCompression.Mmr => "001",
            FaxCompression.Mr => Eol + "1",
            _ => Eol,
        };
        (RowCollector rows, FaxDecoder decoder) = Decode(compression, ToOctets(start + Repeat("000000011111", 10_000)));
        Assert.Equal(FaxRowFault.Overrun, decoder.FirstFault);
        Assert.Equal((1, 1), (rows.Rows, decoder.BadRows));
    }

    [Theory]
    [InlineData(FaxCompression.Mh, Eol + "00110101 0000110111 ")]
    [InlineData(FaxCompression.Mr, Eol + "1 00110101 0000110111 ")]
    public void Hostile_11_EndlessRunsOfNone_NeverMakeARow(FaxCompression compression, string start)
    {
        (RowCollector rows, FaxDecoder decoder) =
            Decode(compression, ToOctets(start + Repeat("00110101 0000110111 ", 10_000)));
        Assert.Equal((1, FaxRowFault.ShortRow), (rows.Rows, decoder.FirstFault));
    }

    [Fact]
    public void Hostile_11_EndlessHorizontalRunsOfNone_NeverMakeARow()
    {
        (RowCollector rows, FaxDecoder decoder) =
            Decode(FaxCompression.Mmr, ToOctets(Repeat("001 00110101 0000110111 ", 10_000)));
        Assert.Equal((1, FaxDecoderState.Broken), (rows.Rows, decoder.State));
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Hostile_11_EndlessEols_EndThePage(FaxCompression compression)
    {
        (RowCollector rows, FaxDecoder decoder) = Decode(compression, ToOctets(Repeat(Eol, 10_000)));
        Assert.Equal(0, rows.Rows);
        Assert.True(decoder.SawEndOfPage);
    }

    [Fact]
    public void Hostile_11_EndlessPairsOfEols_AreOneBadRowEach()
    {
        // Each pair is short of RTC and is followed by a bad row.
        (RowCollector rows, FaxDecoder decoder) = Decode(FaxCompression.Mh, ToOctets(Repeat(Eol + Eol + "1 ", 4_000)));
        Assert.Equal(decoder.Rows, decoder.BadRows);
        Assert.InRange(rows.Rows, 1, 8_000);
    }

    [Fact]
    public void Hostile_11_EndlessBlankRowsOfOneBit_StopAtTheRowLimit()
    {
        byte[] ones = new byte[Length];
        ones.AsSpan().Fill(0xFF);
        (RowCollector rows, FaxDecoder decoder) = Decode(FaxCompression.Mmr, ones);
        Assert.Equal((20_000, FaxDecoderState.RowLimit), (rows.Rows, decoder.State));
    }

    [Theory]
    [InlineData(FaxCompression.Mh, Eol + "1011 011 10011 ")]
    [InlineData(FaxCompression.Mr, Eol + "1 1011 011 10011 ")]
    [InlineData(FaxCompression.Mh, Eol + "1 ")]
    [InlineData(FaxCompression.Mmr, "1")]
    public void Hostile_11_RowLimit_HoldsForGoodAndBadRows(FaxCompression compression, string row)
    {
        FaxDecoderLimits limits = new() { RowsPerPageMax = 100 };
        (RowCollector rows, FaxDecoder decoder) =
            FaxCodec.Decode(compression, 16, ToOctets(Repeat(row, 1000)), chunkBytes: 3, limits);
        Assert.Equal((100, FaxDecoderState.RowLimit), (rows.Rows, decoder.State));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x55)]
    [InlineData(0xFF)]
    [InlineData(0x01)]
    [InlineData(0x80)]
    public void Hostile_11_OneOctetForEver_IsBounded(byte octet)
    {
        byte[] stream = new byte[Length];
        stream.AsSpan().Fill(octet);
        foreach (FaxCompression compression in Enum.GetValues<FaxCompression>())
        {
            (RowCollector rows, FaxDecoder decoder) = Decode(compression, stream);
            Assert.InRange(rows.Rows, 0, FaxDecoderLimits.Default.RowsPerPageMax);
            Assert.Equal(rows.Rows, decoder.Rows);
        }
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Hostile_11_NoiseAfterAGoodStart_IsBoundedAndTheSameInChunks(FaxCompression compression)
    {
        string start = compression == FaxCompression.Mmr ? "" : Eol + "1";
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            byte[] noise = new byte[random.Next(1, 3000)];
            random.NextBytes(noise);
            byte[] stream = [.. ToOctets(start), .. noise];
            (RowCollector whole, FaxDecoder decoder) = FaxCodec.Decode(compression, 1728, stream);
            (RowCollector pieces, FaxDecoder other) = FaxCodec.Decode(compression, 1728, stream, chunkBytes: 1);
            Assert.True(whole.Bits.SequenceEqual(pieces.Bits), $"seed {seed}: the chunks make a difference");
            Assert.Equal((decoder.BadRows, decoder.State), (other.BadRows, other.State));
            Assert.InRange(whole.Rows, 0, stream.Length * 8);
        }
    }

    private static (RowCollector Rows, FaxDecoder Decoder) Decode(FaxCompression compression, byte[] stream) =>
        FaxCodec.Decode(compression, 1728, stream);
}
