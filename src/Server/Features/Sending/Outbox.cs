// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Sending;

/// <summary>The door to sending, for whatever serves people and programs. Who may do what is decided before it; what is
/// shown of its answers is the caller's disclosure, to be journaled there.</summary>
internal sealed class Outbox(SendingContext context, Dispatcher dispatcher)
{
    private readonly SealedNumbers _numbers = new(context.Keys, context.Sealer, context.Store, context.Time);
    private readonly FaxComposer _composer = FaxComposer.Of(context);

    /// <summary>Seals the pages as they come, and puts the fax into the queue; or, if its number is new, holds it until
    /// the number is confirmed. The same key again is the same fax.</summary>
    /// <exception cref="ArgumentException">No page, or a number that can't be dialled.</exception>
    public async Task<SubmittedSending> SubmitAsync(SubmitFax fax, CancellationToken cancellation)
    {
        SubmitBroadcast one = new()
        {
            TenantId = fax.TenantId,
            LineId = fax.LineId,
            Numbers = [fax.Number],
            Pages = fax.Pages,
            IdempotencyKey = fax.IdempotencyKey,
            Terms = fax.Terms,
        };
        return (await SubmitAsync(one, null, cancellation).ConfigureAwait(false))[0];
    }

    /// <summary>One document to many numbers: a fax for each, and one report. A submission that was cut goes on when it
    /// comes again with the same key.</summary>
    public Task<IReadOnlyList<SubmittedSending>> SubmitAsync(SubmitBroadcast fax, CancellationToken cancellation) =>
        SubmitAsync(fax, BroadcastIdOf(fax.TenantId, fax.IdempotencyKey), cancellation);

    /// <summary>The id of the broadcast with this key.</summary>
    public Guid BroadcastIdOf(Guid tenant, string idempotencyKey) =>
        new(context.Keys.Tags(tenant).Tag("fax.broadcast", idempotencyKey).AsSpan(0, 16), bigEndian: true);

    /// <summary>Takes a fax back; a call that is under way is hung up.</summary>
    public async Task<CancelResult> CancelAsync(Guid tenant, Guid fax, CancellationToken cancellation)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        CancelResult result = await context.Store.Sendings.CancelAsync(
            new FaxMove(tenant, fax, FaxState.Cancelled, now, FaxEndCode.Sending + (int)RetryCause.Cancelled),
            (int)RetryCause.Cancelled, new NewEvent((int)FaxEventKind.SendingCancelled, now), cancellation)
            .ConfigureAwait(false);
        if (result == CancelResult.Asked)
        {
            dispatcher.HangUp(tenant, fax);
        }

