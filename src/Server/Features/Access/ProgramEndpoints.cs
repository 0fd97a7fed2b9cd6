// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

internal sealed record NewProgramBody(
    [property: Description("What people call it.")] string Name,
    [property: Description("What it may do.")] string[] Scopes,
    [property: Description(RoleWords.Inboxes)] string[]? Inboxes);

/// <summary>A practice's programs.</summary>
internal sealed record ProgramListView(IReadOnlyList<ProgramView> Items);

/// <summary>A tenant's programs, which sign in with an id and a secret.</summary>
internal static class ProgramEndpoints
{
    private const string Path = "/api/v1/programs";
    private const string Tag = "Programs";

    public static void MapPrograms(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ListAsync).RequireScope(Scopes.AccountsManage)
            .WithName("listPrograms").WithTags(Tag).WithSummary("Lists the programs of one's own practice");
        routes.MapPost(Path, CreateAsync).RequireScope(Scopes.AccountsManage)
            .WithName("createProgram").WithTags(Tag).WithSummary("Makes a program")
            .WithDescription("Its secret is told once. 202 if a second person has to approve it first.");
        routes.MapDelete($"{Path}/{{id:guid}}", EndProgramAsync).RequireScope(Scopes.AccountsManage)
            .WithName("endProgram").WithTags(Tag).WithSummary("Lets a program in no more");
        routes.MapDelete($"{Path}/{{id:guid}}/tokens", EndTokensAsync).RequireScope(Scopes.AccountsManage)
            .WithName("endProgramTokens").WithTags(Tag).WithSummary("Ends all tokens that a program holds");
    }

    private static async Task<Ok<ProgramListView>> ListAsync(HttpContext http, Programs programs) =>
        TypedResults.Ok(new ProgramListView(await programs.ListAsync(TenantOf(http)).ConfigureAwait(false)));

    private static Task<Results<Ok<ChangeOutcome>, Accepted<WaitingChange>>> CreateAsync(
        NewProgramBody body, HttpContext http, Approvals approvals, TimeProvider time)
    {
        if (Caller.Of(http).Tenant is null)
        {
            throw new ProblemException(ProblemCode.NotAllowed, "Programs belong to a practice.");
        }

        bool isWhole = !string.IsNullOrWhiteSpace(body.Name) && body.Name.Length <= Accounts.NameCharsMax
            && body.Scopes is { Length: > 0 } && body.Scopes.All(Scopes.OfPrograms.Contains);
        return isWhole && InboxList.Parse(body.Inboxes) is { } inboxes
            ? ChangeAnswers.AskAsync(http, approvals, AccessChanges.CreateProgram, new AccessChange(
                Guid.CreateVersion7(time.GetUtcNow()), body.Name, null, inboxes, body.Scopes))
            : throw new ProblemException(
                ProblemCode.ChangeRefused, "A name, scopes for programs, and inboxes are needed.");
    }

    private static Task<NoContent> EndProgramAsync(
        Guid id, HttpContext http, Programs programs, AccessJournal journal) =>
        EndAsync(id, http, journal, "program.ended", programs.EndAsync);

    private static Task<NoContent> EndTokensAsync(
        Guid id, HttpContext http, Programs programs, AccessJournal journal) =>
        EndAsync(id, http, journal, "program.tokens-ended", programs.EndTokensAsync);

    private static async Task<NoContent> EndAsync(
        Guid id, HttpContext http, AccessJournal journal, string words,
        Func<Guid, Guid, CancellationToken, Task<bool>> end)
    {
        Guid tenant = TenantOf(http);
        await journal.ChangedAsync(tenant, Caller.Of(http).Actor, words, [id], http.RequestAborted)
            .ConfigureAwait(false);
        return await end(tenant, id, http.RequestAborted).ConfigureAwait(false)
            ? TypedResults.NoContent()
            : throw new ProblemException(ProblemCode.NotFound);
    }

    private static Guid TenantOf(HttpContext http) =>
        Caller.Of(http).Tenant ?? throw new ProblemException(ProblemCode.NotFound);
}
