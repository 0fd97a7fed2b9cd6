// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>An account as those who run accounts see it.</summary>
internal sealed record AccountView(
    Guid Id, string Name, string Role, string State, IReadOnlyList<string> Inboxes, DateTimeOffset CreatedAt);

/// <summary>People: who they are and what they may do. Changes nothing by itself: <see cref="Approvals"/> asks who has
/// to agree, and journals, first.</summary>
internal sealed class Accounts(AccessDatabase database, AccessKeys keys, TimeProvider time)
{
    public const string NameColumn = "account.name";
    public const string PasswordColumn = "account.password";
    public const string TotpColumn = "account.totp";

    /// <summary>Our limit: a name or an address of mail.</summary>
    public const int NameCharsMax = 100;

    /// <summary>Our choice: a working day, and the night before it.</summary>
    public static readonly TimeSpan EnrolmentLifetime = TimeSpan.FromHours(24);

    public Task<AccountRow?> FindAsync(Guid id) =>
        database.ReadAsync(context => context.Accounts.SingleOrDefaultAsync(row => row.AccountId == id));

    /// <summary>By the name that somebody types.</summary>
    public Task<AccountRow?> FindAsync(string name)
    {
        byte[] tag = keys.NameTag(name);
        return database.ReadAsync(context => context.Accounts.SingleOrDefaultAsync(row => row.NameTag == tag));
    }

    /// <summary>A tenant's people, or with null the installation's.</summary>
    public async Task<IReadOnlyList<AccountView>> ListAsync(Guid? tenant)
    {
        List<AccountRow> rows = await database.ReadAsync(context => context.Accounts
            .Where(row => row.TenantId == tenant).OrderBy(row => row.CreatedAt).ToListAsync()).ConfigureAwait(false);
        return [.. rows.Select(View)];
    }

    /// <summary>Others who could agree to a change: with one of these roles, and enrolled at some time. Suspended ones
    /// count: else one person could suspend the other and then act alone.</summary>
    public Task<int> CountOthersAsync(Guid? tenant, Role[] roles, Guid asker)
    {
        int[] numbers = [.. roles.Select(role => (int)role)];
        return database.ReadAsync(context => Enrolled(context).CountAsync(row => row.TenantId == tenant
            && numbers.Contains(row.Role) && row.AccountId != asker));
    }

    /// <summary>True if this tenant has, or had, an administrator who enrolled: then its own people see to
    /// it.</summary>
    public Task<bool> HasAdministratorAsync(Guid tenant) => database.ReadAsync(
        context => Enrolled(context).AnyAsync(row => row.TenantId == tenant
            && row.Role == (int)Role.TenantAdministrator));

    /// <summary>Makes an account that can do nothing but enrol; the one-time code for it, or null if the name is
    /// taken.</summary>
    public Task<string?> CreateAsync(
        Guid id, Guid? tenant, string name, Role role, string inboxes, CancellationToken cancellation)
    {
        byte[] tag = keys.NameTag(name);
        return database.WriteAsync(
            async (context, cancel) =>
            {
                if (await context.Accounts.AnyAsync(row => row.NameTag == tag, cancel).ConfigureAwait(false))
                {
                    return null;
                }

                context.Accounts.Add(new AccountRow
                {
                    AccountId = id,
                    TenantId = tenant,
                    Role = (int)role,
                    State = (int)AccountState.Invited,
                    NameTag = tag,
                    SealedName = keys.Seal(id, NameColumn, AccessKeys.Spelling(name)),
                    Inboxes = inboxes,
                    CreatedAt = time.GetUtcNow(),
                });
                return (string?)Invite(context, id);
            },
            cancellation);
    }

    /// <summary>A new one-time code in place of all older ones, of an account that stays as it is until the code is
    /// used.</summary>
    public Task<string> InviteAsync(Guid id, CancellationToken cancellation) => database.WriteAsync(
        async (context, cancel) =>
        {
            await context.Enrolments.Where(row => row.AccountId == id).ExecuteDeleteAsync(cancel)
                .ConfigureAwait(false);
            return Invite(context, id);
        },
        cancellation);

    /// <summary>Another role or other inboxes. All sessions end: they hold what the person was.</summary>
    public Task<bool> ChangeRoleAsync(Guid id, Role role, string inboxes, CancellationToken cancellation) =>
        ChangeAsync(id, row => (row.Role, row.Inboxes) = ((int)role, inboxes), cancellation);

    /// <summary>Lets somebody in no more, from now on.</summary>
    public Task<bool> SuspendAsync(Guid id, CancellationToken cancellation) =>
        ChangeAsync(id, row => row.State = (int)AccountState.Suspended, cancellation);

    /// <summary>Lets somebody in again who was suspended; not before he enrolled, if he never did.</summary>
    public async Task<bool> ResumeAsync(Guid id, CancellationToken cancellation)
    {
        bool enrolled = await database.ReadAsync(
            context => Enrolled(context).AnyAsync(row => row.AccountId == id, cancellation)).ConfigureAwait(false);
        return await ChangeAsync(
            id, row => row.State = (int)(enrolled ? AccountState.Active : AccountState.Invited), cancellation)
            .ConfigureAwait(false);
    }

    // With a password, or as a person of the practice's identity provider.
    private static IQueryable<AccountRow> Enrolled(AccessContext context) => context.Accounts.Where(
        row => row.SealedPassword != null || context.SignOnBindings.Any(one => one.AccountId == row.AccountId));

    private Task<bool> ChangeAsync(Guid id, Action<AccountRow> change, CancellationToken cancellation) =>
        database.WriteAsync(
            async (context, cancel) =>
            {
                AccountRow? row = await context.Accounts.SingleOrDefaultAsync(row => row.AccountId == id, cancel)
                    .ConfigureAwait(false);
                if (row is null)
                {
                    return false;
                }

                change(row);
                await context.Sessions.Where(session => session.AccountId == id).ExecuteDeleteAsync(cancel)
                    .ConfigureAwait(false);
                await context.Enrolments.Where(enrolment => enrolment.AccountId == id
                    && row.State == (int)AccountState.Suspended).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
                return true;
            },
            cancellation);

    private string Invite(AccessContext context, Guid id)
    {
        string code = SecretCode.Make();
        context.Enrolments.Add(new EnrolmentRow
        {
            EnrolmentId = Guid.CreateVersion7(time.GetUtcNow()),
            AccountId = id,
            CodeHash = SecretCode.Hash(code),
            EndsAt = time.GetUtcNow() + EnrolmentLifetime,
        });
        return code;
    }

    private AccountView View(AccountRow row) => new(
        row.AccountId, keys.Open(row.AccountId, NameColumn, row.SealedName), ((Role)row.Role).ToString(),
        ((AccountState)row.State).ToString(), InboxList.Of(row.Inboxes), row.CreatedAt);
}
