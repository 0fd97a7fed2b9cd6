// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Faxes, from the first page to erasure. What happens to one is guarded by conditions in the statements
/// themselves: of two that want to move it, on whatever node, one does.</summary>
public sealed class FaxTable
{
    private readonly FaxStore _store;

    internal FaxTable(FaxStore store) => _store = store;

    /// <summary>Writes a fax down as it begins. A repetition (the same idempotency tag) writes nothing, and answers
    /// with the fax that is there.</summary>
    public Task<BegunFax> BeginAsync(NewFax fax, CancellationToken cancellation)
    {
        FaxWriting.Check(fax);
        return _store.WriteAsync(fax.TenantId, async (context, cancel) =>
        {
            if (await FaxWriting.FindRepeatedAsync(context, fax, cancel).ConfigureAwait(false) is { } known)
            {
                return known;
            }
            context.Faxes.Add(FaxWriting.Row(fax));
            return new BegunFax(fax.FaxId, false, FaxMoves.Beginning(fax.Direction), 0);
        }, cancellation);
    }

    /// <summary>Writes a call down with its fax and the first page, whose sealed object is durable: one transaction,
    /// one flush. A repetition (the same idempotency tag) answers with the fax that is there.</summary>
    public Task<BegunCall> BeginAsync(NewCall call, NewFax fax, PageRecord first, PartsOf parts,
        CancellationToken cancellation)
    {
        FaxWriting.Check(call, fax, first);
        return _store.WriteAsync(fax.TenantId,
            (context, cancel) => FaxWriting.WhyNotBegunAsync(context, fax, cancel),
            FaxProgress.Begin(call, fax, first, parts), cancellation);
    }

    /// <summary>Writes down a page whose sealed object is durable. After this returned
    /// <see cref="AddPageResult.Added"/> or <see cref="AddPageResult.AlreadyThere"/>, and not before, the page may be
    /// confirmed to its sender.</summary>
    public Task<AddPageResult> AddPageAsync(PageRecord page, CancellationToken cancellation)
    {
        FaxWriting.Check(page);
        return _store.WriteAsync(page.TenantId,
            (context, cancel) => FaxWriting.WhyNotAddedAsync(context, page, cancel),
            FaxProgress.AddPage(page), cancellation);
    }

    /// <summary>Writes down that the sender knows of every page up to <paramref name="number"/>; false if there are not
    /// so many, or it was known already.</summary>
    public Task<bool> ConfirmPagesAsync(Guid tenantId, Guid faxId, int number, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId,
            (context, cancel) => FaxWriting.ConfirmPagesAsync(context, tenantId, faxId, number, cancel), cancellation);

    /// <summary>Moves a fax, and writes the event that tells of it in the same transaction. No event is written unless
    /// this very call made the move.</summary>
    public Task<MoveResult> MoveAsync(FaxMove move, NewEvent? told, CancellationToken cancellation)
    {
        FaxWriting.Check(move);
        FieldCheck.Sealed(told?.SealedBody);
        return _store.WriteAsync(move.TenantId,
            (context, cancel) => FaxWriting.MoveAsync(context, move, null, told, cancel),
            FaxProgress.End(move, null, told), cancellation);
    }

    /// <summary>Writes down how a fax ended, and its call, with the event that tells of it, and what became of others
    /// by that: one transaction, one flush. Nothing is written unless this very call moved the fax.</summary>
    public Task<MoveResult> EndAsync(FaxEnd end, CancellationToken cancellation)
    {
        FaxWriting.Check(end);
        return _store.WriteAsync(end.Move.TenantId,
            (context, cancel) => FaxWriting.EndAsync(context, end, cancel),
            end.Others.Count == 0 ? FaxProgress.End(end.Move, end.Call, end.Told) : null, cancellation);
    }

    /// <summary>Writes a whole fax at once: its beginning, its pages, where it ended, and the event. One transaction,
    /// one flush. A repetition writes nothing.</summary>
    /// <param name="fax">The fax.</param>
    /// <param name="pages">Its pages, from number 1; each sealed object is durable already.</param>
    /// <param name="end">Where it goes; it counts as many confirmed pages as it says, else all.</param>
    /// <param name="told">What others hear.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<BegunFax> RecordAsync(NewFax fax, IReadOnlyList<PageRecord> pages, FaxMove end, NewEvent told,
        CancellationToken cancellation)
    {
        FaxWriting.Check(fax, pages, end);
        FieldCheck.Sealed(told.SealedBody);
        return _store.WriteAsync(fax.TenantId,
            (context, cancel) => FaxWriting.RecordAsync(context, fax, pages, end, told, cancel), cancellation);
    }

    /// <summary>The fax, or null.</summary>
    public Task<FaxRecord?> FindAsync(Guid tenantId, Guid faxId, CancellationToken cancellation) =>
        _store.ReadAsync(context => FaxQuery.Records(context.Faxes
            .Where(row => row.TenantId == tenantId && row.FaxId == faxId))
            .SingleOrDefaultAsync(cancellation), cancellation);

    /// <summary>The fax with this idempotency tag, or null.</summary>
    public Task<FaxRecord?> FindByTagAsync(Guid tenantId, byte[] idempotencyTag, CancellationToken cancellation)
    {
        FieldCheck.Tag(idempotencyTag);
        return _store.ReadAsync(context => FaxQuery.Records(context.Faxes
            .Where(row => row.TenantId == tenantId && row.IdempotencyTag == idempotencyTag))
            .SingleOrDefaultAsync(cancellation), cancellation);
    }

    /// <summary>A tenant's faxes, newest first. Go on with <see cref="FaxCursor"/> of the last one: what comes in
    /// meanwhile shifts nothing.</summary>
    public Task<List<FaxRecord>> ListAsync(FaxList which, CancellationToken cancellation)
    {
        FieldCheck.Count(which.Limit, 1, FaxList.LimitMax);
        FieldCheck.Tag(which.RemoteTag);
        FieldCheck.Tag(which.LabelTag);
        return _store.ReadAsync(context => FaxQuery.Records(FaxQuery.Of(context, which))
            .ToListAsync(cancellation), cancellation);
    }

    /// <summary>Those of some faxes that are there, in no order.</summary>
    public Task<List<FaxRecord>> FindAllAsync(Guid tenantId, IReadOnlyCollection<Guid> faxIds,
        CancellationToken cancellation)
    {
        Guid[] ids = [.. faxIds];
        return _store.ReadAsync(context => FaxQuery.Records(context.Faxes
            .Where(row => row.TenantId == tenantId && ids.Contains(row.FaxId)))
            .ToListAsync(cancellation), cancellation);
    }
}
