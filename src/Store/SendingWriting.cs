// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>The statements that change the queue, each within a transaction of its caller. The event comes last: it
/// locks the tenant's row until the commit.</summary>
internal static class SendingWriting
{
    public static void Check(NewFax fax, IReadOnlyList<PageRecord> pages, NewSending sending,
        DestinationRecord destination)
    {
        FaxWriting.Check(fax);
        FaxWriting.CheckPages(fax, pages);
        Check(destination);
        FieldCheck.Sealed(sending.SealedCover);
        if (fax.Direction != FaxDirection.Outbound || pages.Count == 0 || sending.TenantId != fax.TenantId
            || sending.FaxId != fax.FaxId || destination.TenantId != fax.TenantId
            || sending.State is not (SendingState.Held or SendingState.Waiting)
            || !sending.RemoteTag.AsSpan().SequenceEqual(fax.RemoteTag)
            || !sending.RemoteTag.AsSpan().SequenceEqual(destination.NumberTag))
        {
            throw new ArgumentException("fax, place in the queue and destination do not belong together",
                nameof(sending));
        }
    }

    public static void Check(DestinationRecord destination)
    {
        FieldCheck.Tag(destination.NumberTag);
        FieldCheck.Sealed(destination.SealedNumber);
        FieldCheck.Sealed(destination.SealedName);
        FieldCheck.Sealed(destination.SealedStationId);
    }

    public static void Check(SendingEnd end)
    {
        FaxWriting.Check(end.Move);
        FieldCheck.Sealed(end.Told.SealedBody);
        FieldCheck.Sealed(end.Call?.SealedStationId);
        FieldCheck.Sealed(end.Learned?.SealedStationId);
        FieldCheck.Sealed(end.Attempt?.SealedReport);
        foreach (PageSent page in end.Sent)
        {
            FieldCheck.Sealed(page.SealedSent);
        }
        if (end.State is SendingState.Calling or SendingState.Held)
        {
            throw new ArgumentException("after a try a fax waits or has ended", nameof(end));
        }
    }

    /// <summary>The row, as long as it is this lease's.</summary>
    public static IQueryable<SendingRow> Held(StoreContext context, SendingRecord lease) => context.Sendings
        .Where(row => row.TenantId == lease.TenantId && row.FaxId == lease.FaxId
            && row.State == SendingState.Calling && row.LeaseOwner == lease.LeaseOwner
            && row.Attempt == lease.Attempt);

