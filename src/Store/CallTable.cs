// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Calls, from the first answer to the end reason.</summary>
public sealed class CallTable
{
    private readonly FaxStore _store;

    internal CallTable(FaxStore store) => _store = store;

    /// <summary>Writes a call down as it begins. The id under which it is stored: the first one, if a call with this
    /// tag was there already.</summary>
    public Task<Guid> BeginAsync(NewCall call, CancellationToken cancellation)
    {
        FieldCheck.Tag(call.CallTag);
        FieldCheck.Sealed(call.SealedRemoteNumber);
        return _store.WriteAsync(call.TenantId, async (context, cancel) =>
        {
            Guid? known = await context.Calls
                .Where(row => row.TenantId == call.TenantId && row.CallTag == call.CallTag)
                .Select(row => (Guid?)row.CallId)
                .SingleOrDefaultAsync(cancel)
                .ConfigureAwait(false);
            if (known is null)
            {
                context.Calls.Add(Row(call));
            }
            return known ?? call.CallId;
        }, cancellation);
    }

    /// <summary>Writes down how it ended; once. False if there is no such call, or it has ended already.</summary>
    public Task<bool> EndAsync(Guid tenantId, Guid callId, CallEnd end, CancellationToken cancellation)
    {
        FieldCheck.Sealed(end.SealedStationId);
        return _store.WriteAsync(tenantId, async (context, cancel) => await context.Calls
            .Where(row => row.TenantId == tenantId && row.CallId == callId && row.EndedAt == null)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.EndedAt, end.EndedAt)
                .SetProperty(row => row.EndReason, end.EndReason)
                .SetProperty(row => row.RateBps, end.RateBps)
                .SetProperty(row => row.Ecm, end.Ecm)
                .SetProperty(row => row.PacketsReceived, end.PacketsReceived)
                .SetProperty(row => row.PacketsRecovered, end.PacketsRecovered)
                .SetProperty(row => row.PacketsLost, end.PacketsLost)
                .SetProperty(row => row.SealedStationId, end.SealedStationId), cancel)
            .ConfigureAwait(false) == 1, cancellation);
    }

    /// <summary>The call, or null.</summary>
    public async Task<CallRecord?> FindAsync(Guid tenantId, Guid callId, CancellationToken cancellation)
    {
        CallRow? row = await _store.ReadAsync(context => context.Calls
            .SingleOrDefaultAsync(call => call.TenantId == tenantId && call.CallId == callId, cancellation),
            cancellation).ConfigureAwait(false);
        return row is null ? null : Record(row);
    }

    /// <summary>Calls by their ids, at most <see cref="FaxList.LimitMax"/>; what is not there is left out.</summary>
    public async Task<List<CallRecord>> FindAllAsync(
        Guid tenantId, IReadOnlyCollection<Guid> callIds, CancellationToken cancellation)
    {
        FieldCheck.Count(callIds.Count, 0, FaxList.LimitMax);
        List<CallRow> rows = await _store.ReadAsync(context => context.Calls
            .Where(call => call.TenantId == tenantId && callIds.Contains(call.CallId))
            .ToListAsync(cancellation), cancellation).ConfigureAwait(false);
        return rows.ConvertAll(Record);
    }

    /// <summary>A tenant's calls in the order of their ids, behind <paramref name="after"/>.</summary>
    public async Task<List<CallRecord>> ListAsync(
        Guid tenantId, Guid? after, int limit, CancellationToken cancellation)
    {
        FieldCheck.Count(limit, 1, FaxList.LimitMax);
        Guid from = after ?? Guid.Empty;
        List<CallRow> rows = await _store.ReadAsync(context => context.Calls
            .Where(call => call.TenantId == tenantId && call.CallId > from)
            .OrderBy(call => call.CallId)
            .Take(limit)
            .ToListAsync(cancellation), cancellation).ConfigureAwait(false);
        return rows.ConvertAll(Record);
    }

    internal static CallRow Row(NewCall call) => new()
    {
        TenantId = call.TenantId,
        CallId = call.CallId,
        LineId = call.LineId,
        TrunkId = call.TrunkId,
        Direction = call.Direction,
        StartedAt = call.StartedAt,
        CallTag = call.CallTag,
        KeyEpoch = call.KeyEpoch,
        SealedRemoteNumber = call.SealedRemoteNumber,
    };

    private static CallRecord Record(CallRow row) => new(
        new NewCall(row.TenantId, row.CallId, row.LineId, row.TrunkId, row.Direction, row.StartedAt, row.CallTag,
            row.KeyEpoch, row.SealedRemoteNumber),
        row.EndedAt is not { } ended ? null
            : new CallEnd(ended, row.EndReason ?? 0, row.RateBps, row.Ecm, row.PacketsReceived,
                row.PacketsRecovered, row.PacketsLost, row.SealedStationId));
}
