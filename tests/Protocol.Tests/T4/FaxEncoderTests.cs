// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using static Hermetic.Protocol.Tests.T4.BitString;

namespace Hermetic.Protocol.Tests.T4;

/// <summary>Streams worked out by hand from T.4's and T.6's tables.</summary>
public sealed class FaxEncoderTests
{
    private const string White1728 = "010011011 00110101 ";

    [Fact]
    public void Mh_BlankRows_AreEolAndOneRun()
    {
        byte[] coded = FaxCodec.Encode(FaxCompression.Mh, 1728, new byte[2 * 216]);
        Assert.Equal(ToOctets(Eol + White1728 + Eol + White1728 + Rtc), coded);
    }

    [Fact]
    public void Mh_BlackFirstPel_BeginsWithAWhiteRunOfNone()
    {
        // Black 3, white 5 in a row of 8.
        byte[] coded = FaxCodec.Encode(FaxCompression.Mh, 8, [0b11100000]);
        Assert.Equal(ToOctets(Eol + "00110101 10 1100 " + Rtc), coded);
    }

    [Fact]
    public void Mh_RunOver2623_RepeatsTheLongestMakeUpCode()
    {
        // 7,296 = 2,560 + 2,560 + 2,176 + 0.
        byte[] coded = FaxCodec.Encode(FaxCompression.Mh, 7296, new byte[912]);
        Assert.Equal(ToOctets(Eol + "000000011111 000000011111 000000010101 00110101 " + Rtc), coded);
    }

    [Fact]
    public void Mh_MinimumRowBits_FillsBetweenDataAndEol()
    {
        byte[] coded = FaxCodec.Encode(FaxCompression.Mh, 1728, new byte[2 * 216], new() { MinimumRowBits = 48 });
        string row = Eol + White1728 + Repeat("0", 48 - 12 - 17);
        Assert.Equal(ToOctets(row + row + Rtc), coded);
    }

    [Fact]
    public void Mr_KOf2_TagsEveryOtherRowOneDimensional()
    {
        byte[] coded = FaxCodec.Encode(FaxCompression.Mr, 1728, new byte[3 * 216], new() { K = 2 });
        const string rows = Eol + "1" + White1728 + Eol + "0 1 " + Eol + "1" + White1728;
        Assert.Equal(ToOctets(rows + Repeat(Eol + "1", 6)), coded);
    }

    [Fact]
    public void Mmr_BlankPage_IsOneBitARow()
    {
        byte[] coded = FaxCodec.Encode(FaxCompression.Mmr, 1728, new byte[5 * 216]);
        Assert.Equal(ToOctets("11111 " + Eofb), coded);
    }

    [Fact]
    public void Mmr_EachMode_HasItsCode()
    {
        // Changes at 4 and 10; 5 and 12; 8 and 10; 5 and 9; none. Width 24.
        byte[] bits =
        [
            0b00001111, 0b11000000, 0, 0b00000111, 0b11110000, 0, 0, 0b11000000, 0, 0b00000111, 0b10000000, 0, 0, 0, 0,
        ];
        const string rows =
            "001 1011 0010 1 " + // horizontal white 4, black 6; V0
            "011 000011 1 " + // VR1, VR2, V0
            "0000011 000010 1 " + // VR3, VL2, V0
            "0000010 010 1 " + // VL3, VL1, V0
            "0001 1 "; // pass, V0
        Assert.Equal(ToOctets(rows + Eofb), FaxCodec.Encode(FaxCompression.Mmr, 24, bits));
    }

    [Fact]
    public void PelsBeyondTheWidth_DoNotCount()
    {
        byte[] clean = FaxCodec.Encode(FaxCompression.Mmr, 12, [0xFF, 0xF0, 0xFF, 0xF0]);
        Assert.Equal(clean, FaxCodec.Encode(FaxCompression.Mmr, 12, [0xFF, 0xFF, 0xFF, 0xF7]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7297)]
    public void Width_OutOfRange_IsRefused(int widthPels) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaxEncoder(FaxCompression.Mh, widthPels));

    [Fact]
    public void Settings_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaxEncoderSettings { K = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaxEncoderSettings { MinimumRowBits = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaxEncoderSettings { MinimumRowBits = 100_000 });
    }
}
