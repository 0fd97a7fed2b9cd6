// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Retention;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Tests.Retention;

public sealed class RetentionRuleTests
{
    private static readonly KeyEpoch[] s_living =
    [
        Of(2024, 2), Of(2024, 1), Of(2025, 2), Of(2025, 3), Of(2025, 4),
        new(2020, 1, SealedNumbers.BookRetention), new(2020, 1, Features.Journal.Journal.RetentionClass),
    ];

    [Theory]
    [InlineData(2024, 1, 1, "2024-03-01")]
    [InlineData(2024, 2, 1, "2024-04-01")]
    [InlineData(2023, 12, 1, "2024-02-01")]
    [InlineData(2024, 2, 12, "2025-03-01")]
    [InlineData(2023, 2, 12, "2024-03-01")]
    [InlineData(2024, 11, 72, "2030-12-01")]
    [InlineData(2024, 12, 1200, "2125-01-01")]
    public void ErasesOn_IsSoManyWholeMonthsBehindTheMonthsEnd(int year, int month, int months, string on) =>
        Assert.Equal(DateTimeOffset.Parse($"{on}T00:00:00Z", null), RetentionRule.ErasesOn(year, month, months));

    [Fact]
    public void ErasesOn_WithoutARule_IsNever() => Assert.Null(RetentionRule.ErasesOn(2024, 1, null));

    [Fact]
    public void Due_TurnsAtTheInstant_AndNotBefore()
    {
        DateTimeOffset turn = new(2025, 4, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal([Of(2024, 1), Of(2024, 2)], RetentionRule.Due(s_living, 13, turn));
        Assert.Equal([Of(2024, 1)], RetentionRule.Due(s_living, 13, turn.AddTicks(-1)));
        // The clock is the world's, wherever it is read.
        Assert.Equal([Of(2024, 1)],
            RetentionRule.Due(s_living, 13, new DateTimeOffset(2025, 4, 1, 3, 59, 0, TimeSpan.FromHours(4))));
    }

    [Fact]
    public void Due_NeverTakesWhatIsSealedTo_NorWhatOutlivesFaxes()
    {
        DateTimeOffset later = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);
        // Of April 2025 there is no successor: the line seals to it still, though it is fifteen years old.
        Assert.Equal([Of(2024, 1), Of(2024, 2), Of(2025, 2), Of(2025, 3)], RetentionRule.Due(s_living, 1, later));
        Assert.Empty(RetentionRule.Due(s_living, null, later));
        // One that was made early for a month to come is no successor either.
        Assert.Equal([Of(2024, 1)], RetentionRule.Due(
            [Of(2024, 1), Of(2024, 2), Of(2040, 2)], 1, later.AddDays(30)));
    }

    [Theory]
    [InlineData(null, 12, true)]
    [InlineData(24, 12, true)]
    [InlineData(12, 12, false)]
    [InlineData(12, 24, false)]
    [InlineData(12, null, false)]
    [InlineData(null, null, false)]
    public void IsShorter_IsWhatErases(int? from, int? to, bool expected) =>
        Assert.Equal(expected, RetentionRule.IsShorter(from, to));

    [Fact]
    public void Words_SayWhatGoes()
    {
        DueMonth one = new(Guid.Empty, Of(2024, 12), 12, null, default, 7, false);
        DueMonth two = one with { Epoch = Of(2024, 2), Faxes = 1 };
        Assert.Equal("Faxes are to be kept for 12 months behind the month of each. So far they are kept until somebody "
            + "says otherwise. 2 months with 8 faxes will be erased now, for good: up to 2024-12.",
            RetentionWish.WordsOf(null, 12, [two, one]));
        Assert.Equal("Faxes are kept for 1 month behind the month of each. Nothing is older than that now.",
            RetentionWish.WordsOf(1, 1, []));
    }

    private static KeyEpoch Of(int year, int month) => new(year, month, Provisioning.DefaultRetention);
}
