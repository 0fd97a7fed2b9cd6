// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Sending;

/// <summary>Why a call was ended from here.</summary>
internal enum HangUpReason
{
    /// <summary>Somebody took the fax back.</summary>
    Cancelled = 1,

    /// <summary>The server stops.</summary>
    Stopping = 2,

    /// <summary>The lease is another's, or can't be kept.</summary>
    LeaseLost = 3,
}

/// <summary>One lease, from the claim to its end: either a call, or what is made of a call that a crash cut.</summary>
/// <remarks>
/// Order, and what a crash between leaves: the lease, then the entry in the ledger, then the pages opened, then the try
/// durable, then the call; page by page the progress; then all that follows from the end in one transaction. Nothing is
/// dialled before the try is durable, so that a try that nobody ended tells of every call that may have been.
/// </remarks>
internal sealed class OutboundCall(SendingContext context, ISendingLine line, SendingRecord lease) : IDisposable
{
    private readonly CancellationTokenSource _hangUp = new();
    private readonly Lock _gate = new();
    private readonly SealedNumbers _numbers = new(context.Keys, context.Sealer, context.Store, context.Time);
    private readonly FaxComposer _composer = FaxComposer.Of(context);
    private readonly SentAccounts _accounts = new(context.Keys, context.Sealer);
    private volatile int _reason;
    private bool _gone;

    /// <summary>What it holds.</summary>
    public SendingRecord Lease => lease;

    /// <summary>Ends when the lease is given up and all is written.</summary>
    public Task Completed { get; private set; } = Task.CompletedTask;

    private bool IsCancelled => _reason == (int)HangUpReason.Cancelled;

    /// <summary>Begins. Not to be called twice.</summary>
    public void Start() => Completed = Task.Run(RunAsync);