        return result;
    }

    /// <summary>Takes back what of a broadcast has not ended; nothing is added to it any more. False if all has
    /// ended, or there is none.</summary>
    public async Task<bool> CancelBroadcastAsync(
        Guid tenant, Guid broadcast, int faxesAtOnce, CancellationToken cancellation)
    {
        if (!await context.Store.Broadcasts
            .CancelAsync(tenant, broadcast, context.Time.GetUtcNow(), cancellation).ConfigureAwait(false))
        {
            return false;
        }

        Guid? after = null;
        List<SendingRecord> some;
        do
        {
            some = await context.Store.Sendings
                .ListAsync(new SendingList(tenant, faxesAtOnce, broadcast, after), cancellation)
                .ConfigureAwait(false);
            foreach (SendingRecord sending in some)
            {
                await CancelAsync(tenant, sending.FaxId, cancellation).ConfigureAwait(false);
                after = sending.FaxId;
            }
        }
        while (some.Count == faxesAtOnce);
        return true;
    }

    /// <summary>The number of a fax that is held, given a second time. If it is the same, this and every other fax that
    /// is held for it goes; false if it is another, or nothing of this id is there.</summary>
    public async Task<bool> ConfirmNumberAsync(
        Guid tenant, Guid fax, string number, Guid? by, CancellationToken cancellation)
    {
        SendingRecord? held = await context.Store.Sendings.FindAsync(tenant, fax, cancellation).ConfigureAwait(false);
        string given = DialledNumber.Normalize(number);
        if (held is null || given.Length == 0 || !MisdialGuard.Confirms(held.RemoteTag, _numbers.Tag(given)))
        {
            return false;
        }

        await context.Store.Destinations
            .ConfirmAsync(tenant, held.RemoteTag, context.Time.GetUtcNow(), by, cancellation).ConfigureAwait(false);
        dispatcher.Wake();
        return true;
    }

    /// <summary>Writes a number into the address book: somebody made sure whose it is.</summary>
    public async Task VerifyNumberAsync(Guid tenant, string number, string name, CancellationToken cancellation)
    {
        DestinationRecord known = _numbers.Destination(tenant, Submission.Dialled(number), name);
        await context.Store.Destinations.SaveAsync(known with { VerifiedAt = known.CreatedAt }, cancellation)
            .ConfigureAwait(false);
        await context.Store.Destinations
            .ConfirmAsync(tenant, known.NumberTag, known.CreatedAt, null, cancellation).ConfigureAwait(false);
        dispatcher.Wake();
    }

    /// <summary>Sends a fax that failed, or was taken back, once more: from the first page that is not confirmed, with
    /// all its tries. False if it is in no such state.</summary>
    /// <exception cref="VaultKeyException">Its keys were destroyed.</exception>
    public async Task<bool> RetryAsync(Guid tenant, Guid fax, CancellationToken cancellation)
    {
        if (await context.Store.Faxes.FindAsync(tenant, fax, cancellation).ConfigureAwait(false) is { } there
            && KeyEpoch.TryDecode(there.KeyEpoch, out KeyEpoch epoch))
        {
            // Nothing can be sent any more of what can't be opened.
            context.Keys.Get(tenant, epoch);
        }

        DateTimeOffset now = context.Time.GetUtcNow();
        bool again = await context.Store.Sendings.RetryAsync(
            new FaxMove(tenant, fax, FaxState.Queued, now), new NewEvent((int)FaxEventKind.Resubmitted, now),
            cancellation).ConfigureAwait(false);
        dispatcher.Wake();
        return again;
    }

    /// <summary>Gives a fax that waits, failed or was taken back another number, and puts it into the queue; held
    /// unless that one was confirmed before. False if a call is under way, the fax was sent, or a page went to the old
    /// number already: that is another fax.</summary>
    public async Task<bool> CorrectNumberAsync(Guid tenant, Guid fax, string number, CancellationToken cancellation)
    {
        string dialled = Submission.Dialled(number);
        FaxRecord? there = await context.Store.Faxes.FindAsync(tenant, fax, cancellation).ConfigureAwait(false);
        if (there is null || !KeyEpoch.TryDecode(there.KeyEpoch, out KeyEpoch epoch))
        {
            return false;
        }

        // With the key of the fax's own epoch, which its row names.
        byte[] field = _numbers.Field(context.Keys.Get(tenant, epoch).Sealing, tenant, fax,
            InboundFax.RemoteNumberField, dialled)!;
        DateTimeOffset now = context.Time.GetUtcNow();
        bool corrected = await context.Store.Sendings.CorrectNumberAsync(
            new FaxMove(tenant, fax, FaxState.Queued, now), new NewEvent((int)FaxEventKind.Resubmitted, now),
            _numbers.Destination(tenant, dialled), field, cancellation).ConfigureAwait(false);
        dispatcher.Wake();
        return corrected;
    }

    /// <summary>A fax with its tries and what a clerk reads of it; null if there is none.</summary>
    public async Task<OutboxFax?> FindAsync(Guid tenant, Guid fax, CancellationToken cancellation)
    {
        SendingRecord? sending = await context.Store.Sendings.FindAsync(tenant, fax, cancellation)
            .ConfigureAwait(false);
        return sending is null ? null : await WithTriesAsync(sending, cancellation).ConfigureAwait(false);
    }

    /// <summary>A part of a tenant's queue.</summary>
    public async Task<IReadOnlyList<OutboxFax>> ListAsync(SendingList which, CancellationToken cancellation)
    {
        List<OutboxFax> faxes = [];
        foreach (SendingRecord sending in await context.Store.Sendings
            .ListAsync(which, cancellation).ConfigureAwait(false))
        {
            if (await WithTriesAsync(sending, cancellation).ConfigureAwait(false) is { } fax)
            {
                faxes.Add(fax);
            }
        }

        return faxes;
    }

    /// <summary>How many faxes of a broadcast are in each state; <see cref="ListAsync"/> has each of them.</summary>
    public async Task<IReadOnlyDictionary<SendingState, int>> CountAsync(Guid tenant, Guid broadcast,
        CancellationToken cancellation) =>
        await context.Store.Sendings.CountAsync(tenant, broadcast, cancellation).ConfigureAwait(false);

    private async Task<OutboxFax?> WithTriesAsync(SendingRecord sending, CancellationToken cancellation)
    {
        FaxRecord? fax = await context.Store.Faxes.FindAsync(sending.TenantId, sending.FaxId, cancellation)
            .ConfigureAwait(false);
        return fax is null ? null : new OutboxFax(fax, sending, await context.Store.Attempts
            .ListAsync(sending.TenantId, sending.FaxId, cancellation).ConfigureAwait(false))
        {
            HasNoWay = sending.State == SendingState.Waiting && !context.HasWay(fax.LineId, sending),
        };
    }

    private async Task<IReadOnlyList<SubmittedSending>> SubmitAsync(SubmitBroadcast fax, Guid? broadcast,
        CancellationToken cancellation)
    {
        if (broadcast is { } id)
        {
            await context.Store.Broadcasts.BeginAsync(new BroadcastRecord(
                fax.TenantId, id, fax.LineId, BroadcastState.Submitting, context.Time.GetUtcNow(), fax.Numbers.Count),
                cancellation).ConfigureAwait(false);
        }

        IReadOnlyList<SubmittedSending> submitted =
            await new Submission(context, _numbers, _composer, fax, broadcast).RunAsync(cancellation)
                .ConfigureAwait(false);
        if (broadcast is { } whole)
        {
            await context.Store.Broadcasts
                .CompleteAsync(fax.TenantId, whole, context.Time.GetUtcNow(), cancellation).ConfigureAwait(false);
        }

        dispatcher.Wake();
        return submitted;
    }
}
