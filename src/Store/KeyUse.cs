// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>What rests on one key epoch of a tenant: how much nobody can read any more once its keys are
/// destroyed. Erased faxes and pages do not count.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="KeyEpoch">The epoch, encoded.</param>
/// <param name="Faxes">Faxes whose numbers and names are sealed with it.</param>
/// <param name="Pages">Pages that are sealed to it.</param>
/// <param name="Calls">Calls whose numbers are sealed with it.</param>
/// <param name="Names">Names of the tenant, its sites, entries of its address book, and numbers of its lines and of
/// those it faxes to, that are sealed with it.</param>
/// <param name="Notes">Notes on faxes that are sealed with it.</param>
/// <param name="Erased">Faxes that rested on it and are erased.</param>
public sealed record EpochUse(Guid TenantId, uint KeyEpoch, long Faxes, long Pages, long Calls, long Names,
    long Notes = 0, long Erased = 0);

/// <summary>Counts what rests on which keys.</summary>
public sealed class KeyUse
{
    private readonly FaxStore _store;

    internal KeyUse(FaxStore store) => _store = store;

    /// <summary>Every epoch of a tenant that something rests on, oldest first. Reads all of the tenant's
    /// rows.</summary>
    public Task<List<EpochUse>> CountAsync(Guid tenantId, CancellationToken cancellation) =>
        _store.ReadAsync(async context =>
        {
            var faxes = await context.Faxes
                .Where(row => row.TenantId == tenantId)
                .GroupBy(row => new { row.KeyEpoch, IsErased = row.State == FaxState.Erased })
                .Select(group => new { group.Key.KeyEpoch, group.Key.IsErased, Count = group.LongCount() })
                .ToListAsync(cancellation).ConfigureAwait(false);
            var pages = await context.Pages
                .Where(row => row.TenantId == tenantId && row.State != PageState.Erased)
                .GroupBy(row => row.KeyEpoch)
                .Select(group => new { group.Key, Count = group.LongCount() })
                .ToDictionaryAsync(group => group.Key, group => group.Count, cancellation).ConfigureAwait(false);
            var calls = await context.Calls
                .Where(row => row.TenantId == tenantId
                    && (row.SealedRemoteNumber != null || row.SealedStationId != null))
                .GroupBy(row => row.KeyEpoch)
                .Select(group => new { group.Key, Count = group.LongCount() })
                .ToDictionaryAsync(group => group.Key, group => group.Count, cancellation).ConfigureAwait(false);
            var names = await context.Lines
                .Where(row => row.TenantId == tenantId)
                .Select(row => row.KeyEpoch)
                .Concat(context.Addresses.Where(row => row.TenantId == tenantId).Select(row => row.KeyEpoch))
                .Concat(context.Sites.Where(row => row.TenantId == tenantId && row.SealedEntry != null)
                    .Select(row => row.KeyEpoch))
                .Concat(context.Destinations.Where(row => row.TenantId == tenantId).Select(row => row.KeyEpoch))
                .Concat(context.Tenants.Where(row => row.TenantId == tenantId).Select(row => row.KeyEpoch))
                .ToListAsync(cancellation).ConfigureAwait(false);
            var notes = await context.FaxNotes
                .Where(row => row.TenantId == tenantId)
                .GroupBy(row => row.KeyEpoch)
                .Select(group => new { group.Key, Count = group.LongCount() })
                .ToDictionaryAsync(group => group.Key, group => group.Count, cancellation).ConfigureAwait(false);
            return faxes.Select(one => one.KeyEpoch).Union(pages.Keys).Union(calls.Keys).Union(names)
                .Union(notes.Keys).Order()
                .Select(epoch => new EpochUse(tenantId, epoch,
                    faxes.Where(one => one.KeyEpoch == epoch && !one.IsErased).Sum(one => one.Count),
                    pages.GetValueOrDefault(epoch), calls.GetValueOrDefault(epoch), names.Count(one => one == epoch),
                    notes.GetValueOrDefault(epoch),
                    faxes.Where(one => one.KeyEpoch == epoch && one.IsErased).Sum(one => one.Count)))
                .ToList();
        }, cancellation);
}
