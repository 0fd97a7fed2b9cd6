// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Engine;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Received faxes that are split into others: all of the parts are there, or none, and the fax that they were
/// split off stays as it is.</summary>
public sealed class SplitTable
{
    /// <summary>Parts of one split: our limit, so that it is a short transaction.</summary>
    public const int PartsMax = 100;

    private static readonly FaxState[] s_here = [FaxState.Received, FaxState.Partial];

    private readonly FaxStore _store;

    internal SplitTable(FaxStore store) => _store = store;

    /// <summary>Writes the parts down, each with an event, and how the fax itself is handled from now on: one
    /// transaction, one flush.</summary>
    /// <returns><see cref="ChangeResult.Stale"/> if the fax is at another version, <see cref="ChangeResult.Missing"/>
    /// if it is not there, is no received fax, or nothing of it is here any more: nothing was written.</returns>
    public Task<ChangeResult> SplitAsync(NewSplit split, CancellationToken cancellation)
    {
        Check(split);
        return _store.WriteAsync(split.Act.TenantId,
            (context, cancel) => SplitAsync(context, split, cancel), cancellation);
    }

    /// <summary>Takes a split back: the fax that was split stands for its parts again, and is handled as
    /// <paramref name="origin"/> says.</summary>
    /// <param name="act">Who takes it back.</param>
    /// <param name="origin">How the fax is handled from now on.</param>
    /// <param name="split">The change that split it.</param>
    /// <param name="originTold">What others hear of the fax itself.</param>
    /// <param name="partTold">What they hear of each part.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns><see cref="ChangeResult.Stale"/> if somebody has changed the fax or done something with a part since:
    /// nothing was written.</returns>
    public Task<ChangeResult> TakeBackAsync(HandlingAct act, HandlingChange origin, Guid split, NewEvent originTold,
        NewEvent partTold, CancellationToken cancellation)
    {
        HandlingTable.Check([origin]);
        FieldCheck.Sealed(originTold.SealedBody);
        FieldCheck.Sealed(partTold.SealedBody);
        return _store.WriteAsync(act.TenantId, async (context, cancel) =>
        {
            ChangeResult may = await HandlingWriting.LockAsync(context, act, [origin], cancel).ConfigureAwait(false);
            if (may != ChangeResult.Changed)
            {
                return may;
            }
            if (await UntouchedAsync(context, act.TenantId, origin.FaxId, split, cancel).ConfigureAwait(false)
                is not { } parts)
            {
                return ChangeResult.Stale;
            }
            Script write = new(context);
            HandlingWriting.Change(write, act, origin);
            parts.ForEach(part => SplitWriting.TakeBack(write, act.TenantId, origin.FaxId, part));
            // Last, because they lock the tenant's row until the commit.
            parts.ForEach(part => FaxInsert.Event(write, act.TenantId, part, partTold));
            FaxInsert.Event(write, act.TenantId, origin.FaxId, originTold);
            await write.RunAsync(cancel).ConfigureAwait(false);
            return ChangeResult.Changed;
        }, cancellation);
    }

    /// <summary>The faxes that a change split off, by id; none if it split none.</summary>
    public Task<List<Guid>> OfChangeAsync(Guid tenantId, Guid changeId, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.FaxParts
            .Where(row => row.TenantId == tenantId && row.ChangeId == changeId)
            .OrderBy(row => row.FaxId)
            .Select(row => row.FaxId)
            .ToListAsync(cancellation), cancellation);

    /// <summary>Those of some faxes that were split off others, and what was split off some of them; each once, in the
    /// order in which they were split off.</summary>
    public Task<List<FaxPart>> ListAsync(Guid tenantId, IReadOnlyCollection<Guid> faxIds,
        CancellationToken cancellation)
    {
        Guid[] ids = [.. faxIds];
        return _store.ReadAsync(async context =>
        {
            // Two questions, since each has an index of its own.
            List<FaxPartRow> rows = await context.FaxParts
                .Where(row => row.TenantId == tenantId && ids.Contains(row.FaxId))
                .Concat(context.FaxParts.Where(row => row.TenantId == tenantId && ids.Contains(row.OriginId)))
                .ToListAsync(cancellation).ConfigureAwait(false);
            return rows.Count == 0 ? []
                : await PartsAsync(context, tenantId, rows, cancellation).ConfigureAwait(false);
        }, cancellation);
    }

