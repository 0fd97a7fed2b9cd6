// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Uploads;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Checking;

/// <summary>Every page of a tenant against its sealed bytes, and every blob against the records.</summary>
/// <param name="installation">What is checked.</param>
/// <param name="notes">Where it is noted.</param>
/// <param name="mayOpen">The ledger says that pages are opened; without it they are only compared.</param>
/// <param name="progress">Told how many pages are done.</param>
internal sealed class PageCheck(Installation installation, CheckNotes notes, bool mayOpen, Action<long> progress)
{
    public async Task RunAsync(Guid tenant, CancellationToken cancellation)
    {
        HashSet<Guid> recorded = [];
        await foreach (PageFinding finding in installation.Store.Pages.VerifyAsync(
            tenant, (page, cancel) => OpenAsync(page, recorded, cancel), cancellation).ConfigureAwait(false))
        {
            notes.Add($"tenant {tenant}, fax {finding.FaxId}, page {finding.Number}", Words(finding.Fault));
        }

        await foreach (BlobEntry blob in installation.Blobs.ListAsync(tenant, null, cancellation).ConfigureAwait(false))
        {
            if (UploadBlob.Is(blob.Name))
            {
                // On its way out, and gone a day later: no record points at it.
                continue;
            }

            if (ReceiptShelf.Is(blob.Name))
            {
                if (mayOpen)
                {
                    await new SentCheck(installation, notes).ReceiptAsync(blob.Name, cancellation)
                        .ConfigureAwait(false);
                }

                continue;
            }

            if (blob.Name.Part != PageBlob.Part)
            {
                notes.Add($"blob {blob.Name}", "nothing in this version writes such a blob");
            }
            else if (!recorded.Contains(blob.Name.Fax))
            {
                notes.Add($"blob {blob.Name}", "no page's record points at it. After a crash the next start of "
                    + "`hermetic serve` sweeps it; else a record was deleted: keep the blob as evidence first");
            }
        }
    }

    private static string Words(PageFault fault) => fault switch
    {
        PageFault.ObjectMissing => "its sealed bytes are missing. Put the blobs back from their backup",
        PageFault.Length => "its sealed bytes have not the length that was stored. Treat it as tampering, and put them "
            + "back from a backup",
        PageFault.Hash => "its sealed bytes are not those that were stored. Treat it as tampering, keep them as "
            + "evidence, and put them back from a backup",
        _ => "its record and its fax contradict each other about it. Put the database back from a backup",
    };

    private async ValueTask<Stream?> OpenAsync(
        PageRecord page, HashSet<Guid> recorded, CancellationToken cancellation)
    {
        recorded.Add(page.BlobId);
        byte[]? bytes = await installation.Blobs.GetAsync(PageBlob.Of(page.TenantId, page.BlobId), cancellation)
            .ConfigureAwait(false);
        notes.Pages++;
        progress(notes.Pages);
        if (bytes is null)
        {
            return null;
        }

        // What is not the stored object is named as that; opening it would only say the same.
        if (mayOpen && SHA256.HashData(bytes).AsSpan().SequenceEqual(page.ObjectHash))
        {
            string place = $"tenant {page.TenantId}, fax {page.FaxId}, page {page.Number}";
            notes.TryOpen(place, () => Open(bytes, page, place));
        }

        return new MemoryStream(bytes, writable: false);
    }

    private void Open(byte[] bytes, PageRecord page, string place)
    {
        if (SealedObject.ReadHeader(bytes).Epoch.Encoded != page.KeyEpoch)
        {
            notes.Add(place, "its record names another key epoch than its sealed bytes. Treat it as tampering, and put "
                + "the database back from a backup");
        }

        CryptographicOperations.ZeroMemory(installation.Keys.OpenObject(bytes,
            new ObjectBinding(page.TenantId, page.FaxId, (uint)page.Number, ObjectKind.Page)));
    }
}
