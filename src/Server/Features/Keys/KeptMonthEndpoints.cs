// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Retention;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Keys;

/// <summary>What is kept of one month.</summary>
internal sealed record KeptMonthView(
    [property: Description("Year and month, UTC: `2026-11`.")] string Month,
    [property: Description("Faxes of the month, in and out; of one that was erased, how many can't be read any more "
        + "and are not swept away yet.")]
    long Faxes,
    long Pages,
    [property: Description("`kept`, `erased` (its keys were destroyed, and with them every copy in every backup), "
        + "`in-part`, or `missing` (a part of the keys is lost: the operator has to put it back).")]
    string State,
    [property: Description("When its last keys were destroyed; null if it is kept.")] DateTimeOffset? ErasedAt,
    [property: Description("Faxes of it of which nothing is left but that they were.")] long Erased,
    [property: Description("From when on it is to be erased, by the practice's retention; null if it is kept until "
        + "somebody says otherwise, or is erased.")]
    DateTimeOffset? ErasesOn,
    [property: Description("Why a month that is due is still here: `operator`, who carries it out, or `job`: a fax of "
        + "it comes in, waits to be sent, or has no receipt yet. Null if it is not due.")]
    string? WaitsFor);

/// <summary>What is kept, by month, the newest first.</summary>
internal sealed record KeptMonthListView(
    [property: Description("The practice's rule (`GET /retention`): whole months; null: until somebody says "
        + "otherwise.")]
    int? RetentionMonths,
    IReadOnlyList<KeptMonthView> Months);

/// <summary>A practice's own look at how long its faxes are kept.</summary>
internal sealed class KeptMonthEndpoints(InventoryReader inventory, DueMonths due, FaxStore store)
{
    public void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/usage/months", (Delegate)ListAsync).RequireScope(Scopes.UsageRead).WithName("listKeptMonths")
            .WithTags("Usage").WithSummary("What is kept of each month, and which are erased")
            .WithDescription("A month goes as a whole: its keys are destroyed, and with them every copy in every "
                + "backup, for good. When, the practice's retention says; without one nothing is erased by itself.");

    private async Task<Ok<KeptMonthListView>> ListAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        TenantRecord tenant = await store.Tenants
            .FindAsync(Caller.Of(http).OwnTenant, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
        IReadOnlyList<EpochStatus> epochs = await inventory
            .ReadAsync(tenant.TenantId, http.RequestAborted).ConfigureAwait(false);
        ILookup<(int, int), DueMonth> waiting = (await due
            .ReadAsync(tenant, tenant.RetentionMonths, http.RequestAborted).ConfigureAwait(false))
            .ToLookup(month => (month.Epoch.Year, month.Epoch.Month));
        return TypedResults.Ok(new KeptMonthListView(tenant.RetentionMonths,
        [
            .. epochs.Where(HasFaxes).GroupBy(one => (one.Epoch.Year, one.Epoch.Month))
                .Select(month => Of([.. month], tenant.RetentionMonths, [.. waiting[month.Key]]))
                .OrderByDescending(month => month.Month, StringComparer.Ordinal),
        ]));
    }

    // Those of the ledger and of the address book have times of their own; one that was made early has nothing yet.
    private static bool HasFaxes(EpochStatus epoch) => RetentionRule.IsOfFaxes(epoch.Epoch)
        && (epoch.State != EpochState.Next || epoch.Faxes > 0);

    private static KeptMonthView Of(EpochStatus[] month, int? rule, DueMonth[] waiting)
    {
        EpochStatus[] gone = [.. month.Where(one => one.State == EpochState.Destroyed)];
        return new KeptMonthView(
            RetentionRule.MonthText(month[0].Epoch.Year, month[0].Epoch.Month),
            month.Sum(one => one.Faxes), month.Sum(one => one.Pages),
            month.Any(one => one.State == EpochState.Missing) ? "missing"
                : gone.Length == 0 ? "kept" : gone.Length == month.Length ? "erased" : "in-part",
            gone.Max(one => one.Since),
            month.Sum(one => one.Erased),
            gone.Length == month.Length ? null
                : RetentionRule.ErasesOn(month[0].Epoch.Year, month[0].Epoch.Month, rule),
            waiting.Length == 0 ? null : waiting.All(one => one.IsHeld) ? "job" : "operator");
    }
}
