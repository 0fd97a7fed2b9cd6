// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Store;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.SignOn;

/// <summary>Which account a person of an identity provider is. An account exists before; it is bound once to issuer and
/// subject, by its enrolment link or by the claim that two people chose, and from then on by those two alone: a name or
/// an address that the provider gives to somebody else later opens nothing.</summary>
internal sealed class SignOnBindings(AccessDatabase database, AccessKeys keys, AccessJournal journal, TimeProvider time)
{
    private const string SubjectPurpose = "sign-on.subject";
    private const string IssuerPurpose = "sign-on.issuer";

    /// <summary>The account of this tenant that the person is; null if it is none that may come in.</summary>
    public async Task<AccountRow?> FindAsync(
        Guid tenant, SignOnSettings settings, IdTokenClaims claims, string address, CancellationToken cancellation)
    {
        byte[] subject = SubjectTag(settings, claims);
        (AccountRow? account, bool isBound) = await database.ReadAsync(
            context => FindAsync(context, tenant, settings, claims, subject, cancellation)).ConfigureAwait(false);
        if (account is null || isBound)
        {
            return account;
        }

        return await BindAsync(settings, subject, account, address, (context, _) => Task.FromResult(
            context.Accounts.Where(row => row.AccountId == account.AccountId
                && row.State != (int)AccountState.Suspended)), cancellation).ConfigureAwait(false) ? account : null;
    }

    /// <summary>Binds the account of a one-time code; null if the code counts no more, or the person is somebody
    /// else already. What the account had for signing in before counts no more.</summary>
    public async Task<AccountRow?> EnrolAsync(
        Guid tenant, byte[] codeHash, SignOnSettings settings, IdTokenClaims claims, string address,
        CancellationToken cancellation)
    {
        byte[] subject = SubjectTag(settings, claims);
        AccountRow? account = await database.ReadAsync(context => Enrolling(context, tenant, codeHash)
            .SingleOrDefaultAsync(cancellation)).ConfigureAwait(false);
        return account is not null && await BindAsync(settings, subject, account, address, async (context, cancel) =>
        {
            IQueryable<AccountRow> still = Enrolling(context, tenant, codeHash);
            if (await still.SingleOrDefaultAsync(cancel).ConfigureAwait(false) is { } row)
            {
                (row.SealedPassword, row.SealedTotp) = (null, null);
                context.Passkeys.RemoveRange(context.Passkeys.Where(one => one.AccountId == row.AccountId));
                context.Sessions.RemoveRange(context.Sessions.Where(one => one.AccountId == row.AccountId));
                await context.SignOnBindings.Where(one => one.AccountId == row.AccountId).ExecuteDeleteAsync(cancel)
                    .ConfigureAwait(false);
            }

            return still;
        }, cancellation).ConfigureAwait(false) ? account : null;
    }

    /// <summary>Whose one-time code this is, if it counts.</summary>
    public Task<AccountRow?> OfCodeAsync(byte[] codeHash, CancellationToken cancellation) => database.ReadAsync(
        context => Enrolling(context, null, codeHash).SingleOrDefaultAsync(cancellation));

    private async Task<(AccountRow? Account, bool IsBound)> FindAsync(
        AccessContext context, Guid tenant, SignOnSettings settings, IdTokenClaims claims, byte[] subject,
        CancellationToken cancellation)
    {
        AccountRow? bound = await context.SignOnBindings.Where(row => row.SubjectTag == subject)
            .Join(context.Accounts, binding => binding.AccountId, account => account.AccountId, (_, account) => account)
            .SingleOrDefaultAsync(cancellation).ConfigureAwait(false);
        if (bound is not null)
        {
            return (bound.TenantId == tenant && bound.State == (int)AccountState.Active ? bound : null, true);
        }

        string? value = claims.Token.TryGetPayloadValue(settings.Claim, out string? text) ? text : null;
        bool isVerified = claims.Token.TryGetPayloadValue("email_verified", out bool verified) && verified;
        if (settings.NameOf(value, isVerified) is not { } name)
        {
            return (null, false);
        }

        byte[] tag = keys.NameTag(name);
        byte[] issuer = keys.Tag(IssuerPurpose, settings.Issuer);
        return (await context.Accounts.SingleOrDefaultAsync(
            row => row.NameTag == tag && row.TenantId == tenant && row.State != (int)AccountState.Suspended
                && !context.SignOnBindings.Any(one => one.AccountId == row.AccountId && one.IssuerTag == issuer),
            cancellation).ConfigureAwait(false), false);
    }

    private async Task<bool> BindAsync(
        SignOnSettings settings, byte[] subject, AccountRow account, string address,
        Func<AccessContext, CancellationToken, Task<IQueryable<AccountRow>>> find, CancellationToken cancellation)
    {
        EntryActor who = new(account.AccountId.ToString(), ((Role)account.Role).ToString(), address, "");
        await journal.ChangedAsync(account.TenantId, who, "account.sign-on-bound", [account.AccountId], cancellation)
            .ConfigureAwait(false);
        try
        {
            return await database.WriteAsync(
                async (context, cancel) =>
                {
                    IQueryable<AccountRow> found = await find(context, cancel).ConfigureAwait(false);
                    AccountRow? row = await found.SingleOrDefaultAsync(cancel).ConfigureAwait(false);
                    if (row is null)
                    {
                        return false;
                    }

                    row.State = (int)AccountState.Active;
                    context.Enrolments.RemoveRange(
                        context.Enrolments.Where(one => one.AccountId == row.AccountId));
                    context.SignOnBindings.Add(new SignOnBindingRow
                    {
                        SubjectTag = subject,
                        IssuerTag = keys.Tag(IssuerPurpose, settings.Issuer),
                        AccountId = row.AccountId,
                        CreatedAt = time.GetUtcNow(),
                    });
                    return true;
                },
                cancellation).ConfigureAwait(false);
        }
        catch (StoreConflictException)
        {
            // The person is another account already, or the account another person.
            return false;
        }
    }

    private IQueryable<AccountRow> Enrolling(AccessContext context, Guid? tenant, byte[] codeHash)
    {
        DateTimeOffset now = time.GetUtcNow();
        return context.Enrolments.Where(row => row.CodeHash == codeHash && row.EndsAt > now)
            .Join(context.Accounts, enrolment => enrolment.AccountId, account => account.AccountId,
                (_, account) => account)
            .Where(row => row.State != (int)AccountState.Suspended && row.TenantId != null
                && (tenant == null || row.TenantId == tenant));
    }

    private byte[] SubjectTag(SignOnSettings settings, IdTokenClaims claims) =>
        keys.Tag(SubjectPurpose, $"{settings.Issuer}\n{claims.Subject}");
}
