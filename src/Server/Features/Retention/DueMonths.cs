// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Retention;

/// <summary>A practice's month that is to be erased.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Epoch">Its keys.</param>
/// <param name="Months">The practice's rule.</param>
/// <param name="SetBy">The account that asked for the rule.</param>
/// <param name="Since">Since when it is due.</param>
/// <param name="Faxes">Faxes that rest on the keys.</param>
/// <param name="IsHeld">One of them is still at work: the month waits for it.</param>
internal sealed record DueMonth(
    Guid Tenant, KeyEpoch Epoch, int Months, Guid? SetBy, DateTimeOffset Since, long Faxes, bool IsHeld);

/// <summary>What is to be erased now.</summary>
internal sealed class DueMonths(KeyStore keys, FaxStore store, TimeProvider time)
{
    /// <summary>All of it, by practice and month.</summary>
    public async Task<IReadOnlyList<DueMonth>> ReadAsync(CancellationToken cancellation)
    {
        ILookup<Guid, KeyEpoch> living = keys.List().Where(entry => !entry.IsDestroyed)
            .ToLookup(entry => entry.Tenant, entry => entry.Epoch);
        List<DueMonth> due = [];
        await foreach (TenantRecord tenant in store.Tenants.AllAsync(cancellation).ConfigureAwait(false))
        {
            if (tenant.RetentionMonths is not null)
            {
                due.AddRange(await ReadAsync(tenant, [.. living[tenant.TenantId]], cancellation)
                    .ConfigureAwait(false));
            }
        }

        return due;
    }

    /// <summary>What of one practice would be, if it kept its faxes for so long.</summary>
    public Task<IReadOnlyList<DueMonth>> ReadAsync(TenantRecord tenant, int? months, CancellationToken cancellation) =>
        ReadAsync(tenant with { RetentionMonths = months },
            [.. keys.List().Where(entry => !entry.IsDestroyed && entry.Tenant == tenant.TenantId)
                .Select(entry => entry.Epoch)], cancellation);

    private async Task<IReadOnlyList<DueMonth>> ReadAsync(
        TenantRecord tenant, IReadOnlyCollection<KeyEpoch> living, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        IReadOnlyList<KeyEpoch> due = RetentionRule.Due(living, tenant.RetentionMonths, now);
        if (due.Count == 0 || tenant.RetentionMonths is not { } months)
        {
            return [];
        }

        Dictionary<uint, EpochStanding> standing = (await store.Retention.StandingAsync(
            tenant.TenantId, [.. due.Select(epoch => epoch.Encoded)], cancellation).ConfigureAwait(false))
            .ToDictionary(one => one.KeyEpoch);
        return
        [
            .. due.Select(epoch => (Epoch: epoch, Standing: standing.GetValueOrDefault(epoch.Encoded)))
                .Where(one => !IsYoung(one.Standing, months, now))
                .Select(one => new DueMonth(tenant.TenantId, one.Epoch, months, tenant.RetentionSetBy,
                    RetentionRule.ErasesOn(one.Epoch.Year, one.Epoch.Month, months)!.Value,
                    one.Standing?.Faxes ?? 0, one.Standing?.IsHeld ?? false)),
        ];
    }

    // A desk that stood still over the first of a month lets the line seal to the month before: those faxes are kept
    // as long as others of their own month.
    private static bool IsYoung(EpochStanding? standing, int months, DateTimeOffset now) =>
        standing?.LastBegunAt?.UtcDateTime is { } last && !RetentionRule.IsOver(last.Year, last.Month, months, now);
}
