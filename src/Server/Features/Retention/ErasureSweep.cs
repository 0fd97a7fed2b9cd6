// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Features.Retention;

// What is left to do once keys are destroyed, by whatever way, and how it is cut.
//
//   1. rows      the fax is erased: what was sealed of it goes, its row with times and page count stays; an event
//   2. blobs     its pages, its receipts
//
// Cut before 1 the next sweep finds the fax again. Cut between 1 and 2 its pages are blobs that no record points at,
// which each start sweeps (Receiving/Recovery.cs), and its receipts lie there as bytes that nobody can open.

/// <summary>Takes away rows and bytes of faxes whose keys were destroyed. Some at a time, beside whoever works; may be
/// done again, and by several nodes at once.</summary>
internal sealed class ErasureSweep(KeyStore keys, FaxStore store, IBlobStore blobs, TimeProvider time)
{
    /// <summary>All practices; how many faxes there were.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        int erased = 0;
        foreach (IGrouping<Guid, EpochEntry> tenant in keys.List()
            .Where(entry => entry.IsDestroyed && RetentionRule.IsOfFaxes(entry.Epoch)).GroupBy(entry => entry.Tenant))
        {
            erased += await RunAsync(
                tenant.Key, [.. tenant.Select(entry => entry.Epoch.Encoded)], cancellation).ConfigureAwait(false);
        }

        return erased;
    }

    private async Task<int> RunAsync(Guid tenant, uint[] epochs, CancellationToken cancellation)
    {
        int erased = 0;
        Guid after = Guid.Empty;
        List<Guid> some;
        do
        {
            some = await store.Retention
                .ListAsync(tenant, epochs, after, RetentionTable.FaxesMax, cancellation).ConfigureAwait(false);
            if (some.Count > 0)
            {
                erased += await EraseAsync(tenant, some, cancellation).ConfigureAwait(false);
                after = some[^1];
            }
        }
        while (some.Count == RetentionTable.FaxesMax);
        await store.Retention.ForgetCallsAsync(tenant, epochs, cancellation).ConfigureAwait(false);
        return erased;
    }

    private async Task<int> EraseAsync(Guid tenant, List<Guid> faxes, CancellationToken cancellation)
    {
        List<ErasedFax> erased = await store.Retention.EraseAsync(
            tenant, faxes, new NewEvent((int)FaxEventKind.Erased, time.GetUtcNow()), cancellation)
            .ConfigureAwait(false);
        foreach (ErasedFax fax in erased)
        {
            foreach (Guid page in fax.Blobs)
            {
                await blobs.DeleteAsync(PageBlob.Of(tenant, page), cancellation).ConfigureAwait(false);
            }

            if (fax.Direction == FaxDirection.Outbound)
            {
                await DropReceiptsAsync(tenant, fax.FaxId, cancellation).ConfigureAwait(false);
            }
        }

        return erased.Count;
    }

    private async Task DropReceiptsAsync(Guid tenant, Guid fax, CancellationToken cancellation)
    {
        List<BlobName> receipts = [];
        await foreach (BlobEntry blob in blobs.ListAsync(tenant, fax, cancellation).ConfigureAwait(false))
        {
            if (ReceiptShelf.Is(blob.Name))
            {
                receipts.Add(blob.Name);
            }
        }

        foreach (BlobName receipt in receipts)
        {
            await blobs.DeleteAsync(receipt, cancellation).ConfigureAwait(false);
        }
    }
}
