// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>The numbers that a tenant faxes to: its address book, and what was learned of each number.</summary>
public sealed class DestinationTable
{
    private readonly FaxStore _store;

    internal DestinationTable(FaxStore store) => _store = store;

    /// <summary>Remembers a number if it is new; of one that is there its confirmations are taken over, and a name if
    /// there is one.</summary>
    public Task SaveAsync(DestinationRecord destination, CancellationToken cancellation)
    {
        SendingWriting.Check(destination);
        return _store.WriteAsync(destination.TenantId,
            (context, cancel) => DestinationWriting.RememberAsync(context, destination, cancel), cancellation);
    }

    /// <summary>Writes down that somebody gave the number a second time, and lets go what was held for that; how many
    /// faxes.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="numberTag">32 bytes: which number.</param>
    /// <param name="at">When.</param>
    /// <param name="by">The account that gave it; null if it is not known.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<int> ConfirmAsync(Guid tenantId, byte[] numberTag, DateTimeOffset at, Guid? by,
        CancellationToken cancellation)
    {
        FieldCheck.Tag(numberTag);
        return _store.WriteAsync(tenantId,
            (context, cancel) => DestinationWriting.ConfirmAsync(context, tenantId, numberTag, at, by, cancel),
            cancellation);
    }

    /// <summary>The number with this tag, or null.</summary>
    public async Task<DestinationRecord?> FindAsync(Guid tenantId, byte[] numberTag, CancellationToken cancellation)
    {
        FieldCheck.Tag(numberTag);
        DestinationRow? row = await _store.ReadAsync(context => context.Destinations
            .SingleOrDefaultAsync(known => known.TenantId == tenantId && known.NumberTag == numberTag, cancellation),
            cancellation).ConfigureAwait(false);
        return row is null ? null : Record(row);
    }

    /// <summary>A tenant's numbers in the order of their ids, behind <paramref name="after"/>.</summary>
    public Task<List<DestinationRecord>> ListAsync(Guid tenantId, Guid? after, int limit,
        CancellationToken cancellation)
    {
        FieldCheck.Count(limit, 1, FaxList.LimitMax);
        Guid from = after ?? Guid.Empty;
        return _store.ReadAsync(async context => (await context.Destinations
            .Where(row => row.TenantId == tenantId && row.DestinationId > from)
            .OrderBy(row => row.DestinationId)
            .Take(limit)
            .ToListAsync(cancellation).ConfigureAwait(false)).ConvertAll(Record), cancellation);
    }

    /// <summary>Those with these ids that there are.</summary>
    public Task<List<DestinationRecord>> FindAllAsync(Guid tenantId, IReadOnlyCollection<Guid> destinationIds,
        CancellationToken cancellation)
    {
        FieldCheck.Count(destinationIds.Count, 0, FaxList.LimitMax);
        return _store.ReadAsync(async context => (await context.Destinations
            .Where(row => row.TenantId == tenantId && destinationIds.Contains(row.DestinationId))
            .ToListAsync(cancellation).ConfigureAwait(false)).ConvertAll(Record), cancellation);
    }

    private static DestinationRecord Record(DestinationRow row) => new(
        row.TenantId, row.DestinationId, row.NumberTag, row.CreatedAt, row.KeyEpoch, row.SealedNumber, row.SealedName,
        row.SealedStationId, row.ConfirmedAt, row.VerifiedAt, row.Rung, row.RungLearnedAt,
        row.ConfirmedBy, row.VerifiedBy);
}

/// <summary>The statements that change destinations, each within a transaction of its caller.</summary>
internal static class DestinationWriting
{
    /// <summary>True if somebody made sure of the number, now or before.</summary>
    public static async Task<bool> RememberAsync(StoreContext context, DestinationRecord destination,
        CancellationToken cancel)
    {
        DestinationRow? known = await FindAsync(context, destination.TenantId, destination.NumberTag, cancel)
            .ConfigureAwait(false);
        if (known is null)
        {
            context.Destinations.Add(known = new DestinationRow
            {
                TenantId = destination.TenantId,
                DestinationId = destination.DestinationId,
                NumberTag = destination.NumberTag,
                CreatedAt = destination.CreatedAt,
                KeyEpoch = destination.KeyEpoch,
                SealedNumber = destination.SealedNumber,
                SealedStationId = destination.SealedStationId,
                Rung = destination.Rung,
                RungLearnedAt = destination.RungLearnedAt,
            });
        }
        else if (known.DestinationId != destination.DestinationId)
        {
            throw new StoreConflictException("the number has another id; nothing was written");
        }
        if (destination.SealedName is not null)
        {
            // Number and name are sealed to one epoch: both are replaced.
            (known.SealedName, known.SealedNumber) = (destination.SealedName, destination.SealedNumber);
            known.KeyEpoch = destination.KeyEpoch;
        }
        if (known.ConfirmedAt is null)
        {
            (known.ConfirmedAt, known.ConfirmedBy) = (destination.ConfirmedAt, destination.ConfirmedBy);
        }
        if (known.VerifiedAt is null)
        {
            (known.VerifiedAt, known.VerifiedBy) = (destination.VerifiedAt, destination.VerifiedBy);
        }
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        return known.ConfirmedAt is not null || known.VerifiedAt is not null;
    }

    public static async Task<int> ConfirmAsync(StoreContext context, Guid tenantId, byte[] numberTag,
        DateTimeOffset at, Guid? by, CancellationToken cancel)
    {
        DestinationRow? known = await FindAsync(context, tenantId, numberTag, cancel).ConfigureAwait(false);
        if (known is null)
        {
            return 0;
        }
        if (known.ConfirmedAt is null)
        {
            (known.ConfirmedAt, known.ConfirmedBy) = (at, by);
        }
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        return await context.Sendings
            .Where(row => row.TenantId == tenantId && row.RemoteTag == numberTag && row.State == SendingState.Held)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, SendingState.Waiting), cancel)
            .ConfigureAwait(false);
    }

    public static Task LearnAsync(StoreContext context, Guid tenantId, byte[] numberTag, LearnedDestination learned,
        CancellationToken cancel) => context.Destinations
        .Where(row => row.TenantId == tenantId && row.NumberTag == numberTag)
        .ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Rung, learned.Rung)
            .SetProperty(row => row.RungLearnedAt, learned.RungLearnedAt)
            .SetProperty(row => row.SealedStationId, row => learned.SealedStationId ?? row.SealedStationId), cancel);

    // Locked until the commit: of a fax that is held and a confirmation that lets it go, one sees the other.
    private static async Task<DestinationRow?> FindAsync(StoreContext context, Guid tenantId, byte[] numberTag,
        CancellationToken cancel)
    {
        string sql = "SELECT * FROM destinations WHERE tenant_id = {0} AND number_tag = {1}" + context.ForUpdate;
        List<DestinationRow> known = await context.Destinations
            .FromSqlRaw(sql, context.Parameter(tenantId), numberTag)
            .AsTracking()
            .ToListAsync(cancel)
            .ConfigureAwait(false);
        return known.SingleOrDefault();
    }
}
