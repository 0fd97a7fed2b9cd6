// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Tenants;
using Hermetic.Server.Features.Webhooks;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Retention;

/// <summary>Seals what outlives a practice's faxes (its name, its lines, its webhooks) to keys that no month of faxes
/// takes along, where it still rests on such a month: earlier versions sealed it so. Each row by itself; what was moved
/// is not moved again.</summary>
internal sealed class LastingSeals(KeyStore keys, FaxStore store, TimeProvider time)
{
    private readonly TenantBook _book = new(keys, store, time);
    private readonly WebhookSecrets _webhooks = new(keys, time);

    /// <summary>All of one practice.</summary>
    /// <exception cref="StoreUnavailableException">It could not be written: nothing may be destroyed.</exception>
    public async Task MoveAsync(Guid tenant, CancellationToken cancellation)
    {
        if (await store.Tenants.FindAsync(tenant, cancellation).ConfigureAwait(false) is not { } record)
        {
            return;
        }

        if (IsOfFaxes(record.KeyEpoch) && _book.Resealed(record) is { } renamed)
        {
            await store.Retention.ResealAsync(renamed, record.KeyEpoch, cancellation).ConfigureAwait(false);
        }

        foreach (LineRecord line in await store.Tenants.ListLinesAsync(tenant, cancellation).ConfigureAwait(false))
        {
            if (IsOfFaxes(line.KeyEpoch) && _book.Resealed(line) is { } moved)
            {
                await store.Retention.ResealAsync(moved, line.KeyEpoch, cancellation).ConfigureAwait(false);
            }
        }

        foreach (WebhookRecord webhook in await store.Webhooks.ListAsync(tenant, cancellation).ConfigureAwait(false))
        {
            if (IsOfFaxes(webhook.KeyEpoch) && _webhooks.Resealed(webhook) is { } moved)
            {
                await store.Retention.ResealAsync(moved, webhook.KeyEpoch, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static bool IsOfFaxes(uint encoded) =>
        KeyEpoch.TryDecode(encoded, out KeyEpoch epoch) && RetentionRule.IsOfFaxes(epoch);
}
