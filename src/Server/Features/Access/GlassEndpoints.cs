// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Http;
using Hermetic.Store;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

/// <summary>Why somebody has to see a fax that is not in his inboxes.</summary>
internal sealed record GlassBody(
    [property: Description("In the person's own words, of 10 to 500 characters; in the ledger, sealed, for good.")]
    string? Reason,
    [property: Description(Purposes.Description)] string? Purpose);

/// <summary>A fax that is open to this session for a while.</summary>
internal sealed record GlassView(
    Guid Id, Guid Fax,
    [property: Description("From then on it is shut again; or before, when the session ends.")] DateTimeOffset Until);

/// <summary>A use of broken glass, for its review.</summary>
internal sealed record GlassUseView(
    Guid Id, Guid Fax, [property: Description("Who opened it.")] Guid Account, string Purpose, string Reason,
    DateTimeOffset BrokenAt, DateTimeOffset EndsAt,
    [property: Description("The privacy officer who looked at it; null until one has.")] Guid? ReviewedBy,
    DateTimeOffset? ReviewedAt, string? Note);

/// <summary>Uses of broken glass.</summary>
internal sealed record GlassUseListView(IReadOnlyList<GlassUseView> Uses);

/// <summary>What a privacy officer found.</summary>
internal sealed record GlassReviewBody(
    [property: Description("Of 1 to 2000 characters.")] string? Note);

/// <summary>Breaking the glass, and the review of it, over HTTP.</summary>
internal sealed class GlassEndpoints(FaxStore store, GlassBreaking glass, GlassReviews reviews, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/faxes/{id:guid}/break-glass", BreakAsync).RequireScope(Scopes.GlassBreak)
            .WithName("breakGlass").WithTags("Faxes").WithSummary("Opens a fax outside of one's inboxes, with a reason")
            .WithDescription("For a person who treats patients, for 15 minutes and this session alone. It is written "
                + "into the ledger first, and the privacy officers are told.");
        api.MapGet("/break-glass", ListAsync).RequireScope(Scopes.GlassReview)
            .WithName("listBrokenGlass").WithTags("Ledger").WithSummary("Uses of broken glass")
            .WithDescription("Those that wait for their review, oldest first; or those that were reviewed, newest "
                + "first. At most 200 at once.");
        api.MapPost("/break-glass/{id:guid}/review", ReviewAsync).RequireScope(Scopes.GlassReview)
            .WithName("reviewBrokenGlass").WithTags("Ledger").WithSummary("Writes down what was found of a use")
            .WithDescription("Once, and in the ledger before.");
    }

    private async Task<Created<GlassView>> BreakAsync(HttpContext http, Guid id, GlassBody body)
    {
        Caller caller = Caller.Of(http);
        Dictionary<string, string[]> errors = [];
        if (!GlassBreaking.IsReason(body.Reason))
        {
            errors["reason"] = [$"takes {GlassBreaking.ReasonCharsMin} to {GlassBreaking.ReasonCharsMax} characters"];
        }

        if (body.Purpose is not (null or Purposes.Treatment or Purposes.Payment or Purposes.Operations))
        {
            errors["purpose"] = [$"takes one of: {Purposes.Treatment}, {Purposes.Payment}, {Purposes.Operations}"];
        }

        ProblemException.ThrowIf(errors);
        FaxRecord fax = await store.Faxes.FindAsync(caller.OwnTenant, id, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
        switch (AccessPolicy.Decide(caller, fax.TenantId, fax.LineId, body.Reason))
        {
            case FaxAccess.BreakGlass:
                GlassBreakRow row = await glass.BreakAsync(
                    caller, id, body.Purpose ?? Purposes.Treatment, body.Reason!, http.RequestAborted)
                    .ConfigureAwait(false);
                return TypedResults.Created(
                    $"{ApiEndpoints.Prefix}/faxes/{id}", new GlassView(row.BreakId, id, row.EndsAt));
            case FaxAccess.Ordinary:
                throw new ProblemException(ProblemCode.WrongState, "It lies in an inbox of yours: just open it.");
            default:
                throw new ProblemException(ProblemCode.NotFound);
        }
    }

    private async Task<Ok<GlassUseListView>> ListAsync(
        HttpContext http,
        [Description("`waiting` for a review, or `reviewed`; `waiting` if it is left out.")]
        [Takes("string", Words = ["waiting", "reviewed"])] string? state,
        [Description("Of those that were reviewed: broken before this instant (RFC 3339).")]
        [Takes("string", Format = "date-time", Example = "2026-11-24T09:30:00Z")] string? before)
    {
        QueryReader query = new(http);
        bool isReviewed = query.Choice("state", false, ("waiting", false), ("reviewed", true));
        DateTimeOffset until = query.Instant("before") ?? time.GetUtcNow().AddMilliseconds(1);
        query.Finish();
        Guid tenant = Caller.Of(http).OwnTenant;
        List<GlassBreakRow> uses = isReviewed
            ? await reviews.ReviewedAsync(tenant, until, http.RequestAborted).ConfigureAwait(false)
            : await reviews.WaitingAsync(tenant, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new GlassUseListView([.. uses.Select(reviews.View)]));
    }

    private async Task<NoContent> ReviewAsync(HttpContext http, Guid id, GlassReviewBody body)
    {
        Caller caller = Caller.Of(http);
        if (body.Note?.Trim() is not { Length: > 0 and <= GlassReviews.NoteCharsMax } note)
        {
            throw ProblemException.Field("note", $"takes 1 to {GlassReviews.NoteCharsMax} characters");
        }

        GlassBreakRow use = await reviews.FindAsync(caller.OwnTenant, id, http.RequestAborted).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
        if (use.AccountId == caller.Account)
        {
            // A clerk of then may be the officer of now.
            throw new ProblemException(ProblemCode.NotAllowed, "Somebody else reviews what you did yourself.");
        }

        return use.ReviewedAt is null
            && await reviews.ReviewAsync(caller, use, note, http.RequestAborted).ConfigureAwait(false)
            ? TypedResults.NoContent()
            : throw new ProblemException(ProblemCode.WrongState, "It was reviewed already.");
    }
}
