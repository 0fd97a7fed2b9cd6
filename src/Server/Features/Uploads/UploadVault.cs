// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Hermetic.Documents;
using Hermetic.Documents.Tiff;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Uploads;

/// <summary>Keeps what was uploaded, sealed to the tenant, until it goes out or is over. Whoever uploaded it may have
/// it sent; it is shown to nobody.</summary>
internal sealed class UploadVault(
    KeyStore keys, Sealer sealer, IBlobStore blobs, FaxStore store, TimeProvider time)
{
    /// <summary>Our choice: how long an upload waits to be sent.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>Our limit: an upload that is not whole by then has died, and one with its key begins anew.</summary>
    private static readonly TimeSpan UnderWayMax = TimeSpan.FromMinutes(10);

    private const string KeyPurpose = "upload.idempotency-key";
    private const string ContentPurpose = "upload.content";

    /// <summary>The id of a new one; it tells when the upload is over.</summary>
    public Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>Begins one, or tells what is known of its key. What is left of one that died goes.</summary>
    public async Task<BegunUpload> BeginAsync(
        Guid tenant, Guid upload, Guid account, string? key, int pendingMax, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        byte[]? tag = key is null ? null : keys.Tags(tenant).Tag(KeyPurpose, $"{account}\n{key}");
        BegunUpload begun = await store.Uploads.BeginAsync(
            new UploadRecord(tenant, upload, account, now, OverAt(upload), now + UnderWayMax, tag), pendingMax,
            cancellation).ConfigureAwait(false);
        if (begun is { State: BegunUploadState.Begun, Known: { } died })
        {
            await DeleteAsync(tenant, died.UploadId, cancellation).ConfigureAwait(false);
        }

        return begun;
    }

    /// <summary>Writes down that it is whole, and what it was; false if another took its place meanwhile.</summary>
    public Task<bool> FinishAsync(
        Guid tenant, Guid upload, ReadOnlyMemory<byte> hash, CancellationToken cancellation) =>
        store.Uploads.FinishAsync(tenant, upload, keys.Tags(tenant).Tag(ContentPurpose, hash.Span), cancellation);

    /// <summary>True if an upload is of these very bytes.</summary>
    public bool Holds(UploadRecord known, ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(
        known.ContentTag, keys.Tags(known.TenantId).Tag(ContentPurpose, hash));

    /// <summary>What is written to it is sealed chunk by chunk.</summary>
    public SealedWriter Begin(Guid tenant, Guid upload, IBufferWriter<byte> output) =>
        sealer.Begin(KeyAt(tenant), UploadBlob.SourceBinding(tenant, upload), output);

    /// <summary>Makes the sealed bytes durable.</summary>
    public Task PutSourceAsync(
        Guid tenant, Guid upload, ReadOnlyMemory<byte> sealedSource, CancellationToken cancellation) =>
        blobs.PutAsync(UploadBlob.Source(tenant, upload), sealedSource, cancellation);

    /// <summary>Opens what was sent, for the conversion.</summary>
    public byte[] OpenSource(Guid tenant, Guid upload, ReadOnlySpan<byte> sealedSource) =>
        keys.OpenObject(sealedSource, UploadBlob.SourceBinding(tenant, upload));

    /// <summary>Keeps the pages in place of what they were made of.</summary>
    public async Task PutPagesAsync(
        Guid tenant, Guid upload, Guid account, FaxDocument document, CancellationToken cancellation)
    {
        SealingKey key = KeyAt(tenant);
        for (int i = 0; i < document.Pages.Count; i++)
        {
            byte[] tiff = PageTiff.Write(document.Pages[i], default);
            byte[] sealedPage = sealer.Seal(key, UploadBlob.PageBinding(tenant, upload, i + 1), tiff);
            CryptographicOperations.ZeroMemory(tiff);
            await blobs.PutAsync(UploadBlob.Page(tenant, upload, i + 1), sealedPage, cancellation)
                .ConfigureAwait(false);
        }

        byte[] manifest = JsonSerializer.SerializeToUtf8Bytes(
            new UploadManifest(account, document.Pages.Count, document.Notes));
        await blobs.PutAsync(UploadBlob.Manifest(tenant, upload),
            sealer.Seal(key, UploadBlob.ManifestBinding(tenant, upload), manifest), cancellation)
            .ConfigureAwait(false);
        await blobs.DeleteAsync(UploadBlob.Source(tenant, upload), cancellation).ConfigureAwait(false);
    }

    /// <summary>What is known of an upload of this account; null if there is none, or it is over.</summary>
    public async Task<UploadManifest?> FindAsync(
        Guid tenant, Guid account, Guid upload, CancellationToken cancellation)
    {
        byte[]? sealedManifest = await blobs.GetAsync(UploadBlob.Manifest(tenant, upload), cancellation)
            .ConfigureAwait(false);
        if (sealedManifest is null || IsOver(upload))
        {
            return null;
        }

        UploadManifest? manifest = JsonSerializer.Deserialize<UploadManifest>(
            keys.OpenObject(sealedManifest, UploadBlob.ManifestBinding(tenant, upload)));
        return manifest?.Account == account ? manifest : null;
    }

    /// <summary>The pages of an upload, one after the other, to be sent: for whoever asked <see cref="FindAsync"/>
    /// first.</summary>
    public async IAsyncEnumerable<EncodedPage> PagesAsync(
        Guid tenant, Guid upload, int count, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (int number = 1; number <= count; number++)
        {
            yield return await PageAsync(tenant, upload, number, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A page of an upload, as <see cref="PagesAsync"/> gives all of them.</summary>
    public async Task<EncodedPage> PageAsync(
        Guid tenant, Guid upload, int number, CancellationToken cancellation)
    {
        byte[] sealedPage = await blobs.GetAsync(UploadBlob.Page(tenant, upload, number), cancellation)
            .ConfigureAwait(false) ?? throw new InvalidOperationException("a page of an upload is missing");
        byte[] tiff = keys.OpenObject(sealedPage, UploadBlob.PageBinding(tenant, upload, number));
        EncodedPage page = PageTiff.Parse(tiff).Page;
        CryptographicOperations.ZeroMemory(tiff);
        return page;
    }

    /// <summary>Deletes all of an upload.</summary>
    public async Task DeleteAsync(Guid tenant, Guid upload, CancellationToken cancellation)
    {
        await foreach (BlobEntry blob in blobs.ListAsync(tenant, upload, cancellation).ConfigureAwait(false))
        {
            if (UploadBlob.Is(blob.Name))
            {
                await blobs.DeleteAsync(blob.Name, cancellation).ConfigureAwait(false);
            }
        }

        await store.Uploads.DeleteAsync(tenant, upload, cancellation).ConfigureAwait(false);
    }

    /// <summary>Deletes what is over, or was never whole and is over; how many blobs.</summary>
    public async Task<int> SweepAsync(Guid tenant, CancellationToken cancellation)
    {
        int swept = 0;
        await foreach (BlobEntry blob in blobs.ListAsync(tenant, null, cancellation).ConfigureAwait(false))
        {
            if (UploadBlob.Is(blob.Name) && IsOver(blob.Name.Fax))
            {
                await blobs.DeleteAsync(blob.Name, cancellation).ConfigureAwait(false);
                swept++;
            }
        }

        await store.Uploads.DeleteOverAsync(tenant, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        return swept;
    }

    /// <summary>When it is over.</summary>
    public static DateTimeOffset OverAt(Guid upload) => UploadBlob.BegunAt(upload) + KeptFor;

    private bool IsOver(Guid upload) => OverAt(upload) <= time.GetUtcNow();

    private SealingKey KeyAt(Guid tenant) =>
        keys.Ensure(tenant, KeyEpoch.At(time.GetUtcNow(), Provisioning.DefaultRetention)).Sealing;
}
