// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.TestKit.Durable;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Keys;

public sealed class KeyStoreTests
{
    private readonly KeyWorld _world = new KeyWorld().Fill();

    [Fact]
    public void Store_OpenedAgain_OpensWhatWasSealedAndIsNoFirstRun()
    {
        using (KeyStore first = new KeyWorld().Open())
        {
            Assert.True(first.IsFirstRun);
        }
        using KeyStore store = _world.Open();
        Assert.False(store.IsFirstRun);
        _world.CheckAllOpen(store, null, "opened again");
    }

    [Fact]
    public void FieldsAndTags_AfterARotation_AreTheSame()
    {
        FieldBinding binding = new(KeyWorld.Clinic, Guid.NewGuid(), "fax.subject");
        byte[] field, tag, routing;
        using (KeyStore store = _world.Open())
        {
            field = store.Get(KeyWorld.Clinic, KeyWorld.November).Fields.Seal(binding, "lab report");
            tag = store.Tags(KeyWorld.Clinic).Tag("number", "1");
            routing = store.Routing.Tag("dialled", "1");
            store.Rotate();
        }
        using KeyStore again = _world.Open();
        Assert.Equal("lab report", again.OpenField(field, binding));
        Assert.Equal(tag, again.Tags(KeyWorld.Clinic).Tag("number", "1"));
        Assert.NotEqual(tag, again.Tags(KeyWorld.Pharmacy).Tag("number", "1"));
        Assert.Equal(routing, again.Routing.Tag("dialled", "1"));
    }

    [Fact]
    public void Rotate_WithReadersOpen_KeepsEverythingOpenAndDropsTheOldRoot()
    {
        using KeyStore store = _world.Open();
        RootGeneration before = store.Source.List()[^1];
        store.Get(KeyWorld.Clinic, KeyWorld.November);
        using KeyStore other = _world.Open();
        RootGeneration after = store.Rotate();
        Assert.Equal([after], store.Source.List());
        Assert.Equal(before.Number + 1, after.Number);
        Assert.All(store.List(), entry => Assert.Equal(after, entry.Root));
        _world.CheckAllOpen(store, null, "the one that rotated");
        _world.CheckAllOpen(other, null, "one that was open meanwhile");
    }

    [Fact]
    public void Destroy_AnEpoch_IsFinalHereAndInACopyTakenBefore()
    {
        KeyWorld backup;
        using (KeyStore store = _world.Open())
        {
            backup = _world.Copy();
            store.Destroy([(KeyWorld.Clinic, KeyWorld.November)]);
            Assert.Equal(KeyFault.EpochDestroyed, _world.Fault(store, KeyWorld.Clinic, KeyWorld.November));
            _world.CheckAllOpen(store, (KeyWorld.Clinic, KeyWorld.November), "after the destruction");
        }
        using (KeyStore again = _world.Open())
        {
            Assert.Equal(KeyFault.EpochDestroyed, _world.Fault(again, KeyWorld.Clinic, KeyWorld.November));
            Assert.Contains(again.List(), entry => entry is
            { IsDestroyed: true, Root: null } && entry.Tenant == KeyWorld.Clinic);
            VaultKeyException remade = Assert.Throws<VaultKeyException>(
                () => again.Ensure(KeyWorld.Clinic, KeyWorld.November));
            Assert.Equal(KeyFault.EpochDestroyed, remade.Fault);
        }
        // The folder as it was, with the root keys as they are now.
        VaultKeyException refusal = Assert.Throws<VaultKeyException>(
            () => KeyStore.Open(backup.Files, _world.Source()));
        Assert.Equal(KeyFault.FolderOutdated, refusal.Fault);
        Assert.Contains("A later rotation destroyed", refusal.Message, StringComparison.Ordinal);
        // Nor does the old file unwrap under its name in the folder of today.
        string path = $"keys/desk/{KeyWorld.Clinic}/{KeyWorld.November}.wrapped";
        _world.Files.Delete(path.Replace(".wrapped", ".destroyed", StringComparison.Ordinal));
        _world.Files.Replace(path, backup.Files.Bytes(path));
        Assert.Equal(KeyFault.FolderOutdated, Assert.Throws<VaultKeyException>(_world.Open).Fault);
        // The backup itself was good: with the key file of that day it opens.
        using KeyStore then = backup.Open();
        backup.CheckAllOpen(then, null, "the copy with the key file of its day");
    }

    [Fact]
    public void Open_KeysFolderWithoutRootKey_RefusesAndMakesNoNewOne()
    {
        _world.Files.Delete(KeyWorld.KeyFile);
        VaultKeyException refusal = Assert.Throws<VaultKeyException>(_world.Open);
        Assert.Equal(KeyFault.RootMissing, refusal.Fault);
        Assert.Contains("backup", refusal.Message, StringComparison.Ordinal);
        Assert.False(_world.Files.Exists(KeyWorld.KeyFile));
    }

    [Fact]
    public void Open_WithAnotherInstallationsKeyFile_RefusesAndTouchesNothing()
    {
        KeyWorld other = new KeyWorld().Fill();
        long before = _world.Files.Operations;
        VaultKeyException refusal = Assert.Throws<VaultKeyException>(
            () => KeyStore.Open(_world.Files, other.Source()));
        Assert.Equal(KeyFault.WrongRoot, refusal.Fault);
        using KeyStore store = _world.Open();
        _world.CheckAllOpen(store, null, "with its own key file again");
        Assert.True(before <= _world.Files.Operations);
    }

