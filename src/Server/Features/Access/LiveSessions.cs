// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>Whether a caller that was let in would be let in again now: for answers that go on for long. Asking does
/// not count as use, so that a live page that nobody looks at ends with its session.</summary>
/// <remarks>People's sessions are looked up together: one question to the database is for all who asked lately, so that
/// a live page more costs nothing more. Safe to use from several threads.</remarks>
internal sealed class LiveSessions(AccessDatabase database, Programs programs, TimeProvider time) : IDisposable
{
    /// <summary>Our choice: no answer is older. With the half second after which a live page asks again, what was
    /// ended is heard of within a second (issue 5: revocation).</summary>
    public static readonly TimeSpan AnswerAgeMax = TimeSpan.FromMilliseconds(250);

    /// <summary>Our choice: a page that has not asked for so long is closed.</summary>
    private static readonly TimeSpan AskedAgeMax = TimeSpan.FromSeconds(2);

    private const int SessionsAtOnce = 500; // our choice: parameters of one statement

    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, long> _askedAt = [];
    private volatile LiveAnswer _answer = new([], [], 0);

    /// <summary>The answer of <see cref="SessionCheck"/>.</summary>
    public async ValueTask<bool> IsLiveAsync(Caller caller, CancellationToken cancellation) =>
        caller.Role is null
            ? await IsTokenLiveAsync(caller, cancellation).ConfigureAwait(false)
            : Guid.TryParse(caller.Session, out Guid session)
                && await IsSessionLiveAsync((session, caller.Account), cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private async Task<bool> IsTokenLiveAsync(Caller caller, CancellationToken cancellation) =>
        time.GetUtcNow() < caller.AuthenticatedAt + TokenServer.TokenLifetime
        && await programs.FindAsync(caller.Account.ToString(), cancellation).ConfigureAwait(false) is { } program
        && caller.AuthenticatedAt >= program.TokensFrom;

    private async Task<bool> IsSessionLiveAsync((Guid Session, Guid Account) one, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _askedAt[one.Session] = time.GetTimestamp();
        }

        if (_answer.Find(one, time) is { } known)
        {
            return known;
        }

        await _asking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Another's question may have been about this one too.
            if (_answer.Find(one, time) is { } told)
            {
                return told;
            }

            _answer = await AskAsync(one.Session, cancellation).ConfigureAwait(false);
            return _answer.Living.Contains(one);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<LiveAnswer> AskAsync(Guid asker, CancellationToken cancellation)
    {
        // An answer is as old as its question.
        long at = time.GetTimestamp();
        HashSet<Guid> about;
        lock (_gate)
        {
            foreach (Guid closed in _askedAt.Where(one => time.GetElapsedTime(one.Value, at) > AskedAgeMax)
                .Select(one => one.Key).ToArray())
            {
                _askedAt.Remove(closed);
            }

            about = [.. _askedAt.Keys, asker];
        }

        DateTimeOffset now = time.GetUtcNow();
        HashSet<(Guid Session, Guid Account)> living = [];
        foreach (Guid[] some in about.Chunk(SessionsAtOnce))
        {
            var found = await database.ReadAsync(context => Sessions.Living(context, now)
                .Where(row => some.Contains(row.SessionId))
                .Join(
                    context.Accounts.Where(row => row.State == (int)AccountState.Active),
                    row => row.AccountId, row => row.AccountId, (row, _) => new { row.SessionId, row.AccountId })
                .ToListAsync(cancellation)).ConfigureAwait(false);
            living.UnionWith(found.Select(row => (row.SessionId, row.AccountId)));
        }

        return new LiveAnswer(about, living, at);
    }

    private sealed record LiveAnswer(HashSet<Guid> About, HashSet<(Guid Session, Guid Account)> Living, long At)
    {
        /// <summary>Whether it lives; null if the answer is not about it, or too old.</summary>
        public bool? Find((Guid Session, Guid Account) one, TimeProvider time) =>
            About.Contains(one.Session) && time.GetElapsedTime(At) < AnswerAgeMax ? Living.Contains(one) : null;
    }
}
