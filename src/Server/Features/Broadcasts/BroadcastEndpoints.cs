// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Features.Uploads;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Features.Broadcasts;

/// <summary>Faxes to many over HTTP: one upload, a job for each number, and one report when all have ended.</summary>
internal sealed class BroadcastEndpoints(
    FaxStore store, UploadVault uploads, AddressBook.AddressBook book, FaxReader reader, Quotas.Quotas quotas,
    IdempotencyKeys keys)
{
    private const int LimitDefault = 50; // our default: what a screen shows
    private const int LimitMax = 200; // our limit: each broadcast of a list costs a count

    /// <summary>Our limit: each number gets sealed pages of its own, and a request has to end.</summary>
    private const int SealedPagesMax = 10_000;

    private const int FaxesAtOnce = 200; // our choice: as a list of jobs

    public void Map(IEndpointRouteBuilder api)
    {
        Map(api.MapPost("/broadcasts", MakeAsync).WithIdempotency(keys), Scopes.FaxesSend, "createBroadcast",
            "Sends an upload to many numbers")
            .WithDescription($"At most {SubmitBroadcast.NumbersMax} numbers, and {SealedPagesMax:N0} pages in all: "
                + "each number gets a job of its own, and a new number is held until `confirmJobNumber`. One that was "
                + "cut goes on when it is asked for again with the same key.");
        Map(api.MapGet("/broadcasts", ListAsync), Scopes.FaxesSend, "listBroadcasts",
            "Lists faxes to many, newest first");
        Map(api.MapGet("/broadcasts/{id:guid}", FindAsync), Scopes.FaxesSend, "getBroadcast",
            "One fax to many, with how many are in each state");
        Map(api.MapGet("/broadcasts/{id:guid}/jobs", JobsAsync), Scopes.FaxesSend, "listBroadcastJobs",
            "Lists its jobs, in the order of their ids");
        Map(api.MapPost("/broadcasts/{id:guid}/cancel", CancelAsync), Scopes.FaxesSend, "cancelBroadcast",
            "Takes back what of it has not ended");
        Map(api.MapGet("/broadcasts/{id:guid}/report", ReportAsync), Scopes.FaxesRead, "getBroadcastReport",
            "What became of each of its faxes, once all have ended")
            .WithDescription("Numbers are shown, so it is written into the ledger as one disclosure of every fax.");
        Map(api.MapGet("/broadcasts/{id:guid}/report.csv", ReportFileAsync), Scopes.FaxesRead,
            "getBroadcastReportFile", "The same as a table").ProducesFile(FileFormat.Csv);
    }

    private static RouteHandlerBuilder Map(
        RouteHandlerBuilder endpoint, string scope, string name, string summary) =>
        endpoint.RequireScope(scope).WithName(name).WithTags("Broadcasts").WithSummary(summary);

    private static Outbox OutboxOf(HttpContext http) => http.RequestServices.GetRequiredService<OutboxDoor>()();

    private async Task<Created<BroadcastView>> MakeAsync(HttpContext http, NewBroadcastBody body)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        Dictionary<string, string[]> errors = [];
        IReadOnlyList<string> numbers = await BroadcastDestinations
            .ResolveAsync(book, caller.OwnTenant, body, errors, http.RequestAborted).ConfigureAwait(false);
        await JobTerms.CheckAsync(store, caller, body.Line, body.Priority, body.Subject, errors, http.RequestAborted)
            .ConfigureAwait(false);
        UploadManifest? upload = await uploads
            .FindAsync(caller.OwnTenant, caller.Account, body.Upload, http.RequestAborted).ConfigureAwait(false);
        if (upload is null)
        {
            errors["upload"] = ["takes the id of an upload of this account that is not over"];
        }
        else if (upload.Pages * numbers.Count > SealedPagesMax)
        {
            errors["numbers"] = [$"takes so many that they and the pages make at most {SealedPagesMax:N0}"];
        }

        ProblemException.ThrowIf(errors);
        Outbox outbox = OutboxOf(http);
        string key = JobTerms.KeyOf(http, caller);
        Guid id = outbox.BroadcastIdOf(caller.OwnTenant, key);
        BroadcastRecord? known = await store.Broadcasts.FindAsync(caller.OwnTenant, id, http.RequestAborted)
            .ConfigureAwait(false);
        if (known is { CancelAskedAt: not null })
        {
            throw new ProblemException(ProblemCode.WrongState, "It was taken back. Use a new key for a new one.");
        }

        if (known is null)
        {
            await quotas.RequireFaxesAsync(caller.OwnTenant, numbers.Count, upload!.Pages, http.RequestAborted)
                .ConfigureAwait(false);
        }

        await SubmitAsync(http, caller, body, numbers, upload!.Pages, key).ConfigureAwait(false);
        return TypedResults.Created($"{ApiEndpoints.Prefix}/broadcasts/{id}",
            await ViewAsync(caller, id, http.RequestAborted).ConfigureAwait(false));
    }

    private async Task SubmitAsync(HttpContext http, Caller caller, NewBroadcastBody body,
        IReadOnlyList<string> numbers, int pages, string key)
    {
        try
        {
            await OutboxOf(http).SubmitAsync(new SubmitBroadcast
            {
                TenantId = caller.OwnTenant,
                LineId = body.Line,
                Numbers = numbers,
                Pages = uploads.PagesAsync(caller.OwnTenant, body.Upload, pages, http.RequestAborted),
                IdempotencyKey = key,
                Terms = new SendingTerms
                {
                    By = caller.Account,
                    NotBefore = body.NotBefore,
                    Priority = body.Priority ?? 0,
                    AnyStation = body.AnyStation ?? false,
                    Subject = body.Subject ?? "",
                },
            }, http.RequestAborted).ConfigureAwait(false);
        }
        catch (StoreConflictException)
        {
            throw new ProblemException(ProblemCode.WrongState, "It was taken back while it was submitted.");
        }
    }

    private async Task<Ok<BroadcastListView>> ListAsync(
        HttpContext http,
        [Description("`next` of the answer before this one.")][Takes("string", Format = "uuid")] string? after,
        [Description("How many at most; 50 if it is left out.")]
        [Takes("integer", Least = 1, Most = LimitMax)] string? limit)
    {
        Caller caller = Caller.Of(http);
        QueryReader query = new(http);
        BroadcastCursor? behind = null;
        if (query.Id("after") is { } last)
        {
            BroadcastRecord? at = await store.Broadcasts.FindAsync(caller.OwnTenant, last, http.RequestAborted)
                .ConfigureAwait(false);
            behind = at is null ? null : new BroadcastCursor(at.CreatedAt, at.BroadcastId);
            if (behind is null)
            {
                query.Complain("after", "takes `next` of an answer to this account, unchanged");
            }
        }

        int most = query.Number("limit", LimitDefault, 1, LimitMax);
        query.Finish();
        List<BroadcastView> views = [];
        List<BroadcastRecord> found = await store.Broadcasts
            .ListAsync(caller.OwnTenant, caller.Inboxes, behind, most, http.RequestAborted).ConfigureAwait(false);
        foreach (BroadcastRecord broadcast in found)
        {
            views.Add(await ViewAsync(broadcast, http.RequestAborted).ConfigureAwait(false));
        }

        return TypedResults.Ok(new BroadcastListView(views, found.Count == most ? found[^1].BroadcastId : null));
    }

    private async Task<Ok<BroadcastView>> FindAsync(HttpContext http, Guid id)
    {
        new QueryReader(http).Finish();
        return TypedResults.Ok(await ViewAsync(Caller.Of(http), id, http.RequestAborted).ConfigureAwait(false));
    }

    private async Task<Ok<JobListView>> JobsAsync(
        HttpContext http, Guid id,
        [Description("`next` of the answer before this one.")][Takes("string", Format = "uuid")] string? after,
        [Description("How many at most; 50 if it is left out.")]
        [Takes("integer", Least = 1, Most = LimitMax)] string? limit)
    {
        QueryReader query = new(http);
        Guid? behind = query.Id("after");
        int most = query.Number("limit", LimitDefault, 1, LimitMax);
        query.Finish();
        BroadcastRecord broadcast = await RequireAsync(Caller.Of(http), id, http.RequestAborted).ConfigureAwait(false);
        IReadOnlyList<OutboxFax> found = await OutboxOf(http)
            .ListAsync(new SendingList(broadcast.TenantId, most, id, behind), http.RequestAborted)
            .ConfigureAwait(false);
        return TypedResults.Ok(new JobListView(
            [.. found.Select(JobView.Of)], found.Count == most ? found[^1].Fax.FaxId : null));
    }

    private async Task<Ok<BroadcastView>> CancelAsync(HttpContext http, Guid id)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        Outbox outbox = OutboxOf(http);
        await RequireAsync(caller, id, http.RequestAborted).ConfigureAwait(false);
        // First that nothing is added, then what is there; one that was cut between is taken back once more.
        if (!await outbox.CancelBroadcastAsync(caller.OwnTenant, id, FaxesAtOnce, http.RequestAborted)
            .ConfigureAwait(false))
        {
            throw new ProblemException(ProblemCode.WrongState, "It is over already.");
        }

        return TypedResults.Ok(await ViewAsync(caller, id, http.RequestAborted).ConfigureAwait(false));
    }

    private async Task<Ok<BroadcastReportView>> ReportAsync(
        HttpContext http, Guid id, [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        (BroadcastRecord broadcast, IReadOnlyList<BroadcastReportLine> faxes) =
            await OpenReportAsync(http, id).ConfigureAwait(false);
        return TypedResults.Ok(new BroadcastReportView(
            await ViewAsync(broadcast, http.RequestAborted).ConfigureAwait(false), faxes));
    }

    private async Task<IResult> ReportFileAsync(
        HttpContext http, Guid id, [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        (_, IReadOnlyList<BroadcastReportLine> faxes) = await OpenReportAsync(http, id).ConfigureAwait(false);
        return new FileAnswer(BroadcastReport.ToCsv(faxes), FileFormat.Csv, $"broadcast-{id}");
    }

    private async Task<(BroadcastRecord Broadcast, IReadOnlyList<BroadcastReportLine> Faxes)> OpenReportAsync(
        HttpContext http, Guid id)
    {
        QueryReader query = new(http);
        EntryReason why = Purposes.Of(query);
        query.Finish();
        Caller caller = Caller.Of(http);
        BroadcastRecord broadcast = await RequireAsync(caller, id, http.RequestAborted).ConfigureAwait(false);
        return broadcast.State != BroadcastState.Ended
            ? throw new ProblemException(ProblemCode.WrongState, "Not all of its faxes have ended.")
            : (broadcast, await BroadcastReport.OpenAsync(
                reader, OutboxOf(http), caller, why, broadcast, http.RequestAborted).ConfigureAwait(false));
    }

    // Of the caller's tenant and inboxes; all others are not there.
    private async Task<BroadcastRecord> RequireAsync(Caller caller, Guid id, CancellationToken cancellation) =>
        await store.Broadcasts.FindAsync(caller.OwnTenant, id, cancellation).ConfigureAwait(false) is { } known
        && caller.MaySee(known.LineId)
            ? known : throw new ProblemException(ProblemCode.NotFound);

    private async Task<BroadcastView> ViewAsync(Caller caller, Guid id, CancellationToken cancellation) =>
        await ViewAsync(await RequireAsync(caller, id, cancellation).ConfigureAwait(false), cancellation)
            .ConfigureAwait(false);

    private async Task<BroadcastView> ViewAsync(BroadcastRecord broadcast, CancellationToken cancellation) =>
        BroadcastView.Of(broadcast, await store.Sendings
            .CountAsync(broadcast.TenantId, broadcast.BroadcastId, cancellation).ConfigureAwait(false));
}