    /// <summary>Ends the call in an orderly way; the first reason counts.</summary>
    public void HangUp(HangUpReason reason)
    {
        lock (_gate)
        {
            if (_reason == 0 && !_gone)
            {
                _reason = (int)reason;
                _hangUp.Cancel();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _gone = true;
            _hangUp.Dispose();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await WorkAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // One fax's trouble must not end the queue; the lease is given back.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            context.OnFault(lease.FaxId, failure);
            await KeepTryingAsync(() => context.Store.Sendings.ReleaseAsync(lease,
                context.Time.GetUtcNow() + context.Limits.StorageDelay, (int)RetryCause.OurFault,
                CancellationToken.None)).ConfigureAwait(false);
        }
    }

    private async Task WorkAsync()
    {
        context.Reached(SendingStep.Claimed);
        FaxRecord fax = await context.Store.Faxes.FindAsync(lease.TenantId, lease.FaxId, CancellationToken.None)
            .ConfigureAwait(false) ?? throw new InvalidOperationException("a fax of the queue is not there");
        List<AttemptRecord> tries = await context.Store.Attempts
            .ListAsync(lease.TenantId, lease.FaxId, CancellationToken.None).ConfigureAwait(false);
        DestinationRecord? known = await context.Store.Destinations
            .FindAsync(lease.TenantId, lease.RemoteTag, CancellationToken.None).ConfigureAwait(false);
        SendingTry current = new(context, lease, fax, tries, known);
        if (current.Open is { } open)
        {
            CrashFinding found = CrashRule.Resolve(open, fax.PagesConfirmed, fax.PagesStored);
            await EndAsync(current.Resolved(open, found)).ConfigureAwait(false);
        }
        else if (lease.CancelAskedAt is not null || IsCancelled)
        {
            await EndAsync(current.CancelledBefore()).ConfigureAwait(false);
        }
        else if (_reason != 0)
        {
            await GiveBackAsync(TimeSpan.Zero, RetryCause.Stopped).ConfigureAwait(false);
        }
        else
        {
            await CallAsync(current).ConfigureAwait(false);
        }
    }

    private async Task CallAsync(SendingTry current)
    {
        NewAttempt attempt = current.Next();
        (SentPages? pages, RetryCause lost) = await OpenAsync(current, attempt).ConfigureAwait(false);
        if (lost == RetryCause.OurFault)
        {
            await GiveBackAsync(context.Limits.StorageDelay, RetryCause.OurFault).ConfigureAwait(false);
            return;
        }

        context.Reached(SendingStep.PagesOpened);
        string from = await _numbers.OpenLineAsync(lease.TenantId, current.Fax.LineId, CancellationToken.None)
            .ConfigureAwait(false);
        string to = _numbers.OpenRemote(current.Fax);
        NewCall call = NewCall(current.Fax, attempt, to);
        if (!await context.Store.Attempts.BeginAsync(lease, attempt, call, CancellationToken.None)
            .ConfigureAwait(false))
        {
            return;
        }

        context.Reached(SendingStep.AttemptBegun);
        CallProgressLog progress = new(context, lease, attempt, AccountsOf(current.Fax, attempt, pages),
            () => HangUp(HangUpReason.LeaseLost));
        try
        {
            CallReport? report = pages is null ? null : await DialAsync(to, from, pages, current, attempt, progress)
                .ConfigureAwait(false);
            context.Reached(SendingStep.CallEnded);
            progress.Complete();
            await progress.Written.ConfigureAwait(false);
            await EndAsync(report is null ? current.NotSent(attempt, lost)
                : current.Ended(attempt, call.CallId, report, progress, IsCancelled, _numbers))
                .ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever it was, the try is written and has to be ended.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            context.OnFault(lease.FaxId, failure);
            progress.Complete();
            await progress.Written.ConfigureAwait(false);
            await EndAsync(current.Faulted(attempt, progress)).ConfigureAwait(false);
        }
    }

    // No pages: why. The ledger or the storage that can't be used now is our own fault, and passes; a page that is lost
    // and a name that can't be printed do not.
    private async Task<(SentPages? Pages, RetryCause Lost)> OpenAsync(SendingTry current, NewAttempt attempt)
    {
        try
        {
            int first = attempt.PagesBefore + 1;
            IReadOnlyList<byte[]> files = await context.Reader.OpenForDeliveryAsync(
                lease.TenantId, lease.FaxId, first, CancellationToken.None).ConfigureAwait(false);
            (ComposedFax? fax, Refusal? refusal) = await _composer.ComposeAsync(
                current.Fax, lease, files, first, attempt.StartedAt, CancellationToken.None).ConfigureAwait(false);
            return fax is not null ? (new SentPages(fax.After(attempt.PagesBefore)), default)
                : (null, refusal?.Code switch
                {
                    null => RetryCause.PageUnreadable,
                    RefusalCode.NoFont => RetryCause.OurFault,
                    _ => RetryCause.NotComposed,
                });
        }
        catch (Exception refused) when (refused is PageRefusedException or SealedObjectException)
        {
            context.OnFault(lease.FaxId, refused);
            return (null, RetryCause.PageUnreadable);
        }
        catch (Exception failure) when (failure is IOException or Ledger.Log.LedgerRefusedException
            or VaultKeyException or Vault.Blobs.BlobException)
        {
            context.OnFault(lease.FaxId, failure);
            return (null, RetryCause.OurFault);
        }
    }

    private Func<int, byte[]?> AccountsOf(FaxRecord fax, NewAttempt attempt, SentPages? pages) => index =>
    {
        SentPage? sent = pages?.Sent(index);
        return sent is null ? null
            : _accounts.Seal(fax, ReceiptPage.Of(attempt.PagesBefore + index + 1, attempt.Number, sent));
    };

    private Task<CallReport> DialAsync(string to, string from, SentPages pages, SendingTry current,
        NewAttempt attempt, CallProgressLog progress)
    {
        string? meant = lease.AnyStation ? null : _numbers.OpenStation(current.Known);
        T30Settings settings = new()
        {
            StationId = from,
            // An id that says nothing stops nobody: most machines that were moved keep silent or keep theirs.
            Recognise = meant is null ? null
                : station => StationIdMatch.Compare(meant, station) != StationMatch.Different,
        };
        return line.SendAsync(new OutgoingFax
        {
            To = to,
            From = from.Length > 0 ? from : null,
            Trunk = attempt.TrunkId == SandboxNetwork.TrunkId ? SandboxNetwork.TrunkName
                : context.Trunks.FirstOrDefault(trunk => trunk.Id == attempt.TrunkId)?.Name
                    ?? attempt.TrunkId.ToString(),
            Pages = pages,
            T30 = Ladder.Apply(attempt.Rung, settings),
            T30Observer = progress,
        }, _hangUp.Token);
    }

    private NewCall NewCall(FaxRecord fax, NewAttempt attempt, string to)
    {
        DateTimeOffset now = attempt.StartedAt;
        SealingKey key = context.Keys.Ensure(fax.TenantId, KeyEpoch.At(now, (ushort)fax.RetentionClass)).Sealing;
        Guid call = ReceivingContext.NewId(now);
        return new NewCall(
            fax.TenantId, call, fax.LineId, attempt.TrunkId, FaxDirection.Outbound, now,
            context.Keys.Routing.Tag("call", $"{fax.FaxId} {attempt.Number}"), key.Epoch.Encoded,
            _numbers.Field(key, fax.TenantId, call, InboundFax.RemoteNumberField, to));
    }

    private Task GiveBackAsync(TimeSpan delay, RetryCause cause) => KeepTryingAsync(() =>
        context.Store.Sendings.ReleaseAsync(lease, context.Time.GetUtcNow() + delay, (int)cause,
            CancellationToken.None));

    private async Task EndAsync(SendingEnd end)
    {
        await KeepTryingAsync(() => context.Store.Sendings.EndAsync(lease, end, CancellationToken.None))
            .ConfigureAwait(false);
        context.Reached(SendingStep.AttemptEnded);
    }

    // The store may be gone for a while. What happened is known here alone; as soon as the store is back it is written,
    // or the lease is another's, who then resolved it by what is written down. A stop does not wait for that.
    private async Task KeepTryingAsync(Func<Task<bool>> write)
    {
        while (true)
        {
            try
            {
                await write().ConfigureAwait(false);
                return;
            }
            catch (StoreUnavailableException failure)
            {
                context.OnFault(lease.FaxId, failure);
                if (_reason == (int)HangUpReason.Stopping || failure.Fault == StoreFault.Closed)
                {
                    return;
                }
            }

            await Task.Delay(context.Limits.PollInterval, context.Time).ConfigureAwait(false);
        }
    }
}