    private static async Task<List<FaxPart>> PartsAsync(
        StoreContext context, Guid tenantId, List<FaxPartRow> rows, CancellationToken cancel)
    {
        Guid[] parts = [.. rows.Select(row => row.FaxId).Distinct()];
        var pages = await context.Pages
            .Where(row => row.TenantId == tenantId && parts.Contains(row.FaxId))
            .Select(row => new { row.FaxId, row.Number, row.OriginPage })
            .ToListAsync(cancel).ConfigureAwait(false);
        var superseded = await context.Faxes
            .Where(row => row.TenantId == tenantId && parts.Contains(row.FaxId) && row.SupersededBy != null)
            .Select(row => new { row.FaxId, row.SupersededBy })
            .ToDictionaryAsync(row => row.FaxId, row => row.SupersededBy, cancel).ConfigureAwait(false);
        // Ids of one split are given so that its first part has the greatest: lists run that way.
        return
        [
            .. rows.DistinctBy(row => row.FaxId)
                .OrderBy(row => row.SplitAt).ThenByDescending(row => row.FaxId)
                .Select(row => new FaxPart(row.FaxId, row.OriginId, row.SplitAt,
                    superseded.GetValueOrDefault(row.FaxId) == row.OriginId,
                    [.. pages.Where(page => page.FaxId == row.FaxId).OrderBy(page => page.Number)
                        .Select(page => page.OriginPage ?? 0)])),
        ];
    }

    private static void Check(NewSplit split)
    {
        FieldCheck.Count(split.Parts.Count, 1, PartsMax);
        HandlingTable.Check([split.Origin]);
        FieldCheck.Sealed(split.OriginTold.SealedBody);
        FieldCheck.Sealed(split.PartTold.SealedBody);
        foreach (NewPart part in split.Parts)
        {
            FieldCheck.Tag(part.IdempotencyTag);
            FieldCheck.Sealed(part.SealedRemoteNumber);
            FieldCheck.Sealed(part.SealedStationId);
            FieldCheck.Count(part.Pages.Count, 1, int.MaxValue);
            for (int i = 0; i < part.Pages.Count; i++)
            {
                Check(split, part, part.Pages[i], i + 1);
            }
        }
    }

    private static void Check(NewSplit split, NewPart part, PageRecord page, int number)
    {
        FieldCheck.Tag(page.ObjectHash);
        FieldCheck.Count(page.ByteLength, 1, long.MaxValue);
        if (page.Number != number || page.FaxId != part.FaxId || page.TenantId != split.Act.TenantId
            || page.OriginPage is not > 0 || page.KeyEpoch != split.KeyEpoch || page.ContentTag is not null
            || page.State is not (PageState.Stored or PageState.Confirmed))
        {
            throw new ArgumentException($"page {number} is not page {number} of a part of this fax", nameof(page));
        }
    }

    private static async Task<ChangeResult> SplitAsync(StoreContext context, NewSplit split, CancellationToken cancel)
    {
        Guid tenant = split.Act.TenantId;
        ChangeResult may = await HandlingWriting.LockAsync(context, split.Act, [split.Origin], cancel)
            .ConfigureAwait(false);
        if (may != ChangeResult.Changed)
        {
            return may;
        }
        // Its row is locked: it stays here until the parts are too.
        bool isHere = await context.Faxes.AnyAsync(row => row.TenantId == tenant
            && row.FaxId == split.Origin.FaxId && row.KeyEpoch == split.KeyEpoch
            && s_here.Contains(row.State), cancel).ConfigureAwait(false);
        if (!isHere)
        {
            return ChangeResult.Missing;
        }
        Script write = new(context);
        foreach (NewPart part in split.Parts)
        {
            SplitWriting.Part(write, split, part);
        }
        HandlingWriting.Change(write, split.Act, split.Origin);
        // Last, because they lock the tenant's row until the commit.
        foreach (NewPart part in split.Parts)
        {
            UsageWriting.Add(write, tenant, part.FaxId);
            FaxInsert.Event(write, tenant, part.FaxId, split.PartTold);
        }
        FaxInsert.Event(write, tenant, split.Origin.FaxId, split.OriginTold);
        await write.RunAsync(cancel).ConfigureAwait(false);
        return ChangeResult.Changed;
    }

