// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>The queue of what goes out: claimed by any number of processes, one call a destination at a time, within
/// limits that all of them share.</summary>
/// <remarks>A lease is known by owner and attempt: who lost it can write nothing more of the fax. It does not run out
/// by the clock: its owner counts it up (<see cref="BeatAsync"/>), and who has seen it stand still for long enough
/// takes it over (docs/adr/0010).</remarks>
public sealed class SendingTable
{
    private readonly FaxStore _store;

    internal SendingTable(FaxStore store) => _store = store;

    /// <summary>Writes a fax with its pages, whose sealed objects are durable, into the queue. A repetition (the same
    /// idempotency tag) writes nothing, and answers with the fax that is there.</summary>
    /// <param name="fax">The fax.</param>
    /// <param name="pages">Its pages, from number 1.</param>
    /// <param name="sending">Its place in the queue. A number that was confirmed meanwhile is not held.</param>
    /// <param name="destination">The number, to be remembered if it is new; its confirmation is taken over.</param>
    /// <param name="told">What others hear.</param>
    /// <param name="limits">What the tenant may use; null for as much as it likes.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="StoreUsageException">It would use more than it may.</exception>
    public Task<SubmittedSending> SubmitAsync(NewFax fax, IReadOnlyList<PageRecord> pages, NewSending sending,
        DestinationRecord destination, NewEvent told, UsageLimits? limits, CancellationToken cancellation)
    {
        SendingWriting.Check(fax, pages, sending, destination);
        FieldCheck.Sealed(told.SealedBody);
        return _store.WriteAsync(fax.TenantId, (context, cancel) => SendingWriting.SubmitAsync(
            context, fax, pages, sending, destination, told, limits, cancel), cancellation);
    }

    /// <summary>Takes what may be called now: of each destination at most one fax, none whose destination is being
    /// called; highest priority first, then what is due longest, then the oldest.</summary>
    public Task<ClaimedSendings> ClaimAsync(SendingClaim claim, CancellationToken cancellation)
    {
        FieldCheck.Count(claim.Limit, 1, SendingClaim.CandidatesMax);
        return _store.WriteAsync(claim.TenantId,
            (context, cancel) => SendingClaims.ClaimAsync(context, claim, cancel), cancellation);
    }

