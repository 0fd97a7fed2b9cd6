// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.TestKit.Durable;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Keys;

/// <summary>The power goes, or the disk fails, at every operation of making, rotating and destroying keys: no key is
/// lost that was not to be destroyed, and none comes back that was. Failures name their operation and seed.</summary>
public sealed class KeyCrashTests
{
    private static readonly (Guid Tenant, KeyEpoch Epoch) Doomed = (KeyWorld.Clinic, KeyWorld.November);

    private readonly KeyWorld _full = new KeyWorld().Fill();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Destroy_CutAtEveryOperation_IsFinishedOrNeverBegan(bool powerCut)
    {
        bool sawBegun = false, sawNotBegun = false;
        for (int cut = 1; ; cut++)
        {
            KeyWorld world = _full.Copy();
            bool returned = Cut(world, cut, store => store.Destroy([Doomed]));
            world.Files.Restart(powerCut ? cut : null);
            string about = $"cut at operation {cut}";
            bool destroyed = CheckAfter(world, about);
            Assert.True(destroyed || !returned, $"{about}: it returned, and the keys are still there");
            sawBegun |= destroyed && !returned;
            sawNotBegun |= !destroyed;
            if (returned)
            {
                break;
            }
        }
        Assert.True(sawBegun && sawNotBegun);
    }

    [Fact]
    public void Destroy_CutAgainAndAgainFromSeeds_IsFinishedInTheEnd()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            KeyWorld world = _full.Copy();
            Random random = new(seed);
            Cut(world, random.Next(1, 60), store => store.Destroy([Doomed]));
            for (int round = 0; round < 6; round++)
            {
                world.Files.Restart(random.Next(3) == 0 ? null : random.Next());
                Cut(world, random.Next(1, 25), _ => { });
            }
            world.Files.Restart(seed);
            CheckAfter(world, $"seed {seed}");
        }
    }

    [Fact]
    public void Rotate_CutAtEveryOperation_LosesNoKeyAndLeavesOneRoot()
    {
        for (int cut = 1; ; cut++)
        {
            KeyWorld world = _full.Copy();
            bool returned = Cut(world, cut, store => store.Rotate());
            world.Files.Restart(cut);
            using KeyStore store = world.Open();
            world.CheckAllOpen(store, null, $"cut at operation {cut}");
            Assert.Single(store.Source.List());
            if (returned)
            {
                break;
            }
        }
    }

    [Theory]
    [InlineData(DurableFault.NoSpace)]
    [InlineData(DurableFault.InputOutput)]
    public void Rotate_FailingAtEveryOperation_LosesNoKey(DurableFault fault)
    {
        for (int at = 1; at < 200; at++)
        {
            KeyWorld world = _full.Copy();
            bool failed = false;
            using (KeyStore store = world.Open())
            {
                world.Files.FailAt(world.Files.Operations + at, fault, stays: true);
                try
                {
                    store.Rotate();
                }
                catch (Exception e) when (e is DurableException or VaultKeyException)
                {
                    failed = true;
                }
                world.Files.Heal();
            }
            world.Files.Restart(at);
            using KeyStore again = world.Open();
            world.CheckAllOpen(again, null, $"{fault} from operation {at} on");
            if (!failed)
            {
                return;
            }
        }
        Assert.Fail("no rotation got through");
    }

    [Fact]
    public void FirstRunAndNewEpochs_CutAtEveryOperation_LeaveNoPublicKeyWithoutItsPrivateOne()
    {
        for (int cut = 1; ; cut++)
        {
            KeyWorld world = new();
            bool returned = Cut(world, cut, store => store.Ensure(KeyWorld.Clinic, KeyWorld.November));
            world.Files.Restart(cut);
            string about = $"cut at operation {cut}";
            string publicKey = $"keys/line/{KeyWorld.Clinic}/{KeyWorld.November}.public";
            bool published = world.Files.Exists(publicKey);
            Assert.True(published || !returned, about);
            byte[]? point = published ? world.Files.Bytes(publicKey) : null;
            using KeyStore store = world.Open();
            EpochKeys keys = store.Ensure(KeyWorld.Clinic, KeyWorld.November);
            Assert.True(point is null || keys.Sealing.Point.SequenceEqual(point), about);
            if (returned)
            {
                break;
            }
        }
    }

    /// <summary>Opens and checks; true if the doomed epoch is destroyed, and then in the copy taken before
    /// too.</summary>
    private bool CheckAfter(KeyWorld world, string about)
    {
        using KeyStore store = world.Open();
        world.CheckAllOpen(store, Doomed, about);
        KeyFault? fault = world.Fault(store, Doomed.Tenant, Doomed.Epoch);
        Assert.True(fault is null or KeyFault.EpochDestroyed, $"{about}: {fault}");
        Assert.True(store.Source.List().Count == 1, $"{about}: more than one root key is left");
        Assert.False(world.Files.Exists("keys/desk/destruction"), about);
        if (fault is not null)
        {
            VaultKeyException refusal = Assert.Throws<VaultKeyException>(
                () => KeyStore.Open(_full.Files.Copy(), world.Source()));
            Assert.Equal(KeyFault.FolderOutdated, refusal.Fault);
        }
        return fault is not null;
    }

    private static bool Cut(KeyWorld world, int cut, Action<KeyStore> action)
    {
        world.Files.CutAt(world.Files.Operations + cut);
        try
        {
            using KeyStore store = world.Open();
            action(store);
            return true;
        }
        catch (PowerCutException)
        {
            return false;
        }
    }
}
