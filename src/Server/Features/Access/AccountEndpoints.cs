// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Http;
using Hermetic.Store;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

internal sealed record NewAccountBody(
    [property: Description("What the person signs in with.")] string Name,
    [property: Description(RoleWords.Description)] string Role,
    [property: Description(RoleWords.Inboxes)] string[]? Inboxes);

internal sealed record RoleBody(
    [property: Description(RoleWords.Description)] string Role,
    [property: Description(RoleWords.Inboxes)] string[]? Inboxes);

internal sealed record NameBody([property: Description("What the person signs in with.")] string Name);

/// <summary>A house's people.</summary>
internal sealed record AccountListView(IReadOnlyList<AccountView> Items);

/// <summary>Who somebody is that the ledger names.</summary>
internal sealed record AccountNameView(
    Guid Id, string Name,
    [property: Description("Null for a program.")] string? Role, string State);

/// <summary>The names of a practice's people and programs.</summary>
internal sealed record AccountNameListView(IReadOnlyList<AccountNameView> Items);

/// <summary>A house's people: a tenant's, run by its administrators; the installation's, run by its operators. What
/// lets somebody in, or in further, needs two people; what lets somebody out needs one.</summary>
internal static class AccountEndpoints
{
    private const string Path = "/api/v1/accounts";
    private const string Tag = "Accounts";
    private const string TwoPeople = "202 if a second person has to approve it first.";

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ListAsync).RequireScope(Scopes.AccountsManage)
            .WithName("listAccounts").WithTags(Tag).WithSummary("Lists the people of one's own house");
        routes.MapGet($"{Path}/names", NamesAsync).RequireScope(Scopes.LedgerRead)
            .WithName("listAccountNames").WithTags("Ledger")
            .WithSummary("The names of the practice's people and programs, whom the ledger names by their ids");
        routes.MapPost(Path, CreateAsync).RequireScope(Scopes.AccountsManage)
            .WithName("createAccount").WithTags(Tag).WithSummary("Invites a person")
            .WithDescription("The one-time code for the enrolment is told once. " + TwoPeople);
        routes.MapPut($"{Path}/{{id:guid}}/role", ChangeRoleAsync).RequireScope(Scopes.AccountsManage)
            .WithName("changeRole").WithTags(Tag).WithSummary("Gives a person another role or other inboxes")
            .WithDescription("All sessions of the person end. " + TwoPeople);
        routes.MapPost($"{Path}/{{id:guid}}/enrolment", ReenrolAsync).RequireScope(Scopes.AccountsManage)
            .WithName("reenrolAccount").WithTags(Tag).WithSummary("Gives a person a new one-time code")
            .WithDescription("For one who lost password or authenticator. " + TwoPeople);
        routes.MapPost($"{Path}/{{id:guid}}/suspension", SuspendAsync).RequireScope(Scopes.AccountsManage)
            .WithName("suspendAccount").WithTags(Tag).WithSummary("Lets a person in no more, at once");
        routes.MapDelete($"{Path}/{{id:guid}}/suspension", ResumeAsync).RequireScope(Scopes.AccountsManage)
            .WithName("resumeAccount").WithTags(Tag).WithSummary("Lets a suspended person in again")
            .WithDescription(TwoPeople);
        routes.MapPost("/api/v1/tenants/{tenant:guid}/administrators", FirstAdministratorAsync)
            .RequireScope(Scopes.InstallationOperate).WithName("createFirstAdministrator").WithTags(Tag)
            .WithSummary("Invites a practice's first administrator")
            .WithDescription("Who makes all others. The one-time code is told once. " + TwoPeople);
    }

    private static async Task<Ok<AccountListView>> ListAsync(HttpContext http, Accounts accounts) =>
        TypedResults.Ok(new AccountListView(
            await accounts.ListAsync(Caller.Of(http).Tenant).ConfigureAwait(false)));

    private static async Task<Ok<AccountNameListView>> NamesAsync(
        HttpContext http, Accounts accounts, Programs programs)
    {
        Guid tenant = Caller.Of(http).OwnTenant;
        IEnumerable<AccountNameView> people = (await accounts.ListAsync(tenant).ConfigureAwait(false))
            .Select(one => new AccountNameView(one.Id, one.Name, one.Role, one.State));
        IEnumerable<AccountNameView> others = (await programs.ListAsync(tenant).ConfigureAwait(false))
            .Select(one => new AccountNameView(one.Id, one.Name, null, one.State));
        return TypedResults.Ok(new AccountNameListView([.. people, .. others]));
    }

    private static Task<Results<Ok<ChangeOutcome>, Accepted<WaitingChange>>> CreateAsync(
        NewAccountBody body, HttpContext http, Approvals approvals, TimeProvider time) =>
        RoleOf(Caller.Of(http), body.Role) is { } role && InboxList.Parse(body.Inboxes) is { } inboxes
            && IsName(body.Name)
            ? ChangeAnswers.AskAsync(http, approvals, AccessChanges.CreateAccount, new AccessChange(
                Guid.CreateVersion7(time.GetUtcNow()), body.Name, role, inboxes))
            : throw Refused("A name, a role of this house, and inboxes (\"all\" or ids of lines) are needed.");

    private static async Task<Results<Ok<ChangeOutcome>, Accepted<WaitingChange>>> FirstAdministratorAsync(
        Guid tenant, NameBody body, HttpContext http, Approvals approvals, Accounts accounts, FaxStore store,
        TimeProvider time)
    {
        List<Guid> tenants = await store.Tenants.IdsAsync(http.RequestAborted).ConfigureAwait(false);
        if (!tenants.Contains(tenant))
        {
            throw new ProblemException(ProblemCode.NotFound);
        }

        return await accounts.HasAdministratorAsync(tenant).ConfigureAwait(false) || !IsName(body.Name)
            ? throw Refused("This practice has an administrator already, who makes all others; or the name is none.")
            : await ChangeAnswers.AskAsync(http, approvals, AccessChanges.CreateAccount, new AccessChange(
                Guid.CreateVersion7(time.GetUtcNow()), body.Name, Role.TenantAdministrator, "", null, tenant))
                .ConfigureAwait(false);
    }

    private static async Task<Results<Ok<ChangeOutcome>, Accepted<WaitingChange>>> ChangeRoleAsync(
        Guid id, RoleBody body, HttpContext http, Approvals approvals, Accounts accounts)
    {
        Caller caller = Caller.Of(http);
        await OwnAsync(caller, id, accounts).ConfigureAwait(false);
        return RoleOf(caller, body.Role) is { } role && InboxList.Parse(body.Inboxes) is { } inboxes
            ? await ChangeAnswers.AskAsync(http, approvals, AccessChanges.ChangeRole,
                new AccessChange(id, "", role, inboxes)).ConfigureAwait(false)
            : throw Refused("A role of this house and inboxes are needed.");
    }

    private static Task<Results<Ok<ChangeOutcome>, Accepted<WaitingChange>>> ReenrolAsync(
        Guid id, HttpContext http, Approvals approvals, Accounts accounts) =>
        AskOfOwnAsync(id, http, approvals, accounts, AccessChanges.Reenrol);

    private static Task<Results<Ok<ChangeOutcome>, Accepted<WaitingChange>>> ResumeAsync(
        Guid id, HttpContext http, Approvals approvals, Accounts accounts) =>
        AskOfOwnAsync(id, http, approvals, accounts, AccessChanges.Resume);

    private static async Task<Results<Ok<ChangeOutcome>, Accepted<WaitingChange>>> AskOfOwnAsync(
        Guid id, HttpContext http, Approvals approvals, Accounts accounts, string kind)
    {
        AccountRow row = await OwnAsync(Caller.Of(http), id, accounts).ConfigureAwait(false);
        return await ChangeAnswers.AskAsync(http, approvals, kind, new AccessChange(id, "", (Role)row.Role))
            .ConfigureAwait(false);
    }

    // One person is enough, and at once: whoever has to be stopped must not wait for a second one.
    private static async Task<NoContent> SuspendAsync(
        Guid id, HttpContext http, Accounts accounts, AccessJournal journal)
    {
        Caller caller = Caller.Of(http);
        await OwnAsync(caller, id, accounts).ConfigureAwait(false);
        await journal.ChangedAsync(caller.Tenant, caller.Actor, "account.suspended", [id], http.RequestAborted)
            .ConfigureAwait(false);
        await accounts.SuspendAsync(id, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static async Task<AccountRow> OwnAsync(Caller caller, Guid id, Accounts accounts) =>
        await accounts.FindAsync(id).ConfigureAwait(false) is { } row && row.TenantId == caller.Tenant ? row
            : throw new ProblemException(ProblemCode.NotFound);

    private static bool IsName(string? name) =>
        !string.IsNullOrWhiteSpace(name) && name.Length <= Accounts.NameCharsMax && !name.Any(char.IsControl);

    private static Role? RoleOf(Caller caller, string? text) =>
        Enum.TryParse(text, out Role role) && Enum.IsDefined(role)
            && (caller.Tenant is null) == (role == Role.InstallationOperator) ? role : null;

    private static ProblemException Refused(string detail) => new(ProblemCode.ChangeRefused, detail);
}
