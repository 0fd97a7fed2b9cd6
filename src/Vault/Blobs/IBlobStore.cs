// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Vault.Blobs;

/// <summary>Where sealed objects lie. It sees sealed bytes only. Blobs are written whole, once, and never changed. All
/// members are safe to call from several threads; each failure is a <see cref="BlobException"/>.</summary>
public interface IBlobStore : IDisposable
{
    /// <summary>Writes a blob of at least one byte: nothing sealed is empty. When this returns it is durable.</summary>
    Task PutAsync(BlobName name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Bytes of a blob, or null if there is none of this name.</summary>
    Task<long?> LengthAsync(BlobName name, CancellationToken cancellation);

    /// <summary>A whole blob, or null if there is none of this name.</summary>
    Task<byte[]?> GetAsync(BlobName name, CancellationToken cancellation);

    /// <summary>A part of a blob, from <paramref name="offset"/> until the buffer is full or the blob ends; the count
    /// of bytes read, or null if there is no blob of this name.</summary>
    Task<int?> ReadAsync(BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>The blobs of a tenant, or of one fax, in no particular order.</summary>
    IAsyncEnumerable<BlobEntry> ListAsync(Guid tenant, Guid? fax, CancellationToken cancellation);

    /// <summary>Deletes a blob; false if there was none. When this returns it stays deleted.</summary>
    Task<bool> DeleteAsync(BlobName name, CancellationToken cancellation);

    /// <summary>Deletes what writes that never finished have left. To be called at start, before anything is written;
    /// how many there were.</summary>
    Task<int> SweepAsync(CancellationToken cancellation);
}
