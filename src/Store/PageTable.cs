// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>What is wrong with a page record, against the sealed object that it points at.</summary>
public enum PageFault
{
    /// <summary>There is no object of that name.</summary>
    ObjectMissing = 1,

    /// <summary>The object has another length.</summary>
    Length = 2,

    /// <summary>The object's SHA-256 is not the one in the record.</summary>
    Hash = 3,

    /// <summary>The fax says that it has this page, and there is no record of it; or the other way round.</summary>
    Count = 4,
}

/// <summary>A page that does not hold, by its ids.</summary>
public sealed record PageFinding(Guid TenantId, Guid FaxId, int Number, PageFault Fault);

/// <summary>Opens the sealed object of a page for reading; null if there is none.</summary>
public delegate ValueTask<Stream?> OpenSealedObject(PageRecord page, CancellationToken cancellation);

/// <summary>Pages: where their sealed objects lie, and whether those are still the ones that were stored.</summary>
public sealed class PageTable
{
    /// <summary>Faxes that are read at once while verifying: our choice, a few hundred kilobytes.</summary>
    private const int FaxesAtOnce = 200;

    private readonly FaxStore _store;

    internal PageTable(FaxStore store) => _store = store;

    /// <summary>The pages of a fax, in order.</summary>
    public Task<List<PageRecord>> ListAsync(Guid tenantId, Guid faxId, CancellationToken cancellation) =>
        _store.ReadAsync(context => Records(context.Pages
            .Where(row => row.TenantId == tenantId && row.FaxId == faxId)
            .OrderBy(row => row.Number)).ToListAsync(cancellation), cancellation);

    /// <summary>One page of a fax, by its number; null if it has no such page.</summary>
    public Task<PageRecord?> FindAsync(Guid tenantId, Guid faxId, int number, CancellationToken cancellation) =>
        _store.ReadAsync(context => Records(context.Pages
            .Where(row => row.TenantId == tenantId && row.FaxId == faxId && row.Number == number))
            .SingleOrDefaultAsync(cancellation), cancellation);

    /// <summary>The page that points at this object; null for an orphan, which may be swept away.</summary>
    public Task<PageRecord?> FindByBlobAsync(Guid tenantId, Guid blobId, CancellationToken cancellation) =>
        _store.ReadAsync(context => Records(context.Pages
            .Where(row => row.TenantId == tenantId && row.BlobId == blobId))
            .SingleOrDefaultAsync(cancellation), cancellation);

    /// <summary>Those of the objects that no page points at, or only one that was erased: orphans, which may be swept
    /// away.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="blobIds">Objects, at most <see cref="FaxList.LimitMax"/> of them.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<List<Guid>> OrphansAsync(Guid tenantId, IReadOnlyCollection<Guid> blobIds,
        CancellationToken cancellation)
    {
        FieldCheck.Count(blobIds.Count, 0, FaxList.LimitMax);
        List<Guid> known = await _store.ReadAsync(context => context.Pages
            .Where(row => row.TenantId == tenantId && blobIds.Contains(row.BlobId) && row.State != PageState.Erased)
            .Select(row => row.BlobId)
            .ToListAsync(cancellation), cancellation).ConfigureAwait(false);
        return [.. blobIds.Except(known)];
    }

    /// <summary>Reads every sealed object of a tenant's faxes again and compares it with its record; yields what does
    /// not hold. Erased faxes are passed over. The seal inside the object is the vault's to check.</summary>
    public async IAsyncEnumerable<PageFinding> VerifyAsync(Guid tenantId, OpenSealedObject open,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        FaxCursor? after = null;
        while (true)
        {
            List<FaxRecord> faxes = await _store.Faxes
                .ListAsync(new FaxList(tenantId, FaxesAtOnce, after, WithSuperseded: true, WithErased: true),
                    cancellation)
                .ConfigureAwait(false);
            foreach (FaxRecord fax in faxes.Where(fax => fax.State != FaxState.Erased))
            {
                await foreach (PageFinding finding in VerifyFaxAsync(fax, open, cancellation).ConfigureAwait(false))
                {
                    yield return finding;
                }
            }
            if (faxes.Count < FaxesAtOnce)
            {
                yield break;
            }
            after = new FaxCursor(faxes[^1].BegunAt, faxes[^1].FaxId);
        }
    }

    /// <summary>Compares one page's record with its sealed object; null if they belong together.</summary>
    public static async Task<PageFault?> CompareAsync(PageRecord page, OpenSealedObject open,
        CancellationToken cancellation)
    {
        Stream? stream = await open(page, cancellation).ConfigureAwait(false);
        if (stream is null)
        {
            return PageFault.ObjectMissing;
        }
        await using (stream.ConfigureAwait(false))
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] buffer = new byte[64 << 10];
            long length = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                length += read;
            }
            return length != page.ByteLength ? PageFault.Length
                : hash.GetHashAndReset().AsSpan().SequenceEqual(page.ObjectHash) ? null : PageFault.Hash;
        }
    }

    private async IAsyncEnumerable<PageFinding> VerifyFaxAsync(FaxRecord fax, OpenSealedObject open,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<PageRecord> pages = await ListAsync(fax.TenantId, fax.FaxId, cancellation).ConfigureAwait(false);
        HashSet<int> numbers = [.. pages.Select(page => page.Number)];
        // A page may have come in since the fax was read: more pages than it counts are a fault only of a fax at rest.
        int most = fax.State == FaxState.Receiving ? fax.PagesStored : Math.Max(
            fax.PagesStored, pages.Count == 0 ? 0 : pages[^1].Number);
        for (int number = 1; number <= most; number++)
        {
            if (!numbers.Contains(number) || number > fax.PagesStored)
            {
                yield return new PageFinding(fax.TenantId, fax.FaxId, number, PageFault.Count);
            }
        }
        foreach (PageRecord page in pages.Where(page => page.State != PageState.Erased))
        {
            if (await CompareAsync(page, open, cancellation).ConfigureAwait(false) is { } fault)
            {
                yield return new PageFinding(page.TenantId, page.FaxId, page.Number, fault);
            }
        }
    }

    private static IQueryable<PageRecord> Records(IQueryable<PageRow> rows) => rows.Select(row => new PageRecord(
        row.TenantId, row.FaxId, row.Number, row.State, row.BlobId, row.ByteLength, row.Rows, row.WidthPels,
        row.ResolutionXDpi, row.ResolutionYDpi, row.BadRows, row.KeyEpoch, row.ObjectHash, row.StoredAt,
        row.ContentTag, row.SealedSent, row.OriginPage));
}
