// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>The address books of tenants.</summary>
public sealed class AddressBookTable
{
    private readonly FaxStore _store;

    internal AddressBookTable(FaxStore store) => _store = store;

    /// <summary>Makes an entry, unless the tenant has <paramref name="entriesMax"/> already.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="groupTags">32 bytes each: the groups that it is in.</param>
    /// <param name="entriesMax">How many a tenant may have.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<ChangeResult> AddAsync(AddressRecord entry, IReadOnlyList<byte[]> groupTags, int entriesMax,
        CancellationToken cancellation)
    {
        Check(entry, groupTags);
        return _store.WriteAsync(entry.TenantId, async (context, cancel) =>
        {
            await UsageWriting.LockAsync(context, entry.TenantId, cancel).ConfigureAwait(false);
            if (await context.Addresses.CountAsync(row => row.TenantId == entry.TenantId, cancel)
                .ConfigureAwait(false) >= entriesMax)
            {
                return ChangeResult.Full;
            }
            context.Addresses.Add(new AddressRow
            {
                TenantId = entry.TenantId,
                AddressId = entry.AddressId,
                Version = entry.Version,
                NumberTag = entry.NumberTag,
                CreatedAt = entry.CreatedAt,
                ChangedAt = entry.ChangedAt,
                KeyEpoch = entry.KeyEpoch,
                SealedEntry = entry.SealedEntry,
            });
            AddGroups(context, entry, groupTags);
            return ChangeResult.Changed;
        }, cancellation);
    }

    /// <summary>Writes an entry anew, if it is at the version before <paramref name="entry"/>'s.</summary>
    public Task<ChangeResult> ChangeAsync(AddressRecord entry, IReadOnlyList<byte[]> groupTags,
        CancellationToken cancellation)
    {
        Check(entry, groupTags);
        return _store.WriteAsync(entry.TenantId, async (context, cancel) =>
        {
            int changed = await Of(context, entry.TenantId, entry.AddressId)
                .Where(row => row.Version == entry.Version - 1)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.Version, entry.Version)
                    .SetProperty(row => row.NumberTag, entry.NumberTag)
                    .SetProperty(row => row.ChangedAt, entry.ChangedAt)
                    .SetProperty(row => row.KeyEpoch, entry.KeyEpoch)
                    .SetProperty(row => row.SealedEntry, entry.SealedEntry), cancel)
                .ConfigureAwait(false);
            if (changed == 0)
            {
                return await WhyNotAsync(context, entry.TenantId, entry.AddressId, cancel).ConfigureAwait(false);
            }
            await ClearGroupsAsync(context, entry.TenantId, entry.AddressId, cancel).ConfigureAwait(false);
            AddGroups(context, entry, groupTags);
            return ChangeResult.Changed;
        }, cancellation);
    }

    /// <summary>Takes an entry away, if it is at this version. What was learned of its number stays.</summary>
    public Task<ChangeResult> DeleteAsync(Guid tenantId, Guid addressId, int version,
        CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            if (!await Of(context, tenantId, addressId).AnyAsync(row => row.Version == version, cancel)
                .ConfigureAwait(false))
            {
                return await WhyNotAsync(context, tenantId, addressId, cancel).ConfigureAwait(false);
            }
            await ClearGroupsAsync(context, tenantId, addressId, cancel).ConfigureAwait(false);
            // Somebody else may have changed it between; its groups are back then with the transaction.
            return await Of(context, tenantId, addressId).Where(row => row.Version == version)
                .ExecuteDeleteAsync(cancel).ConfigureAwait(false) == 1 ? ChangeResult.Changed
                : throw new StoreConflictException("the entry was changed; nothing was written");
        }, cancellation);

    /// <summary>The entry, or null.</summary>
    public async Task<AddressRecord?> FindAsync(Guid tenantId, Guid addressId, CancellationToken cancellation)
    {
        AddressRow? row = await _store.ReadAsync(context => Of(context, tenantId, addressId)
            .SingleOrDefaultAsync(cancellation), cancellation).ConfigureAwait(false);
        return row is null ? null : Record(row);
    }

    /// <summary>Entries in the order of their ids.</summary>
    public Task<List<AddressRecord>> ListAsync(AddressList which, CancellationToken cancellation)
    {
        FieldCheck.Count(which.Limit, 1, FaxList.LimitMax);
        FieldCheck.Tag(which.NumberTag);
        FieldCheck.Tag(which.GroupTag);
        Guid from = which.After ?? Guid.Empty;
        return _store.ReadAsync(async context =>
        {
            IQueryable<AddressRow> rows = context.Addresses
                .Where(row => row.TenantId == which.TenantId && row.AddressId > from);
            if (which.NumberTag is { } number)
            {
                rows = rows.Where(row => row.NumberTag == number);
            }
            if (which.GroupTag is { } group)
            {
                rows = rows.Where(row => context.AddressGroups.Any(member => member.TenantId == row.TenantId
                    && member.GroupTag == group && member.AddressId == row.AddressId));
            }
            return (await rows.OrderBy(row => row.AddressId).Take(which.Limit).ToListAsync(cancellation)
                .ConfigureAwait(false)).ConvertAll(Record);
        }, cancellation);
    }

    /// <summary>The tags of the groups that an entry is in.</summary>
    public Task<List<byte[]>> GroupTagsAsync(Guid tenantId, Guid addressId, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.AddressGroups
            .Where(row => row.TenantId == tenantId && row.AddressId == addressId)
            .Select(row => row.GroupTag)
            .ToListAsync(cancellation), cancellation);

    private static void Check(AddressRecord entry, IReadOnlyList<byte[]> groupTags)
    {
        FieldCheck.Tag(entry.NumberTag);
        FieldCheck.Sealed(entry.SealedEntry);
        foreach (byte[] tag in groupTags)
        {
            FieldCheck.Tag(tag);
        }
    }

    private static IQueryable<AddressRow> Of(StoreContext context, Guid tenantId, Guid addressId) =>
        context.Addresses.Where(row => row.TenantId == tenantId && row.AddressId == addressId);

    private static async Task<ChangeResult> WhyNotAsync(StoreContext context, Guid tenantId, Guid addressId,
        CancellationToken cancel) =>
        await Of(context, tenantId, addressId).AnyAsync(cancel).ConfigureAwait(false)
            ? ChangeResult.Stale : ChangeResult.Missing;

    private static Task<int> ClearGroupsAsync(StoreContext context, Guid tenantId, Guid addressId,
        CancellationToken cancel) => context.AddressGroups
        .Where(row => row.TenantId == tenantId && row.AddressId == addressId)
        .ExecuteDeleteAsync(cancel);

    private static void AddGroups(StoreContext context, AddressRecord entry, IReadOnlyList<byte[]> groupTags)
    {
        foreach (byte[] tag in groupTags)
        {
            context.AddressGroups.Add(new AddressGroupRow
            {
                TenantId = entry.TenantId,
                AddressId = entry.AddressId,
                GroupTag = tag,
            });
        }
    }

    private static AddressRecord Record(AddressRow row) => new(
        row.TenantId, row.AddressId, row.Version, row.NumberTag, row.CreatedAt, row.ChangedAt, row.KeyEpoch,
        row.SealedEntry);
}
