// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Engine;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>How people handle received faxes: how far they are, who takes care of each, and its labels. Two that change
/// the same fax from the same version do not both win.</summary>
public sealed class HandlingTable
{
    /// <summary>Faxes in one change: our limit, so that it is a short transaction.</summary>
    public const int ChangesMax = 500;

    private static readonly FaxHandling[] s_waiting = [FaxHandling.New, FaxHandling.Open];
    private static readonly FaxState[] s_here = [FaxState.Received, FaxState.Partial];

    private readonly FaxStore _store;

    internal HandlingTable(FaxStore store) => _store = store;

    /// <summary>Writes changes down, all or none, each with an event, and keeps what was before.</summary>
    /// <param name="act">Who changes it.</param>
    /// <param name="changes">At most <see cref="ChangesMax"/>, of each fax one.</param>
    /// <param name="told">What others hear of each.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns><see cref="ChangeResult.Stale"/> if one of them is at another version,
    /// <see cref="ChangeResult.Missing"/> if one is not there or no received fax: nothing was written.</returns>
    public Task<ChangeResult> ChangeAsync(HandlingAct act, IReadOnlyList<HandlingChange> changes, NewEvent told,
        CancellationToken cancellation)
    {
        Check(changes);
        FieldCheck.Sealed(told.SealedBody);
        return _store.WriteAsync(act.TenantId,
            (context, cancel) => ChangeAsync(context, act, changes, told, cancel), cancellation);
    }

    /// <summary>Writes down that somebody has opened a fax; false if somebody had before, or it is done. The version
    /// stays: who opened it by looking at it may go on to change it.</summary>
    public Task<bool> OpenAsync(Guid tenantId, Guid faxId, NewEvent told, CancellationToken cancellation)
    {
        FieldCheck.Sealed(told.SealedBody);
        return _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            int opened = await context.Faxes
                .Where(row => row.TenantId == tenantId && row.FaxId == faxId && row.Handling == FaxHandling.New)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(row => row.Handling, FaxHandling.Open)
                    .SetProperty(row => row.RowVersion, row => row.RowVersion + 1), cancel).ConfigureAwait(false);
            if (opened == 1)
            {
                Script tell = new(context);
                FaxInsert.Event(tell, tenantId, faxId, told);
                await tell.RunAsync(cancel).ConfigureAwait(false);
            }
            return opened == 1;
        }, cancellation);
    }

    /// <summary>How the faxes of a change were handled before it, as far as that is kept.</summary>
    public Task<List<HandlingUndo>> FindUndoAsync(Guid tenantId, Guid changeId, CancellationToken cancellation) =>
        _store.ReadAsync(context => Records(context.HandlingUndos
            .Where(row => row.TenantId == tenantId && row.ChangeId == changeId))
            .ToListAsync(cancellation), cancellation);

    /// <summary>All that is kept of how some faxes were handled before, for a check.</summary>
    public Task<List<HandlingUndo>> ListUndosAsync(Guid tenantId, IReadOnlyCollection<Guid> faxIds,
        CancellationToken cancellation)
    {
        Guid[] ids = [.. faxIds];
        return _store.ReadAsync(context => Records(context.HandlingUndos
            .Where(row => row.TenantId == tenantId && ids.Contains(row.FaxId)))
            .ToListAsync(cancellation), cancellation);
    }

    /// <summary>The tags of the labels of some faxes.</summary>
    public Task<List<(Guid FaxId, byte[] LabelTag, DateTimeOffset BegunAt)>> LabelTagsAsync(Guid tenantId,
        IReadOnlyCollection<Guid> faxIds, CancellationToken cancellation)
    {
        Guid[] ids = [.. faxIds];
        return _store.ReadAsync(async context => (await context.FaxLabels
            .Where(row => row.TenantId == tenantId && ids.Contains(row.FaxId))
            .ToListAsync(cancellation).ConfigureAwait(false))
            .ConvertAll(row => (row.FaxId, row.LabelTag, row.BegunAt)), cancellation);
    }

    /// <summary>What waits, by inbox; inboxes without are left out. Reads one index.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="accountId">Whose faxes count as mine.</param>
    /// <param name="lines">Only these inboxes; null for all, also faxes of no line.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<List<InboxCount>> CountAsync(Guid tenantId, Guid accountId, IReadOnlyCollection<Guid>? lines,
        CancellationToken cancellation) => _store.ReadAsync(async context =>
        {
            IQueryable<FaxRow> rows = context.Faxes.Where(row => row.TenantId == tenantId
                && EF.Constant(s_waiting).Contains(row.Handling) && EF.Constant(s_here).Contains(row.State));
            if (lines is not null)
            {
                Guid?[] of = [.. lines.Select(line => (Guid?)line)];
                rows = rows.Where(row => of.Contains(row.LineId));
            }
            var counts = await rows
                .GroupBy(row => new { row.Handling, row.LineId })
                .Select(group => new
                {
                    group.Key.LineId,
                    group.Key.Handling,
                    Count = group.Count(),
                    Mine = group.Count(row => row.AssigneeId == accountId),
                })
                .ToListAsync(cancellation).ConfigureAwait(false);
            return counts.GroupBy(one => one.LineId).OrderBy(line => line.Key).Select(line => new InboxCount(line.Key,
                line.Where(one => one.Handling == FaxHandling.New).Sum(one => one.Count),
                line.Where(one => one.Handling == FaxHandling.Open).Sum(one => one.Count),
                line.Sum(one => one.Mine))).ToList();
        }, cancellation);

    /// <summary>Throws if a change is none.</summary>
    internal static void Check(IReadOnlyList<HandlingChange> changes)
    {
        FieldCheck.Count(changes.Count, 1, ChangesMax);
        if (changes.DistinctBy(change => change.FaxId).Count() != changes.Count)
        {
            throw new ArgumentException("a fax has one change", nameof(changes));
        }
        foreach (HandlingChange change in changes)
        {
            FieldCheck.Sealed(change.SealedLabels);
            foreach (byte[] tag in change.LabelTags)
            {
                FieldCheck.Tag(tag);
            }
            if (change.State == FaxHandling.None || change.SealedLabels is null != (change.LabelTags.Count == 0))
            {
                throw new ArgumentException("a received fax is new, open or done, and labels have tags",
                    nameof(changes));
            }
        }
    }

    private static async Task<ChangeResult> ChangeAsync(StoreContext context, HandlingAct act,
        IReadOnlyList<HandlingChange> changes, NewEvent told, CancellationToken cancel)
    {
        ChangeResult may = await HandlingWriting.LockAsync(context, act, changes, cancel).ConfigureAwait(false);
        if (may != ChangeResult.Changed)
        {
            return may;
        }
        Script write = new(context);
        foreach (HandlingChange change in changes)
        {
            HandlingWriting.Change(write, act, change);
        }
        // Last, because they lock the tenant's row until the commit.
        foreach (HandlingChange change in changes)
        {
            FaxInsert.Event(write, act.TenantId, change.FaxId, told);
        }
        await write.RunAsync(cancel).ConfigureAwait(false);
        return ChangeResult.Changed;
    }

    private static IQueryable<HandlingUndo> Records(IQueryable<HandlingUndoRow> rows) => rows
        .OrderBy(row => row.FaxId).ThenBy(row => row.Version)
        .Select(row => new HandlingUndo(row.ChangeId, row.FaxId, row.Version, row.AccountId, row.ChangedAt,
            row.Handling, row.AssigneeId, row.SealedLabels));
}

