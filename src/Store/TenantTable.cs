// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Tenants, the lines on which they take faxes, and the way from a dialled number to a line.</summary>
public sealed class TenantTable
{
    private readonly FaxStore _store;

    internal TenantTable(FaxStore store) => _store = store;

    /// <summary>Makes a tenant.</summary>
    public Task RegisterAsync(TenantRecord tenant, CancellationToken cancellation)
    {
        FieldCheck.Sealed(tenant.SealedName);
        return _store.WriteAsync(tenant.TenantId, (context, _) =>
        {
            context.Tenants.Add(new TenantRow
            {
                TenantId = tenant.TenantId,
                State = tenant.State,
                CreatedAt = tenant.CreatedAt,
                KeyEpoch = tenant.KeyEpoch,
                SealedName = tenant.SealedName,
            });
            return Task.FromResult(true);
        }, cancellation);
    }

    /// <summary>A write that changes nothing and is durable when it returns: can the database keep what it is
    /// given?</summary>
    /// <exception cref="StoreUnavailableException">It can't.</exception>
    public Task ProbeAsync(Guid tenantId, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, (context, cancel) => context.Tenants
            .Where(row => row.TenantId == tenantId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EventSequence, row => row.EventSequence), cancel),
            cancellation);

    /// <summary>The tenant, or null.</summary>
    public Task<TenantRecord?> FindAsync(Guid tenantId, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.Tenants
            .Where(row => row.TenantId == tenantId)
            .Select(row => new TenantRecord(row.TenantId, row.State, row.CreatedAt, row.KeyEpoch, row.SealedName,
                row.RetentionMonths, row.RetentionVersion, row.RetentionSetBy))
            .SingleOrDefaultAsync(cancellation), cancellation);

    /// <summary>Tenants in the order of their ids, behind <paramref name="after"/>.</summary>
    public Task<List<TenantRecord>> ListAsync(Guid? after, int limit, CancellationToken cancellation)
    {
        FieldCheck.Count(limit, 1, FaxList.LimitMax);
        Guid from = after ?? Guid.Empty;
        return _store.ReadAsync(context => context.Tenants
            .Where(row => row.TenantId > from)
            .OrderBy(row => row.TenantId)
            .Take(limit)
            .Select(row => new TenantRecord(row.TenantId, row.State, row.CreatedAt, row.KeyEpoch, row.SealedName,
                row.RetentionMonths, row.RetentionVersion, row.RetentionSetBy))
            .ToListAsync(cancellation), cancellation);
    }

    /// <summary>All tenants in the order of their ids, read some at a time.</summary>
    public async IAsyncEnumerable<TenantRecord> AllAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        Guid? after = null;
        List<TenantRecord> some;
        do
        {
            some = await ListAsync(after, FaxList.LimitMax, cancellation).ConfigureAwait(false);
            foreach (TenantRecord tenant in some)
            {
                yield return tenant;
                after = tenant.TenantId;
            }
        }
        while (some.Count == FaxList.LimitMax);
    }

    /// <summary>Changes whether a tenant takes faxes; false if there is no such tenant.</summary>
    public Task<bool> SetStateAsync(Guid tenantId, ServiceState state, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) => await context.Tenants
            .Where(row => row.TenantId == tenantId)
            .ExecuteUpdateAsync(row => row.SetProperty(tenant => tenant.State, state), cancel)
            .ConfigureAwait(false) == 1, cancellation);

    /// <summary>Gives a tenant another name; false if there is no such tenant.</summary>
    public Task<bool> RenameAsync(
        Guid tenantId, uint keyEpoch, byte[] sealedName, CancellationToken cancellation)
    {
        FieldCheck.Sealed(sealedName);
        return _store.WriteAsync(tenantId, async (context, cancel) => await context.Tenants
            .Where(row => row.TenantId == tenantId)
            .ExecuteUpdateAsync(row => row
                .SetProperty(tenant => tenant.KeyEpoch, keyEpoch)
                .SetProperty(tenant => tenant.SealedName, sealedName), cancel)
            .ConfigureAwait(false) == 1, cancellation);
    }

    /// <summary>Makes a line, and routes its dialled number to it. A number belongs to one line of one tenant in the
    /// whole installation; one whose line or tenant is closed may be given away again.</summary>
    /// <param name="line">The line.</param>
    /// <param name="routingTag">32 bytes: the number under the installation's routing key, the same for every
    /// tenant.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="StoreConflictException">The number is taken, or there is no such tenant or site.</exception>
    public Task AddLineAsync(LineRecord line, byte[] routingTag, CancellationToken cancellation)
    {
        FieldCheck.Tag(line.NumberTag);
        FieldCheck.Tag(routingTag);
        FieldCheck.Sealed(line.SealedNumber);
        FieldCheck.Sealed(line.SealedName);
        return _store.WriteAsync(line.TenantId, async (context, cancel) =>
        {
            await FreeAsync(context, routingTag, cancel).ConfigureAwait(false);
            await RequireSiteAsync(context, line, cancel).ConfigureAwait(false);
            context.Lines.Add(new LineRow
            {
                TenantId = line.TenantId,
                LineId = line.LineId,
                State = line.State,
                CreatedAt = line.CreatedAt,
                RetentionClass = line.RetentionClass,
                KeyEpoch = line.KeyEpoch,
                NumberTag = line.NumberTag,
                SealedNumber = line.SealedNumber,
                SealedName = line.SealedName,
                SiteId = line.SiteId,
            });
            context.Routes.Add(new RouteRow
            {
                RoutingTag = routingTag,
                TenantId = line.TenantId,
                LineId = line.LineId,
            });
            return true;
        }, cancellation);
    }

    /// <summary>Gives a line another name, or none; false if there is no such line.</summary>
    /// <param name="line">The line with its number and its name, both sealed to the epoch that it names.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<bool> RenameLineAsync(LineRecord line, CancellationToken cancellation)
    {
        FieldCheck.Sealed(line.SealedNumber);
        FieldCheck.Sealed(line.SealedName);
        return _store.WriteAsync(line.TenantId, async (context, cancel) => await context.Lines
            .Where(row => row.TenantId == line.TenantId && row.LineId == line.LineId)
            .ExecuteUpdateAsync(row => row
                .SetProperty(one => one.KeyEpoch, line.KeyEpoch)
                .SetProperty(one => one.SealedNumber, line.SealedNumber)
                .SetProperty(one => one.SealedName, line.SealedName), cancel)
            .ConfigureAwait(false) == 1, cancellation);
    }

    /// <summary>Routes a tenant's number to another line of its own; false if the number is not the tenant's, or there
    /// is no such line.</summary>
    public Task<bool> RouteAsync(
        Guid tenantId, byte[] routingTag, Guid lineId, CancellationToken cancellation)
    {
        FieldCheck.Tag(routingTag);
        return _store.WriteAsync(tenantId, async (context, cancel) => await context.Routes
            .Where(route => route.RoutingTag == routingTag && route.TenantId == tenantId
                && context.Lines.Any(line => line.TenantId == tenantId && line.LineId == lineId))
            .ExecuteUpdateAsync(row => row.SetProperty(route => route.LineId, lineId), cancel)
            .ConfigureAwait(false) == 1, cancellation);
    }

    /// <summary>Opens a closed line again, and routes its number to it; false if it is not closed.</summary>
    /// <exception cref="StoreConflictException">The number was given away meanwhile.</exception>
    public Task<bool> ReopenLineAsync(
        Guid tenantId, Guid lineId, byte[] routingTag, CancellationToken cancellation)
    {
        FieldCheck.Tag(routingTag);
        return _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            int opened = await context.Lines.Where(row => row.TenantId == tenantId && row.LineId == lineId
                && row.State == ServiceState.Closed)
                .ExecuteUpdateAsync(row => row.SetProperty(line => line.State, ServiceState.Active), cancel)
                .ConfigureAwait(false);
            if (opened == 0)
            {
                return false;
            }

            await FreeAsync(context, routingTag, cancel).ConfigureAwait(false);
            if (!await context.Routes.AnyAsync(route => route.RoutingTag == routingTag
                && route.TenantId == tenantId && route.LineId == lineId, cancel).ConfigureAwait(false))
            {
                context.Routes.Add(new RouteRow { RoutingTag = routingTag, TenantId = tenantId, LineId = lineId });
            }

            return true;
        }, cancellation);
    }

    /// <summary>Changes whether a line takes faxes; false if there is no such line.</summary>
    public Task<bool> SetLineStateAsync(Guid tenantId, Guid lineId, ServiceState state,
        CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) => await context.Lines
            .Where(row => row.TenantId == tenantId && row.LineId == lineId)
            .ExecuteUpdateAsync(row => row.SetProperty(line => line.State, state), cancel)
            .ConfigureAwait(false) == 1, cancellation);

    /// <summary>Where a dialled number leads; null if it is nobody's.</summary>
    public Task<LineRoute?> FindRouteAsync(byte[] routingTag, CancellationToken cancellation)
    {
        FieldCheck.Tag(routingTag);
        return _store.ReadAsync(context => (
            from route in context.Routes
            join line in context.Lines
                on new { route.TenantId, route.LineId } equals new { line.TenantId, line.LineId }
            join tenant in context.Tenants on route.TenantId equals tenant.TenantId
            where route.RoutingTag == routingTag
            select new LineRoute(route.TenantId, route.LineId, line.RetentionClass, tenant.State, line.State))
            .SingleOrDefaultAsync(cancellation), cancellation);
    }

    /// <summary>Where all dialled numbers lead, by tag in hexadecimal: one query, for a start.</summary>
    public async Task<Dictionary<string, LineRoute>> RoutesAsync(CancellationToken cancellation)
    {
        var routes = await _store.ReadAsync(context => (
            from route in context.Routes
            join line in context.Lines
                on new { route.TenantId, route.LineId } equals new { line.TenantId, line.LineId }
            join tenant in context.Tenants on route.TenantId equals tenant.TenantId
            select new
            {
                route.RoutingTag,
                Route = new LineRoute(route.TenantId, route.LineId, line.RetentionClass, tenant.State, line.State),
            }).ToListAsync(cancellation), cancellation).ConfigureAwait(false);
        return routes.ToDictionary(route => Convert.ToHexString(route.RoutingTag), route => route.Route);
    }

    /// <summary>Where the dialled numbers of a tenant lead: the line in whose inbox their faxes lie, by tag in
    /// hexadecimal.</summary>
    public async Task<Dictionary<string, Guid>> InboxesAsync(Guid tenantId, CancellationToken cancellation) =>
        (await _store.ReadAsync(context => context.Routes.Where(row => row.TenantId == tenantId)
            .Select(row => new { row.RoutingTag, row.LineId }).ToListAsync(cancellation), cancellation)
            .ConfigureAwait(false)).ToDictionary(row => Convert.ToHexString(row.RoutingTag), row => row.LineId);

    /// <summary>The ids of all tenants: one query, for a start.</summary>
    public Task<List<Guid>> IdsAsync(CancellationToken cancellation) =>
        _store.ReadAsync(context => context.Tenants.Select(row => row.TenantId).ToListAsync(cancellation),
            cancellation);

    /// <summary>The tenant's line with this number; null if it has none.</summary>
    public Task<LineRecord?> FindLineAsync(Guid tenantId, byte[] numberTag, CancellationToken cancellation)
    {
        FieldCheck.Tag(numberTag);
        return _store.ReadAsync(context => Records(context, tenantId, row => row.NumberTag == numberTag)
            .SingleOrDefaultAsync(cancellation), cancellation);
    }

    /// <summary>The tenant's lines, by id.</summary>
    public Task<List<LineRecord>> ListLinesAsync(Guid tenantId, CancellationToken cancellation) =>
        _store.ReadAsync(context => Records(context, tenantId, _ => true).ToListAsync(cancellation), cancellation);

    // A number whose line or tenant is closed is nobody's any more. The line of a closed tenant closes with it: the
    // tenant may be opened again, and its number is another's.
    private static async Task FreeAsync(StoreContext context, byte[] routingTag, CancellationToken cancel)
    {
        await context.Lines.Where(line =>
            context.Routes.Any(route => route.RoutingTag == routingTag && route.TenantId == line.TenantId
                && route.LineId == line.LineId)
            && context.Tenants.Any(tenant => tenant.TenantId == line.TenantId
                && tenant.State == ServiceState.Closed))
            .ExecuteUpdateAsync(row => row.SetProperty(line => line.State, ServiceState.Closed), cancel)
            .ConfigureAwait(false);
        await context.Routes.Where(route => route.RoutingTag == routingTag
            && context.Lines.Any(line => line.TenantId == route.TenantId && line.LineId == route.LineId
                && line.State == ServiceState.Closed))
            .ExecuteDeleteAsync(cancel).ConfigureAwait(false);
    }

    // Behind the tenant's lock, so that nobody removes the site meanwhile.
    private static async Task RequireSiteAsync(StoreContext context, LineRecord line, CancellationToken cancel)
    {
        if (line.SiteId is not { } site)
        {
            return;
        }

        await UsageWriting.LockAsync(context, line.TenantId, cancel).ConfigureAwait(false);
        if (!await context.Sites.AnyAsync(row => row.TenantId == line.TenantId && row.SiteId == site
            && row.SealedEntry != null, cancel).ConfigureAwait(false))
        {
            throw new StoreConflictException("the tenant has no such site; nothing was written");
        }
    }

    private static IQueryable<LineRecord> Records(StoreContext context, Guid tenantId,
        System.Linq.Expressions.Expression<Func<LineRow, bool>> which) =>
        context.Lines
            .Where(row => row.TenantId == tenantId)
            .Where(which)
            .OrderBy(row => row.LineId)
            .Select(row => new LineRecord(row.TenantId, row.LineId, row.State, row.CreatedAt, row.RetentionClass,
                row.KeyEpoch, row.NumberTag, row.SealedNumber, row.SealedName, row.SiteId));
}