    /// <summary>True, and the row locked until the commit, if the lease is still ours.</summary>
    public static async Task<bool> HoldAsync(StoreContext context, SendingRecord lease, CancellationToken cancel) =>
        await Held(context, lease)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Beat, row => row.Beat + 1), cancel)
            .ConfigureAwait(false) == 1;

    public static async Task<SubmittedSending> SubmitAsync(StoreContext context, NewFax fax,
        IReadOnlyList<PageRecord> pages, NewSending sending, DestinationRecord destination, NewEvent told,
        UsageLimits? limits, CancellationToken cancel)
    {
        FaxMove begin = new(fax.TenantId, fax.FaxId, FaxState.Queued, sending.CreatedAt);
        if (!await FaxInsert.TryAddAsync(context, fax, begin, pages.Count, 0, cancel).ConfigureAwait(false))
        {
            return await RepeatedAsync(context, fax, cancel).ConfigureAwait(false);
        }
        bool isConfirmed = await DestinationWriting.RememberAsync(context, destination, cancel).ConfigureAwait(false);
        SendingState state = isConfirmed ? SendingState.Waiting : sending.State;
        context.Sendings.Add(new SendingRow
        {
            TenantId = sending.TenantId,
            FaxId = sending.FaxId,
            State = state,
            Priority = sending.Priority,
            CreatedAt = sending.CreatedAt,
            DueAt = sending.DueAt,
            BroadcastId = sending.BroadcastId,
            RemoteTag = sending.RemoteTag,
            TrunkId = sending.TrunkId,
            TrunkFixed = sending.TrunkFixed,
            AnyStation = sending.AnyStation,
            SealedCover = sending.SealedCover,
        });
        await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        await BroadcastWriting.RequireOpenAsync(context, sending.TenantId, sending.BroadcastId, cancel)
            .ConfigureAwait(false);
        await UsageWriting.TakeAsync(context, fax.TenantId, pages, limits, sending.CreatedAt, cancel)
            .ConfigureAwait(false);
        await FaxInsert.AddPagesAndEventAsync(context, fax, pages, 0, told, cancel).ConfigureAwait(false);
        return new SubmittedSending(fax.FaxId, false, state);
    }

    public static async Task<bool> EndAsync(StoreContext context, SendingRecord lease, SendingEnd end,
        CancellationToken cancel)
    {
        int held = await Held(context, lease)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.State, end.State)
                .SetProperty(row => row.LeaseOwner, (Guid?)null)
                // A wish to cancel that nobody heard in time is heard at once by the next claim.
                .SetProperty(row => row.DueAt, row => row.CancelAskedAt ?? end.DueAt)
                .SetProperty(row => row.TrunkId, row => row.TrunkFixed ? row.TrunkId : end.TrunkId)
                .SetProperty(row => row.Cause, end.Cause), cancel)
            .ConfigureAwait(false);
        if (held == 0)
        {
            return false;
        }
        if (end.Attempt is { } attempt)
        {
            await AttemptTable.EndAsync(context, lease, attempt, cancel).ConfigureAwait(false);
        }
        if (end.Learned is { } learned)
        {
            await DestinationWriting.LearnAsync(context, lease.TenantId, lease.RemoteTag, learned, cancel)
                .ConfigureAwait(false);
        }
        foreach (PageSent page in end.Sent)
        {
            await PageSentAsync(context, lease, page, cancel).ConfigureAwait(false);
        }
        if (end.Work is { } work)
        {
            context.Jobs.Add(JobTable.Row(work));
            await context.SaveChangesAsync(cancel).ConfigureAwait(false);
        }
        BroadcastRow? broadcast = end.State == SendingState.Waiting ? null : await BroadcastWriting
            .LockAsync(context, lease.TenantId, lease.BroadcastId, cancel).ConfigureAwait(false);
        await MoveAsync(context, end.Move, end.Call, end.Told, cancel).ConfigureAwait(false);
        await BroadcastWriting.EndAsync(context, broadcast, end.Move.At, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>Writes what went on the line of a page, once.</summary>
    public static Task PageSentAsync(StoreContext context, SendingRecord lease, PageSent page,
        CancellationToken cancel) => context.Pages
        .Where(row => row.TenantId == lease.TenantId && row.FaxId == lease.FaxId && row.Number == page.Number
            && row.SealedSent == null)
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.SealedSent, page.SealedSent), cancel);

    public static async Task<CancelResult> CancelAsync(StoreContext context, FaxMove move, int cause, NewEvent told,
        CancellationToken cancel)
    {
        int cancelled = await context.Sendings
            .Where(row => row.TenantId == move.TenantId && row.FaxId == move.FaxId
                && (row.State == SendingState.Held || row.State == SendingState.Waiting))
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.State, SendingState.Cancelled)
                .SetProperty(row => row.Cause, cause), cancel)
            .ConfigureAwait(false);
        if (cancelled == 1)
        {
            BroadcastRow? broadcast = await LockBroadcastAsync(context, move, cancel).ConfigureAwait(false);
            await MoveAsync(context, move, null, told, cancel).ConfigureAwait(false);
            await BroadcastWriting.EndAsync(context, broadcast, move.At, cancel).ConfigureAwait(false);
            return CancelResult.Cancelled;
        }
        int asked = await context.Sendings
            .Where(row => row.TenantId == move.TenantId && row.FaxId == move.FaxId
                && row.State == SendingState.Calling)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CancelAskedAt, move.At), cancel)
            .ConfigureAwait(false);
        return asked == 1 ? CancelResult.Asked
            : await SendingTable.FindAsync(context, move.TenantId, move.FaxId, cancel).ConfigureAwait(false) is null
                ? CancelResult.Missing : CancelResult.TooLate;
    }

    public static async Task<bool> RetryAsync(StoreContext context, FaxMove move, NewEvent told,
        CancellationToken cancel)
    {
        int attempts = await AttemptTable.CountAsync(context, move.TenantId, move.FaxId, cancel).ConfigureAwait(false);
        int again = await context.Sendings
            .Where(row => row.TenantId == move.TenantId && row.FaxId == move.FaxId
                && (row.State == SendingState.Failed || row.State == SendingState.Cancelled))
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.State, row => context.Destinations.Any(known =>
                    known.TenantId == row.TenantId && known.NumberTag == row.RemoteTag
                    && (known.ConfirmedAt != null || known.VerifiedAt != null))
                        ? SendingState.Waiting : SendingState.Held)
                .SetProperty(row => row.DueAt, move.At)
                .SetProperty(row => row.CancelAskedAt, (DateTimeOffset?)null)
                .SetProperty(row => row.CountedFrom, attempts + 1), cancel)
            .ConfigureAwait(false);
        if (again == 1)
        {
            BroadcastWriting.Reopen(await LockBroadcastAsync(context, move, cancel).ConfigureAwait(false));
            await context.SaveChangesAsync(cancel).ConfigureAwait(false);
            await MoveAsync(context, move, null, told, cancel).ConfigureAwait(false);
        }
        return again == 1;
    }

    public static async Task<bool> CorrectNumberAsync(StoreContext context, FaxMove again, NewEvent told,
        DestinationRecord destination, byte[] sealedNumber, CancellationToken cancel)
    {
        bool isConfirmed = await DestinationWriting.RememberAsync(context, destination, cancel).ConfigureAwait(false);
        IQueryable<SendingRow> rows = context.Sendings
            .Where(row => row.TenantId == again.TenantId && row.FaxId == again.FaxId
                && context.Faxes.Any(fax => fax.TenantId == row.TenantId && fax.FaxId == row.FaxId
                    && fax.PagesConfirmed == 0));
        int waiting = await rows
            .Where(row => row.State == SendingState.Held || row.State == SendingState.Waiting)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.State, isConfirmed ? SendingState.Waiting : SendingState.Held)
                .SetProperty(row => row.RemoteTag, destination.NumberTag)
                .SetProperty(row => row.DueAt, row => row.DueAt < again.At ? again.At : row.DueAt), cancel)
            .ConfigureAwait(false);
        int over = waiting > 0 ? 0 : await rows
            .Where(row => row.State == SendingState.Failed || row.State == SendingState.Cancelled)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RemoteTag, destination.NumberTag), cancel)
            .ConfigureAwait(false);
        if (waiting + over == 0)
        {
            return false;
        }

        await context.Faxes
            .Where(row => row.TenantId == again.TenantId && row.FaxId == again.FaxId)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.RemoteTag, destination.NumberTag)
                .SetProperty(row => row.SealedRemoteNumber, sealedNumber)
                .SetProperty(row => row.RowVersion, row => row.RowVersion + 1), cancel)
            .ConfigureAwait(false);
        return over == 0 || await RetryAsync(context, again, told, cancel).ConfigureAwait(false);
    }

    private static async Task<BroadcastRow?> LockBroadcastAsync(StoreContext context, FaxMove move,
        CancellationToken cancel) => await BroadcastWriting.LockAsync(context, move.TenantId,
        (await SendingTable.FindAsync(context, move.TenantId, move.FaxId, cancel).ConfigureAwait(false))?.BroadcastId,
        cancel).ConfigureAwait(false);

    /// <summary>The queue and its faxes move together or not at all.</summary>
    private static async Task MoveAsync(StoreContext context, FaxMove move, CallEnd? call, NewEvent told,
        CancellationToken cancel)
    {
        if (!await FaxProgress.TryMoveAsync(context, move, cancel).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"a fax of the queue can't be {move.To} from where it is");
        }
        await FaxProgress.FollowMoveAsync(context, move, call, told, cancel).ConfigureAwait(false);
    }

    private static async Task<SubmittedSending> RepeatedAsync(StoreContext context, NewFax fax,
        CancellationToken cancel)
    {
        BegunFax? known = await FaxWriting.FindRepeatedAsync(context, fax, cancel).ConfigureAwait(false);
        SendingRecord? there = known is not null
            ? await SendingTable.FindAsync(context, fax.TenantId, known.FaxId, cancel).ConfigureAwait(false) : null;
        return there is null ? throw new StoreConflictException("the fax's tag is taken; nothing was written")
            : new SubmittedSending(there.FaxId, true, there.State);
    }
}
