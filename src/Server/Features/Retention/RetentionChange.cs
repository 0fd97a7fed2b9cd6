// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Server.Features.Access;
using Hermetic.Store;

namespace Hermetic.Server.Features.Retention;

/// <summary>How long a practice wants its faxes kept, as it waits for a second person.</summary>
/// <param name="Months">Whole months behind the month that they came in; null until somebody says otherwise.</param>
/// <param name="Version">Of the rule that it changes.</param>
/// <param name="AskedBy">The account that asked for it.</param>
/// <param name="Words">What it would do, in plain words.</param>
internal sealed record RetentionWish(int? Months, int Version, Guid AskedBy, string Words)
{
    /// <summary>What the ledger calls it.</summary>
    public string Subject => Months?.ToString(CultureInfo.InvariantCulture) ?? "none";

    /// <summary>The words of a wish.</summary>
    /// <param name="from">The rule as it is.</param>
    /// <param name="to">The rule as it is to be.</param>
    /// <param name="now">What would be erased at once.</param>
    public static string WordsOf(int? from, int? to, IReadOnlyList<DueMonth> now)
    {
        int months = now.Select(month => (month.Epoch.Year, month.Epoch.Month)).Distinct().Count();
        string kept = from == to ? $"Faxes are kept {Span(from)}."
            : $"Faxes are to be kept {Span(to)}. So far they are kept {Span(from)}.";
        return months == 0 ? $"{kept} Nothing is older than that now."
            : string.Create(CultureInfo.InvariantCulture, $"{kept} {Count(months, "month")} with "
                + $"{Count(now.Sum(month => month.Faxes), "fax", "faxes")} will be erased now, for good: up to "
                + $"{Newest(now)}.");
    }

    private static string Newest(IReadOnlyList<DueMonth> now)
    {
        (int year, int month) = now.Max(one => (one.Epoch.Year, one.Epoch.Month));
        return RetentionRule.MonthText(year, month);
    }

    /// <summary>A rule in plain words.</summary>
    public static string Span(int? months) => months is not { } kept ? "until somebody says otherwise"
        : string.Create(CultureInfo.InvariantCulture, $"for {Count(kept, "month")} behind the month of each");

    private static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}

/// <summary>A rule that erases what was kept before: a first one, or a shorter one. Two people agree on it.</summary>
internal sealed class RetentionChange(FaxStore store) : ITwoPersonChange
{
    public const string Word = "retention.change";

    /// <inheritdoc/>
    public string Kind => Word;

    /// <inheritdoc/>
    public async Task<ChangeOutcome?> ApplyAsync(Guid? tenant, AccessChange change, CancellationToken cancellation) =>
        change.Retention is { } wish && tenant is { } whose
        && await store.Retention.SetAsync(whose, wish.Version, wish.Months, wish.AskedBy, cancellation)
            .ConfigureAwait(false)
            ? new ChangeOutcome(whose) : null;
}
