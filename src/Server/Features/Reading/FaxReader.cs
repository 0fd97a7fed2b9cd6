// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Ledger.Entries;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Reading;

/// <summary>Why a page was not shown.</summary>
internal enum PageRefusal
{
    /// <summary>This tenant has no such page; the answer for "not yours" too.</summary>
    NotThere,

    /// <summary>The record is there and the sealed bytes are not.</summary>
    BytesMissing,

    /// <summary>The sealed bytes are not those that were stored.</summary>
    Tampered,

    /// <summary>Its keys were destroyed, for good.</summary>
    Erased,
}

/// <summary>A page could not be shown; the message names it by its ids.</summary>
internal sealed class PageRefusedException(PageRefusal refusal, Guid fax, int page)
    : Exception($"page {page} of fax {fax}: {Words(refusal)}")
{
    public PageRefusal Refusal { get; } = refusal;

    private static string Words(PageRefusal refusal) => refusal switch
    {
        PageRefusal.NotThere => "there is no such page",
        PageRefusal.BytesMissing => "its sealed bytes are missing. Put the blobs back from their backup",
        PageRefusal.Tampered => "its sealed bytes were changed. Treat it as tampering, keep them as evidence, and put "
            + "them back from a backup",
        _ => "its keys were destroyed; that is final",
    };
}

/// <summary>The one way to the content of a fax: first the entry that tells of it is durable, then the page is opened
/// (P3). If the ledger can't write, nothing is read.</summary>
internal sealed class FaxReader(
    Journal.Journal journal, KeyStore keys, IBlobStore blobs, FaxStore store, TimeProvider time)
{
    /// <summary>A page as a TIFF file.</summary>
    /// <param name="who">Who will see it.</param>
    /// <param name="why">For what purpose.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="fax">Which fax.</param>
    /// <param name="page">From 1.</param>
    /// <param name="cancellation">Ends the waiting; the entry may have been written all the same.</param>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write.</exception>
    /// <exception cref="PageRefusedException">There is no such page, or it is not what was stored.</exception>
    public async Task<byte[]> OpenPageAsync(
        EntryActor who, EntryReason why, Guid tenant, Guid fax, int page, CancellationToken cancellation)
    {
        PageRecord record = await store.Pages.FindAsync(tenant, fax, page, cancellation).ConfigureAwait(false)
            ?? throw new PageRefusedException(PageRefusal.NotThere, fax, page);
        await journal.AppendAsync(
            tenant,
            new EntryBody
            {
                At = time.GetUtcNow(),
                Act = LedgerAct.Page,
                Who = who,
                What = new EntryObject(fax.ToString(), page),
                Why = why,
                Result = LedgerResult.Allowed,
            },
            cancellation).ConfigureAwait(false);
        byte[] sealedPage = await blobs.GetAsync(PageBlob.Of(tenant, record.BlobId), cancellation).ConfigureAwait(false)
            ?? throw new PageRefusedException(PageRefusal.BytesMissing, fax, page);
        return Open(sealedPage, record);
    }

    /// <summary>The pages of a fax from <paramref name="page"/> on, for this server itself to send: one entry for all
    /// of them, since they go out together.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="fax">Which fax.</param>
    /// <param name="page">The first page, from 1.</param>
    /// <param name="cancellation">Ends the waiting; the entry may have been written all the same.</param>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write.</exception>
    /// <exception cref="PageRefusedException">There is no such page, or one is not what was stored.</exception>
    public async Task<IReadOnlyList<byte[]>> OpenForDeliveryAsync(
        Guid tenant, Guid fax, int page, CancellationToken cancellation)
    {
        List<PageRecord> records = await store.Pages.ListAsync(tenant, fax, cancellation).ConfigureAwait(false);
        records.RemoveAll(record => record.Number < page);
        if (records.Count == 0)
        {
            throw new PageRefusedException(PageRefusal.NotThere, fax, page);
        }

        await journal.AppendAsync(
            tenant,
            new EntryBody
            {
                At = time.GetUtcNow(),
                Act = LedgerAct.Delivery,
                Who = new EntryActor("system", "", "", ""),
                What = new EntryObject(fax.ToString()),
                Why = new EntryReason("transmission"),
                Result = LedgerResult.Allowed,
            },
            cancellation).ConfigureAwait(false);
        List<byte[]> pages = [];
        foreach (PageRecord record in records)
        {
            byte[] sealedPage = await blobs.GetAsync(PageBlob.Of(tenant, record.BlobId), cancellation)
                .ConfigureAwait(false) ?? throw new PageRefusedException(PageRefusal.BytesMissing, fax, record.Number);
            pages.Add(Open(sealedPage, record));
        }

        return pages;
    }

    private byte[] Open(byte[] sealedPage, PageRecord record)
    {
        if (!SHA256.HashData(sealedPage).AsSpan().SequenceEqual(record.ObjectHash))
        {
            throw new PageRefusedException(PageRefusal.Tampered, record.FaxId, record.Number);
        }

        try
        {
            return keys.OpenObject(sealedPage,
                new ObjectBinding(record.TenantId, record.FaxId, (uint)record.Number, ObjectKind.Page));
        }
        catch (SealedObjectException)
        {
            throw new PageRefusedException(PageRefusal.Tampered, record.FaxId, record.Number);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            throw new PageRefusedException(PageRefusal.Erased, record.FaxId, record.Number);
        }
    }
}
