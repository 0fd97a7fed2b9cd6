// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>The transactional outbox: what others must hear of, in the tenant's order, until somebody marked it sent.
/// An event is delivered at least once.</summary>
public sealed class EventTable
{
    private const string NextSequence =
        """
        UPDATE tenants SET event_sequence = event_sequence + 1 WHERE tenant_id = {0}
        RETURNING event_sequence AS "Value"
        """;

    private const int TenantsAtOnce = 500; // our choice: parameters of one statement

    private readonly FaxStore _store;

    internal EventTable(FaxStore store) => _store = store;

    /// <summary>Writes an event that belongs to no change of a fax; its sequence.</summary>
    public Task<long> AppendAsync(Guid tenantId, Guid? faxId, NewEvent told, CancellationToken cancellation)
    {
        FieldCheck.Sealed(told.SealedBody);
        return _store.WriteAsync(tenantId,
            (context, cancel) => AppendAsync(context, tenantId, faxId, told, cancel), cancellation);
    }

    /// <summary>Takes the oldest events that nobody has sent or holds; who does not mark them sent until
    /// <see cref="Claim.Until"/> loses them to the next.</summary>
    public Task<List<EventRecord>> ClaimAsync(Claim claim, CancellationToken cancellation)
    {
        FieldCheck.Count(claim.Limit, 1, Claim.LimitMax);
        long now = claim.Now.ToUnixTimeMilliseconds();
        string sql =
            $$"""
            UPDATE events SET lease_owner = {4}, due_at = {5}, attempt = attempt + 1
            WHERE tenant_id = {0} AND sequence IN (
                SELECT sequence FROM events
                WHERE tenant_id = {0} AND sent = {1} AND due_at <= {2}
                ORDER BY sequence LIMIT {3} {{_store.Engine.SkipLocked}})
            RETURNING *
            """;
        return _store.WriteAsync(claim.TenantId, async (context, cancel) =>
        {
            List<EventRow> due = await context.Events
                .FromSqlRaw(sql, context.Parameter(claim.TenantId), false, now, claim.Limit,
                    context.Parameter(claim.Owner), claim.Until.ToUnixTimeMilliseconds())
                .AsNoTracking()
                .ToListAsync(cancel)
                .ConfigureAwait(false);
            // What RETURNING gives stands in no order.
            return due.OrderBy(row => row.Sequence).Select(Record).ToList();
        }, cancellation);
    }

