// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Globalization;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Keys;

/// <summary>What is kept of one month.</summary>
internal sealed record KeptMonthView(
    [property: Description("Year and month, UTC: `2026-11`.")] string Month,
    [property: Description("Faxes of the month, in and out; of one that was erased, how many can't be read any more.")]
    long Faxes,
    long Pages,
    [property: Description("`kept`, `erased` (its keys were destroyed, and with them every copy in every backup), "
        + "`in-part`, or `missing` (a part of the keys is lost: the operator has to put it back).")]
    string State,
    [property: Description("When its last keys were destroyed; null if it is kept.")] DateTimeOffset? ErasedAt);

/// <summary>What is kept, by month, the newest first.</summary>
internal sealed record KeptMonthListView(IReadOnlyList<KeptMonthView> Months);

/// <summary>A practice's own look at how long its faxes are kept.</summary>
internal sealed class KeptMonthEndpoints(InventoryReader inventory)
{
    public void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/usage/months", (Delegate)ListAsync).RequireScope(Scopes.UsageRead).WithName("listKeptMonths")
            .WithTags("Usage").WithSummary("What is kept of each month, and which are erased")
            .WithDescription("Nothing is erased by itself. The installation's operator destroys a month's keys, on the "
                + "machine itself; all of that month is gone then, for good.");

    private async Task<Ok<KeptMonthListView>> ListAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        IReadOnlyList<EpochStatus> epochs = await inventory
            .ReadAsync(Caller.Of(http).OwnTenant, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new KeptMonthListView(
        [
            .. epochs.Where(HasFaxes).GroupBy(one => (one.Epoch.Year, one.Epoch.Month)).Select(month => Of([.. month]))
                .OrderByDescending(month => month.Month, StringComparer.Ordinal),
        ]));
    }

    // Those of the ledger and of the address book have times of their own; one that was made early has nothing yet.
    private static bool HasFaxes(EpochStatus epoch) => !epoch.IsJournal
        && epoch.Epoch.RetentionClass != SealedNumbers.BookRetention
        && (epoch.State != EpochState.Next || epoch.Faxes > 0);

    private static KeptMonthView Of(EpochStatus[] month)
    {
        EpochStatus[] gone = [.. month.Where(one => one.State == EpochState.Destroyed)];
        return new KeptMonthView(
            string.Create(CultureInfo.InvariantCulture, $"{month[0].Epoch.Year:D4}-{month[0].Epoch.Month:D2}"),
            month.Sum(one => one.Faxes), month.Sum(one => one.Pages),
            month.Any(one => one.State == EpochState.Missing) ? "missing"
                : gone.Length == 0 ? "kept" : gone.Length == month.Length ? "erased" : "in-part",
            gone.Max(one => one.Since));
    }
}
