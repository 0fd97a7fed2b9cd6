// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Engine;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>How long a tenant's faxes are kept, and what is left of those whose keys were destroyed.</summary>
public sealed class RetentionTable
{
    /// <summary>Faxes that are erased in one transaction: our limit, so that it is a short one.</summary>
    public const int FaxesMax = 100;

    // A fax that is still at work is none of them; FaxMoves allows no other.
    private static readonly FaxState[] s_ended = [.. FaxMoves.Into(FaxState.Erased)];
    private static readonly JobState[] s_open = [JobState.Waiting, JobState.Leased];

    private readonly FaxStore _store;

    internal RetentionTable(FaxStore store) => _store = store;

    /// <summary>Says how long a tenant's faxes are kept; false if somebody did since <paramref name="version"/>, or
    /// there is no such tenant.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="version">The version that the change is made of.</param>
    /// <param name="months">Whole months; null until somebody says otherwise.</param>
    /// <param name="by">The account that asked for it.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<bool> SetAsync(Guid tenantId, int version, int? months, Guid by, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) => await context.Tenants
            .Where(row => row.TenantId == tenantId && row.RetentionVersion == version)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.RetentionMonths, months)
                .SetProperty(row => row.RetentionVersion, version + 1)
                .SetProperty(row => row.RetentionSetBy, (Guid?)by), cancel)
            .ConfigureAwait(false) == 1, cancellation);

    /// <summary>How some epochs of a tenant stand; those that nothing rests on are left out.</summary>
    public Task<List<EpochStanding>> StandingAsync(Guid tenantId, IReadOnlyCollection<uint> epochs,
        CancellationToken cancellation)
    {
        uint[] of = [.. epochs];
        return _store.ReadAsync(async context =>
        {
            IQueryable<FaxRow> faxes = context.Faxes.Where(row => row.TenantId == tenantId
                && of.Contains(row.KeyEpoch) && row.State != FaxState.Erased);
            var counts = await faxes
                .GroupBy(row => row.KeyEpoch)
                .Select(group => new
                {
                    group.Key,
                    Count = group.LongCount(),
                    Last = group.Max(row => row.BegunAt),
                })
                .ToListAsync(cancellation).ConfigureAwait(false);
            List<uint> held = await faxes
                .Where(row => !s_ended.Contains(row.State)
                    || context.Jobs.Any(job => job.TenantId == tenantId && s_open.Contains(job.State)
                        && job.FaxId == row.FaxId))
                .Select(row => row.KeyEpoch)
                .Distinct()
                .ToListAsync(cancellation).ConfigureAwait(false);
            return counts.OrderBy(one => one.Key)
                .Select(one => new EpochStanding(one.Key, one.Count, one.Last, held.Contains(one.Key)))
                .ToList();
        }, cancellation);
    }

    /// <summary>Faxes that rest on epochs of a tenant and are to be erased, by id, behind
    /// <paramref name="after"/>; those that are still at work are left out.</summary>
    public Task<List<Guid>> ListAsync(Guid tenantId, IReadOnlyCollection<uint> epochs, Guid after, int limit,
        CancellationToken cancellation)
    {
        FieldCheck.Count(limit, 1, FaxesMax);
        uint[] of = [.. epochs];
        return _store.ReadAsync(context => context.Faxes
            .Where(row => row.TenantId == tenantId && row.FaxId > after && of.Contains(row.KeyEpoch)
                && s_ended.Contains(row.State))
            .OrderBy(row => row.FaxId)
            .Take(limit)
            .Select(row => row.FaxId)
            .ToListAsync(cancellation), cancellation);
    }

    /// <summary>Erases faxes whose keys are gone: what was sealed of them, their tags, notes and labels go; the row
    /// with its times and its count of pages stays. Each is told of once. One transaction; those that were erased, or
    /// are at work again, are passed over.</summary>
    public Task<List<ErasedFax>> EraseAsync(Guid tenantId, IReadOnlyCollection<Guid> faxIds, NewEvent told,
        CancellationToken cancellation)
    {
        FieldCheck.Count(faxIds.Count, 1, FaxesMax);
        FieldCheck.Sealed(told.SealedBody);
        return _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            List<FaxMove> moved = [];
            foreach (Guid fax in faxIds)
            {
                FaxMove move = new(tenantId, fax, FaxState.Erased, told.OccurredAt);
                if (await FaxProgress.TryMoveAsync(context, move, cancel).ConfigureAwait(false))
                {
                    moved.Add(move);
                    await RetentionWriting.EraseAsync(context, move, cancel).ConfigureAwait(false);
                }
            }
            // Last, because they lock the tenant's row until the commit.
            foreach (FaxMove move in moved)
            {
                await FaxProgress.FollowMoveAsync(context, move, null, told, cancel).ConfigureAwait(false);
            }
            return await ErasedAsync(context, tenantId, [.. moved.Select(move => move.FaxId)], cancel)
                .ConfigureAwait(false);
        }, cancellation);
    }

    /// <summary>Takes the numbers away of calls that rest on epochs whose keys are gone, and brought no fax; how many
    /// there were.</summary>
    public async Task<int> ForgetCallsAsync(
        Guid tenantId, IReadOnlyCollection<uint> epochs, CancellationToken cancellation)
    {
        uint[] of = [.. epochs];
        // Asked for again and again, and there is one to forget but once: a look waits for no writer.
        return !await _store.ReadAsync(context => Known(context).AnyAsync(cancellation), cancellation)
            .ConfigureAwait(false) ? 0
            : await _store.WriteAsync(tenantId, (context, cancel) => Known(context)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.SealedRemoteNumber, (byte[]?)null)
                    .SetProperty(row => row.SealedStationId, (byte[]?)null), cancel), cancellation)
                .ConfigureAwait(false);

        IQueryable<CallRow> Known(StoreContext context) => context.Calls
            .Where(row => row.TenantId == tenantId && of.Contains(row.KeyEpoch)
                && (row.SealedRemoteNumber != null || row.SealedStationId != null));
    }

    /// <summary>Writes a tenant's name sealed to another epoch, if it is still sealed to
    /// <paramref name="from"/>.</summary>
    public Task<bool> ResealAsync(TenantRecord tenant, uint from, CancellationToken cancellation)
    {
        FieldCheck.Sealed(tenant.SealedName);
        return _store.WriteAsync(tenant.TenantId, async (context, cancel) => await context.Tenants
            .Where(row => row.TenantId == tenant.TenantId && row.KeyEpoch == from)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.KeyEpoch, tenant.KeyEpoch)
                .SetProperty(row => row.SealedName, tenant.SealedName), cancel)
            .ConfigureAwait(false) == 1, cancellation);
    }

    /// <summary>The same of a line's number and name.</summary>
    public Task<bool> ResealAsync(LineRecord line, uint from, CancellationToken cancellation)
    {
        FieldCheck.Sealed(line.SealedNumber);
        FieldCheck.Sealed(line.SealedName);
        return _store.WriteAsync(line.TenantId, async (context, cancel) => await context.Lines
            .Where(row => row.TenantId == line.TenantId && row.LineId == line.LineId && row.KeyEpoch == from)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.KeyEpoch, line.KeyEpoch)
                .SetProperty(row => row.SealedNumber, line.SealedNumber)
                .SetProperty(row => row.SealedName, line.SealedName), cancel)
            .ConfigureAwait(false) == 1, cancellation);
    }

    /// <summary>The same of a webhook's address and secrets.</summary>
    public Task<bool> ResealAsync(WebhookRecord webhook, uint from, CancellationToken cancellation)
    {
        FieldCheck.Sealed(webhook.SealedAddress);
        FieldCheck.Sealed(webhook.SealedSecret);
        FieldCheck.Sealed(webhook.SealedOldSecret);
        return _store.WriteAsync(webhook.TenantId, async (context, cancel) => await context.Webhooks
            .Where(row => row.TenantId == webhook.TenantId && row.WebhookId == webhook.WebhookId
                && row.KeyEpoch == from)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.KeyEpoch, webhook.KeyEpoch)
                .SetProperty(row => row.SealedAddress, webhook.SealedAddress)
                .SetProperty(row => row.SealedSecret, webhook.SealedSecret)
                .SetProperty(row => row.SealedOldSecret, webhook.SealedOldSecret), cancel)
            .ConfigureAwait(false) == 1, cancellation);
    }

    private static async Task<List<ErasedFax>> ErasedAsync(
        StoreContext context, Guid tenantId, Guid[] faxes, CancellationToken cancel)
    {
        var pages = await context.Pages
            .Where(row => row.TenantId == tenantId && faxes.Contains(row.FaxId))
            .Select(row => new { row.FaxId, row.BlobId })
            .ToListAsync(cancel).ConfigureAwait(false);
        var known = await context.Faxes
            .Where(row => row.TenantId == tenantId && faxes.Contains(row.FaxId))
            .Select(row => new { row.FaxId, row.Direction })
            .ToListAsync(cancel).ConfigureAwait(false);
        return known.ConvertAll(fax => new ErasedFax(fax.FaxId, fax.Direction,
            [.. pages.Where(page => page.FaxId == fax.FaxId).Select(page => page.BlobId)]));
    }
}