    /// <summary>Writes down that events of a tenant reached everybody; how many. Left out is what was claimed by
    /// another since, or is sent already.</summary>
    public Task<int> MarkSentAsync(Guid tenantId, Guid owner, IReadOnlyCollection<EventRecord> told, DateTimeOffset at,
        CancellationToken cancellation)
    {
        FieldCheck.Count(told.Count, 0, Claim.LimitMax);
        return _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            int marked = 0;
            foreach (IGrouping<int, EventRecord> alike in told.GroupBy(one => one.Attempt))
            {
                marked += await MarkSentAsync(context, tenantId, owner, alike.Key,
                    [.. alike.Select(one => one.Sequence)], at, cancel).ConfigureAwait(false);
            }

            return marked;
        }, cancellation);
    }

    /// <summary>A tenant's events behind a sequence, sent or not.</summary>
    public Task<List<EventRecord>> ListAsync(Guid tenantId, long after, int limit, CancellationToken cancellation)
    {
        FieldCheck.Count(limit, 1, FaxList.LimitMax);
        return _store.ReadAsync(async context => (await context.Events
            .Where(row => row.TenantId == tenantId && row.Sequence > after)
            .OrderBy(row => row.Sequence)
            .Take(limit)
            .ToListAsync(cancellation).ConfigureAwait(false)).ConvertAll(Record), cancellation);
    }

    /// <summary>Of what kinds some of a tenant's events are, by their sequences; those that are not there are left
    /// out.</summary>
    public Task<Dictionary<long, int>> KindsAsync(Guid tenantId, IReadOnlyCollection<long> sequences,
        CancellationToken cancellation)
    {
        FieldCheck.Count(sequences.Count, 0, FaxList.LimitMax);
        long[] some = [.. sequences];
        return _store.ReadAsync(context => context.Events
            .Where(row => row.TenantId == tenantId && some.Contains(row.Sequence))
            .ToDictionaryAsync(row => row.Sequence, row => row.Kind, cancellation), cancellation);
    }

    /// <summary>The sequence of a tenant's newest event; 0 if there is none.</summary>
    public Task<long> LatestAsync(Guid tenantId, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.Tenants
            .Where(tenant => tenant.TenantId == tenantId)
            .Select(tenant => tenant.EventSequence)
            .SingleOrDefaultAsync(cancellation), cancellation);

    /// <summary>The same of many tenants; those that are not there are left out.</summary>
    public Task<Dictionary<Guid, long>> LatestAsync(
        IReadOnlyCollection<Guid> tenants, CancellationToken cancellation) => _store.ReadAsync(async context =>
        {
            Dictionary<Guid, long> latest = new(tenants.Count);
            foreach (Guid[] some in tenants.Chunk(TenantsAtOnce))
            {
                var found = await context.Tenants
                    .Where(tenant => some.Contains(tenant.TenantId))
                    .Select(tenant => new { tenant.TenantId, tenant.EventSequence })
                    .ToListAsync(cancellation).ConfigureAwait(false);
                found.ForEach(one => latest.Add(one.TenantId, one.EventSequence));
            }

            return latest;
        }, cancellation);

    /// <summary>Tenants that have events to send.</summary>
    public Task<List<Guid>> TenantsDueAsync(DateTimeOffset now, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.Tenants
            .Where(tenant => context.Events.Any(row => row.TenantId == tenant.TenantId && !row.Sent
                && row.DueAt <= now))
            .Select(tenant => tenant.TenantId)
            .ToListAsync(cancellation), cancellation);

    /// <summary>Marks events sent within a transaction, of those that the owner claimed at that attempt; how many.
    /// </summary>
    internal static Task<int> MarkSentAsync(StoreContext context, Guid tenantId, Guid owner, int attempt,
        long[] sequences, DateTimeOffset at, CancellationToken cancel) => context.Events
            .Where(row => row.TenantId == tenantId && sequences.Contains(row.Sequence) && !row.Sent
                && row.LeaseOwner == owner && row.Attempt == attempt)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Sent, true)
                .SetProperty(row => row.SentAt, at), cancel);

    /// <summary>Writes an event within the transaction of what it tells. The tenant's row is locked from here to the
    /// commit, so that sequences become visible in order: do it last.</summary>
    internal static async Task<long> AppendAsync(StoreContext context, Guid tenantId, Guid? faxId, NewEvent told,
        CancellationToken cancel)
    {
        // Nothing comes back for an unknown tenant, and the foreign key refuses the event.
        List<long> sequences = await context.Database
            .SqlQueryRaw<long>(NextSequence, context.Parameter(tenantId))
            .ToListAsync(cancel)
            .ConfigureAwait(false);
        long sequence = sequences.FirstOrDefault();
        context.ToldTenants.Add(tenantId);
        context.Events.Add(new EventRow
        {
            TenantId = tenantId,
            Sequence = sequence,
            Kind = told.Kind,
            FaxId = faxId,
            BroadcastId = told.BroadcastId,
            OccurredAt = told.OccurredAt,
            DueAt = told.OccurredAt,
            KeyEpoch = told.KeyEpoch,
            SealedBody = told.SealedBody,
        });
        return sequence;
    }

    private static EventRecord Record(EventRow row) => new(
        row.TenantId, row.Sequence, row.Kind, row.FaxId, row.OccurredAt, row.Attempt, row.KeyEpoch, row.SealedBody,
        row.BroadcastId);
}
