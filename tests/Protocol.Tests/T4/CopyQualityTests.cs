// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.Tests.T4;

public sealed class CopyQualityTests
{
    [Theory]
    [InlineData(1000, 0, 0, 0, CopyVerdict.Mcf)]
    [InlineData(1000, 10, 3, 0, CopyVerdict.Mcf)]
    [InlineData(1000, 11, 1, 0, CopyVerdict.Rtp)]
    [InlineData(1000, 4, 4, 0, CopyVerdict.Rtp)]
    [InlineData(1000, 0, 0, 1, CopyVerdict.Rtp)]
    [InlineData(1000, 50, 8, 0, CopyVerdict.Rtp)]
    [InlineData(1000, 51, 1, 0, CopyVerdict.Rtn)]
    [InlineData(1000, 9, 9, 0, CopyVerdict.Rtn)]
    [InlineData(0, 0, 0, 0, CopyVerdict.Rtn)]
    [InlineData(3, 3, 3, 0, CopyVerdict.Rtn)]
    public void Judge_ByRowsAndRuns_KeepsToItsLimits(int rows, int bad, int run, int lost, CopyVerdict verdict) =>
        Assert.Equal(verdict, CopyQuality.Judge(new PageQuality(rows, bad, run, lost)));

    [Fact]
    public void Judge_WithOtherSettings_FollowsThem()
    {
        CopyQualitySettings lenient = new()
        {
            DoubtfulBadRowsPerMille = 100,
            UnusableBadRowsPerMille = 200,
            UnusableBadRun = 50,
        };
        Assert.Equal(CopyVerdict.Mcf, CopyQuality.Judge(new PageQuality(1000, 100, 3, 0), lenient));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CopyQualitySettings { DoubtfulBadRowsPerMille = 1001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CopyQualitySettings { UnusableBadRun = -1 });
    }
}
