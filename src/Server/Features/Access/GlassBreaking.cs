// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Store;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>Opens a fax to somebody outside of whose inboxes it lies, for a while and to one session. First the ledger
/// says so, then the privacy officers hear of it, then it is open: if one of them fails, it stays shut. Why is in the
/// ledger and the review, sealed; the event names the fax alone.</summary>
internal sealed class GlassBreaking(
    Journal.Journal journal, FaxStore store, AccessDatabase database, AccessKeys keys, TimeProvider time)
{
    public const string ReasonColumn = "glass.reason";

    /// <summary>The event's kind in the outbox, apart from those of faxes. Stored: never renumber.</summary>
    public const int EventKind = 60;

    /// <summary>What the event is called outside.</summary>
    public const string EventName = "fax.glass-broken";

    /// <summary>Our limit: a word is no reason.</summary>
    public const int ReasonCharsMin = 10;

    /// <summary>Our limit: some sentences, which a privacy officer has to read.</summary>
    public const int ReasonCharsMax = 500;

    /// <summary>Our choice: long enough to read a long fax and act on it, shorter than a visit.</summary>
    public static readonly TimeSpan OpenFor = TimeSpan.FromMinutes(15);

    /// <summary>True if these words can stand as a reason.</summary>
    public static bool IsReason(string? words) => words?.Trim() is { Length: >= ReasonCharsMin and <= ReasonCharsMax };

    /// <summary>Breaks it, once <see cref="AccessPolicy"/> decided for <see cref="FaxAccess.BreakGlass"/>.</summary>
    public async Task<GlassBreakRow> BreakAsync(
        Caller caller, Guid fax, string purpose, string words, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        Guid id = Guid.CreateVersion7(now);
        GlassBreakRow row = new()
        {
            BreakId = id,
            TenantId = caller.OwnTenant,
            FaxId = fax,
            AccountId = caller.Account,
            SessionId = Guid.Parse(caller.Session),
            Purpose = purpose,
            SealedReason = keys.Seal(id, ReasonColumn, words.Trim()),
            BrokenAt = now,
            EndsAt = now + OpenFor,
        };
        await journal.AppendAsync(
            caller.OwnTenant,
            new EntryBody
            {
                At = now,
                Act = LedgerAct.AccessChanged,
                Who = caller.Actor,
                What = new EntryObject(fax.ToString(), null, "glass broken", [id.ToString()]),
                Why = new EntryReason(purpose, BreakGlass: true, words.Trim()),
                Result = LedgerResult.Allowed,
            },
            cancellation).ConfigureAwait(false);
        await store.Events.AppendAsync(caller.OwnTenant, fax, new NewEvent(EventKind, now), cancellation)
            .ConfigureAwait(false);
        return await database.WriteAsync(
            (context, _) =>
            {
                context.GlassBreaks.Add(row);
                return Task.FromResult(row);
            },
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Why this fax is open to this session now; null if it is not.</summary>
    public async Task<EntryReason?> FindAsync(Caller caller, Guid fax, CancellationToken cancellation)
    {
        if (caller.Role is null || !Guid.TryParse(caller.Session, out Guid session))
        {
            return null;
        }

        DateTimeOffset now = time.GetUtcNow();
        GlassBreakRow? row = await database.ReadAsync(context => context.GlassBreaks
            .Where(row => row.SessionId == session && row.FaxId == fax && row.TenantId == caller.Tenant
                && row.AccountId == caller.Account && row.EndsAt > now)
            .OrderByDescending(row => row.BrokenAt).FirstOrDefaultAsync(cancellation)).ConfigureAwait(false);
        return row is null ? null
            : new EntryReason(row.Purpose, BreakGlass: true, keys.Open(row.BreakId, ReasonColumn, row.SealedReason));
    }
}
