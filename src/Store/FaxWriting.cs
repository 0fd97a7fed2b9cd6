// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>The statements that change faxes and pages, each within a transaction of its caller.</summary>
internal static class FaxWriting
{
    public static void Check(NewFax fax)
    {
        FieldCheck.Tag(fax.IdempotencyTag);
        FieldCheck.Tag(fax.RemoteTag);
        FieldCheck.Sealed(fax.SealedRemoteNumber);
        FieldCheck.Sealed(fax.SealedStationId);
        FieldCheck.Sealed(fax.SealedSubject);
        FieldCheck.Sealed(fax.SealedFileName);
    }

    public static void Check(PageRecord page)
    {
        FieldCheck.Tag(page.ObjectHash);
        FieldCheck.Tag(page.ContentTag);
        FieldCheck.Count(page.Number, 1, int.MaxValue);
        FieldCheck.Count(page.ByteLength, 1, long.MaxValue);
        if (page.State != PageState.Stored)
        {
            throw new ArgumentException("a new page is stored; confirming it is another step", nameof(page));
        }
    }

    public static void Check(NewFax fax, IReadOnlyList<PageRecord> pages, FaxMove end)
    {
        Check(fax);
        CheckPages(fax, pages);
        bool isMove = FaxMoves.Into(end.To).Contains(FaxMoves.Beginning(fax.Direction));
        if (!isMove || end.FaxId != fax.FaxId || end.TenantId != fax.TenantId)
        {
            throw new ArgumentException($"it is no end of this fax to be {end.To}", nameof(end));
        }
        FieldCheck.Count(end.PagesConfirmed ?? 0, 0, pages.Count);
    }

    public static void CheckPages(NewFax fax, IReadOnlyList<PageRecord> pages)
    {
        for (int i = 0; i < pages.Count; i++)
        {
            Check(pages[i]);
            if (pages[i].Number != i + 1 || pages[i].FaxId != fax.FaxId || pages[i].TenantId != fax.TenantId)
            {
                throw new ArgumentException($"page {i + 1} is not page {i + 1} of this fax", nameof(pages));
            }
        }
    }

    public static void Check(NewCall call, NewFax fax, PageRecord first)
    {
        FieldCheck.Tag(call.CallTag);
        FieldCheck.Sealed(call.SealedRemoteNumber);
        Check(fax);
        Check(first);
        if (call.TenantId != fax.TenantId || call.CallId != fax.CallId || first.TenantId != fax.TenantId
            || first.FaxId != fax.FaxId || first.Number != 1)
        {
            throw new ArgumentException("the call brings this fax, and the page is its first", nameof(fax));
        }
    }

    public static void Check(FaxEnd end)
    {
        Check(end.Move);
        FieldCheck.Sealed(end.Call.SealedStationId);
        FieldCheck.Sealed(end.Told.SealedBody);
        foreach ((FaxMove move, NewEvent told) in end.Others)
        {
            Check(move);
            FieldCheck.Sealed(told.SealedBody);
            if (move.TenantId != end.Move.TenantId)
            {
                throw new ArgumentException("a fax of another tenant", nameof(end));
            }
        }
    }

    public static void Check(FaxMove move)
    {
        if (move.To == FaxState.Superseded != move.SupersededBy.HasValue || move.SupersededBy == move.FaxId)
        {
            throw new ArgumentException("a fax is superseded by another, and nothing else is", nameof(move));
        }
    }

    public static FaxRow Row(NewFax fax) => new()
    {
        TenantId = fax.TenantId,
        FaxId = fax.FaxId,
        LineId = fax.LineId,
        CallId = fax.CallId,
        Direction = fax.Direction,
        State = FaxMoves.Beginning(fax.Direction),
        RetentionClass = fax.RetentionClass,
        BegunAt = fax.BegunAt,
        KeyEpoch = fax.KeyEpoch,
        IdempotencyTag = fax.IdempotencyTag,
        RemoteTag = fax.RemoteTag,
        SealedRemoteNumber = fax.SealedRemoteNumber,
        SealedStationId = fax.SealedStationId,
        SealedSubject = fax.SealedSubject,
        SealedFileName = fax.SealedFileName,
        Handling = HandlingOf(fax.Direction),
    };

    /// <summary>How a fax is handled at first.</summary>
    public static FaxHandling HandlingOf(FaxDirection direction) =>
        direction == FaxDirection.Inbound ? FaxHandling.New : FaxHandling.None;

    public static Task<BegunFax?> FindRepeatedAsync(StoreContext context, NewFax fax, CancellationToken cancel) =>
        context.Faxes
            .Where(row => row.TenantId == fax.TenantId && row.IdempotencyTag == fax.IdempotencyTag)
            .Select(row => new BegunFax(row.FaxId, true, row.State, row.PagesStored))
            .SingleOrDefaultAsync(cancel);

