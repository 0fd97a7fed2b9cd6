// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.Tests.T4;

public sealed class RunCodesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Codes_OfAColour_ArePrefixFreeAndLeaveRoomForEol(bool black)
    {
        (int Run, string Bits)[] codes = [.. RunCodes.Of(black)
            .Select(code => (code.Run, Convert.ToString(code.Bits, 2).PadLeft(code.Length, '0')))];
        Assert.Equal(64 + 40, codes.Length);
        Assert.Equal(104, codes.Select(code => code.Run).Distinct().Count());
        Assert.All(codes, code =>
        {
            // Seven zeros at most in front, so that no row looks like an EOL from its first code on.
            Assert.Contains('1', code.Bits[..Math.Min(8, code.Bits.Length)]);
            Assert.DoesNotContain(codes, other =>
                other.Run != code.Run && other.Bits.StartsWith(code.Bits, StringComparison.Ordinal));
        });
    }

    // From T.4's Tables 2, 3a and 3b, chosen where neighbours are easily mixed up.
    [Theory]
    [InlineData(false, 0, "00110101")]
    [InlineData(false, 16, "101010")]
    [InlineData(false, 63, "00110100")]
    [InlineData(false, 1664, "011000")]
    [InlineData(false, 1728, "010011011")]
    [InlineData(true, 0, "0000110111")]
    [InlineData(true, 18, "0000001000")]
    [InlineData(true, 63, "000001100111")]
    [InlineData(true, 64, "0000001111")]
    [InlineData(true, 1728, "0000001100101")]
    [InlineData(true, 2560, "000000011111")]
    [InlineData(false, 2560, "000000011111")]
    public void Code_OfARun_IsTheRecommendations(bool black, int run, string bits)
    {
        (_, uint code, int length) = RunCodes.Of(black).Single(entry => entry.Run == run);
        Assert.Equal(bits, Convert.ToString(code, 2).PadLeft(length, '0'));
    }
}
