// SPDX-License-Identifier: Apache-2.0
using Hermetic.TestKit.Durable;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Keys;

/// <summary>A simulated disk with a data folder and, beside its keys folder, the key file; and what was sealed to the
/// epochs that were made in it.</summary>
internal sealed class KeyWorld(SimulatedFiles files)
{
    public const string KeyFile = "root.key";

    public static readonly KeyEpoch November = new(2026, 11, 1);
    public static readonly KeyEpoch December = new(2026, 12, 1);

    public static readonly Guid Clinic = new("11111111-1111-1111-1111-111111111111");
    public static readonly Guid Pharmacy = new("22222222-2222-2222-2222-222222222222");

    private readonly Dictionary<(Guid Tenant, KeyEpoch Epoch), byte[]> _sealed = [];

    public KeyWorld()
        : this(new SimulatedFiles())
    {
    }

    public SimulatedFiles Files { get; } = files;

    public static ObjectBinding Binding(Guid tenant) => new(tenant, tenant, 1, ObjectKind.Page);

    public static byte[] Plain(Guid tenant, KeyEpoch epoch) =>
        System.Text.Encoding.ASCII.GetBytes($"{tenant} {epoch}");

    public IRootKeySource Source() => new KeyFileSource(Files, KeyFile, KeyFile);

    public KeyStore Open() => KeyStore.Open(Files, Source());

    /// <summary>Two tenants with two epochs each, and an object sealed to each.</summary>
    public KeyWorld Fill()
    {
        using KeyStore store = Open();
        using Sealer sealer = new(TimeProvider.System);
        foreach (Guid tenant in (Guid[])[Clinic, Pharmacy])
        {
            store.Tags(tenant);
            foreach (KeyEpoch epoch in (KeyEpoch[])[November, December])
            {
                SealingKey key = store.Ensure(tenant, epoch).Sealing;
                _sealed[(tenant, epoch)] = sealer.Seal(key, Binding(tenant), Plain(tenant, epoch));
            }
        }
        return this;
    }

    /// <summary>The same world on another disk.</summary>
    public KeyWorld Copy()
    {
        KeyWorld copy = new(Files.Copy());
        foreach (var one in _sealed)
        {
            copy._sealed.Add(one.Key, one.Value);
        }
        return copy;
    }

    /// <summary>The fault with which an epoch's object does not open, or null if it opens.</summary>
    public KeyFault? Fault(KeyStore store, Guid tenant, KeyEpoch epoch)
    {
        try
        {
            Assert.Equal(Plain(tenant, epoch), store.OpenObject(_sealed[(tenant, epoch)], Binding(tenant)));
            return null;
        }
        catch (VaultKeyException e)
        {
            return e.Fault;
        }
    }

    /// <summary>Every object of the fill opens, but perhaps one.</summary>
    public void CheckAllOpen(KeyStore store, (Guid Tenant, KeyEpoch Epoch)? but, string about)
    {
        foreach ((Guid tenant, KeyEpoch epoch) in _sealed.Keys.Where(one => one != but))
        {
            KeyFault? fault = Fault(store, tenant, epoch);
            Assert.True(fault is null, $"{about}: {tenant} {epoch}: {fault}");
        }
    }
}
