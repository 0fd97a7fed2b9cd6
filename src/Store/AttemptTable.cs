// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Every try of an outgoing fax, and within it the progress from page to page. Only who holds the fax's lease
/// writes here.</summary>
public sealed class AttemptTable
{
    private readonly FaxStore _store;

    internal AttemptTable(FaxStore store) => _store = store;

    /// <summary>Writes a try down with its call, before the call is placed; the fax is being sent from now on. False,
    /// and nothing is written, if the lease is no longer ours.</summary>
    public Task<bool> BeginAsync(SendingRecord lease, NewAttempt attempt, NewCall call,
        CancellationToken cancellation)
    {
        FieldCheck.Tag(call.CallTag);
        FieldCheck.Sealed(call.SealedRemoteNumber);
        FieldCheck.Count(attempt.Number, 1, int.MaxValue);
        return _store.WriteAsync(lease.TenantId,
            (context, cancel) => BeginAsync(context, lease, attempt, call, cancel), cancellation);
    }

    /// <summary>Writes down that a page begins to go out; false if the lease is no longer ours.</summary>
    public Task<bool> BeganPageAsync(SendingRecord lease, int attempt, int page, CancellationToken cancellation) =>
        _store.WriteAsync(lease.TenantId, async (context, cancel) =>
            await SendingWriting.HoldAsync(context, lease, cancel).ConfigureAwait(false)
            && await Open(context, lease, attempt)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PageBegun, page), cancel)
                .ConfigureAwait(false) == 1, cancellation);

    /// <summary>Writes down that the far end confirmed every page up to this one; once this returned true none of them
    /// is ever sent again. False if the lease is no longer ours.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="attempt">The try.</param>
    /// <param name="page">From 1.</param>
    /// <param name="sealedSent">What went on the line of it, sealed.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<bool> ConfirmPageAsync(SendingRecord lease, int attempt, int page, byte[]? sealedSent,
        CancellationToken cancellation)
    {
        FieldCheck.Sealed(sealedSent);
        return _store.WriteAsync(lease.TenantId, async (context, cancel) =>
        {
            if (!await SendingWriting.HoldAsync(context, lease, cancel).ConfigureAwait(false))
            {
                return false;
            }
            await FaxWriting.ConfirmPagesAsync(context, lease.TenantId, lease.FaxId, page, cancel)
                .ConfigureAwait(false);
            if (sealedSent is not null)
            {
                await SendingWriting.PageSentAsync(context, lease, new PageSent(page, sealedSent), cancel)
                    .ConfigureAwait(false);
            }
            return await Open(context, lease, attempt)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PagesAfter, page), cancel)
                .ConfigureAwait(false) == 1;
        }, cancellation);
    }

    /// <summary>The tries of a fax, in order.</summary>
    public Task<List<AttemptRecord>> ListAsync(Guid tenantId, Guid faxId, CancellationToken cancellation) =>
        _store.ReadAsync(async context => (await context.Attempts
            .Where(row => row.TenantId == tenantId && row.FaxId == faxId)
            .OrderBy(row => row.Number)
            .ToListAsync(cancellation).ConfigureAwait(false)).ConvertAll(Record), cancellation);

    internal static Task<int> CountAsync(StoreContext context, Guid tenantId, Guid faxId, CancellationToken cancel) =>
        context.Attempts.CountAsync(row => row.TenantId == tenantId && row.FaxId == faxId, cancel);

    /// <summary>Ends the try that is open.</summary>
    internal static Task EndAsync(StoreContext context, SendingRecord lease, AttemptEnd end,
        CancellationToken cancel) => context.Attempts
        .Where(row => row.TenantId == lease.TenantId && row.FaxId == lease.FaxId && row.EndedAt == null)
        .ExecuteUpdateAsync(set => set
            .SetProperty(row => row.EndedAt, end.EndedAt)
            .SetProperty(row => row.Cause, end.Cause)
            .SetProperty(row => row.PagesAfter, end.PagesAfter)
            .SetProperty(row => row.PageInDoubt, end.PageInDoubt)
            .SetProperty(row => row.Outcome, end.Outcome)
            .SetProperty(row => row.EndReason, end.EndReason)
            .SetProperty(row => row.SipStatus, end.SipStatus)
            .SetProperty(row => row.RateBps, end.RateBps)
            .SetProperty(row => row.Ecm, end.Ecm)
            .SetProperty(row => row.RetryAfterS, end.RetryAfterS)
            .SetProperty(row => row.SealedReport, end.SealedReport), cancel);

    private static IQueryable<AttemptRow> Open(StoreContext context, SendingRecord lease, int attempt) =>
        context.Attempts.Where(row => row.TenantId == lease.TenantId && row.FaxId == lease.FaxId
            && row.Number == attempt && row.EndedAt == null);

    private static async Task<bool> BeginAsync(StoreContext context, SendingRecord lease, NewAttempt attempt,
        NewCall call, CancellationToken cancel)
    {
        if (!await SendingWriting.HoldAsync(context, lease, cancel).ConfigureAwait(false))
        {
            return false;
        }
        context.Calls.Add(CallTable.Row(call));
        context.Attempts.Add(new AttemptRow
        {
            TenantId = lease.TenantId,
            FaxId = lease.FaxId,
            Number = attempt.Number,
            StartedAt = attempt.StartedAt,
            TrunkId = attempt.TrunkId,
            CallId = call.CallId,
            Rung = attempt.Rung,
            PagesBefore = attempt.PagesBefore,
            PagesAfter = attempt.PagesBefore,
            PageBegun = attempt.PagesBefore,
            PageRepeated = attempt.PageRepeated,
        });
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        int begun = await context.Faxes
            .Where(row => row.TenantId == lease.TenantId && row.FaxId == lease.FaxId
                && row.State == FaxState.Queued)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.State, FaxState.Sending)
                .SetProperty(row => row.CallId, call.CallId)
                .SetProperty(row => row.RowVersion, row => row.RowVersion + 1), cancel)
            .ConfigureAwait(false);
        return begun == 1 ? true : throw new InvalidOperationException("a fax that is called is not in the queue");
    }

    private static AttemptRecord Record(AttemptRow row) => new(
        row.TenantId, row.FaxId,
        new NewAttempt(row.Number, row.StartedAt, row.TrunkId, row.Rung, row.PagesBefore, row.PageRepeated),
        row.CallId, row.PageBegun, row.PagesAfter,
        row.EndedAt is not { } ended ? null
            : new AttemptEnd(ended, row.Cause ?? 0, row.PagesAfter, row.PageInDoubt, row.Outcome, row.EndReason,
                row.SipStatus, row.RateBps, row.Ecm, row.RetryAfterS, row.SealedReport));
}