    [Fact]
    public void Open_WithTheKeyFileFromBeforeARotation_SaysThatItIsTheOlderOne()
    {
        byte[] before = _world.Files.Bytes(KeyWorld.KeyFile);
        using (KeyStore store = _world.Open())
        {
            store.Rotate();
        }
        _world.Files.Replace(KeyWorld.KeyFile, before);
        VaultKeyException refusal = Assert.Throws<VaultKeyException>(_world.Open);
        Assert.Equal(KeyFault.RootOutdated, refusal.Fault);
        Assert.Contains("after the last rotation", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrappedKey_AnyByteFlipped_IsRefusedAndNamed()
    {
        string path = $"keys/desk/{KeyWorld.Clinic}/{KeyWorld.November}.wrapped";
        byte[] good = _world.Files.Bytes(path);
        using KeyStore store = _world.Open();
        for (int at = 0; at < good.Length; at++)
        {
            byte[] changed = [.. good];
            changed[at] ^= 1;
            _world.Files.Replace(path, changed);
            KeyFault? fault = _world.Fault(store, KeyWorld.Clinic, KeyWorld.November);
            Assert.Equal(at is >= 8 and < 20 ? KeyFault.WrongRoot : KeyFault.KeyTampered, fault);
        }
        _world.Files.Replace(path, good);
        Assert.Null(_world.Fault(store, KeyWorld.Clinic, KeyWorld.November));
    }

    [Fact]
    public void WrappedKey_OfAnotherTenantOrEpoch_IsRefused()
    {
        string path = $"keys/desk/{KeyWorld.Clinic}/{KeyWorld.November}.wrapped";
        using KeyStore store = _world.Open();
        foreach (string other in (string[])[$"keys/desk/{KeyWorld.Pharmacy}/{KeyWorld.November}.wrapped",
            $"keys/desk/{KeyWorld.Clinic}/{KeyWorld.December}.wrapped"])
        {
            _world.Files.Replace(path, _world.Files.Bytes(other));
            Assert.Equal(KeyFault.KeyTampered, _world.Fault(store, KeyWorld.Clinic, KeyWorld.November));
        }
    }

    [Fact]
    public void PublicKey_ReplacedByAnother_IsNoticed()
    {
        using OpeningKey attacker = OpeningKey.Generate(KeyWorld.November);
        string path = $"keys/line/{KeyWorld.Clinic}/{KeyWorld.November}.public";
        _world.Files.Replace(path, attacker.Public.Point);
        using KeyStore store = _world.Open();
        Assert.Equal(KeyFault.PublicKeyReplaced, _world.Fault(store, KeyWorld.Clinic, KeyWorld.November));
    }

    [Fact]
    public void PublicKey_Lost_IsWrittenAgain()
    {
        string path = $"keys/line/{KeyWorld.Clinic}/{KeyWorld.November}.public";
        byte[] before = _world.Files.Bytes(path);
        _world.Files.Delete(path);
        using KeyStore store = _world.Open();
        store.Get(KeyWorld.Clinic, KeyWorld.November);
        Assert.Equal(before, _world.Files.Bytes(path));
    }

    [Fact]
    public void Epoch_NeverMade_IsCalledMissing()
    {
        using KeyStore store = _world.Open();
        VaultKeyException refusal = Assert.Throws<VaultKeyException>(
            () => store.Get(KeyWorld.Clinic, new KeyEpoch(2020, 1, 1)));
        Assert.Equal(KeyFault.EpochMissing, refusal.Fault);
        Assert.Equal(KeyFault.EpochMissing, Assert.Throws<VaultKeyException>(
            () => store.Destroy([(Guid.NewGuid(), KeyWorld.November)])).Fault);
    }

    [Fact]
    public void Keys_ChangedByAnotherProcess_AreBusy()
    {
        using KeyStore store = _world.Open();
        using IDisposable other = _world.Files.Lock("keys/desk/lock");
        Assert.Equal(KeyFault.Busy, Assert.Throws<VaultKeyException>(() => store.Rotate()).Fault);
        _world.CheckAllOpen(store, null, "while another process changes keys");
    }

    [Fact]
    public void Line_ReadsOnlyItsFolderAndFindsTheNewestEpoch()
    {
        SimulatedFiles line = new();
        foreach (string path in _world.Files.Files.Where(p => p.StartsWith("keys/line/", StringComparison.Ordinal)))
        {
            string own = path["keys/line/".Length..];
            if (DurablePath.Parent(own).Length > 0)
            {
                line.EnsureFolder(DurablePath.Parent(own));
            }
            line.Replace(own, _world.Files.Bytes(path));
        }
        using LineKeys keys = new(line);
        DateTimeOffset Month(int year, int month) => new(year, month, 5, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(KeyWorld.November, keys.At(KeyWorld.Clinic, 1, Month(2026, 11)).Epoch);
        Assert.Equal(KeyWorld.December, keys.At(KeyWorld.Clinic, 1, Month(2027, 3)).Epoch);
        Assert.Throws<VaultKeyException>(() => keys.At(KeyWorld.Clinic, 1, Month(2026, 10)));
        Assert.Throws<VaultKeyException>(() => keys.At(KeyWorld.Clinic, 2, Month(2026, 11)));
        Assert.Throws<VaultKeyException>(() => keys.At(Guid.NewGuid(), 1, Month(2026, 11)));
        using KeyStore store = _world.Open();
        Assert.Equal(store.Routing.Tag("dialled", "5550143"), keys.Routing.Tag("dialled", "5550143"));
        using Sealer sealer = new(TimeProvider.System);
        ObjectBinding binding = KeyWorld.Binding(KeyWorld.Clinic);
        byte[] bytes = sealer.Seal(keys.At(KeyWorld.Clinic, 1, Month(2026, 11)), binding, "page"u8);
        Assert.Equal("page"u8.ToArray(), store.OpenObject(bytes, binding));
    }
}