    /// <summary>What there is instead, when a call could not begin.</summary>
    public static async Task<BegunCall> WhyNotBegunAsync(StoreContext context, NewFax fax, CancellationToken cancel) =>
        new(await FindRepeatedAsync(context, fax, cancel).ConfigureAwait(false)
            ?? throw new StoreConflictException("the fax's id is taken; nothing was written"), []);

    /// <summary>What there is instead, when a page could not be added. The condition on `pages_stored` makes numbers
    /// go up without gaps, whoever else is adding.</summary>
    public static async Task<AddPageResult> WhyNotAddedAsync(StoreContext context, PageRecord page,
        CancellationToken cancel)
    {
        byte[]? known = await context.Pages
            .Where(row => row.TenantId == page.TenantId && row.FaxId == page.FaxId && row.Number == page.Number)
            .Select(row => row.ObjectHash)
            .SingleOrDefaultAsync(cancel)
            .ConfigureAwait(false);
        if (known is not null)
        {
            return known.AsSpan().SequenceEqual(page.ObjectHash)
                ? AddPageResult.AlreadyThere : AddPageResult.Refused;
        }
        return await ExistsAsync(context, page.TenantId, page.FaxId, cancel).ConfigureAwait(false)
            ? AddPageResult.Refused : AddPageResult.Missing;
    }

    public static async Task<bool> ConfirmPagesAsync(StoreContext context, Guid tenantId, Guid faxId, int number,
        CancellationToken cancel)
    {
        int counted = await context.Faxes
            .Where(row => row.TenantId == tenantId && row.FaxId == faxId
                && row.PagesStored >= number && row.PagesConfirmed < number && row.State != FaxState.Erased)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.PagesConfirmed, number)
                .SetProperty(row => row.RowVersion, row => row.RowVersion + 1), cancel)
            .ConfigureAwait(false);
        if (counted == 1)
        {
            await MarkConfirmedAsync(context, tenantId, faxId, number, cancel).ConfigureAwait(false);
        }
        return counted == 1;
    }

    public static async Task<MoveResult> MoveAsync(StoreContext context, FaxMove move, CallEnd? call, NewEvent? told,
        CancellationToken cancel)
    {
        if (!await FaxProgress.TryMoveAsync(context, move, cancel).ConfigureAwait(false))
        {
            return await WhyNotAsync(context, move, cancel).ConfigureAwait(false);
        }
        await FaxProgress.FollowMoveAsync(context, move, call, told, cancel).ConfigureAwait(false);
        return MoveResult.Moved;
    }

    /// <summary>Others are moved only if this fax was; each for itself, since somebody else may have been faster with
    /// one of them.</summary>
    public static async Task<MoveResult> EndAsync(StoreContext context, FaxEnd end, CancellationToken cancel)
    {
        MoveResult result = await MoveAsync(context, end.Move, end.Call, end.Told, cancel).ConfigureAwait(false);
        foreach ((FaxMove move, NewEvent told) in result == MoveResult.Moved ? end.Others : [])
        {
            await MoveAsync(context, move, null, told, cancel).ConfigureAwait(false);
        }
        return result;
    }

    public static async Task<BegunFax> RecordAsync(StoreContext context, NewFax fax, IReadOnlyList<PageRecord> pages,
        FaxMove end, NewEvent told, CancellationToken cancel)
    {
        int confirmed = end.PagesConfirmed ?? pages.Count;
        if (!await FaxInsert.TryAddAsync(context, fax, end, pages.Count, confirmed, cancel).ConfigureAwait(false))
        {
            return await FindRepeatedAsync(context, fax, cancel).ConfigureAwait(false)
                ?? throw new InvalidOperationException("a fax that was in the way is not there");
        }
        await FaxInsert.AddPagesAndEventAsync(context, fax, pages, confirmed, told, cancel).ConfigureAwait(false);
        return new BegunFax(fax.FaxId, false, end.To, pages.Count);
    }

    private static async Task<MoveResult> WhyNotAsync(StoreContext context, FaxMove move, CancellationToken cancel)
    {
        FaxState? state = await context.Faxes
            .Where(row => row.TenantId == move.TenantId && row.FaxId == move.FaxId)
            .Select(row => (FaxState?)row.State)
            .SingleOrDefaultAsync(cancel)
            .ConfigureAwait(false);
        return state is null ? MoveResult.Missing
            : state == move.To ? MoveResult.AlreadyThere : MoveResult.Refused;
    }

    private static Task<bool> ExistsAsync(StoreContext context, Guid tenantId, Guid faxId, CancellationToken cancel) =>
        context.Faxes.AnyAsync(row => row.TenantId == tenantId && row.FaxId == faxId, cancel);

    private static Task<int> MarkConfirmedAsync(StoreContext context, Guid tenantId, Guid faxId, int number,
        CancellationToken cancel) =>
        context.Pages
            .Where(row => row.TenantId == tenantId && row.FaxId == faxId && row.Number <= number
                && row.State == PageState.Stored)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, PageState.Confirmed), cancel);
}
