// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store.Model;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Store;

/// <summary>Addresses that events are sent to.</summary>
public sealed class WebhookTable
{
    private readonly FaxStore _store;

    internal WebhookTable(FaxStore store) => _store = store;

    /// <summary>Makes one.</summary>
    public Task AddAsync(WebhookRecord webhook, CancellationToken cancellation)
    {
        Check(webhook);
        return _store.WriteAsync(webhook.TenantId, (context, _) =>
        {
            context.Webhooks.Add(Row(webhook));
            return Task.FromResult(true);
        }, cancellation);
    }

    /// <summary>Writes all of one anew but when it was made; false if there is none, or it was closed.</summary>
    public Task<bool> ChangeAsync(WebhookRecord webhook, CancellationToken cancellation)
    {
        Check(webhook);
        return _store.WriteAsync(webhook.TenantId, async (context, cancel) => await context.Webhooks
            .Where(row => row.TenantId == webhook.TenantId && row.WebhookId == webhook.WebhookId
                && row.State != ServiceState.Closed)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.State, webhook.State)
                .SetProperty(row => row.Kinds, webhook.Kinds)
                .SetProperty(row => row.LineId, webhook.LineId)
                .SetProperty(row => row.KeyEpoch, webhook.KeyEpoch)
                .SetProperty(row => row.SealedAddress, webhook.SealedAddress)
                .SetProperty(row => row.SealedSecret, webhook.SealedSecret)
                .SetProperty(row => row.SealedOldSecret, webhook.SealedOldSecret)
                .SetProperty(row => row.OldSecretUntil, webhook.OldSecretUntil), cancel)
            .ConfigureAwait(false) == 1, cancellation);
    }

    /// <summary>One that was not closed, or null.</summary>
    public async Task<WebhookRecord?> FindAsync(Guid tenantId, Guid webhookId, CancellationToken cancellation)
    {
        WebhookRow? row = await _store.ReadAsync(context => context.Webhooks
            .SingleOrDefaultAsync(row => row.TenantId == tenantId && row.WebhookId == webhookId
                && row.State != ServiceState.Closed, cancellation), cancellation).ConfigureAwait(false);
        return row is null ? null : Record(row);
    }

    /// <summary>A tenant's, that were not closed, by id.</summary>
    public async Task<List<WebhookRecord>> ListAsync(Guid tenantId, CancellationToken cancellation) =>
        (await _store.ReadAsync(context => context.Webhooks
            .Where(row => row.TenantId == tenantId && row.State != ServiceState.Closed)
            .OrderBy(row => row.WebhookId)
            .ToListAsync(cancellation), cancellation).ConfigureAwait(false)).ConvertAll(Record);

    private static void Check(WebhookRecord webhook)
    {
        FieldCheck.Sealed(webhook.SealedAddress);
        FieldCheck.Sealed(webhook.SealedSecret);
        FieldCheck.Sealed(webhook.SealedOldSecret);
    }

    private static WebhookRow Row(WebhookRecord webhook) => new()
    {
        TenantId = webhook.TenantId,
        WebhookId = webhook.WebhookId,
        State = webhook.State,
        CreatedAt = webhook.CreatedAt,
        Kinds = webhook.Kinds,
        LineId = webhook.LineId,
        KeyEpoch = webhook.KeyEpoch,
        SealedAddress = webhook.SealedAddress,
        SealedSecret = webhook.SealedSecret,
        SealedOldSecret = webhook.SealedOldSecret,
        OldSecretUntil = webhook.OldSecretUntil,
    };

    private static WebhookRecord Record(WebhookRow row) => new(
        row.TenantId, row.WebhookId, row.State, row.CreatedAt, row.Kinds, row.LineId, row.KeyEpoch,
        row.SealedAddress, row.SealedSecret, row.SealedOldSecret, row.OldSecretUntil);
}
