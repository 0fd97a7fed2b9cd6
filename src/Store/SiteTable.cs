// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>The places of tenants, at which lines stand.</summary>
public sealed class SiteTable
{
    private readonly FaxStore _store;

    internal SiteTable(FaxStore store) => _store = store;

    /// <summary>Makes a site, unless its name is taken or the tenant has <paramref name="sitesMax"/> already.</summary>
    /// <param name="site">The site.</param>
    /// <param name="lines">Lines that stand at it from now on, if they stand at none.</param>
    /// <param name="sitesMax">How many a tenant may have.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="StoreConflictException">The id is taken, by a site that was removed too.</exception>
    public Task<SiteResult> AddAsync(SiteRecord site, IReadOnlyList<Guid> lines, int sitesMax,
        CancellationToken cancellation)
    {
        Check(site);
        return _store.WriteAsync(site.TenantId, async (context, cancel) =>
        {
            await UsageWriting.LockAsync(context, site.TenantId, cancel).ConfigureAwait(false);
            if (await IsNamedAsync(context, site, cancel).ConfigureAwait(false))
            {
                return SiteResult.NameTaken;
            }

            if (await context.Sites.CountAsync(row => row.TenantId == site.TenantId && row.SealedEntry != null, cancel)
                .ConfigureAwait(false) >= sitesMax)
            {
                return SiteResult.Full;
            }

            context.Sites.Add(new SiteRow
            {
                TenantId = site.TenantId,
                SiteId = site.SiteId,
                Version = site.Version,
                NameTag = site.NameTag,
                CreatedAt = site.CreatedAt,
                ChangedAt = site.ChangedAt,
                KeyEpoch = site.KeyEpoch,
                SealedEntry = site.SealedEntry,
            });
            await context.SaveChangesAsync(cancel).ConfigureAwait(false);
            await context.Lines
                .Where(line => line.TenantId == site.TenantId && line.SiteId == null && lines.Contains(line.LineId))
                .ExecuteUpdateAsync(set => set.SetProperty(line => line.SiteId, site.SiteId), cancel)
                .ConfigureAwait(false);
            return SiteResult.Changed;
        }, cancellation);
    }

