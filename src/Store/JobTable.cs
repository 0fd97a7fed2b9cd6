// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Work to be done later, held by a lease while somebody does it. A lease is known by its owner and attempt:
/// who lost it to another can neither keep nor end the job.</summary>
public sealed class JobTable
{
    private readonly FaxStore _store;

    internal JobTable(FaxStore store) => _store = store;

    /// <summary>Asks for work.</summary>
    public Task AddAsync(NewJob job, CancellationToken cancellation) =>
        _store.WriteAsync(job.TenantId, (context, _) =>
        {
            context.Jobs.Add(Row(job));
            return Task.FromResult(true);
        }, cancellation);

    /// <summary>Takes the work that is due longest: what waits, and what others left when their lease ran
    /// out.</summary>
    public Task<List<JobRecord>> ClaimAsync(Claim claim, CancellationToken cancellation)
    {
        FieldCheck.Count(claim.Limit, 1, Claim.LimitMax);
        long now = claim.Now.ToUnixTimeMilliseconds();
        string sql =
            $$"""
            SELECT * FROM jobs
            WHERE tenant_id = {0} AND state IN (1, 2) AND due_at <= {1}
            ORDER BY due_at, job_id LIMIT {2} {{_store.Engine.SkipLocked}}
            """;
        return _store.WriteAsync(claim.TenantId, async (context, cancel) =>
        {
            List<JobRow> due = await context.Jobs
                .FromSqlRaw(sql, context.Parameter(claim.TenantId), now, claim.Limit)
                .AsTracking()
                .ToListAsync(cancel)
                .ConfigureAwait(false);
            foreach (JobRow job in due)
            {
                job.State = JobState.Leased;
                job.LeaseOwner = claim.Owner;
                job.DueAt = claim.Until;
                job.Attempt++;
            }
            return due.ConvertAll(Record);
        }, cancellation);
    }

    /// <summary>Holds a lease for longer; false if it is no longer ours.</summary>
    public Task<bool> RenewAsync(JobRecord lease, DateTimeOffset until, CancellationToken cancellation) =>
        _store.WriteAsync(lease.TenantId, async (context, cancel) => await Held(context, lease)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, until), cancel)
            .ConfigureAwait(false) == 1, cancellation);

    /// <summary>Gives the work back, to be done not before <paramref name="dueAt"/>; false if the lease is no longer
    /// ours.</summary>
    public Task<bool> ReleaseAsync(JobRecord lease, DateTimeOffset dueAt, int? reasonCode,
        CancellationToken cancellation) =>
        EndAsync(lease, JobState.Waiting, dueAt, reasonCode, null, cancellation);

    /// <summary>Ends the work for good; false if the lease is no longer ours.</summary>
    public Task<bool> FinishAsync(JobRecord lease, bool done, int? reasonCode, CancellationToken cancellation) =>
        FinishAsync(lease, done, reasonCode, null, cancellation);

    /// <summary>The same, told of in the same transaction.</summary>
    public Task<bool> FinishAsync(JobRecord lease, bool done, int? reasonCode, NewEvent? told,
        CancellationToken cancellation) =>
        EndAsync(lease, done ? JobState.Done : JobState.Failed, lease.DueAt, reasonCode, told, cancellation);

    /// <summary>The job, or null.</summary>
    public async Task<JobRecord?> FindAsync(Guid tenantId, Guid jobId, CancellationToken cancellation)
    {
        JobRow? row = await _store.ReadAsync(context => context.Jobs
            .SingleOrDefaultAsync(job => job.TenantId == tenantId && job.JobId == jobId, cancellation),
            cancellation).ConfigureAwait(false);
        return row is null ? null : Record(row);
    }

    /// <summary>Tenants that have work due.</summary>
    public Task<List<Guid>> TenantsDueAsync(DateTimeOffset now, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.Tenants
            .Where(tenant => context.Jobs.Any(job => job.TenantId == tenant.TenantId
                && (job.State == JobState.Waiting || job.State == JobState.Leased) && job.DueAt <= now))
            .Select(tenant => tenant.TenantId)
            .ToListAsync(cancellation), cancellation);

    /// <summary>The work as it waits to be claimed.</summary>
    internal static JobRow Row(NewJob job) => new()
    {
        TenantId = job.TenantId,
        JobId = job.JobId,
        Kind = job.Kind,
        FaxId = job.FaxId,
        State = JobState.Waiting,
        CreatedAt = job.CreatedAt,
        DueAt = job.DueAt,
    };

    private static IQueryable<JobRow> Held(StoreContext context, JobRecord lease) => context.Jobs
        .Where(row => row.TenantId == lease.TenantId && row.JobId == lease.JobId && row.State == JobState.Leased
            && row.LeaseOwner == lease.LeaseOwner && row.Attempt == lease.Attempt);

    private static JobRecord Record(JobRow row) => new(
        row.TenantId, row.JobId, row.Kind, row.FaxId, row.State, row.DueAt, row.Attempt, row.LeaseOwner,
        row.ReasonCode);

    private Task<bool> EndAsync(JobRecord lease, JobState state, DateTimeOffset dueAt, int? reasonCode, NewEvent? told,
        CancellationToken cancellation) =>
        _store.WriteAsync(lease.TenantId, async (context, cancel) =>
        {
            bool isOurs = await Held(context, lease)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.State, state)
                    .SetProperty(row => row.LeaseOwner, (Guid?)null)
                    .SetProperty(row => row.DueAt, dueAt)
                    .SetProperty(row => row.ReasonCode, reasonCode), cancel)
                .ConfigureAwait(false) == 1;
            if (isOurs && told is not null)
            {
                await EventTable.AppendAsync(context, lease.TenantId, lease.FaxId, told, cancel)
                    .ConfigureAwait(false);
            }

            return isOurs;
        }, cancellation);
}
