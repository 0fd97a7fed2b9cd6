// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

/// <summary>What came of a change that somebody asked for, as an answer.</summary>
internal static class ChangeAnswers
{
    /// <summary>200 with what came of it, 202 if it waits for a second person.</summary>
    public static async Task<IResult> AskAsync(HttpContext http, Approvals approvals, string kind, AccessChange change)
    {
        AskOutcome outcome = await approvals.AskAsync(Caller.Of(http), kind, change, http.RequestAborted)
            .ConfigureAwait(false);
        return Of(outcome);
    }

    public static IResult Of(AskOutcome? outcome) => outcome?.Pending is { } pending
        ? new JsonHttpAnswer(new { approval = pending }, StatusCodes.Status202Accepted)
        : Of(outcome?.Outcome);

    public static IResult Of(ChangeOutcome? outcome) => outcome is null
        ? new ProblemAnswer(AccessProblems.ChangeRefused, "The name is taken, or what was to be changed has changed.")
        : new JsonHttpAnswer(outcome);
}

/// <summary>The second person's door, and a tenant's programs.</summary>
internal static class ChangeEndpoints
{
    private const string Approvals = "/api/v1/approvals";
    private const string ProgramsPath = "/api/v1/programs";

    public static void MapChanges(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Approvals, ListAsync).RequireScope(Scopes.ChangesApprove);
        routes.MapPost($"{Approvals}/{{id:guid}}/approve", ApproveAsync).RequireScope(Scopes.ChangesApprove);
        routes.MapDelete($"{Approvals}/{{id:guid}}", RejectAsync).RequireScope(Scopes.ChangesApprove);
        routes.MapGet(ProgramsPath, ListProgramsAsync).RequireScope(Scopes.AccountsManage);
        routes.MapPost(ProgramsPath, CreateProgramAsync).RequireScope(Scopes.AccountsManage);
        routes.MapDelete($"{ProgramsPath}/{{id:guid}}", EndProgramAsync).RequireScope(Scopes.AccountsManage);
        routes.MapDelete($"{ProgramsPath}/{{id:guid}}/tokens", EndTokensAsync).RequireScope(Scopes.AccountsManage);
    }

    internal sealed record NewProgramBody(string Name, string[] Scopes, string[]? Inboxes);

    private static async Task<IResult> ListAsync(HttpContext http, Approvals approvals) =>
        new JsonHttpAnswer(new { items = await approvals.ListAsync(Caller.Of(http)).ConfigureAwait(false) });

    private static async Task<IResult> ApproveAsync(
        Guid id, HttpContext http, Approvals approvals, TimeProvider time)
    {
        Caller caller = Caller.Of(http);
        if (await approvals.AskerAsync(caller, id).ConfigureAwait(false) is not { } asker)
        {
            return new ProblemAnswer(ProblemCode.NotFound);
        }

        if (asker == caller.Account)
        {
            return new ProblemAnswer(AccessProblems.OwnChange);
        }

        if (!AccessPolicy.IsFresh(caller, time.GetUtcNow()))
        {
            return new ProblemAnswer(AccessProblems.ConfirmFirst);
        }

        return asker == Access.Approvals.Nobody
            ? ChangeAnswers.Of(await approvals.AdoptAsync(caller, id, http.RequestAborted).ConfigureAwait(false))
            : ChangeAnswers.Of(await approvals.ApproveAsync(caller, id, http.RequestAborted).ConfigureAwait(false));
    }

    private static async Task<IResult> RejectAsync(Guid id, HttpContext http, Approvals approvals) =>
        await approvals.RejectAsync(Caller.Of(http), id, http.RequestAborted).ConfigureAwait(false)
            ? Results.NoContent()
            : new ProblemAnswer(ProblemCode.NotFound);

    private static async Task<IResult> ListProgramsAsync(HttpContext http, Programs programs) =>
        Caller.Of(http).Tenant is { } tenant
            ? new JsonHttpAnswer(new { items = await programs.ListAsync(tenant).ConfigureAwait(false) })
            : new ProblemAnswer(ProblemCode.NotFound);

    private static async Task<IResult> CreateProgramAsync(
        NewProgramBody body, HttpContext http, Approvals approvals, TimeProvider time)
    {
        if (Caller.Of(http).Tenant is null)
        {
            return new ProblemAnswer(ProblemCode.NotAllowed, "Programs belong to a practice.");
        }

        bool isWhole = !string.IsNullOrWhiteSpace(body.Name) && body.Name.Length <= Accounts.NameCharsMax
            && body.Scopes is { Length: > 0 } && body.Scopes.All(Scopes.OfPrograms.Contains);
        return isWhole && InboxList.Parse(body.Inboxes) is { } inboxes
            ? await ChangeAnswers.AskAsync(http, approvals, AccessChanges.CreateProgram, new AccessChange(
                Guid.CreateVersion7(time.GetUtcNow()), body.Name, null, inboxes, body.Scopes)).ConfigureAwait(false)
            : new ProblemAnswer(AccessProblems.ChangeRefused, "A name, scopes for programs, and inboxes are needed.");
    }

    private static Task<IResult> EndProgramAsync(
        Guid id, HttpContext http, Programs programs, AccessJournal journal) =>
        EndAsync(id, http, journal, "program.ended", programs.EndAsync);

    private static Task<IResult> EndTokensAsync(
        Guid id, HttpContext http, Programs programs, AccessJournal journal) =>
        EndAsync(id, http, journal, "program.tokens-ended", programs.EndTokensAsync);

    private static async Task<IResult> EndAsync(
        Guid id, HttpContext http, AccessJournal journal, string words,
        Func<Guid, Guid, CancellationToken, Task<bool>> end)
    {
        Caller caller = Caller.Of(http);
        if (caller.Tenant is not { } tenant)
        {
            return new ProblemAnswer(ProblemCode.NotFound);
        }

        await journal.ChangedAsync(tenant, caller.Actor, words, [id], http.RequestAborted).ConfigureAwait(false);
        return await end(tenant, id, http.RequestAborted).ConfigureAwait(false)
            ? Results.NoContent()
            : new ProblemAnswer(ProblemCode.NotFound);
    }
}
