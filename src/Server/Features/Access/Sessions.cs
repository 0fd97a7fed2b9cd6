// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>People's sessions. Each request looks at the row, so that what was ended anywhere is ended
/// everywhere.</summary>
internal sealed class Sessions(AccessDatabase database, TimeProvider time)
{
    /// <summary>Our choice (NIST SP 800-63B §2.2.3 asks for one of an hour at most at this level): a screen that was
    /// left alone shows nothing to the next one (45 CFR 164.312(a)(2)(iii)).</summary>
    public static readonly TimeSpan IdleEnd = TimeSpan.FromMinutes(15);

    /// <summary>Our choice, within the 24 hours of NIST SP 800-63B §2.2.3: a shift.</summary>
    public static readonly TimeSpan AbsoluteEnd = TimeSpan.FromHours(10);

    /// <summary>Our choice: the use is written down this often, so that a page view costs no write.</summary>
    private static readonly TimeSpan SeenInterval = TimeSpan.FromMinutes(1);

    /// <summary>Begins a session of somebody who has just shown who it is; the secret for its cookie.</summary>
    public Task<string> BeginAsync(Guid account, CancellationToken cancellation) =>
        BeginAsync(account, time.GetUtcNow(), cancellation);

    /// <summary>Begins a session of somebody who showed at some time who it is; the secret for its cookie.</summary>
    public async Task<string> BeginAsync(
        Guid account, DateTimeOffset authenticatedAt, CancellationToken cancellation)
    {
        string secret = SecretCode.Make();
        DateTimeOffset now = time.GetUtcNow();
        await database.WriteAsync(
            async (context, cancel) =>
            {
                // Whoever signs in sweeps.
                await context.Sessions.Where(row => row.EndsAt <= now).ExecuteDeleteAsync(cancel)
                    .ConfigureAwait(false);
                context.Sessions.Add(new SessionRow
                {
                    SessionId = Guid.CreateVersion7(now),
                    AccountId = account,
                    SecretHash = SecretCode.Hash(secret),
                    AuthenticatedAt = authenticatedAt,
                    SeenAt = now,
                    EndsAt = now + AbsoluteEnd,
                });
                return true;
            },
            cancellation).ConfigureAwait(false);
        return secret;
    }

    /// <summary>The session of a cookie and its account, both as they are now; null if it is none or has
    /// ended.</summary>
    public async Task<(SessionRow Session, AccountRow Account)?> FindAsync(
        string secret, CancellationToken cancellation)
    {
        byte[] hash = SecretCode.Hash(secret);
        DateTimeOffset now = time.GetUtcNow();
        var found = await database.ReadAsync(context => Living(context, now)
            .Where(row => row.SecretHash == hash)
            .Join(
                context.Accounts.Where(row => row.State == (int)AccountState.Active),
                session => session.AccountId, account => account.AccountId,
                (session, account) => new { Session = session, Account = account })
            .SingleOrDefaultAsync(cancellation)).ConfigureAwait(false);
        if (found is null)
        {
            return null;
        }

        if (now - found.Session.SeenAt >= SeenInterval)
        {
            await ChangeAsync(found.Session.SessionId, set => set.SeenAt = now, cancellation).ConfigureAwait(false);
        }

        return (found.Session, found.Account);
    }

    /// <summary>The sessions that have come to no end of their own.</summary>
    public static IQueryable<SessionRow> Living(AccessContext context, DateTimeOffset now)
    {
        DateTimeOffset idle = now - IdleEnd;
        return context.Sessions.Where(row => row.EndsAt > now && row.SeenAt > idle);
    }

    /// <summary>The person has just shown again who it is.</summary>
    public Task ConfirmAsync(Guid session, CancellationToken cancellation) =>
        ChangeAsync(session, row => row.AuthenticatedAt = time.GetUtcNow(), cancellation);

    /// <summary>Ends one session.</summary>
    public Task EndAsync(Guid session, CancellationToken cancellation) => database.WriteAsync(
        (context, cancel) => context.Sessions.Where(row => row.SessionId == session).ExecuteDeleteAsync(cancel),
        cancellation);

    /// <summary>Ends all sessions of an account.</summary>
    public Task EndAllAsync(Guid account, CancellationToken cancellation) => database.WriteAsync(
        (context, cancel) => context.Sessions.Where(row => row.AccountId == account).ExecuteDeleteAsync(cancel),
        cancellation);

    private Task<bool> ChangeAsync(Guid session, Action<SessionRow> change, CancellationToken cancellation) =>
        database.WriteAsync(
            async (context, cancel) =>
            {
                if (await context.Sessions.SingleOrDefaultAsync(row => row.SessionId == session, cancel)
                    .ConfigureAwait(false) is { } row)
                {
                    change(row);
                }

                return true;
            },
            cancellation);
}
