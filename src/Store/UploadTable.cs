// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Uploads that wait to be sent: how many an account has, and which key names which. Their bytes are
/// blobs.</summary>
public sealed class UploadTable
{
    private readonly FaxStore _store;

    internal UploadTable(FaxStore store) => _store = store;

    /// <summary>Begins an upload, or tells what is known of its key. One that is over is forgotten; one that is not
    /// whole and whose time ran out is replaced.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="pendingMax">How many its account may have.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<BegunUpload> BeginAsync(UploadRecord upload, int pendingMax, CancellationToken cancellation)
    {
        FieldCheck.Tag(upload.KeyTag);
        return _store.WriteAsync(upload.TenantId, async (context, cancel) =>
        {
            await UsageWriting.LockAsync(context, upload.TenantId, cancel).ConfigureAwait(false);
            UploadRow? known = upload.KeyTag is null ? null : await context.Uploads
                .SingleOrDefaultAsync(row => row.TenantId == upload.TenantId && row.KeyTag == upload.KeyTag, cancel)
                .ConfigureAwait(false);
            bool isGivenUp = known is not null && (known.OverAt <= upload.CreatedAt
                || (known.ContentTag is null && known.DueAt <= upload.CreatedAt));
            if (known is not null && !isGivenUp)
            {
                return new BegunUpload(
                    known.ContentTag is null ? BegunUploadState.UnderWay : BegunUploadState.There, Record(known));
            }
            if (known is not null)
            {
                await Of(context, upload.TenantId, known.UploadId).ExecuteDeleteAsync(cancel).ConfigureAwait(false);
            }
            if (await context.Uploads.CountAsync(row => row.TenantId == upload.TenantId
                && row.AccountId == upload.AccountId && row.OverAt > upload.CreatedAt, cancel)
                .ConfigureAwait(false) >= pendingMax)
            {
                return new BegunUpload(BegunUploadState.TooMany);
            }
            context.Uploads.Add(new UploadRow
            {
                TenantId = upload.TenantId,
                UploadId = upload.UploadId,
                AccountId = upload.AccountId,
                CreatedAt = upload.CreatedAt,
                OverAt = upload.OverAt,
                KeyTag = upload.KeyTag,
                DueAt = upload.DueAt,
            });
            return new BegunUpload(BegunUploadState.Begun, known is null ? null : Record(known));
        }, cancellation);
    }

    /// <summary>Writes down that an upload is whole; false if another took its place meanwhile.</summary>
    public Task<bool> FinishAsync(Guid tenantId, Guid uploadId, byte[] contentTag, CancellationToken cancellation)
    {
        FieldCheck.Tag(contentTag);
        return _store.WriteAsync(tenantId, async (context, cancel) => await Of(context, tenantId, uploadId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ContentTag, contentTag), cancel)
            .ConfigureAwait(false) == 1, cancellation);
    }

    /// <summary>Forgets an upload; false if there is none.</summary>
    public Task<bool> DeleteAsync(Guid tenantId, Guid uploadId, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, async (context, cancel) => await Of(context, tenantId, uploadId)
            .ExecuteDeleteAsync(cancel).ConfigureAwait(false) == 1, cancellation);

    /// <summary>Forgets what is over; how many.</summary>
    public Task<int> DeleteOverAsync(Guid tenantId, DateTimeOffset now, CancellationToken cancellation) =>
        _store.WriteAsync(tenantId, (context, cancel) => context.Uploads
            .Where(row => row.TenantId == tenantId && row.OverAt <= now)
            .ExecuteDeleteAsync(cancel), cancellation);

    /// <summary>How many an account has that are not over.</summary>
    public Task<int> CountAsync(Guid tenantId, Guid accountId, DateTimeOffset now, CancellationToken cancellation) =>
        _store.ReadAsync(context => context.Uploads
            .CountAsync(row => row.TenantId == tenantId && row.AccountId == accountId && row.OverAt > now,
                cancellation), cancellation);

    private static IQueryable<UploadRow> Of(StoreContext context, Guid tenantId, Guid uploadId) =>
        context.Uploads.Where(row => row.TenantId == tenantId && row.UploadId == uploadId);

    private static UploadRecord Record(UploadRow row) => new(
        row.TenantId, row.UploadId, row.AccountId, row.CreatedAt, row.OverAt, row.DueAt, row.KeyTag,
        row.ContentTag);
}
