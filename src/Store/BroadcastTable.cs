// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Faxes that go to many numbers: what their places in the queue have in common.</summary>
public sealed class BroadcastTable
{
    private readonly FaxStore _store;

    internal BroadcastTable(FaxStore store) => _store = store;

    /// <summary>Begins one; one that is there stays as it is. What there is now.</summary>
    public Task<BroadcastRecord> BeginAsync(BroadcastRecord broadcast, CancellationToken cancellation) =>
        _store.WriteAsync(broadcast.TenantId, async (context, cancel) =>
        {
            BroadcastRow? known = await BroadcastWriting.LockAsync(
                context, broadcast.TenantId, broadcast.BroadcastId, cancel).ConfigureAwait(false);
            if (known is null)
            {
                context.Broadcasts.Add(known = new BroadcastRow
                {
                    TenantId = broadcast.TenantId,
                    BroadcastId = broadcast.BroadcastId,
                    LineId = broadcast.LineId,
                    State = BroadcastState.Submitting,
                    CreatedAt = broadcast.CreatedAt,
                    Destinations = broadcast.Destinations,
                });
            }
            return Record(known);
        }, cancellation);

    /// <summary>Writes down that all its faxes are in the queue; if they have ended already, it has.</summary>
    public Task CompleteAsync(Guid tenantId, Guid broadcastId, DateTimeOffset at, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            BroadcastRow? known = await BroadcastWriting.LockAsync(context, tenantId, broadcastId, cancel)
                .ConfigureAwait(false);
            if (known?.State == BroadcastState.Submitting)
            {
                known.State = BroadcastState.Sending;
                await BroadcastWriting.EndAsync(context, known, at, cancel).ConfigureAwait(false);
            }
            return true;
        }, cancellation);

    /// <summary>Takes one back: no fax comes into the queue for it any more; those that are there have to be taken back
    /// one by one behind this. False if it has ended, or there is none.</summary>
    public Task<bool> CancelAsync(Guid tenantId, Guid broadcastId, DateTimeOffset at,
        CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            BroadcastRow? known = await BroadcastWriting.LockAsync(context, tenantId, broadcastId, cancel)
                .ConfigureAwait(false);
            if (known is null or { State: BroadcastState.Ended })
            {
                return false;
            }
            known.CancelAskedAt ??= at;
            known.State = BroadcastState.Sending;
            await BroadcastWriting.EndAsync(context, known, at, cancel).ConfigureAwait(false);
            return true;
        }, cancellation);

    /// <summary>The broadcast, or null.</summary>
    public async Task<BroadcastRecord?> FindAsync(Guid tenantId, Guid broadcastId, CancellationToken cancellation)
    {
        BroadcastRow? row = await _store.ReadAsync(context => context.Broadcasts
            .SingleOrDefaultAsync(one => one.TenantId == tenantId && one.BroadcastId == broadcastId, cancellation),
            cancellation).ConfigureAwait(false);
        return row is null ? null : Record(row);
    }

    /// <summary>A tenant's, newest first, behind <paramref name="after"/>; only those of some lines if they are
    /// named.</summary>
    public Task<List<BroadcastRecord>> ListAsync(Guid tenantId, IReadOnlyCollection<Guid>? lines,
        BroadcastCursor? after, int limit, CancellationToken cancellation)
    {
        FieldCheck.Count(limit, 1, FaxList.LimitMax);
        return _store.ReadAsync(async context =>
        {
            IQueryable<BroadcastRow> rows = context.Broadcasts.Where(row => row.TenantId == tenantId);
            if (lines is not null)
            {
                Guid?[] of = [.. lines.Select(line => (Guid?)line)];
                rows = rows.Where(row => of.Contains(row.LineId));
            }
            if (after is not null)
            {
                // As the row holds it: a finer instant would list those of its millisecond twice.
                DateTimeOffset at =
                    DateTimeOffset.FromUnixTimeMilliseconds(after.CreatedAt.ToUnixTimeMilliseconds());
                Guid id = after.BroadcastId;
                rows = rows.Where(row => row.CreatedAt < at || (row.CreatedAt == at && row.BroadcastId < id));
            }
            return (await rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.BroadcastId)
                .Take(limit).ToListAsync(cancellation).ConfigureAwait(false)).ConvertAll(Record);
        }, cancellation);
    }

    private static BroadcastRecord Record(BroadcastRow row) => new(
        row.TenantId, row.BroadcastId, row.LineId, row.State, row.CreatedAt, row.Destinations, row.CancelAskedAt,
        row.EndedAt);
}

/// <summary>The statements that change broadcasts, each within a transaction of its caller. The broadcast's row is
/// locked behind that of the place in the queue and before the tenant's.</summary>
internal static class BroadcastWriting
{
    /// <summary>The row, locked until the commit: of the faxes that end at the same time the last one sees the
    /// others.</summary>
    public static async Task<BroadcastRow?> LockAsync(StoreContext context, Guid tenantId, Guid? broadcastId,
        CancellationToken cancel)
    {
        if (broadcastId is not { } id)
        {
            return null;
        }
        string sql = "SELECT * FROM broadcasts WHERE tenant_id = {0} AND broadcast_id = {1}" + context.ForUpdate;
        List<BroadcastRow> known = await context.Broadcasts
            .FromSqlRaw(sql, context.Parameter(tenantId), context.Parameter(id))
            .AsTracking()
            .ToListAsync(cancel)
            .ConfigureAwait(false);
        return known.SingleOrDefault();
    }

    /// <summary>Refuses another fax of a broadcast that was taken back or is not there.</summary>
    public static async Task RequireOpenAsync(StoreContext context, Guid tenantId, Guid? broadcastId,
        CancellationToken cancel)
    {
        BroadcastRow? known = await LockAsync(context, tenantId, broadcastId, cancel).ConfigureAwait(false);
        if (broadcastId is not null && known is null or { CancelAskedAt: not null })
        {
            throw new StoreConflictException("the broadcast is not there or was taken back; nothing was written");
        }
    }

    /// <summary>Ends it if nothing of it is left, and tells so.</summary>
    public static async Task EndAsync(StoreContext context, BroadcastRow? locked, DateTimeOffset at,
        CancellationToken cancel)
    {
        if (locked is null)
        {
            return;
        }
        if (locked.State == BroadcastState.Sending && !await context.Sendings
            .AnyAsync(row => row.TenantId == locked.TenantId && row.BroadcastId == locked.BroadcastId
                && (row.State == SendingState.Held || row.State == SendingState.Waiting
                    || row.State == SendingState.Calling), cancel)
            .ConfigureAwait(false))
        {
            (locked.State, locked.EndedAt) = (BroadcastState.Ended, at);
            await EventTable.AppendAsync(context, locked.TenantId, null,
                new NewEvent(BroadcastRecord.EndedEventKind, at, BroadcastId: locked.BroadcastId), cancel)
                .ConfigureAwait(false);
        }
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>One of its faxes is sent once more: it goes on.</summary>
    public static void Reopen(BroadcastRow? locked)
    {
        if (locked?.State == BroadcastState.Ended)
        {
            (locked.State, locked.EndedAt) = (BroadcastState.Sending, null);
        }
    }
}