    // The parts of a split, locked until the commit; null if somebody has done something with one of them.
    private static async Task<List<Guid>?> UntouchedAsync(
        StoreContext context, Guid tenantId, Guid originId, Guid changeId, CancellationToken cancel)
    {
        List<Guid> parts = await context.FaxParts
            .Where(row => row.TenantId == tenantId && row.ChangeId == changeId && row.OriginId == originId)
            .Select(row => row.FaxId)
            .ToListAsync(cancel).ConfigureAwait(false);
        IQueryable<FaxRow> rows = context.Faxes.Where(row => row.TenantId == tenantId && parts.Contains(row.FaxId));
        await rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.RowVersion, row => row.RowVersion), cancel)
            .ConfigureAwait(false);
        // That somebody has opened one is not much; what he wrote on it would be hidden.
        int untouched = await rows.CountAsync(row => s_here.Contains(row.State) && row.HandlingVersion == 0
            && row.NotesWritten == 0
            && !context.FaxParts.Any(part => part.TenantId == tenantId && part.OriginId == row.FaxId), cancel)
            .ConfigureAwait(false);
        return parts.Count > 0 && untouched == parts.Count ? parts : null;
    }
}

/// <summary>The statements of a split, within a transaction that has the fax's row locked.</summary>
internal static class SplitWriting
{
    public static void Part(Script write, NewSplit split, NewPart part)
    {
        Fax(write, split, part);
        foreach (PageRecord[] some in part.Pages.Chunk(FaxInsert.PagesMax))
        {
            Pages(write, some);
        }
        write.Say("INSERT INTO fax_parts (tenant_id, fax_id, origin_id, change_id, split_at) VALUES (")
            .Add(split.Act.TenantId).Add(part.FaxId).Add(split.Origin.FaxId).Add(split.Act.ChangeId).Add(split.Act.At)
            .Say(")").End();
    }

    public static void TakeBack(Script write, Guid tenantId, Guid originId, Guid partId) => Where(
        write.Say("UPDATE faxes SET row_version = row_version + 1, state = ").Say((int)FaxState.Superseded)
            .Say(", superseded_by = ").Add(originId), tenantId, partId).End();

    // What is the other's comes out of its row, in the order of the columns. It has no reason why it ended: it is none
    // of what a call left behind.
    private static void Fax(Script write, NewSplit split, NewPart part)
    {
        int confirmed = part.Pages.Count(page => page.State == PageState.Confirmed);
        write.Say($"INSERT INTO faxes ({FaxInsert.FaxColumns}) SELECT tenant_id, ").Add(part.FaxId)
            .Say(", line_id, call_id, direction, state, 0, NULL, retention_class, ")
            .Add(part.Pages.Count).Add(confirmed)
            .Say(", begun_at, received_at, confirmed_at, key_epoch, ").Add(part.IdempotencyTag)
            .Say(", remote_tag, ").Add(part.SealedRemoteNumber).Add(part.SealedStationId)
            .Say(", NULL, NULL, ").Say((int)FaxHandling.New).Say(", 0, 0, 0 FROM faxes");
        Where(write, split.Act.TenantId, split.Origin.FaxId).End();
    }

    private static void Pages(Script write, IEnumerable<PageRecord> pages)
    {
        write.Say($"INSERT INTO pages ({FaxInsert.PageColumns}, origin_page) VALUES ");
        string separator = "(";
        foreach (PageRecord page in pages)
        {
            write.Say(separator);
            separator = "), (";
            FaxInsert.Values(write, page, page.State).Add(page.OriginPage);
        }
        write.Say(")").End();
    }

    private static Script Where(Script write, Guid tenantId, Guid faxId) => write
        .Say(" WHERE tenant_id = ").Add(tenantId).Say(" AND fax_id = ").Add(faxId);
}
