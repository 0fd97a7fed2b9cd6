// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Requests that must not be carried out twice, by a keyed tag of who asked and the key that they
/// gave.</summary>
public sealed class RequestTable
{
    private readonly FaxStore _store;

    internal RequestTable(FaxStore store) => _store = store;

    /// <summary>Begins a request, or tells what is known of it. One that is older than <paramref name="keptSince"/> is
    /// forgotten; one whose time ran out without an answer begins anew.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="keyTag">32 bytes: who asked, and the key.</param>
    /// <param name="requestTag">32 bytes: what was asked.</param>
    /// <param name="now">The time now.</param>
    /// <param name="until">When somebody else may carry it out.</param>
    /// <param name="keptSince">What began before is forgotten.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<BegunRequest> BeginAsync(Guid tenantId, byte[] keyTag, byte[] requestTag, DateTimeOffset now,
        DateTimeOffset until, DateTimeOffset keptSince, CancellationToken cancellation)
    {
        FieldCheck.Tag(keyTag);
        FieldCheck.Tag(requestTag);
        return _store.WriteAsync(tenantId, async (context, cancel) =>
        {
            await context.Requests
                .Where(row => row.TenantId == tenantId
                    && (row.CreatedAt < keptSince
                        || (row.KeyTag == keyTag && row.Status == null && row.DueAt <= now)))
                .ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            RequestRow? known = await context.Requests
                .SingleOrDefaultAsync(row => row.TenantId == tenantId && row.KeyTag == keyTag, cancel)
                .ConfigureAwait(false);
            if (known is not null)
            {
                return !known.RequestTag.AsSpan().SequenceEqual(requestTag) ? new BegunRequest(RequestState.Another)
                    : known.Status is null ? new BegunRequest(RequestState.UnderWay)
                    : new BegunRequest(RequestState.Done, known.Status, known.SealedAnswer);
            }
            context.Requests.Add(new RequestRow
            {
                TenantId = tenantId,
                KeyTag = keyTag,
                RequestTag = requestTag,
                CreatedAt = now,
                DueAt = until,
            });
            return new BegunRequest(RequestState.Begun);
        }, cancellation);
    }

    /// <summary>Writes down how it was answered; false if it is not under way any more.</summary>
    public Task<bool> FinishAsync(Guid tenantId, byte[] keyTag, int status, uint keyEpoch, byte[]? sealedAnswer,
        CancellationToken cancellation)
    {
        FieldCheck.Tag(keyTag);
        FieldCheck.Sealed(sealedAnswer);
        return _store.WriteAsync(tenantId, async (context, cancel) => await context.Requests
            .Where(row => row.TenantId == tenantId && row.KeyTag == keyTag && row.Status == null)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Status, status)
                .SetProperty(row => row.KeyEpoch, keyEpoch)
                .SetProperty(row => row.SealedAnswer, sealedAnswer), cancel)
            .ConfigureAwait(false) == 1, cancellation);
    }

    /// <summary>Forgets one that came to nothing, so that it may be tried again.</summary>
    public Task<bool> ForgetAsync(Guid tenantId, byte[] keyTag, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) => await context.Requests
            .Where(row => row.TenantId == tenantId && row.KeyTag == keyTag && row.Status == null)
            .ExecuteDeleteAsync(cancel).ConfigureAwait(false) == 1, cancellation);
}
