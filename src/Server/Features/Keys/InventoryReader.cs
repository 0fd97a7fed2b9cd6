// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Retention;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Keys;

/// <summary>Puts together what the vault knows of keys and what the store knows of their use.</summary>
internal sealed class InventoryReader(ServerSettings settings, KeyStore keys, FaxStore store, TimeProvider time)
{
    public async Task<KeyInventory> ReadAsync(CancellationToken cancellation)
    {
        ILookup<Guid, EpochEntry> entries = keys.List().ToLookup(entry => entry.Tenant);
        Dictionary<Guid, TenantRecord> records = await RecordsAsync(cancellation).ConfigureAwait(false);
        List<TenantKeys> tenants = [];
        foreach (Guid tenant in entries.Select(group => group.Key).Union(records.Keys).Order())
        {
            List<EpochUse> use = await store.KeyUse.CountAsync(tenant, cancellation).ConfigureAwait(false);
            tenants.Add(new TenantKeys(
                tenant, NameOf(tenant, records.GetValueOrDefault(tenant)), [.. Epochs(
                    [.. entries[tenant]], use, records.GetValueOrDefault(tenant)?.RetentionMonths)]));
        }

        return new KeyInventory(keys.Source.Description, keys.Source.List(), tenants);
    }

    /// <summary>The same of one practice: its epochs by time and class.</summary>
    public async Task<IReadOnlyList<EpochStatus>> ReadAsync(Guid tenant, CancellationToken cancellation) =>
        [.. Epochs([.. keys.List().Where(entry => entry.Tenant == tenant)],
            await store.KeyUse.CountAsync(tenant, cancellation).ConfigureAwait(false), months: null)];

    private async Task<Dictionary<Guid, TenantRecord>> RecordsAsync(CancellationToken cancellation)
    {
        Dictionary<Guid, TenantRecord> records = [];
        await foreach (TenantRecord record in store.Tenants.AllAsync(cancellation).ConfigureAwait(false))
        {
            records.Add(record.TenantId, record);
        }

        return records;
    }

    private IEnumerable<EpochStatus> Epochs(EpochEntry[] entries, List<EpochUse> use, int? months)
    {
        Dictionary<uint, EpochUse> uses = use.ToDictionary(one => one.KeyEpoch);
        KeyEpoch[] living = [.. entries.Where(entry => !entry.IsDestroyed).Select(entry => entry.Epoch)];
        IReadOnlyList<KeyEpoch> due = RetentionRule.Due(living, months, time.GetUtcNow());
        IEnumerable<EpochStatus> known = entries.Select(entry => Status(entry.Epoch,
            entry.IsDestroyed ? EpochState.Destroyed : StateOf(entry.Epoch, living), entry.Root, SinceOf(entry)));
        IEnumerable<EpochStatus> lost = use
            .Where(one => Array.TrueForAll(entries, entry => entry.Epoch.Encoded != one.KeyEpoch))
            .Where(one => KeyEpoch.TryDecode(one.KeyEpoch, out _))
            .Select(one => Status(Decode(one.KeyEpoch), EpochState.Missing, null, null));
        return known.Concat(lost).OrderBy(status => status.Epoch.Encoded);

        EpochStatus Status(KeyEpoch epoch, EpochState state, RootGeneration? root, DateTimeOffset? since)
        {
            EpochUse? rests = uses.GetValueOrDefault(epoch.Encoded);
            return new EpochStatus(epoch, epoch.RetentionClass == Journal.Journal.RetentionClass, state, root, since,
                rests?.Faxes ?? 0, rests?.Pages ?? 0, rests?.Calls ?? 0, rests?.Names ?? 0, rests?.Notes ?? 0,
                rests?.Erased ?? 0,
                due.Contains(epoch) ? RetentionRule.ErasesOn(epoch.Year, epoch.Month, months) : null);
        }
    }

    private static KeyEpoch Decode(uint encoded) => KeyEpoch.TryDecode(encoded, out KeyEpoch epoch)
        ? epoch : throw new InvalidOperationException("no epoch encodes to this");

    // As LineKeys.At chooses: the newest that has begun.
    private EpochState StateOf(KeyEpoch epoch, KeyEpoch[] living)
    {
        uint now = KeyEpoch.At(time.GetUtcNow(), epoch.RetentionClass).Encoded;
        return epoch.Encoded > now ? EpochState.Next
            : Array.Exists(living, other => other.RetentionClass == epoch.RetentionClass
                && other.Encoded <= now && other.Encoded > epoch.Encoded) ? EpochState.Open
            : EpochState.Sealing;
    }

    private DateTimeOffset? SinceOf(EpochEntry entry)
    {
        string path = Path.Combine(settings.DataFolder, KeyStore.MarkOf(entry));
        return File.Exists(path) ? File.GetLastWriteTimeUtc(path) : null;
    }

    private string? NameOf(Guid tenant, TenantRecord? record)
    {
        try
        {
            return record is null ? ConfiguredNameOf(tenant)
                : keys.OpenField(record.SealedName, new FieldBinding(tenant, tenant, Provisioning.NameColumn));
        }
        catch (Exception failure) when (failure is VaultKeyException or SealedObjectException)
        {
            // A list of keys is the last thing that should fail because of a key.
            return ConfiguredNameOf(tenant);
        }
    }

    private string? ConfiguredNameOf(Guid tenant) => settings.Tenants
        .FirstOrDefault(one => Provisioning.IdOf(keys, Provisioning.NameColumn, one.Name) == tenant)?.Name;
}
