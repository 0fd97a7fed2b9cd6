// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Http;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

/// <summary>A house's people: a tenant's, run by its administrators; the installation's, run by its operators. What
/// lets somebody in, or in further, needs two people; what lets somebody out needs one.</summary>
internal static class AccountEndpoints
{
    private const string Path = "/api/v1/accounts";

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ListAsync).RequireScope(Scopes.AccountsManage);
        routes.MapPost(Path, CreateAsync).RequireScope(Scopes.AccountsManage);
        routes.MapPut($"{Path}/{{id:guid}}/role", ChangeRoleAsync).RequireScope(Scopes.AccountsManage);
        routes.MapPost($"{Path}/{{id:guid}}/enrolment", ReenrolAsync).RequireScope(Scopes.AccountsManage);
        routes.MapPost($"{Path}/{{id:guid}}/suspension", SuspendAsync).RequireScope(Scopes.AccountsManage);
        routes.MapDelete($"{Path}/{{id:guid}}/suspension", ResumeAsync).RequireScope(Scopes.AccountsManage);
        routes.MapPost("/api/v1/tenants/{tenant:guid}/administrators", FirstAdministratorAsync)
            .RequireScope(Scopes.InstallationOperate);
    }

    internal sealed record NewAccountBody(string Name, string Role, string[]? Inboxes);

    internal sealed record RoleBody(string Role, string[]? Inboxes);

    internal sealed record NameBody(string Name);

    private static async Task<IResult> ListAsync(HttpContext http, Accounts accounts) =>
        new JsonHttpAnswer(new { items = await accounts.ListAsync(Caller.Of(http).Tenant).ConfigureAwait(false) });

    private static Task<IResult> CreateAsync(
        NewAccountBody body, HttpContext http, Approvals approvals, TimeProvider time)
    {
        Caller caller = Caller.Of(http);
        return RoleOf(caller, body.Role) is { } role && InboxList.Parse(body.Inboxes) is { } inboxes
            && IsName(body.Name)
            ? ChangeAnswers.AskAsync(http, approvals, AccessChanges.CreateAccount, new AccessChange(
                Guid.CreateVersion7(time.GetUtcNow()), body.Name, role, inboxes))
            : Refused("A name, a role of this house, and inboxes (\"all\" or ids of lines) are needed.");
    }

    private static async Task<IResult> FirstAdministratorAsync(
        Guid tenant, NameBody body, HttpContext http, Approvals approvals, Accounts accounts,
        Store.FaxStore store, TimeProvider time)
    {
        List<Guid> tenants = await store.Tenants.IdsAsync(http.RequestAborted).ConfigureAwait(false);
        if (!tenants.Contains(tenant))
        {
            return new ProblemAnswer(ProblemCode.NotFound);
        }

        return await accounts.HasAdministratorAsync(tenant).ConfigureAwait(false) || !IsName(body.Name)
            ? await Refused("This practice has an administrator already, who makes all others; or the name is none.")
                .ConfigureAwait(false)
            : await ChangeAnswers.AskAsync(http, approvals, AccessChanges.CreateAccount, new AccessChange(
                Guid.CreateVersion7(time.GetUtcNow()), body.Name, Role.TenantAdministrator, "", null, tenant))
                .ConfigureAwait(false);
    }

    private static async Task<IResult> ChangeRoleAsync(
        Guid id, RoleBody body, HttpContext http, Approvals approvals, Accounts accounts)
    {
        Caller caller = Caller.Of(http);
        if (await OwnAsync(caller, id, accounts).ConfigureAwait(false) is null)
        {
            return new ProblemAnswer(ProblemCode.NotFound);
        }

        return RoleOf(caller, body.Role) is { } role && InboxList.Parse(body.Inboxes) is { } inboxes
            ? await ChangeAnswers.AskAsync(http, approvals, AccessChanges.ChangeRole,
                new AccessChange(id, "", role, inboxes)).ConfigureAwait(false)
            : await Refused("A role of this house and inboxes are needed.").ConfigureAwait(false);
    }

    private static Task<IResult> ReenrolAsync(Guid id, HttpContext http, Approvals approvals, Accounts accounts) =>
        AskOfOwnAsync(id, http, approvals, accounts, AccessChanges.Reenrol);

    private static Task<IResult> ResumeAsync(Guid id, HttpContext http, Approvals approvals, Accounts accounts) =>
        AskOfOwnAsync(id, http, approvals, accounts, AccessChanges.Resume);

    private static async Task<IResult> AskOfOwnAsync(
        Guid id, HttpContext http, Approvals approvals, Accounts accounts, string kind) =>
        await OwnAsync(Caller.Of(http), id, accounts).ConfigureAwait(false) is { } row
            ? await ChangeAnswers.AskAsync(http, approvals, kind, new AccessChange(id, "", (Role)row.Role))
                .ConfigureAwait(false)
            : new ProblemAnswer(ProblemCode.NotFound);

    // One person is enough, and at once: whoever has to be stopped must not wait for a second one.
    private static async Task<IResult> SuspendAsync(
        Guid id, HttpContext http, Accounts accounts, AccessJournal journal)
    {
        Caller caller = Caller.Of(http);
        if (await OwnAsync(caller, id, accounts).ConfigureAwait(false) is null)
        {
            return new ProblemAnswer(ProblemCode.NotFound);
        }

        await journal.ChangedAsync(caller.Tenant, caller.Actor, "account.suspended", [id], http.RequestAborted)
            .ConfigureAwait(false);
        await accounts.SuspendAsync(id, http.RequestAborted).ConfigureAwait(false);
        return Results.NoContent();
    }

    private static async Task<AccountRow?> OwnAsync(Caller caller, Guid id, Accounts accounts) =>
        await accounts.FindAsync(id).ConfigureAwait(false) is { } row && row.TenantId == caller.Tenant ? row : null;

    private static bool IsName(string? name) =>
        !string.IsNullOrWhiteSpace(name) && name.Length <= Accounts.NameCharsMax && !name.Any(char.IsControl);

    private static Role? RoleOf(Caller caller, string? text) =>
        Enum.TryParse(text, out Role role) && Enum.IsDefined(role)
            && (caller.Tenant is null) == (role == Role.InstallationOperator) ? role : null;

    private static Task<IResult> Refused(string detail) =>
        Task.FromResult<IResult>(new ProblemAnswer(AccessProblems.ChangeRefused, detail));
}
