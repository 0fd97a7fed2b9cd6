// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Tests.Access;

public class TotpCodeTests
{
    private static readonly byte[] s_secret = "12345678901234567890"u8.ToArray();

    /// <summary>RFC 6238 appendix B, SHA-1, the last six digits of its eight.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Code_OfTheRfc_IsTheRfcs(long seconds, string code)
    {
        Assert.Equal(code, TotpCode.Of(s_secret, seconds / TotpCode.StepSeconds));
        Assert.Equal(seconds / TotpCode.StepSeconds,
            TotpCode.StepOf(s_secret, code, DateTimeOffset.FromUnixTimeSeconds(seconds), 0));
    }

    [Fact]
    public void Code_UsedOnce_IsNotTakenAgain()
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1111111109);
        long step = TotpCode.StepOf(s_secret, "081804", now, 0)!.Value;

        Assert.Null(TotpCode.StepOf(s_secret, "081804", now, step));
    }

    [Theory]
    [InlineData(-61, false)]
    [InlineData(-30, true)]
    [InlineData(30, true)]
    [InlineData(61, false)]
    public void Code_OfAnotherTime_IsTakenForOneStepOnly(int seconds, bool taken)
    {
        DateTimeOffset made = DateTimeOffset.FromUnixTimeSeconds(1_200_000_000);
        string code = TotpCode.Of(s_secret, made.ToUnixTimeSeconds() / TotpCode.StepSeconds);

        Assert.Equal(taken, TotpCode.StepOf(s_secret, code, made.AddSeconds(seconds), 0) is not null);
    }

    /// <summary>RFC 4648 §10.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_OfTheRfc_IsTheRfcs(string text, string base32) =>
        Assert.Equal(base32, TotpCode.Base32(System.Text.Encoding.ASCII.GetBytes(text)));
}
