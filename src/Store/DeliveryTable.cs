// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Events on their way to webhooks, each held by a lease while somebody sends it.</summary>
public sealed class DeliveryTable
{
    private readonly FaxStore _store;

    internal DeliveryTable(FaxStore store) => _store = store;

    /// <summary>Marks an event sent and begins its deliveries, in one transaction; false if it was claimed by another
    /// since, or is sent already.</summary>
    public Task<bool> BeginAsync(EventRecord told, Guid owner, IReadOnlyCollection<Guid> webhookIds,
        DateTimeOffset now, CancellationToken cancellation) =>
        _store.WriteAsync(told.TenantId, async (context, cancel) =>
        {
            int marked = await EventTable.MarkSentAsync(
                context, told.TenantId, owner, told.Attempt, [told.Sequence], now, cancel).ConfigureAwait(false);
            if (marked == 1)
            {
                context.Deliveries.AddRange(webhookIds.Select(webhook => new DeliveryRow
                {
                    TenantId = told.TenantId,
                    WebhookId = webhook,
                    Sequence = told.Sequence,
                    State = JobState.Waiting,
                    CreatedAt = now,
                    DueAt = now,
                }));
            }
            return marked == 1;
        }, cancellation);

    /// <summary>Takes what is due longest, of webhooks that are active.</summary>
    public Task<List<DeliveryRecord>> ClaimAsync(Claim claim, CancellationToken cancellation)
    {
        FieldCheck.Count(claim.Limit, 1, Claim.LimitMax);
        long now = claim.Now.ToUnixTimeMilliseconds();
        string sql =
            $$"""
            SELECT * FROM webhook_deliveries
            WHERE tenant_id = {0} AND state IN (1, 2) AND due_at <= {1} AND webhook_id IN (
                SELECT webhook_id FROM webhooks WHERE tenant_id = {0} AND state = 1)
            ORDER BY due_at, sequence LIMIT {2} {{_store.Engine.SkipLocked}}
            """;
        return _store.WriteAsync(claim.TenantId, async (context, cancel) =>
        {
            List<DeliveryRow> due = await context.Deliveries
                .FromSqlRaw(sql, context.Parameter(claim.TenantId), now, claim.Limit)
                .AsTracking()
                .ToListAsync(cancel)
                .ConfigureAwait(false);
            foreach (DeliveryRow delivery in due)
            {
                delivery.State = JobState.Leased;
                delivery.LeaseOwner = claim.Owner;
                delivery.DueAt = claim.Until;
                delivery.Attempt++;
            }
            return due.ConvertAll(Record);
        }, cancellation);
    }

    /// <summary>Writes an attempt down, and where the delivery goes by it; false if the lease is no longer
    /// ours.</summary>
    public Task<bool> EndAttemptAsync(DeliveryRecord lease, DeliveryAttempt attempt, JobState state,
        DateTimeOffset dueAt, CancellationToken cancellation) =>
        _store.WriteAsync(lease.TenantId, async (context, cancel) =>
        {
            int held = await context.Deliveries
                .Where(row => row.TenantId == lease.TenantId && row.WebhookId == lease.WebhookId
                    && row.Sequence == lease.Sequence && row.State == JobState.Leased
                    && row.LeaseOwner == lease.LeaseOwner && row.Attempt == lease.Attempt)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.State, state)
                    .SetProperty(row => row.LeaseOwner, (Guid?)null)
                    .SetProperty(row => row.DueAt, dueAt), cancel)
                .ConfigureAwait(false);
            if (held == 1)
            {
                context.DeliveryAttempts.Add(new DeliveryAttemptRow
                {
                    TenantId = lease.TenantId,
                    WebhookId = lease.WebhookId,
                    Sequence = lease.Sequence,
                    Attempt = attempt.Attempt,
                    StartedAt = attempt.StartedAt,
                    DurationMs = attempt.DurationMs,
                    Status = attempt.Status,
                    Fault = attempt.Fault,
                });
            }
            return held == 1;
        }, cancellation);

    /// <summary>Asks for a delivery once more, whatever became of it; false if there is none, or it is under
    /// way.</summary>
    public Task<bool> ReplayAsync(Guid tenantId, Guid webhookId, long sequence, DateTimeOffset now,
        CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) => await context.Deliveries
            .Where(row => row.TenantId == tenantId && row.WebhookId == webhookId && row.Sequence == sequence
                && (row.State != JobState.Leased || row.DueAt <= now))
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.State, JobState.Waiting)
                .SetProperty(row => row.AttemptBase, row => row.Attempt)
                .SetProperty(row => row.LeaseOwner, (Guid?)null)
                .SetProperty(row => row.DueAt, now), cancel)
            .ConfigureAwait(false) == 1, cancellation);

    /// <summary>A webhook's deliveries, newest event first, before a sequence.</summary>
    public async Task<List<DeliveryRecord>> ListAsync(
        Guid tenantId, Guid webhookId, long before, int limit, CancellationToken cancellation)
    {
        FieldCheck.Count(limit, 1, FaxList.LimitMax);
        return (await _store.ReadAsync(context => context.Deliveries
            .Where(row => row.TenantId == tenantId && row.WebhookId == webhookId && row.Sequence < before)
            .OrderByDescending(row => row.Sequence)
            .Take(limit)
            .ToListAsync(cancellation), cancellation).ConfigureAwait(false)).ConvertAll(Record);
    }

    /// <summary>The attempts of a delivery, in order.</summary>
    public Task<List<DeliveryAttempt>> AttemptsAsync(
        Guid tenantId, Guid webhookId, long sequence, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.DeliveryAttempts
            .Where(row => row.TenantId == tenantId && row.WebhookId == webhookId && row.Sequence == sequence)
            .OrderBy(row => row.Attempt)
            .Select(row => new DeliveryAttempt(row.Attempt, row.StartedAt, row.DurationMs, row.Status, row.Fault))
            .ToListAsync(cancellation), cancellation);

    /// <summary>Tenants that have something due at a webhook that is active.</summary>
    public Task<List<Guid>> TenantsDueAsync(DateTimeOffset now, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.Tenants
            .Where(tenant => context.Deliveries.Any(row => row.TenantId == tenant.TenantId
                && (row.State == JobState.Waiting || row.State == JobState.Leased) && row.DueAt <= now
                && context.Webhooks.Any(webhook => webhook.TenantId == row.TenantId
                    && webhook.WebhookId == row.WebhookId && webhook.State == ServiceState.Active)))
            .Select(tenant => tenant.TenantId)
            .ToListAsync(cancellation), cancellation);

    private static DeliveryRecord Record(DeliveryRow row) => new(
        row.TenantId, row.WebhookId, row.Sequence, row.State, row.CreatedAt, row.DueAt, row.Attempt, row.AttemptBase,
        row.LeaseOwner);
}