/// <summary>The statements of one fax's change, within a transaction that has its row locked.</summary>
internal static class HandlingWriting
{
    /// <summary>Locks the faxes until the commit, so that all are looked at before the first is changed;
    /// <see cref="ChangeResult.Changed"/> if all may be.</summary>
    public static async Task<ChangeResult> LockAsync(StoreContext context, HandlingAct act,
        IReadOnlyList<HandlingChange> changes, CancellationToken cancel)
    {
        Guid[] ids = [.. changes.Select(change => change.FaxId)];
        IQueryable<FaxRow> rows = context.Faxes.Where(row => row.TenantId == act.TenantId && ids.Contains(row.FaxId)
            && row.Handling != FaxHandling.None);
        await rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.RowVersion, row => row.RowVersion), cancel)
            .ConfigureAwait(false);
        var known = await rows
            .Select(row => new { row.FaxId, row.HandlingVersion })
            .ToDictionaryAsync(row => row.FaxId, row => row.HandlingVersion, cancel).ConfigureAwait(false);
        return known.Count != ids.Length ? ChangeResult.Missing
            : changes.Any(change => known[change.FaxId] != change.Version) ? ChangeResult.Stale
            : ChangeResult.Changed;
    }

    public static void Change(Script write, HandlingAct act, HandlingChange change)
    {
        Forget(write, act, change.FaxId);
        Keep(write, act, change);
        write.Say("UPDATE faxes SET row_version = row_version + 1, handling_version = ").Add(change.Version + 1)
            .Say(", assignee_id = ").Add(change.AssigneeId)
            .Say(", sealed_labels = ").Add(change.SealedLabels);
        if (change.State is { } state)
        {
            write.Say(", handling = ").Say((int)state);
        }
        Where(write, act.TenantId, change.FaxId).End();
        Where(write.Say("DELETE FROM fax_labels"), act.TenantId, change.FaxId).End();
        foreach (byte[] tag in change.LabelTags)
        {
            Where(write.Say("INSERT INTO fax_labels (tenant_id, fax_id, begun_at, label_tag) "
                + "SELECT tenant_id, fax_id, begun_at, ").Add(tag).Say(" FROM faxes"), act.TenantId, change.FaxId)
                .End();
        }
    }

    // What nobody can take back any more.
    private static void Forget(Script write, HandlingAct act, Guid faxId) =>
        Where(write.Say("DELETE FROM handling_undos"), act.TenantId, faxId)
            .Say(" AND changed_at < ").Add(act.At - act.UndoFor).End();

    private static void Keep(Script write, HandlingAct act, HandlingChange change)
    {
        write.Say("INSERT INTO handling_undos (tenant_id, fax_id, handling, assignee_id, sealed_labels, version, "
            + "change_id, account_id, changed_at) SELECT tenant_id, fax_id, ");
        write.Say(change.State is { } state ? $"NULLIF(handling, {(int)state})" : "NULL")
            .Say(", assignee_id, sealed_labels, ")
            .Add(change.Version + 1).Add(act.ChangeId).Add(act.AccountId).Add(act.At)
            .Say(" FROM faxes");
        Where(write, act.TenantId, change.FaxId).End();
    }

    private static Script Where(Script write, Guid tenantId, Guid faxId) => write
        .Say(" WHERE tenant_id = ").Add(tenantId).Say(" AND fax_id = ").Add(faxId);
}
