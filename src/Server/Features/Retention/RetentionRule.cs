// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Server.Features.Sending;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Retention;

/// <summary>When a practice's months are over. Pure: the clock is passed in. Keys are made by the month (UTC), so that
/// all of a month goes together: faxes of its first day are kept a month longer than those of its last.</summary>
internal static class RetentionRule
{
    /// <summary>Whole months behind the end of the month: one at least, so that a month that runs is never due.
    /// </summary>
    public const int MonthsMin = 1;

    /// <summary>Our limit: a hundred years are a typing mistake, or mean `until somebody says otherwise`.</summary>
    public const int MonthsMax = 1200;

    /// <summary>From when on what came in a month is to be erased; null if it is kept until somebody says otherwise.
    /// </summary>
    public static DateTimeOffset? ErasesOn(int year, int month, int? months) => months is not { } kept ? null
        : new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1 + kept);

    /// <summary>A month as the API and people's words say it: `2026-11`.</summary>
    public static string MonthText(int year, int month) =>
        string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}");

    /// <summary>True for a change that erases what was kept before: it needs two people.</summary>
    public static bool IsShorter(int? from, int? to) => to is not null && (from is null || to < from);

    /// <summary>True for an epoch that faxes rest on: not the ledger's, and none of what outlives them.</summary>
    public static bool IsOfFaxes(KeyEpoch epoch) => epoch.RetentionClass != Journal.Journal.RetentionClass
        && epoch.RetentionClass != SealedNumbers.BookRetention;

    /// <summary>The epochs of a practice that are due, the oldest first: of those whose keys are there, those of faxes
    /// whose month is over, and that nothing is sealed to any more.</summary>
    /// <param name="living">All epochs of the practice whose keys are there.</param>
    /// <param name="months">The practice's rule.</param>
    /// <param name="now">The time now.</param>
    public static IReadOnlyList<KeyEpoch> Due(IReadOnlyCollection<KeyEpoch> living, int? months, DateTimeOffset now) =>
    [
        .. living.Where(epoch => IsOfFaxes(epoch) && IsOver(epoch.Year, epoch.Month, months, now)
            && HasSuccessor(epoch, living, now)).OrderBy(epoch => epoch.Encoded),
    ];

    /// <summary>True once what came in a month is to be erased.</summary>
    public static bool IsOver(int year, int month, int? months, DateTimeOffset now) =>
        ErasesOn(year, month, months) is { } on && on <= now;

    // As LineKeys.At chooses what is sealed to: the newest of a class that has begun.
    private static bool HasSuccessor(KeyEpoch epoch, IReadOnlyCollection<KeyEpoch> living, DateTimeOffset now) =>
        living.Any(other => other.RetentionClass == epoch.RetentionClass && other.Encoded > epoch.Encoded
            && other.Encoded <= KeyEpoch.At(now, epoch.RetentionClass).Encoded);
}