/// <summary>The statements that take away what was sealed of a fax, within the transaction that moved it.</summary>
internal static class RetentionWriting
{
    public static Task EraseAsync(StoreContext context, FaxMove move, CancellationToken cancel)
    {
        Script erase = new(context);
        Where(erase.Say("UPDATE pages SET state = ").Say((int)PageState.Erased)
            .Say(", content_tag = NULL, sealed_sent = NULL"), move).End();
        Where(erase.Say("DELETE FROM fax_notes"), move).End();
        Where(erase.Say("DELETE FROM fax_labels"), move).End();
        Where(erase.Say("DELETE FROM handling_undos"), move).End();
        Where(erase.Say("UPDATE sendings SET sealed_cover = NULL"), move).End();
        Where(erase.Say("UPDATE attempts SET sealed_report = NULL"), move).End();
        Where(Where(erase.Say("UPDATE calls SET sealed_remote_number = NULL, sealed_station_id = NULL "
                + "WHERE tenant_id = ").Add(move.TenantId)
            .Say(" AND (call_id = (SELECT call_id FROM faxes"), move)
            .Say(") OR call_id IN (SELECT call_id FROM attempts"), move).Say("))").End();
        Where(erase.Say("UPDATE faxes SET remote_tag = NULL, sealed_remote_number = NULL, sealed_station_id = NULL, "
            + "sealed_subject = NULL, sealed_file_name = NULL, sealed_labels = NULL, assignee_id = NULL, "
            + "notes_written = 0, notes_struck = 0"), move).End();
        return erase.RunAsync(cancel);
    }

    private static Script Where(Script statement, FaxMove move) => statement
        .Say(" WHERE tenant_id = ").Add(move.TenantId).Say(" AND fax_id = ").Add(move.FaxId);
}
