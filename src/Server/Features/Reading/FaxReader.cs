// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Handling;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Receiving;
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

/// <summary>The one way to the content of a fax: first the entry that tells of it is durable, then it is opened (P3).
/// If the ledger can't write, nothing is read.</summary>
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
    public Task<byte[]> OpenPageAsync(
        EntryActor who, EntryReason why, Guid tenant, Guid fax, int page, CancellationToken cancellation) =>
        OpenPageAsync(LedgerAct.Page, who, why, tenant, fax, page, cancellation);

    /// <summary>As <see cref="OpenPageAsync(EntryActor, EntryReason, Guid, Guid, int, CancellationToken)"/>, of which
    /// only a small picture will be shown; the ledger says so.</summary>
    public Task<byte[]> OpenForThumbnailAsync(
        EntryActor who, EntryReason why, Guid tenant, Guid fax, int page, CancellationToken cancellation) =>
        OpenPageAsync(LedgerAct.Thumbnail, who, why, tenant, fax, page, cancellation);

    /// <summary>All pages of a fax as TIFF files, behind one entry: all of them or none.</summary>
    public Task<IReadOnlyList<byte[]>> OpenFaxAsync(
        EntryActor who, EntryReason why, Guid tenant, Guid fax, CancellationToken cancellation) =>
        OpenPagesAsync(LedgerAct.Export, who, why, tenant, fax, 1, cancellation);

    /// <summary>The pages of a fax from <paramref name="page"/> on, for this server itself to send: one entry for all
    /// of them, since they go out together.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="fax">Which fax.</param>
    /// <param name="page">The first page, from 1.</param>
    /// <param name="cancellation">Ends the waiting; the entry may have been written all the same.</param>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write.</exception>
    /// <exception cref="PageRefusedException">There is no such page, or one is not what was stored.</exception>
    public Task<IReadOnlyList<byte[]>> OpenForDeliveryAsync(
        Guid tenant, Guid fax, int page, CancellationToken cancellation) =>
        OpenPagesAsync(LedgerAct.Delivery, new EntryActor("system", "", "", ""), new EntryReason("transmission"),
            tenant, fax, page, cancellation);

    /// <summary>The receipt of an outgoing fax, as it was issued.</summary>
    /// <param name="who">Who will see it.</param>
    /// <param name="why">For what purpose.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="fax">Which fax.</param>
    /// <param name="number">Which of its receipts.</param>
    /// <param name="cancellation">Ends the waiting; the entry may have been written all the same.</param>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write.</exception>
    /// <exception cref="PageRefusedException">It is not there, or not what was stored.</exception>
    public async Task<byte[]> OpenReceiptAsync(
        EntryActor who, EntryReason why, Guid tenant, Guid fax, int number, CancellationToken cancellation)
    {
        BlobName name = ReceiptShelf.NameOf(tenant, fax, number);
        if (await blobs.LengthAsync(name, cancellation).ConfigureAwait(false) is null)
        {
            throw new PageRefusedException(PageRefusal.NotThere, fax, 0);
        }

        await TellAsync(LedgerAct.Export, who, why, tenant, new EntryObject(fax.ToString(), null, "", ["receipt"]),
            cancellation).ConfigureAwait(false);
        byte[] sealedFile = await blobs.GetAsync(name, cancellation).ConfigureAwait(false)
            ?? throw new PageRefusedException(PageRefusal.BytesMissing, fax, 0);
        return Open(sealedFile, ReceiptShelf.BindingOf(tenant, fax, number), fax, 0);
    }

    /// <summary>The notes on a fax, behind one entry; without notes there is nothing to tell.</summary>
    /// <param name="who">Who will see them.</param>
    /// <param name="why">For what purpose.</param>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="fax">On which fax.</param>
    /// <param name="cancellation">Ends the waiting; the entry may have been written all the same.</param>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write.</exception>
    public async Task<IReadOnlyList<ShownNote>> OpenNotesAsync(
        EntryActor who, EntryReason why, Guid tenant, Guid fax, CancellationToken cancellation)
    {
        List<NoteRecord> notes = await store.Notes.ListAsync(tenant, fax, cancellation).ConfigureAwait(false);
        if (notes.Count > 0)
        {
            await TellAsync(LedgerAct.Text, who, why, tenant, new EntryObject(fax.ToString(), null, "", ["notes"]),
                cancellation).ConfigureAwait(false);
        }

        return notes.ConvertAll(Show);
    }

    /// <summary>What a list shows of faxes: numbers, station ids and labels, behind one entry that names them
    /// all.</summary>
    /// <param name="who">Who will see it.</param>
    /// <param name="why">For what purpose.</param>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="faxes">As the store gave them, at most <see cref="ShownMax"/>.</param>
    /// <param name="cancellation">Ends the waiting; the entry may have been written all the same.</param>
    /// <exception cref="Ledger.Log.LedgerRefusedException">The ledger can't write.</exception>
    public async Task<IReadOnlyList<ShownFax>> ShowAsync(
        EntryActor who, EntryReason why, Guid tenant, IReadOnlyList<FaxRecord> faxes, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(faxes.Count, ShownMax, nameof(faxes));
        if (faxes.Any(fax => fax.TenantId != tenant))
        {
            throw new ArgumentException("a fax of another tenant", nameof(faxes));
        }

        if (faxes.Count == 0)
        {
            return [];
        }

        await TellAsync(LedgerAct.List, who, why, tenant,
            new EntryObject("", null, "", [.. faxes.Select(fax => fax.FaxId.ToString())]), cancellation)
            .ConfigureAwait(false);
        Dictionary<Guid, CallRecord> calls = (await store.Calls.FindAllAsync(
            tenant, [.. faxes.Select(fax => fax.CallId).OfType<Guid>()], cancellation).ConfigureAwait(false))
            .ToDictionary(call => call.Call.CallId);
        return [.. faxes.Select(fax => Show(
            fax, fax.CallId is { } call ? calls.GetValueOrDefault(call) : null))];
    }

    /// <summary>Faxes in one list: our limit, as many as one entry names.</summary>
    public const int ShownMax = EntryBodyJson.ShownMax;

    private async Task<byte[]> OpenPageAsync(LedgerAct act, EntryActor who, EntryReason why, Guid tenant, Guid fax,
        int page, CancellationToken cancellation)
    {
        PageRecord record = await store.Pages.FindAsync(tenant, fax, page, cancellation).ConfigureAwait(false)
            ?? throw new PageRefusedException(PageRefusal.NotThere, fax, page);
        await TellAsync(act, who, why, tenant, new EntryObject(fax.ToString(), page), cancellation)
            .ConfigureAwait(false);
        return await OpenAsync(record, cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<byte[]>> OpenPagesAsync(LedgerAct act, EntryActor who, EntryReason why,
        Guid tenant, Guid fax, int first, CancellationToken cancellation)
    {
        List<PageRecord> records = await store.Pages.ListAsync(tenant, fax, cancellation).ConfigureAwait(false);
        records.RemoveAll(record => record.Number < first);
        if (records.Count == 0)
        {
            throw new PageRefusedException(PageRefusal.NotThere, fax, first);
        }

        await TellAsync(act, who, why, tenant, new EntryObject(fax.ToString()), cancellation).ConfigureAwait(false);
        List<byte[]> pages = new(records.Count);
        foreach (PageRecord record in records)
        {
            pages.Add(await OpenAsync(record, cancellation).ConfigureAwait(false));
        }

        return pages;
    }

    private Task<long> TellAsync(LedgerAct act, EntryActor who, EntryReason why, Guid tenant, EntryObject what,
        CancellationToken cancellation) => journal.AppendAsync(
        tenant,
        new EntryBody
        {
            At = time.GetUtcNow(),
            Act = act,
            Who = who,
            What = what,
            Why = why,
            Result = LedgerResult.Allowed,
        },
        cancellation);

    private async Task<byte[]> OpenAsync(PageRecord record, CancellationToken cancellation)
    {
        byte[] sealedPage = await blobs.GetAsync(PageBlob.Of(record.TenantId, record.BlobId), cancellation)
            .ConfigureAwait(false)
            ?? throw new PageRefusedException(await WhyMissingAsync(record, cancellation).ConfigureAwait(false),
                record.FaxId, record.Number);
        if (!SHA256.HashData(sealedPage).AsSpan().SequenceEqual(record.ObjectHash))
        {
            throw new PageRefusedException(PageRefusal.Tampered, record.FaxId, record.Number);
        }

        return Open(sealedPage,
            new ObjectBinding(record.TenantId, record.FaxId, (uint)record.Number, ObjectKind.Page), record.FaxId,
            record.Number);
    }

    // It may have been erased since its record was read: the record is, before the bytes go.
    private async Task<PageRefusal> WhyMissingAsync(PageRecord record, CancellationToken cancellation) =>
        await store.Pages.FindAsync(record.TenantId, record.FaxId, record.Number, cancellation)
            .ConfigureAwait(false) is { State: PageState.Erased } ? PageRefusal.Erased : PageRefusal.BytesMissing;

    private byte[] Open(byte[] sealedObject, in ObjectBinding binding, Guid fax, int page)
    {
        try
        {
            return keys.OpenObject(sealedObject, binding);
        }
        catch (SealedObjectException)
        {
            throw new PageRefusedException(PageRefusal.Tampered, fax, page);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            throw new PageRefusedException(PageRefusal.Erased, fax, page);
        }
    }

    // One that does not open must not hide the others of the list: it stands there and says why it is empty.
    private ShownFax Show(FaxRecord fax, CallRecord? call)
    {
        if (fax.State == FaxState.Erased)
        {
            return new ShownFax(fax, call, null, null, FieldState.Erased, null);
        }

        try
        {
            return new ShownFax(fax, call,
                Field(fax.TenantId, fax.FaxId, InboundFax.RemoteNumberField, fax.SealedRemoteNumber),
                Field(fax.TenantId, fax.FaxId, InboundFax.StationIdField, fax.SealedStationId)
                    ?? Field(fax.TenantId, fax.CallId ?? Guid.Empty, InboundFax.StationIdField,
                        call?.End?.SealedStationId),
                FieldState.Shown,
                LabelText.Decode(Open(HandlingVault.OfLabels(fax.TenantId, fax.FaxId), fax.SealedLabels) ?? ""));
        }
        catch (SealedObjectException)
        {
            return new ShownFax(fax, call, null, null, FieldState.Tampered, null);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            return new ShownFax(fax, call, null, null, FieldState.Erased, null);
        }
    }

    private ShownNote Show(NoteRecord note)
    {
        try
        {
            return new ShownNote(note,
                Open(HandlingVault.OfNote(note.TenantId, note.FaxId, note.Number), note.SealedText), FieldState.Shown);
        }
        catch (SealedObjectException)
        {
            return new ShownNote(note, null, FieldState.Tampered);
        }
        catch (VaultKeyException failure) when (failure.Fault == KeyFault.EpochDestroyed)
        {
            return new ShownNote(note, null, FieldState.Erased);
        }
    }

    private string? Field(Guid tenant, Guid record, uint place, byte[]? bytes) =>
        Open(new ObjectBinding(tenant, record, place, ObjectKind.Field), bytes);

    private string? Open(in ObjectBinding binding, byte[]? bytes)
    {
        if (bytes is null)
        {
            return null;
        }

        byte[] plain = keys.OpenObject(bytes, binding);
        string text = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return text;
    }
}