    /// <summary>Counts up an owner's leases of a tenant; those that it still holds.</summary>
    public Task<List<SendingRecord>> BeatAsync(Guid tenantId, Guid owner, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            await context.Sendings
                .Where(row => row.TenantId == tenantId && row.State == SendingState.Calling
                    && row.LeaseOwner == owner)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Beat, row => row.Beat + 1), cancel)
                .ConfigureAwait(false);
            return (await context.Sendings
                .Where(row => row.TenantId == tenantId && row.State == SendingState.Calling
                    && row.LeaseOwner == owner)
                .ToListAsync(cancel).ConfigureAwait(false)).ConvertAll(Record);
        }, cancellation);

    /// <summary>All leases of all tenants.</summary>
    public Task<List<SendingRecord>> CallingAsync(CancellationToken cancellation) =>
        _store.ReadAsync(async context => (await (
            from tenant in context.Tenants
            join row in context.Sendings on tenant.TenantId equals row.TenantId
            where row.State == SendingState.Calling
            select row).ToListAsync(cancellation).ConfigureAwait(false)).ConvertAll(Record), cancellation);

    /// <summary>Takes a lease over from an owner that has stood still since <paramref name="seen"/>; null if it has
    /// not.</summary>
    public Task<SendingRecord?> TakeOverAsync(SendingRecord seen, Guid owner, CancellationToken cancellation) =>
        _store.WriteAsync(seen.TenantId, async (context, cancel) =>
        {
            int taken = await SendingWriting.Held(context, seen)
                .Where(row => row.Beat == seen.Beat)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.LeaseOwner, owner)
                    .SetProperty(row => row.Attempt, row => row.Attempt + 1)
                    .SetProperty(row => row.Beat, row => row.Beat + 1), cancel)
                .ConfigureAwait(false);
            return taken == 0 ? null : await FindAsync(context, seen.TenantId, seen.FaxId, cancel)
                .ConfigureAwait(false);
        }, cancellation);

    /// <summary>Gives a lease back of which no try was begun; false if it is no longer ours.</summary>
    public Task<bool> ReleaseAsync(SendingRecord lease, DateTimeOffset dueAt, int? cause,
        CancellationToken cancellation) =>
        _store.WriteAsync(lease.TenantId, async (context, cancel) => await SendingWriting.Held(context, lease)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.State, SendingState.Waiting)
                .SetProperty(row => row.LeaseOwner, (Guid?)null)
                .SetProperty(row => row.DueAt, dueAt)
                .SetProperty(row => row.Cause, cause), cancel)
            .ConfigureAwait(false) == 1, cancellation);

    /// <summary>Writes down what became of a fax after a try, with all that follows from it: one transaction, one
    /// flush. False, and nothing is written, if the lease is no longer ours.</summary>
    public Task<bool> EndAsync(SendingRecord lease, SendingEnd end, CancellationToken cancellation)
    {
        SendingWriting.Check(end);
        return _store.WriteAsync(lease.TenantId,
            (context, cancel) => SendingWriting.EndAsync(context, lease, end, cancel), cancellation);
    }

    /// <summary>Takes a fax back: at once while nobody calls, else by asking whoever does.</summary>
    public Task<CancelResult> CancelAsync(FaxMove move, int cause, NewEvent told, CancellationToken cancellation) =>
        _store.WriteAsync(move.TenantId,
            (context, cancel) => SendingWriting.CancelAsync(context, move, cause, told, cancel), cancellation);

    /// <summary>Puts a fax that failed or was taken back into the queue once more, with all its tries; false if it is
    /// in no such state.</summary>
    public Task<bool> RetryAsync(FaxMove move, NewEvent told, CancellationToken cancellation) =>
        _store.WriteAsync(move.TenantId,
            (context, cancel) => SendingWriting.RetryAsync(context, move, told, cancel), cancellation);

    /// <summary>Gives a fax another number, as long as nobody calls and no page was confirmed; false if not so. Held
    /// unless the number was confirmed before. One that failed or was taken back goes into the queue once
    /// more.</summary>
    /// <param name="again">Which fax, and its way back into the queue.</param>
    /// <param name="told">What others hear of one that goes back.</param>
    /// <param name="destination">The number, remembered if it is new.</param>
    /// <param name="sealedNumber">The number, sealed with the key of the fax's own epoch.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<bool> CorrectNumberAsync(FaxMove again, NewEvent told, DestinationRecord destination,
        byte[] sealedNumber, CancellationToken cancellation)
    {
        SendingWriting.Check(destination);
        FieldCheck.Sealed(sealedNumber);
        return _store.WriteAsync(again.TenantId, (context, cancel) => SendingWriting.CorrectNumberAsync(
            context, again, told, destination, sealedNumber, cancel), cancellation);
    }

    /// <summary>The fax's place in the queue, or null.</summary>
    public Task<SendingRecord?> FindAsync(Guid tenantId, Guid faxId, CancellationToken cancellation) =>
        _store.ReadAsync(context => FindAsync(context, tenantId, faxId, cancellation), cancellation);

    /// <summary>A part of a tenant's queue.</summary>
    public Task<List<SendingRecord>> ListAsync(SendingList which, CancellationToken cancellation)
    {
        FieldCheck.Count(which.Limit, 1, FaxList.LimitMax);
        return _store.ReadAsync(async context =>
        {
            IQueryable<SendingRow> rows = context.Sendings.Where(row => row.TenantId == which.TenantId);
            if (which.BroadcastId is { } broadcast)
            {
                rows = rows.Where(row => row.BroadcastId == broadcast);
            }

            if (which.State is { } state)
            {
                rows = rows.Where(row => row.State == state);
            }

            if (which.After is { } after)
            {
                rows = which.IsNewestFirst
                    ? rows.Where(row => row.FaxId < after) : rows.Where(row => row.FaxId > after);
            }

            rows = which.IsNewestFirst
                ? rows.OrderByDescending(row => row.FaxId) : rows.OrderBy(row => row.FaxId);
            return (await rows.Take(which.Limit).ToListAsync(cancellation).ConfigureAwait(false)).ConvertAll(Record);
        }, cancellation);
    }

    /// <summary>How many faxes of a broadcast are in each state.</summary>
    public Task<Dictionary<SendingState, int>> CountAsync(Guid tenantId, Guid broadcastId,
        CancellationToken cancellation) =>
        _store.ReadAsync(context => context.Sendings
            .Where(row => row.TenantId == tenantId && row.BroadcastId == broadcastId)
            .GroupBy(row => row.State)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellation), cancellation);

    /// <summary>Tenants that have faxes due.</summary>
    public Task<List<Guid>> TenantsDueAsync(DateTimeOffset now, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.Tenants
            .Where(tenant => context.Sendings.Any(row => row.TenantId == tenant.TenantId
                && row.State == SendingState.Waiting && row.DueAt <= now))
            .Select(tenant => tenant.TenantId)
            .ToListAsync(cancellation), cancellation);

    internal static async Task<SendingRecord?> FindAsync(StoreContext context, Guid tenantId, Guid faxId,
        CancellationToken cancel)
    {
        SendingRow? row = await context.Sendings
            .SingleOrDefaultAsync(sending => sending.TenantId == tenantId && sending.FaxId == faxId, cancel)
            .ConfigureAwait(false);
        return row is null ? null : Record(row);
    }

    internal static SendingRecord Record(SendingRow row) => new(
        row.TenantId, row.FaxId, row.State, row.Priority, row.CreatedAt, row.DueAt, row.BroadcastId, row.RemoteTag,
        row.TrunkId, row.TrunkFixed, row.AnyStation, row.LeaseOwner, row.Attempt, row.Beat, row.CountedFrom,
        row.CancelAskedAt, row.Cause, row.SealedCover);
}
