// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Handling;
using Hermetic.Server.Http;
using Hermetic.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Reading;

/// <summary>Faxes over HTTP: the list, one fax. What is on its pages: <see cref="PageEndpoints"/>.</summary>
internal sealed class FaxEndpoints(
    FaxReader reader, FaxStore store, FaxDoor door, FaxCursors cursors, HandlingVault vault)
{
    private const int LimitDefault = 50; // our default: what a screen shows

    /// <summary>Our limit: each fax of a list costs the opening of three fields.</summary>
    private const int LimitMax = 200;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/faxes", ListAsync).RequireScope(Scopes.FaxesRead).WithName("listFaxes").WithTags("Faxes")
            .WithSummary("Lists faxes, newest first")
            .WithDescription("Numbers, station ids and tags are shown, so the answer is written into the ledger as one "
                + "disclosure that names every fax in it. Only faxes of the caller's inboxes are listed.");
        api.MapGet("/faxes/{id:guid}", FindAsync).RequireScope(Scopes.FaxesRead).WithName("getFax").WithTags("Faxes")
            .WithSummary("One fax with its pages and its call")
            .WithDescription("Written into the ledger as one disclosure of this fax's number, station id and tags.");
    }

    /// <summary>A fax of the caller's tenant and inboxes; all others are not there.</summary>
    public static async Task<FaxRecord> RequireAsync(
        FaxStore store, Caller caller, Guid id, CancellationToken cancellation) =>
        await store.Faxes.FindAsync(caller.OwnTenant, id, cancellation).ConfigureAwait(false) is { } fax
        && caller.MaySee(fax.LineId)
            ? fax
            : throw new ProblemException(ProblemCode.NotFound);

    private async Task<Ok<FaxListView>> ListAsync(
        HttpContext http,
        [Description("Only these; both if it is left out.")]
        [Takes("string", Words = ["inbound", "outbound"])] string? direction,
        [Description("Only faxes in this state; all but `superseded` and `erased` if it is left out.")]
        [Takes("string", Words = ["receiving", "received", "partial", "failed", "queued", "sending", "sent",
            "cancelled", "erased", "superseded"])] string? state,
        [Description("Only received faxes that people are so far with.")]
        [Takes("string", Words = ["new", "open", "done"])] string? handling,
        [Description("Only received faxes that this account takes care of: its id, `me` or `nobody`.")]
        [Takes("string")] string? assignee,
        [Description("Only faxes with this tag, however it is spelled.")][Takes("string")] string? tag,
        [Description("Only faxes of this line.")][Takes("string", Format = "uuid")] string? line,
        [Description("Only faxes begun at this instant or later (RFC 3339).")]
        [Takes("string", Format = "date-time", Example = "2026-11-24T09:30:00Z")] string? since,
        [Description("Also faxes that another stands for.")][Takes("boolean")] string? superseded,
        [Description("How many at most; 50 if it is left out.")]
        [Takes("integer", Least = 1, Most = LimitMax)] string? limit,
        [Description("`next` of the answer before this one.")] string? cursor,
        [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        Caller caller = Caller.Of(http);
        QueryReader query = new(http);
        FaxList which = Which(caller, query);
        EntryReason why = Purposes.Of(query);
        query.Finish();
        // One more than is shown tells whether there is more.
        List<FaxRecord> found = which.Lines is { Count: 0 } ? []
            : await store.Faxes.ListAsync(which with { Limit = which.Limit + 1 }, http.RequestAborted)
                .ConfigureAwait(false);
        List<FaxRecord> some = [.. found.Take(which.Limit)];
        IReadOnlyList<ShownFax> shown = await reader.ShowAsync(
            caller.Actor, why, caller.OwnTenant, some, http.RequestAborted).ConfigureAwait(false);
        IReadOnlyList<FaxPart> parts = await store.Splits
            .ListAsync(caller.OwnTenant, [.. some.Select(fax => fax.FaxId)], http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new FaxListView(
            [.. shown.Select(one => FaxView.Of(one, parts))],
            found.Count > some.Count ? cursors.Write(caller.OwnTenant, some[^1]) : null));
    }

    private FaxList Which(Caller caller, QueryReader query)
    {
        FaxDirection? direction = query.Choice("direction", null,
            [.. Enum.GetValues<FaxDirection>().Select(one => (FaxView.Word(one), (FaxDirection?)one))]);
        FaxState? state = query.Choice("state", null,
            [.. Enum.GetValues<FaxState>().Select(one => (FaxView.Word(one), (FaxState?)one))]);
        Guid? line = query.Id("line");
        FaxCursor? after = null;
        if (query.Text("cursor") is { } cursor)
        {
            after = cursors.Read(caller.OwnTenant, cursor);
            if (after is null)
            {
                query.Complain("cursor", "takes `next` of an answer to this account, unchanged");
            }
        }

        IReadOnlyCollection<Guid>? lines = line is not { } only ? caller.Inboxes
            : caller.MaySee(only) ? [only] : [];
        return Handled(caller, query, new FaxList(
            caller.OwnTenant, query.Number("limit", LimitDefault, 1, LimitMax), after, direction, state, null,
            query.Choice("superseded", false, ("true", true), ("false", false)), lines, query.Instant("since")));
    }

    private FaxList Handled(Caller caller, QueryReader query, FaxList which)
    {
        string? assignee = query.Text("assignee");
        Guid account = Guid.Empty;
        if (assignee is not (null or "me" or "nobody") && !Guid.TryParseExact(assignee, "D", out account))
        {
            query.Complain("assignee", "takes an account's id, me or nobody");
        }

        string? label = query.Text("tag");
        if (label is not null && LabelText.Of([label]) is null)
        {
            query.Complain("tag", "takes a tag");
        }

        return which with
        {
            Handling = query.Choice("handling", null, ("new", FaxHandling.New), ("open", FaxHandling.Open),
                ("done", (FaxHandling?)FaxHandling.Done)),
            AssigneeId = assignee switch { null or "nobody" => null, "me" => caller.Account, _ => account },
            Unassigned = assignee == "nobody",
            LabelTag = label is null ? null : vault.Tag(caller.OwnTenant, label),
        };
    }

    private async Task<Ok<FaxDetailView>> FindAsync(
        HttpContext http, Guid id, [Description(Purposes.Description)]
        [Takes("string", Words = [Purposes.Treatment, Purposes.Payment, Purposes.Operations])] string? purpose)
    {
        Caller caller = Caller.Of(http);
        QueryReader query = new(http);
        EntryReason asked = Purposes.Of(query);
        query.Finish();
        (FaxRecord fax, EntryReason why) =
            await door.RequireAsync(caller, id, asked, http.RequestAborted).ConfigureAwait(false);
        List<PageRecord> pages = await store.Pages.ListAsync(caller.OwnTenant, id, http.RequestAborted)
            .ConfigureAwait(false);
        IReadOnlyList<FaxPart> parts = await store.Splits.ListAsync(caller.OwnTenant, [id], http.RequestAborted)
            .ConfigureAwait(false);
        IReadOnlyList<ShownFax> shown = await reader.ShowAsync(
            caller.Actor, why, caller.OwnTenant, [fax], http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new FaxDetailView(
            FaxView.Of(shown[0], parts), [.. pages.Select(PageView.Of)], CallView.Of(shown[0].Call)));
    }
}
