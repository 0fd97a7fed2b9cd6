// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

/// <summary>A change that waits for a second person.</summary>
internal sealed record WaitingChange(Guid Approval);

/// <summary>Changes that wait, the oldest first.</summary>
internal sealed record ApprovalListView(IReadOnlyList<PendingChange> Items);

/// <summary>What came of a change that somebody asked for, as an answer.</summary>
internal static class ChangeAnswers
{
    /// <summary>200 with what came of it, 202 if it waits for a second person.</summary>
    public static async Task<Results<Ok<ChangeOutcome>, Accepted<WaitingChange>>> AskAsync(
        HttpContext http, Approvals approvals, string kind, AccessChange change)
    {
        AskOutcome outcome = await approvals.AskAsync(Caller.Of(http), kind, change, http.RequestAborted)
            .ConfigureAwait(false);
        return Of(outcome);
    }

    public static Results<Ok<ChangeOutcome>, Accepted<WaitingChange>> Of(AskOutcome? outcome) =>
        outcome?.Pending is { } pending
            ? TypedResults.Accepted((string?)null, new WaitingChange(pending))
            : Of(outcome?.Outcome);

    public static Ok<ChangeOutcome> Of(ChangeOutcome? outcome) => TypedResults.Ok(outcome
        ?? throw new ProblemException(
            ProblemCode.ChangeRefused, "The name is taken, or what was to be changed has changed."));
}

/// <summary>The second person's door.</summary>
internal static class ChangeEndpoints
{
    private const string Path = "/api/v1/approvals";
    private const string Tag = "Approvals";

    public static void MapChanges(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ListAsync).RequireScope(Scopes.ChangesApprove)
            .WithName("listApprovals").WithTags(Tag).WithSummary("Lists changes that wait for a second person");
        routes.MapPost($"{Path}/{{id:guid}}/approve", ApproveAsync).RequireScope(Scopes.ChangesApprove)
            .WithName("approveChange").WithTags(Tag).WithSummary("Says yes to what another asked for")
            .WithDescription("A one-time code or a secret in the answer is told once: hand it on.");
        routes.MapDelete($"{Path}/{{id:guid}}", RejectAsync).RequireScope(Scopes.ChangesApprove)
            .WithName("rejectChange").WithTags(Tag).WithSummary("Says no to a change, or takes one's own back");
    }

    private static async Task<Ok<ApprovalListView>> ListAsync(HttpContext http, Approvals approvals) =>
        TypedResults.Ok(new ApprovalListView(await approvals.ListAsync(Caller.Of(http)).ConfigureAwait(false)));

    private static async Task<Results<Ok<ChangeOutcome>, Accepted<WaitingChange>>> ApproveAsync(
        Guid id, HttpContext http, Approvals approvals, TimeProvider time)
    {
        Caller caller = Caller.Of(http);
        Guid asker = await approvals.AskerAsync(caller, id).ConfigureAwait(false)
            ?? throw new ProblemException(ProblemCode.NotFound);
        if (asker == caller.Account)
        {
            throw new ProblemException(ProblemCode.OwnChange);
        }

        AccessPolicy.RequireFresh(caller, time.GetUtcNow());
        return asker == Access.Approvals.Nobody
            ? ChangeAnswers.Of(await approvals.AdoptAsync(caller, id, http.RequestAborted).ConfigureAwait(false))
            : ChangeAnswers.Of(await approvals.ApproveAsync(caller, id, http.RequestAborted).ConfigureAwait(false));
    }

    private static async Task<NoContent> RejectAsync(Guid id, HttpContext http, Approvals approvals) =>
        await approvals.RejectAsync(Caller.Of(http), id, http.RequestAborted).ConfigureAwait(false)
            ? TypedResults.NoContent()
            : throw new ProblemException(ProblemCode.NotFound);
}
