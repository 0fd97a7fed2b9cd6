// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Handling;

/// <summary>How received faxes are handled, over HTTP: one, many, taking it back, and what waits.</summary>
internal sealed class HandlingEndpoints(FaxHandlings handlings, Assignees assignees, FaxStore store)
{
    private const string Tag = "Handling";

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPatch("/faxes/{id:guid}/handling", ChangeAsync).WithMetadata(new TakesIfMatch())
            .RequireScope(Scopes.FaxesHandle).WithName("changeHandling").WithTags(Tag)
            .WithSummary("Changes how a received fax is handled: its state, who takes care of it, its tags")
            .WithDescription("What is left out stays. Written into the ledger before it takes effect. Others hear the "
                + "event `fax.handling-changed`. For 10 minutes the same account can take it back.");
        api.MapPost("/faxes/handling", ChangeManyAsync)
            .RequireScope(Scopes.FaxesHandle).WithName("changeManyHandlings").WithTags(Tag)
            .WithSummary("Changes how many received faxes are handled: all of them, or none")
            .WithDescription("Each as one alone would be; an id that is not there or not for the caller ends it all.");
        api.MapPost("/handling/undo", UndoAsync)
            .RequireScope(Scopes.FaxesHandle).WithName("undoHandling").WithTags(Tag)
            .WithSummary("Takes a change back")
            .WithDescription("By the account that made it, for 10 minutes; `stale` if somebody changed one of its "
                + "faxes since. It is a change by itself, and can be taken back. Of a split, the fax stands for its "
                + "parts again (they are `superseded`), unless somebody did more with one than look at it.");
        // A delegate, or it would be taken for one that answers by itself and its result dropped.
        api.MapGet("/inboxes/counts", (Delegate)CountAsync)
            .RequireScope(Scopes.FaxesRead).WithName("countInboxes").WithTags(Tag)
            .WithSummary("What waits in the caller's inboxes")
            .WithDescription("Numbers alone: no disclosure.");
        api.MapGet("/assignees", (Delegate)AssigneesAsync)
            .RequireScope(Scopes.FaxesRead).WithName("listAssignees").WithTags(Tag)
            .WithSummary("People of the practice who may take care of faxes")
            .WithDescription("Those who share an inbox with the caller, by id and name.");
    }

    private async Task<Ok<HandledView>> ChangeAsync(HttpContext http, Guid id, HandlingBody body)
    {
        new QueryReader(http).Finish();
        Dictionary<string, string[]> errors = [];
        HandlingWish wish = HandlingWish.Of(body, errors);
        ProblemException.ThrowIf(errors);
        HandlingOutcome outcome = await handlings.ChangeAsync(
            Caller.Of(http), [id], wish, fax => EntityVersion.RequireMatch(http, fax.HandlingVersion),
            http.RequestAborted).ConfigureAwait(false);
        http.Response.Headers.ETag = EntityVersion.TagOf(outcome.Faxes[0].HandlingVersion);
        return TypedResults.Ok(ViewOf(outcome));
    }

    private async Task<Ok<HandledView>> ChangeManyAsync(HttpContext http, ManyHandlingBody body)
    {
        new QueryReader(http).Finish();
        Dictionary<string, string[]> errors = [];
        HandlingWish wish = HandlingWish.Of(body, errors);
        if (body.Faxes is not { Count: > 0 and <= HandlingTable.ChangesMax })
        {
            errors["faxes"] = [$"takes 1 to {HandlingTable.ChangesMax} ids"];
        }

        ProblemException.ThrowIf(errors);
        return TypedResults.Ok(ViewOf(await handlings.ChangeAsync(
            Caller.Of(http), [.. body.Faxes!.Distinct()], wish, null, http.RequestAborted).ConfigureAwait(false)));
    }

    private async Task<Ok<HandledView>> UndoAsync(HttpContext http, UndoBody body)
    {
        new QueryReader(http).Finish();
        return TypedResults.Ok(ViewOf(await handlings.UndoAsync(Caller.Of(http), body.Undo, http.RequestAborted)
            .ConfigureAwait(false)));
    }

    private async Task<Ok<InboxCountsView>> CountAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        Caller caller = Caller.Of(http);
        List<InboxCount> counts = await store.Handling
            .CountAsync(caller.OwnTenant, caller.Account, caller.Inboxes, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new InboxCountsView(
            [.. counts.Select(one => new InboxCountView(one.LineId, one.New, one.Open, one.Mine))],
            counts.Sum(one => one.New), counts.Sum(one => one.Open), counts.Sum(one => one.Mine)));
    }

    private async Task<Ok<AssigneeListView>> AssigneesAsync(HttpContext http)
    {
        new QueryReader(http).Finish();
        return TypedResults.Ok(new AssigneeListView(
            await assignees.ListAsync(Caller.Of(http)).ConfigureAwait(false)));
    }

    private static HandledView ViewOf(HandlingOutcome outcome) => new(
        [.. outcome.Faxes.Select(fax => new HandledFaxView(
            fax.FaxId, EnumWord.Of(fax.Handling), fax.HandlingVersion, fax.AssigneeId))],
        new UndoView(outcome.ChangeId, outcome.UndoUntil));
}
