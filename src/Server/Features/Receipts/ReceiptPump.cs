// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Log;
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.Receipts;

/// <summary>Issues the receipt of each fax that was sent or given up, for as long as the server runs: once, whatever
/// ends it in between.</summary>
/// <remarks>
/// That a receipt is due is written in the transaction that ends the fax. Then, in order: the draft with its nonce is
/// durable, the ledger's entry is, the signed file is, the draft is gone, the work is done and told of. A crash
/// leaves a draft, and
/// who goes on looks the ledger through for the entry that names it before writing one: one entry, one file.
/// </remarks>
internal sealed partial class ReceiptPump(
    FaxStore store, LedgerLog ledger, ReceiptMaker maker, ReceiptShelf shelf, ReceiptIssuer issuer, TimeProvider time,
    ILogger log)
{
    /// <summary>The kind of this work in the store's table of jobs. Stored: never renumber.</summary>
    public const int JobKind = 1;

    /// <summary>Our choice: a receipt is there a few seconds behind the last page.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Our choice: far more than a receipt takes, witnesses and all; then another may issue it.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Our choice, as for a fax that waits for storage; longer than the ledger takes to integrate an
    /// entry, so that one that was written is seen.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);

    private const int JobsAtOnce = 10; // our choice: they are worked off well within the lease

    private readonly Guid _owner = Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>Runs until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                await StepAsync(stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; what is left is due at the next start.
        }
    }

    /// <summary>Everything that is due now, once.</summary>
    public async Task StepAsync(CancellationToken cancellation)
    {
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach (Guid tenant in await store.Jobs.TenantsDueAsync(now, cancellation).ConfigureAwait(false))
            {
                foreach (JobRecord job in await store.Jobs.ClaimAsync(
                    new Claim(tenant, _owner, now, now + Lease, JobsAtOnce), cancellation).ConfigureAwait(false))
                {
                    await WorkAsync(job, cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (StoreUnavailableException failure)
        {
            LogFailed(Guid.Empty, failure.GetType().Name);
        }
    }

    private async Task WorkAsync(JobRecord job, CancellationToken cancellation)
    {
        try
        {
            bool issued = job is { Kind: JobKind, FaxId: { } fax }
                && await IssueAsync(job.TenantId, fax, cancellation).ConfigureAwait(false);
            // With the work's end: told once, whatever ends it in between.
            await store.Jobs.FinishAsync(job, issued, null,
                issued ? new NewEvent((int)FaxEventKind.ReceiptIssued, time.GetUtcNow()) : null, cancellation)
                .ConfigureAwait(false);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            // Somebody ordered it: nothing can be told of this fax any more.
            LogGivenUp(job.FaxId ?? Guid.Empty, failure.GetType().Name);
            await store.Jobs.FinishAsync(job, done: false, null, cancellation).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // One receipt's trouble keeps nobody else waiting; it is told, and tried again.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(job.FaxId ?? Guid.Empty, failure.GetType().Name);
            await store.Jobs.ReleaseAsync(job, time.GetUtcNow() + RetryDelay, null, cancellation)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Issues the receipt of a fax; false if there is none to issue.</summary>
    internal async Task<bool> IssueAsync(Guid tenant, Guid id, CancellationToken cancellation)
    {
        FaxRecord? fax = await store.Faxes.FindAsync(tenant, id, cancellation).ConfigureAwait(false);
        SendingRecord? sending = await store.Sendings.FindAsync(tenant, id, cancellation).ConfigureAwait(false);
        if (fax is null || sending?.State is not (SendingState.Done or SendingState.Failed))
        {
            // It is being sent again meanwhile: that has a receipt of its own.
            return false;
        }

        List<AttemptRecord> tries = await store.Attempts.ListAsync(tenant, id, cancellation).ConfigureAwait(false);
        if (await shelf.HasAsync(tenant, id, tries.Count, cancellation).ConfigureAwait(false))
        {
            await shelf.DropDraftAsync(fax, tries.Count, cancellation).ConfigureAwait(false);
            return true;
        }

        ReceiptDraft? left = await shelf.FindDraftAsync(fax, tries.Count, cancellation).ConfigureAwait(false);
        ReceiptDraft? draft = left ?? await DraftAsync(fax, sending, tries, cancellation).ConfigureAwait(false);
        if (draft is null)
        {
            return false;
        }

        byte[] file = await issuer.IssueAsync(
            tenant, draft.Content, left?.LedgerSize, cancellation).ConfigureAwait(false);
        await shelf.PutAsync(fax, tries.Count, file, cancellation).ConfigureAwait(false);
        return true;
    }

    private async Task<ReceiptDraft?> DraftAsync(FaxRecord fax, SendingRecord sending,
        List<AttemptRecord> tries, CancellationToken cancellation)
    {
        Receipt? receipt = await maker.MakeAsync(fax, sending, tries, cancellation).ConfigureAwait(false);
        if (receipt is null)
        {
            return null;
        }

        ReceiptDraft draft = new(ReceiptIssuer.ContentOf(receipt), ledger.Latest.Checkpoint.Size);
        await shelf.PutDraftAsync(fax, tries.Count, draft, cancellation).ConfigureAwait(false);
        return draft;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the receipt of fax {Fax} has to wait: {Failure}")]
    private partial void LogFailed(Guid fax, string failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "no receipt can be made of fax {Fax}: {Failure}")]
    private partial void LogGivenUp(Guid fax, string failure);
}
