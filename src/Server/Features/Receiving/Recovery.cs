// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Hermetic.Store;
using Hermetic.Vault.Blobs;

namespace Hermetic.Server.Features.Receiving;

/// <summary>What a start makes of calls that this server's own end cut off: what was recorded is a partial fax, and
/// sealed bytes that no record points at are swept away.</summary>
internal sealed class Recovery(ReceivingContext context)
{
    // Our limit: faxes that are read at once.
    private const int FaxesMax = 200;

    // Our limit: sealed objects that the store is asked about at once.
    private const int BlobsMax = 500;

    /// <summary>Ends what was cut off; before any call is taken. How many faxes there were.</summary>
    public async Task<int> EndCutFaxesAsync(IReadOnlyCollection<Guid> tenants, CancellationToken cancellation)
    {
        int cut = 0;
        foreach (Guid tenant in tenants)
        {
            cut += await EndCutFaxesAsync(tenant, cancellation).ConfigureAwait(false);
        }

        return cut;
    }

    /// <summary>Deletes the sealed bytes that no record points at, beside the running server: only those whose id is
    /// older than <paramref name="before"/>, since a page on its way has no record yet. How many there were.</summary>
    public async Task<int> SweepOrphansAsync(
        IReadOnlyCollection<Guid> tenants, DateTimeOffset before, CancellationToken cancellation)
    {
        int orphans = 0;
        foreach (Guid tenant in tenants)
        {
            orphans += await SweepOrphansAsync(tenant, before, cancellation).ConfigureAwait(false);
        }

        return orphans;
    }

    private async Task<int> EndCutFaxesAsync(Guid tenant, CancellationToken cancellation)
    {
        int cut = 0;
        while (true)
        {
            List<FaxRecord> faxes = await context.Store.Faxes
                .ListAsync(new FaxList(tenant, FaxesMax, State: FaxState.Receiving),
                    cancellation).ConfigureAwait(false);
            foreach (FaxRecord fax in faxes)
            {
                await EndAsync(fax, cancellation).ConfigureAwait(false);
                cut++;
            }

            if (faxes.Count < FaxesMax)
            {
                return cut;
            }
        }
    }

    private async Task EndAsync(FaxRecord fax, CancellationToken cancellation)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        bool some = fax.PagesStored > 0;
        await context.Store.Faxes.MoveAsync(
            new FaxMove(fax.TenantId, fax.FaxId, some ? FaxState.Partial : FaxState.Failed, now,
                FaxEndCode.ServerStopped),
            new NewEvent((int)(some ? FaxEventKind.ReceivedInPart : FaxEventKind.ReceptionFailed), now),
            cancellation).ConfigureAwait(false);
    }

    private async Task<int> SweepOrphansAsync(Guid tenant, DateTimeOffset before, CancellationToken cancellation)
    {
        int orphans = 0;
        List<BlobName> asked = [];
        await foreach (BlobEntry blob in context.Blobs.ListAsync(tenant, null, cancellation).ConfigureAwait(false))
        {
            if (blob.Name.Part == PageBlob.Part && MadeAt(blob.Name.Fax) < before)
            {
                asked.Add(blob.Name);
            }

            if (asked.Count == BlobsMax)
            {
                orphans += await SweepAsync(tenant, asked, cancellation).ConfigureAwait(false);
                asked.Clear();
            }
        }

        return orphans + await SweepAsync(tenant, asked, cancellation).ConfigureAwait(false);
    }

    private async Task<int> SweepAsync(Guid tenant, List<BlobName> asked, CancellationToken cancellation)
    {
        List<Guid> orphans = await context.Store.Pages
            .OrphansAsync(tenant, asked.ConvertAll(blob => blob.Fax), cancellation).ConfigureAwait(false);
        foreach (Guid orphan in orphans)
        {
            await context.Blobs.DeleteAsync(PageBlob.Of(tenant, orphan), cancellation).ConfigureAwait(false);
        }

        return orphans.Count;
    }

    // RFC 9562 §5.7: the first 48 bits of a UUIDv7 are milliseconds since 1970.
    private static DateTimeOffset MadeAt(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
    }
}
