// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Retention;

/// <summary>How long a practice keeps its faxes.</summary>
internal sealed record RetentionView(
    [property: Description("Whole months behind the month (UTC) that a fax came in or was asked for; null: until "
        + "somebody says otherwise.")]
    int? Months,
    [property: Description("Counts changes; the `ETag` too.")] int Version,
    [property: Description("The account that asked for it; null if nobody ever did.")] Guid? SetBy,
    [property: Description("What is due to be erased now: months, and the faxes in them.")] int MonthsDue,
    long FaxesDue,
    [property: Description("The same in plain words, or of the rule that was asked about with `months`.")]
    string Words);

internal sealed record RetentionBody(
    [property: Description("1 to 1200 whole months; null to keep everything until somebody says otherwise.")]
    int? Months);

/// <summary>A practice's rule of retention over HTTP. To keep longer is in force at once and takes one person: it holds
/// what may be evidence. To keep shorter erases, and takes two.</summary>
internal sealed class RetentionEndpoints(
    FaxStore store, DueMonths due, Approvals approvals, Journal.Journal journal, TimeProvider time)
{
    private const string Path = "/retention";
    private const string Tag = "Usage";

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(Path, FindAsync).RequireScope(Scopes.UsageRead).WithName("getRetention").WithTags(Tag)
            .WithSummary("How long the practice keeps its faxes")
            .WithDescription("With `months`, `words` says what that rule would erase now; nothing changes.");
        api.MapPut(Path, ChangeAsync).WithMetadata(new TakesIfMatch()).RequireScope(Scopes.RetentionManage)
            .WithName("changeRetention").WithTags(Tag).WithSummary("Says how long the practice keeps its faxes")
            .WithDescription("To keep them longer, or until somebody says otherwise (a legal hold), is in force at "
                + "once. A first rule or a shorter one erases what was kept: 202, and a second person approves it. "
                + "What is due is then erased by the installation's operator, or by itself, as the installation is "
                + "set.");
    }

    private async Task<Ok<RetentionView>> FindAsync(
        HttpContext http,
        [Description("A rule to ask about.")]
        [Takes("integer", Least = RetentionRule.MonthsMin, Most = RetentionRule.MonthsMax)] string? months)
    {
        QueryReader query = new(http);
        // 0 is no rule: nothing was asked about.
        int asked = query.Number("months", 0, RetentionRule.MonthsMin, RetentionRule.MonthsMax);
        query.Finish();
        TenantRecord tenant = await RequireAsync(http).ConfigureAwait(false);
        return TypedResults.Ok(
            await ViewAsync(http, tenant, asked == 0 ? tenant.RetentionMonths : asked).ConfigureAwait(false));
    }

    private async Task<Results<Ok<RetentionView>, Accepted<WaitingChange>>> ChangeAsync(
        HttpContext http, RetentionBody body)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        TenantRecord tenant = await RequireAsync(http).ConfigureAwait(false);
        EntityVersion.RequireMatch(http, tenant.RetentionVersion);
        if (body.Months is < RetentionRule.MonthsMin or > RetentionRule.MonthsMax)
        {
            throw ProblemException.Field("months",
                $"takes {RetentionRule.MonthsMin} to {RetentionRule.MonthsMax} whole months, or null");
        }

        if (RetentionRule.IsShorter(tenant.RetentionMonths, body.Months))
        {
            return await ShortenAsync(http, caller, tenant, body.Months).ConfigureAwait(false);
        }

        await journal.AppendAsync(tenant.TenantId, ChangeEntry.Of(time.GetUtcNow(), LedgerAct.AccessChanged,
            caller.Actor, WordsOf(body.Months), tenant.TenantId), http.RequestAborted).ConfigureAwait(false);
        return await store.Retention.SetAsync(tenant.TenantId, tenant.RetentionVersion, body.Months, caller.Account,
            http.RequestAborted).ConfigureAwait(false)
            ? await FoundAsync(http).ConfigureAwait(false)
            : throw EntityVersion.Stale();
    }

    private async Task<Results<Ok<RetentionView>, Accepted<WaitingChange>>> ShortenAsync(
        HttpContext http, Caller caller, TenantRecord tenant, int? months)
    {
        IReadOnlyList<DueMonth> now = await due.ReadAsync(tenant, months, http.RequestAborted).ConfigureAwait(false);
        AskOutcome outcome = await approvals.AskAsync(caller, RetentionChange.Word,
            new AccessChange(tenant.TenantId)
            {
                Retention = new RetentionWish(months, tenant.RetentionVersion, caller.Account,
                    RetentionWish.WordsOf(tenant.RetentionMonths, months, now)),
            },
            http.RequestAborted).ConfigureAwait(false);
        return outcome.Pending is { } pending
            ? TypedResults.Accepted((string?)null, new WaitingChange(pending))
            : outcome.Outcome is null ? throw EntityVersion.Stale() : await FoundAsync(http).ConfigureAwait(false);
    }

    private static string WordsOf(int? months) => months is { } kept
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"retention.kept {kept}") : "retention.held";

    private async Task<Ok<RetentionView>> FoundAsync(HttpContext http)
    {
        TenantRecord tenant = await RequireAsync(http).ConfigureAwait(false);
        return TypedResults.Ok(await ViewAsync(http, tenant, tenant.RetentionMonths).ConfigureAwait(false));
    }

    private async Task<RetentionView> ViewAsync(HttpContext http, TenantRecord tenant, int? asked)
    {
        IReadOnlyList<DueMonth> now = await due.ReadAsync(tenant, tenant.RetentionMonths, http.RequestAborted)
            .ConfigureAwait(false);
        IReadOnlyList<DueMonth> then = asked == tenant.RetentionMonths ? now
            : await due.ReadAsync(tenant, asked, http.RequestAborted).ConfigureAwait(false);
        http.Response.Headers.ETag = EntityVersion.TagOf(tenant.RetentionVersion);
        return new RetentionView(tenant.RetentionMonths, tenant.RetentionVersion, tenant.RetentionSetBy,
            now.Select(month => (month.Epoch.Year, month.Epoch.Month)).Distinct().Count(),
            now.Sum(month => month.Faxes), RetentionWish.WordsOf(tenant.RetentionMonths, asked, then));
    }

    private async Task<TenantRecord> RequireAsync(HttpContext http) =>
        await store.Tenants.FindAsync(Caller.Of(http).OwnTenant, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
}