    /// <summary>Writes a site anew, if it is at the version before <paramref name="site"/>'s.</summary>
    public Task<SiteResult> ChangeAsync(SiteRecord site, CancellationToken cancellation)
    {
        Check(site);
        return _store.WriteAsync(site.TenantId, async (context, cancel) =>
        {
            await UsageWriting.LockAsync(context, site.TenantId, cancel).ConfigureAwait(false);
            int? version = await VersionAsync(context, site.TenantId, site.SiteId, cancel).ConfigureAwait(false);
            if (version != site.Version - 1)
            {
                return version is null ? SiteResult.Missing : SiteResult.Stale;
            }

            if (await IsNamedAsync(context, site, cancel).ConfigureAwait(false))
            {
                return SiteResult.NameTaken;
            }

            await Of(context, site.TenantId, site.SiteId).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Version, site.Version)
                .SetProperty(row => row.NameTag, site.NameTag)
                .SetProperty(row => row.ChangedAt, site.ChangedAt)
                .SetProperty(row => row.KeyEpoch, site.KeyEpoch)
                .SetProperty(row => row.SealedEntry, site.SealedEntry), cancel).ConfigureAwait(false);
            return SiteResult.Changed;
        }, cancellation);
    }

    /// <summary>Removes a site at which no line stands, if it is at this version. Its id stays taken.</summary>
    public Task<SiteResult> RemoveAsync(Guid tenantId, Guid siteId, int version, DateTimeOffset at,
        CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            await UsageWriting.LockAsync(context, tenantId, cancel).ConfigureAwait(false);
            int? there = await VersionAsync(context, tenantId, siteId, cancel).ConfigureAwait(false);
            if (there != version)
            {
                return there is null ? SiteResult.Missing : SiteResult.Stale;
            }

            if (await context.Lines.AnyAsync(line => line.TenantId == tenantId && line.SiteId == siteId, cancel)
                .ConfigureAwait(false))
            {
                return SiteResult.HasLines;
            }

            byte[]? nothing = null;
            await Of(context, tenantId, siteId).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Version, version + 1)
                .SetProperty(row => row.NameTag, nothing)
                .SetProperty(row => row.ChangedAt, at)
                .SetProperty(row => row.SealedEntry, nothing), cancel).ConfigureAwait(false);
            return SiteResult.Changed;
        }, cancellation);

    /// <summary>Says at which site of its tenant a line stands, or at none; false if there is no such line or
    /// site.</summary>
    public Task<bool> PlaceAsync(Guid tenantId, Guid lineId, Guid? siteId, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            await UsageWriting.LockAsync(context, tenantId, cancel).ConfigureAwait(false);
            return (siteId is not { } site || await Of(context, tenantId, site).AnyAsync(cancel).ConfigureAwait(false))
                && await context.Lines.Where(line => line.TenantId == tenantId && line.LineId == lineId)
                    .ExecuteUpdateAsync(set => set.SetProperty(line => line.SiteId, siteId), cancel)
                    .ConfigureAwait(false) == 1;
        }, cancellation);

    /// <summary>The site, or null.</summary>
    public async Task<SiteRecord?> FindAsync(Guid tenantId, Guid siteId, CancellationToken cancellation)
    {
        SiteRow? row = await _store.ReadAsync(context => Of(context, tenantId, siteId)
            .SingleOrDefaultAsync(cancellation), cancellation).ConfigureAwait(false);
        return row is null ? null : Record(row);
    }

    /// <summary>The site at which a line of the tenant stands; null if there is none.</summary>
    public async Task<SiteRecord?> FindOfLineAsync(Guid tenantId, Guid lineId, CancellationToken cancellation)
    {
        SiteRow? row = await _store.ReadAsync(context => context.Sites
            .Where(site => site.TenantId == tenantId && site.SealedEntry != null && context.Lines.Any(line =>
                line.TenantId == tenantId && line.LineId == lineId && line.SiteId == site.SiteId))
            .SingleOrDefaultAsync(cancellation), cancellation).ConfigureAwait(false);
        return row is null ? null : Record(row);
    }

    /// <summary>True if the tenant has such a site, or had it.</summary>
    public Task<bool> WasAddedAsync(Guid tenantId, Guid siteId, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.Sites
            .AnyAsync(row => row.TenantId == tenantId && row.SiteId == siteId, cancellation), cancellation);

    /// <summary>The tenant's sites, by id.</summary>
    public async Task<List<SiteRecord>> ListAsync(Guid tenantId, CancellationToken cancellation) =>
        (await _store.ReadAsync(context => context.Sites
            .Where(row => row.TenantId == tenantId && row.SealedEntry != null)
            .OrderBy(row => row.SiteId)
            .ToListAsync(cancellation), cancellation).ConfigureAwait(false)).ConvertAll(Record);

    private static void Check(SiteRecord site)
    {
        FieldCheck.Tag(site.NameTag);
        FieldCheck.Sealed(site.SealedEntry);
    }

    private static IQueryable<SiteRow> Of(StoreContext context, Guid tenantId, Guid siteId) => context.Sites
        .Where(row => row.TenantId == tenantId && row.SiteId == siteId && row.SealedEntry != null);

    private static Task<bool> IsNamedAsync(StoreContext context, SiteRecord site, CancellationToken cancel) =>
        context.Sites.AnyAsync(row => row.TenantId == site.TenantId && row.NameTag == site.NameTag
            && row.SiteId != site.SiteId, cancel);

    private static Task<int?> VersionAsync(
        StoreContext context, Guid tenantId, Guid siteId, CancellationToken cancel) =>
        Of(context, tenantId, siteId).Select(row => (int?)row.Version).SingleOrDefaultAsync(cancel);

    private static SiteRecord Record(SiteRow row) => new(
        row.TenantId, row.SiteId, row.Version, row.NameTag ?? [], row.CreatedAt, row.ChangedAt, row.KeyEpoch,
        row.SealedEntry ?? []);
}
