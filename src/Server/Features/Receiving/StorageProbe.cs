// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Vault.Blobs;

namespace Hermetic.Server.Features.Receiving;

/// <summary>Asks storage whether it keeps what it is given: a blob written, flushed and deleted, and a transaction.
/// Nothing of it remains, and nothing of it is anybody's.</summary>
internal sealed class StorageProbe(ReceivingContext context, Guid tenant)
{
    /// <summary>Our choice: the size of a sealed page, so that a disk with room for a probe has room for one.</summary>
    private const int ProbeBytes = 40 << 10;

    private const string Part = "probe";

    /// <summary>Returns if all of it was kept.</summary>
    /// <exception cref="IOException">It was not; the message says what failed and holds no PHI.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        // A probe that was cut is nobody's: it lies under no tenant.
        await foreach (BlobEntry left in context.Blobs.ListAsync(Guid.Empty, null, cancellation).ConfigureAwait(false))
        {
            await context.Blobs.DeleteAsync(left.Name, cancellation).ConfigureAwait(false);
        }

        BlobName name = new(Guid.Empty, ReceivingContext.NewId(context.Time.GetUtcNow()), Part);
        await context.Blobs.PutAsync(name, RandomNumberGenerator.GetBytes(ProbeBytes), cancellation)
            .ConfigureAwait(false);
        await context.Blobs.DeleteAsync(name, cancellation).ConfigureAwait(false);
        await context.Store.Tenants.ProbeAsync(tenant, cancellation).ConfigureAwait(false);
    }
}
