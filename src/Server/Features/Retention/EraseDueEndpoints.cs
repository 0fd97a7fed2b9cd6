// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Tenants;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Retention;

/// <summary>A month of a practice that is to be erased, or was right now.</summary>
internal sealed record DueMonthView(
    [property: Description("The practice.")] Guid Tenant, string? Name,
    [property: Description("Its keys, as `hermetic keys list` shows them.")] string Epoch,
    [property: Description("Year and month, UTC: `2026-11`.")] string Month,
    [property: Description("Since when it is due.")] DateTimeOffset Since, long Faxes,
    [property: Description("`operator`, or `job`: a fax of it comes in, waits to be sent, or has no receipt yet.")]
    string WaitsFor);

/// <summary>What is due, by practice and month.</summary>
internal sealed record DueMonthListView(IReadOnlyList<DueMonthView> Months);

/// <summary>What was erased.</summary>
internal sealed record ErasedMonthsView(
    [property: Description("Months whose keys are destroyed, for good.")] IReadOnlyList<DueMonthView> Erased,
    [property: Description("Months that wait for work under way.")] IReadOnlyList<DueMonthView> Held,
    [property: Description("The new root key's name; null if nothing was destroyed.")] string? Root,
    [property: Description("What has to be backed up now, in plain words: every older copy of the keys folder and the "
        + "root key opens nothing any more. Null if nothing was destroyed.")]
    string? Backup);

/// <summary>What retention has made due, for the operator: to look at, and to carry out.</summary>
internal sealed class EraseDueEndpoints(
    DueMonths due, DueErasing erasing, ErasureWork work, TenantBook book, FaxStore store, TimeProvider time)
{
    private const string Tag = "Keys";

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/keys/due", (Delegate)ListAsync).RequireScope(Scopes.InstallationOperate).WithName("listDueMonths")
            .WithTags(Tag).WithSummary("Lists the months that practices' retention has made due");
        api.MapPost("/keys/erase-due", (Delegate)EraseAsync).RequireScope(Scopes.InstallationOperate)
            .WithName("eraseDueMonths").WithTags(Tag).WithSummary("Erases all months that are due, for good")
            .WithDescription("Destroys their keys, in this installation and in every backup, with an entry in each "
                + "practice's ledger before and after; then rows and bytes. The root key changes: back up what "
                + "`backup` says, now. Asks for a sign-in or confirmation of the last five minutes.");
    }

    private async Task<Ok<DueMonthListView>> ListAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        IReadOnlyList<DueMonth> months = await due.ReadAsync(http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new DueMonthListView(
            await ViewsAsync(months, http.RequestAborted).ConfigureAwait(false)));
    }

    private async Task<Ok<ErasedMonthsView>> EraseAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        AccessPolicy.RequireFresh(caller, time.GetUtcNow());
        // Whoever asked may be gone before it is done: it is done all the same.
        ErasedMonths erased = await Task.Run(
            () => erasing.RunAsync(caller.Actor, CancellationToken.None), CancellationToken.None)
            .ConfigureAwait(false);
        work.Wake();
        return TypedResults.Ok(new ErasedMonthsView(
            await ViewsAsync(erased.Destroyed, CancellationToken.None).ConfigureAwait(false),
            await ViewsAsync(erased.Held, CancellationToken.None).ConfigureAwait(false),
            erased.Root?.ToString(), erased.Backup));
    }

    private async Task<IReadOnlyList<DueMonthView>> ViewsAsync(
        IReadOnlyList<DueMonth> months, CancellationToken cancellation)
    {
        Dictionary<Guid, string?> names = [];
        foreach (Guid tenant in months.Select(month => month.Tenant).Distinct())
        {
            TenantRecord? record = await store.Tenants.FindAsync(tenant, cancellation).ConfigureAwait(false);
            names.Add(tenant, record is null ? null : book.NameOf(record));
        }

        return
        [
            .. months.Select(month => new DueMonthView(month.Tenant, names[month.Tenant], month.Epoch.ToString(),
                RetentionRule.MonthText(month.Epoch.Year, month.Epoch.Month), month.Since, month.Faxes,
                month.IsHeld ? "job" : "operator")),
        ];
    }
}
