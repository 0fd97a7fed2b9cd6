// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Receipts;

/// <summary>A receipt that is to be signed, written down before the ledger hears of it.</summary>
/// <param name="Content">As <see cref="ReceiptJson"/> writes it, with its nonce.</param>
/// <param name="LedgerSize">Entries that the ledger had before: its own is none of these.</param>
internal sealed record ReceiptDraft(byte[] Content, long LedgerSize)
{
    public override string ToString() => "a receipt's draft";
}

/// <summary>Where receipts lie, sealed: beside the pages of their fax, named by the number of its last try, so that a
/// fax that failed and was sent again has one of each.</summary>
internal sealed class ReceiptShelf(KeyStore keys, Sealer sealer, IBlobStore blobs)
{
    private const string Prefix = "receipt-";
    private const string DraftPrefix = "receipt-draft-";

    // A file's place among the sealed parts of a fax, far from those of accounts. Stored: never renumber.
    private const uint FirstFile = 0x4000_0000;
    private const uint FirstDraft = 0x6000_0000;

    private readonly SentAccounts _accounts = new(keys, sealer);

    /// <summary>What a receipt is called.</summary>
    public static BlobName NameOf(Guid tenant, Guid fax, int number) => new(tenant, fax, Part(Prefix, number));

    /// <summary>Whose and what it is.</summary>
    public static ObjectBinding BindingOf(Guid tenant, Guid fax, int number) =>
        new(tenant, fax, FirstFile + (uint)number, ObjectKind.Receipt);

    /// <summary>True for a receipt, or one that is not signed yet.</summary>
    public static bool Is(BlobName name) => name.Part.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The number of a receipt; null for a draft.</summary>
    public static int? NumberOf(BlobName name) => Is(name) && int.TryParse(
        name.Part.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : null;

    /// <summary>The number of the newest receipt of a fax; null if it has none.</summary>
    public async Task<int?> NewestAsync(Guid tenant, Guid fax, CancellationToken cancellation)
    {
        int? newest = null;
        await foreach (BlobEntry blob in blobs.ListAsync(tenant, fax, cancellation).ConfigureAwait(false))
        {
            newest = NumberOf(blob.Name) is { } number && number > (newest ?? 0) ? number : newest;
        }

        return newest;
    }

    /// <summary>True if there is a receipt of this number.</summary>
    public async Task<bool> HasAsync(Guid tenant, Guid fax, int number, CancellationToken cancellation) =>
        await blobs.LengthAsync(NameOf(tenant, fax, number), cancellation).ConfigureAwait(false) is not null;

    /// <summary>Keeps a receipt; its draft is gone behind it.</summary>
    public async Task PutAsync(FaxRecord fax, int number, byte[] file, CancellationToken cancellation)
    {
        byte[] sealedFile = sealer.Seal(_accounts.KeyOf(fax), BindingOf(fax.TenantId, fax.FaxId, number), file);
        await blobs.PutAsync(NameOf(fax.TenantId, fax.FaxId, number), sealedFile, cancellation).ConfigureAwait(false);
        await DropDraftAsync(fax, number, cancellation).ConfigureAwait(false);
    }

    /// <summary>Keeps a draft.</summary>
    public Task PutDraftAsync(FaxRecord fax, int number, ReceiptDraft draft, CancellationToken cancellation)
    {
        byte[] value = JsonSerializer.SerializeToUtf8Bytes(draft);
        byte[] sealedDraft = sealer.Seal(_accounts.KeyOf(fax), DraftBinding(fax, number), value);
        CryptographicOperations.ZeroMemory(value);
        return blobs.PutAsync(DraftName(fax, number), sealedDraft, cancellation);
    }

    /// <summary>The draft that a crash left; null if there is none.</summary>
    public async Task<ReceiptDraft?> FindDraftAsync(FaxRecord fax, int number, CancellationToken cancellation)
    {
        byte[]? sealedDraft = await blobs.GetAsync(DraftName(fax, number), cancellation).ConfigureAwait(false);
        return sealedDraft is null ? null
            : JsonSerializer.Deserialize<ReceiptDraft>(keys.OpenObject(sealedDraft, DraftBinding(fax, number)));
    }

    /// <summary>Deletes the draft of a receipt that is there.</summary>
    public Task<bool> DropDraftAsync(FaxRecord fax, int number, CancellationToken cancellation) =>
        blobs.DeleteAsync(DraftName(fax, number), cancellation);

    private static BlobName DraftName(FaxRecord fax, int number) =>
        new(fax.TenantId, fax.FaxId, Part(DraftPrefix, number));

    private static ObjectBinding DraftBinding(FaxRecord fax, int number) =>
        new(fax.TenantId, fax.FaxId, FirstDraft + (uint)number, ObjectKind.Receipt);

    private static string Part(string prefix, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{number:D4}");
}
