// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Blobs;

namespace Hermetic.Server.Tests.Reading;

/// <summary>The installation's own blobs, and how often anything of them was read.</summary>
internal sealed class CountingBlobs(IBlobStore blobs) : IBlobStore
{
    private int _reads;

    public int Reads => _reads;

    public Task<byte[]?> GetAsync(BlobName name, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _reads);
        return blobs.GetAsync(name, cancellation);
    }

    public Task<int?> ReadAsync(BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _reads);
        return blobs.ReadAsync(name, offset, buffer, cancellation);
    }

    public Task PutAsync(BlobName name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        blobs.PutAsync(name, bytes, cancellation);

    public Task<long?> LengthAsync(BlobName name, CancellationToken cancellation) =>
        blobs.LengthAsync(name, cancellation);

    public IAsyncEnumerable<BlobEntry> ListAsync(Guid tenant, Guid? fax, CancellationToken cancellation) =>
        blobs.ListAsync(tenant, fax, cancellation);

    public Task<bool> DeleteAsync(BlobName name, CancellationToken cancellation) =>
        blobs.DeleteAsync(name, cancellation);

    public Task<int> SweepAsync(CancellationToken cancellation) => blobs.SweepAsync(cancellation);

    public void Dispose()
    {
        // They are the installation's.
    }
}
