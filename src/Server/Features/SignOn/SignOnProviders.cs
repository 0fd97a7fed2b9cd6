// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.SignOn;

/// <summary>The practices' single sign-on, sealed. Changes nothing by itself: <see cref="Approvals"/> asks who has to
/// agree, and journals, first.</summary>
internal sealed class SignOnProviders(AccessDatabase database, AccessKeys keys, TimeProvider time)
{
    public const string SettingsColumn = "sign-on.settings";

    /// <summary>A practice's settings; null if it has none.</summary>
    public async Task<SignOnSettings?> FindAsync(Guid tenant, CancellationToken cancellation)
    {
        SignOnRow? row = await database.ReadAsync(context => context.SignOns
            .SingleOrDefaultAsync(row => row.TenantId == tenant, cancellation)).ConfigureAwait(false);
        return row is null ? null : Open(keys, row);
    }

    public static SignOnSettings Open(AccessKeys keys, SignOnRow row) =>
        JsonSerializer.Deserialize<SignOnSettings>(keys.OpenBytes(row.TenantId, SettingsColumn, row.SealedSettings))
            ?? throw new InvalidOperationException("settings of a single sign-on are empty");

    /// <summary>Puts settings in the place of those that there were. Sign-ons that are under way end.</summary>
    public Task SaveAsync(Guid tenant, SignOnSettings settings, CancellationToken cancellation)
    {
        byte[] sealedSettings = keys.Seal(tenant, SettingsColumn, JsonSerializer.SerializeToUtf8Bytes(settings));
        return ReplaceAsync(tenant, sealedSettings, cancellation);
    }

    /// <summary>From now on nobody comes in by it; false if there was none.</summary>
    public Task<bool> EndAsync(Guid tenant, CancellationToken cancellation) =>
        ReplaceAsync(tenant, null, cancellation);

    private Task<bool> ReplaceAsync(Guid tenant, byte[]? sealedSettings, CancellationToken cancellation) =>
        database.WriteAsync(
            async (context, cancel) =>
            {
                await context.SignOnFlows.Where(row => row.TenantId == tenant).ExecuteDeleteAsync(cancel)
                    .ConfigureAwait(false);
                bool wasThere = await context.SignOns.Where(row => row.TenantId == tenant).ExecuteDeleteAsync(cancel)
                    .ConfigureAwait(false) == 1;
                if (sealedSettings is not null)
                {
                    context.SignOns.Add(new SignOnRow
                    {
                        TenantId = tenant,
                        SealedSettings = sealedSettings,
                        ChangedAt = time.GetUtcNow(),
                    });
                }

                return wasThere;
            },
            cancellation);
}

/// <summary>The change of a practice's single sign-on, by two people.</summary>
internal sealed class SignOnChange(SignOnProviders providers) : ITwoPersonChange
{
    public const string Word = "sign-on.change";

    public string Kind => Word;

    public async Task<ChangeOutcome?> ApplyAsync(Guid? tenant, AccessChange change, CancellationToken cancellation)
    {
        await providers.SaveAsync(tenant!.Value, change.SignOn!, cancellation).ConfigureAwait(false);
        return new ChangeOutcome(change.Target);
    }
}
