// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>Whether a caller that was let in would be let in again now: for answers that go on for long. Asking does
/// not count as use, so that a live page that nobody looks at ends with its session.</summary>
internal sealed class LiveSessions(AccessDatabase database, Programs programs, TimeProvider time)
{
    /// <summary>The answer of <see cref="SessionCheck"/>.</summary>
    public async ValueTask<bool> IsLiveAsync(Caller caller, CancellationToken cancellation) =>
        caller.Role is null
            ? await IsTokenLiveAsync(caller, cancellation).ConfigureAwait(false)
            : Guid.TryParse(caller.Session, out Guid session)
                && await IsSessionLiveAsync(caller.Account, session, cancellation).ConfigureAwait(false);

    private async Task<bool> IsTokenLiveAsync(Caller caller, CancellationToken cancellation) =>
        time.GetUtcNow() < caller.AuthenticatedAt + TokenServer.TokenLifetime
        && await programs.FindAsync(caller.Account.ToString(), cancellation).ConfigureAwait(false) is { } program
        && caller.AuthenticatedAt >= program.TokensFrom;

    private Task<bool> IsSessionLiveAsync(Guid account, Guid session, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        return database.ReadAsync(context => Sessions.Living(context, now)
            .Where(row => row.SessionId == session && row.AccountId == account)
            .Join(
                context.Accounts.Where(row => row.State == (int)AccountState.Active),
                row => row.AccountId, row => row.AccountId, (row, _) => row.SessionId)
            .AnyAsync(cancellation));
    }
}
