// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Engine;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>What tenants use of what they may. Counts stand in the tenant's row and change in the transaction of what
/// they count, so that they are right whoever writes at the same time.</summary>
public sealed class UsageTable
{
    private readonly FaxStore _store;

    internal UsageTable(FaxStore store) => _store = store;

    /// <summary>The day of an instant, as it is counted.</summary>
    public static int DayOf(DateTimeOffset at) => (int)(at.ToUnixTimeMilliseconds() / 86_400_000);

    /// <summary>What a tenant uses; null if there is no such tenant.</summary>
    public Task<TenantUsage?> FindAsync(Guid tenantId, CancellationToken cancellation) =>
        _store.ReadAsync(context => UsageWriting.FindAsync(context, tenantId, cancellation), cancellation);

    /// <summary>Counts what is stored anew, from every fax and page; what it is now. For a start: a database of before
    /// there were counts has none.</summary>
    public Task<TenantUsage?> RecountAsync(Guid tenantId, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            // Locked first: who ends a fax from here on adds it behind us.
            await UsageWriting.LockAsync(context, tenantId, cancel).ConfigureAwait(false);
            IQueryable<PageRow> pages = context.Pages.Where(page => page.TenantId == tenantId
                && context.Faxes.Any(fax => fax.TenantId == tenantId && fax.FaxId == page.FaxId
                    && fax.State != FaxState.Receiving && fax.State != FaxState.Erased));
            long count = await pages.LongCountAsync(cancel).ConfigureAwait(false);
            long octets = await pages.SumAsync(page => page.ByteLength, cancel).ConfigureAwait(false);
            await context.Tenants.Where(row => row.TenantId == tenantId)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.StoredPages, count)
                    .SetProperty(row => row.StoredOctets, octets), cancel).ConfigureAwait(false);
            return await UsageWriting.FindAsync(context, tenantId, cancel).ConfigureAwait(false);
        }, cancellation);
}

/// <summary>The statements that count, each within a transaction of its caller. They lock the tenant's row until the
/// commit, as an event does: last.</summary>
internal static class UsageWriting
{
    /// <summary>Adds the pages of a fax that came in and has ended; of one that goes out nothing.</summary>
    public static void Add(Script script, Guid tenantId, Guid faxId)
    {
        Count(script, '+', tenantId, faxId);
        script.Say(" AND EXISTS (SELECT 1 FROM faxes WHERE tenant_id = ").Add(tenantId)
            .Say(" AND fax_id = ").Add(faxId)
            .Say(" AND direction = ").Say((int)FaxDirection.Inbound).Say(")").End();
    }

    /// <summary>Takes the pages of a fax away that is erased.</summary>
    public static void Remove(Script script, Guid tenantId, Guid faxId)
    {
        Count(script, '-', tenantId, faxId);
        script.End();
    }

    /// <summary>Counts a fax that goes out, if the tenant may send it.</summary>
    /// <exception cref="StoreUsageException">It may not.</exception>
    public static async Task TakeAsync(StoreContext context, Guid tenantId, IReadOnlyList<PageRecord> pages,
        UsageLimits? limits, DateTimeOffset at, CancellationToken cancel)
    {
        int day = limits?.Day ?? UsageTable.DayOf(at);
        long octets = pages.Sum(page => page.ByteLength);
        IQueryable<TenantRow> tenant = context.Tenants.Where(row => row.TenantId == tenantId);
        if (limits is not null)
        {
            tenant = tenant.Where(row => row.StoredPages + pages.Count <= limits.StoredPagesMax
                && row.StoredOctets + octets <= limits.StoredOctetsMax
                && (row.OutgoingDay != day || row.OutgoingCount < limits.OutgoingPerDayMax)
                && limits.OutgoingPerDayMax > 0);
        }
        int taken = await tenant.ExecuteUpdateAsync(set => set
            .SetProperty(row => row.StoredPages, row => row.StoredPages + pages.Count)
            .SetProperty(row => row.StoredOctets, row => row.StoredOctets + octets)
            .SetProperty(row => row.OutgoingCount, row => row.OutgoingDay == day ? row.OutgoingCount + 1 : 1)
            .SetProperty(row => row.OutgoingDay, day), cancel).ConfigureAwait(false);
        if (taken == 0 && limits is not null
            && await FindAsync(context, tenantId, cancel).ConfigureAwait(false) is { } used)
        {
            throw used.StoredPages + pages.Count > limits.StoredPagesMax
                ? new StoreUsageException(UsageKind.StoredPages, used.StoredPages, limits.StoredPagesMax, at)
                : used.StoredOctets + octets > limits.StoredOctetsMax
                    ? new StoreUsageException(
                        UsageKind.StoredOctets, used.StoredOctets, limits.StoredOctetsMax, at)
                    : new StoreUsageException(
                        UsageKind.OutgoingPerDay, used.OutgoingOn(day), limits.OutgoingPerDayMax, at);
        }
    }

    public static Task<TenantUsage?> FindAsync(StoreContext context, Guid tenantId, CancellationToken cancel) =>
        context.Tenants.Where(row => row.TenantId == tenantId)
            .Select(row => new TenantUsage(
                row.StoredPages, row.StoredOctets, row.OutgoingDay, row.OutgoingCount))
            .SingleOrDefaultAsync(cancel);

    /// <summary>Locks the tenant's row until the commit.</summary>
    public static Task<int> LockAsync(StoreContext context, Guid tenantId, CancellationToken cancel) =>
        context.Tenants.Where(row => row.TenantId == tenantId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EventSequence, row => row.EventSequence), cancel);

    private static void Count(Script script, char sign, Guid tenantId, Guid faxId) => script
        .Say($"UPDATE tenants SET stored_pages = stored_pages {sign} "
            + "(SELECT COUNT(*) FROM pages WHERE tenant_id = ").Add(tenantId)
        .Say(" AND fax_id = ").Add(faxId)
        .Say($"), stored_octets = stored_octets {sign} "
            + "(SELECT COALESCE(SUM(byte_length), 0) FROM pages WHERE tenant_id = ").Add(tenantId)
        .Say(" AND fax_id = ").Add(faxId)
        .Say(") WHERE tenant_id = ").Add(tenantId);
}
