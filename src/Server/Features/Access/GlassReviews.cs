// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>What a privacy officer does about broken glass: looks at each use and writes down what he found. The ledger
/// has it before the list does.</summary>
internal sealed class GlassReviews(
    Journal.Journal journal, AccessDatabase database, AccessKeys keys, TimeProvider time)
{
    public const string NoteColumn = "glass.note";

    /// <summary>Our limit: an officer's finding, not a report.</summary>
    public const int NoteCharsMax = 2000;

    /// <summary>Our limit: uses in one answer. Those that wait come oldest first and leave the list when they are
    /// reviewed, so that all of them come up.</summary>
    public const int ListedMax = 200;

    /// <summary>A tenant's uses that wait for their review, oldest first.</summary>
    public Task<List<GlassBreakRow>> WaitingAsync(Guid tenant, CancellationToken cancellation) =>
        database.ReadAsync(context => context.GlassBreaks
            .Where(row => row.TenantId == tenant && row.ReviewedAt == null)
            .OrderBy(row => row.BrokenAt).Take(ListedMax).ToListAsync(cancellation));

    /// <summary>A tenant's uses that were reviewed, newest first.</summary>
    public Task<List<GlassBreakRow>> ReviewedAsync(
        Guid tenant, DateTimeOffset before, CancellationToken cancellation) =>
        database.ReadAsync(context => context.GlassBreaks
            .Where(row => row.TenantId == tenant && row.ReviewedAt != null && row.BrokenAt < before)
            .OrderByDescending(row => row.BrokenAt).Take(ListedMax).ToListAsync(cancellation));

    public Task<GlassBreakRow?> FindAsync(Guid tenant, Guid id, CancellationToken cancellation) =>
        database.ReadAsync(context => context.GlassBreaks
            .SingleOrDefaultAsync(row => row.TenantId == tenant && row.BreakId == id, cancellation));

    /// <summary>Writes a review down; false if somebody else did so first.</summary>
    public async Task<bool> ReviewAsync(
        Caller officer, GlassBreakRow use, string note, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        await journal.AppendAsync(
            officer.OwnTenant,
            new EntryBody
            {
                At = now,
                Act = LedgerAct.AccessChanged,
                Who = officer.Actor,
                What = new EntryObject(use.FaxId.ToString(), null, "glass break reviewed", [use.BreakId.ToString()]),
                Why = new EntryReason("operations", Reason: note),
                Result = LedgerResult.Allowed,
            },
            cancellation).ConfigureAwait(false);
        byte[] sealedNote = keys.Seal(use.BreakId, NoteColumn, note);
        return await database.WriteAsync(
            async (context, cancel) => await context.GlassBreaks
                .Where(row => row.BreakId == use.BreakId && row.ReviewedAt == null)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.ReviewedBy, officer.Account)
                    .SetProperty(row => row.ReviewedAt, now)
                    .SetProperty(row => row.SealedNote, sealedNote), cancel).ConfigureAwait(false) == 1,
            cancellation).ConfigureAwait(false);
    }

    public GlassUseView View(GlassBreakRow row) => new(
        row.BreakId, row.FaxId, row.AccountId, row.Purpose,
        keys.Open(row.BreakId, GlassBreaking.ReasonColumn, row.SealedReason), row.BrokenAt, row.EndsAt, row.ReviewedBy,
        row.ReviewedAt, row.SealedNote is { } note ? keys.Open(row.BreakId, NoteColumn, note) : null);
}
