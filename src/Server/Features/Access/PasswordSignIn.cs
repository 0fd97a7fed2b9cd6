// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>Sign-in by password and authenticator. Whatever is wrong (name, password, code, a wait) is answered alike,
/// after the same work: one hash, one write, one ledger entry.</summary>
internal sealed class PasswordSignIn(
    AccessDatabase database, AccessKeys keys, Accounts accounts, PasswordHash passwords, AccessJournal journal,
    TimeProvider time)
{
    /// <summary>Our choice: so many slips cost nothing.</summary>
    public const int FreeFailures = 4;

    /// <summary>Our choice: the first wait; each further failure doubles it.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);

    /// <summary>Our limit (NIST SP 800-63B §3.2.2 asks for one): 96 guesses a day at most, and nobody can lock
    /// somebody else out for longer.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(15);

    /// <summary>Our choice: failures of yesterday are forgotten, and the table stays small.</summary>
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);

    /// <summary>The account, if all is right; the ledger says so already, or that it was refused.</summary>
    /// <param name="name">What was typed.</param>
    /// <param name="password">What was typed.</param>
    /// <param name="totp">The authenticator's code.</param>
    /// <param name="how">For the ledger: `password`, or `confirm` of a session.</param>
    /// <param name="address">Where from.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<AccountRow?> TryAsync(
        string name, string password, string totp, string how, string address, CancellationToken cancellation)
    {
        AccountRow? account = await accounts.FindAsync(name).ConfigureAwait(false);
        string? hash = account?.SealedPassword is { } sealedHash && account.State == (int)AccountState.Active
            ? keys.Open(account.AccountId, Accounts.PasswordColumn, sealedHash)
            : null;
        bool knows = await passwords.VerifyAsync(password, hash, cancellation).ConfigureAwait(false);
        bool passes = await database.WriteAsync(
            (context, cancel) => JudgeAsync(context, keys.NameTag(name), knows, totp, cancel),
            cancellation).ConfigureAwait(false);
        EntryActor who = account is null ? AccessJournal.Stranger(address)
            : new EntryActor(account.AccountId.ToString(), ((Role)account.Role).ToString(), address, "");
        await journal.SignInAsync(
            account?.TenantId, who, how, passes ? LedgerResult.Allowed : LedgerResult.Denied, cancellation)
            .ConfigureAwait(false);
        return passes ? account : null;
    }

    // In one transaction, so that a code that two send at once counts for one of them. A name that nobody has is
    // counted like any other.
    private async Task<bool> JudgeAsync(
        AccessContext context, byte[] tag, bool knows, string totp, CancellationToken cancel)
    {
        DateTimeOffset now = time.GetUtcNow();
        AccountRow? account = await context.Accounts.SingleOrDefaultAsync(row => row.NameTag == tag, cancel)
            .ConfigureAwait(false);
        AttemptRow? attempt = await context.Attempts.SingleOrDefaultAsync(row => row.NameTag == tag, cancel)
            .ConfigureAwait(false);
        if (attempt is not null && WaitAfter(attempt.Failures) is { } wait && now < attempt.FailedAt + wait)
        {
            // Not looked at, and not counted: else a guesser could lock its owner out for good.
            return false;
        }

        bool isRight = knows && TakeStep(account, totp, now);
        if (attempt is null)
        {
            context.Attempts.Add(attempt = new AttemptRow { NameTag = tag });
        }

        (attempt.Failures, attempt.FailedAt) = (isRight ? 0 : attempt.Failures + 1, now);
        await context.Attempts.Where(row => row.FailedAt < now - ForgottenAfter).ExecuteDeleteAsync(cancel)
            .ConfigureAwait(false);
        return isRight;
    }

    private bool TakeStep(AccountRow? account, string totp, DateTimeOffset now)
    {
        if (account?.SealedTotp is null || account.State != (int)AccountState.Active)
        {
            return false;
        }

        byte[] secret = keys.OpenBytes(account.AccountId, Accounts.TotpColumn, account.SealedTotp);
        if (TotpCode.StepOf(secret, totp, now, account.TotpStep) is not { } step)
        {
            return false;
        }

        account.TotpStep = step;
        return true;
    }

    /// <summary>How long an account is not looked at after so many refusals.</summary>
    public static TimeSpan? WaitAfter(int failures)
    {
        int doublings = failures - FreeFailures - 1;
        return doublings < 0 ? null
            : TimeSpan.FromTicks(Math.Min(WaitMax.Ticks, FirstWait.Ticks << Math.Min(doublings, 20)));
    }
}
