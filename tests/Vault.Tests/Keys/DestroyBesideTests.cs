// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Keys;

/// <summary>Keys are destroyed beside processes that hold them in memory and open with them right then.</summary>
public sealed class DestroyBesideTests
{
    private static readonly FieldBinding Field = new(KeyWorld.Clinic, KeyWorld.Clinic, "fax.subject");

    private readonly KeyWorld _world = new KeyWorld().Fill();

    [Fact]
    public void Get_OfAnEpochThatAnotherProcessDestroyed_IsNeverAnsweredFromMemory()
    {
        using KeyStore reader = _world.Open();
        byte[] field = reader.Get(KeyWorld.Clinic, KeyWorld.November).Fields.Seal(Field, "lab report");
        Assert.Equal("lab report", reader.OpenField(field, Field));
        EpochKeys held = reader.Get(KeyWorld.Clinic, KeyWorld.November);
        using (KeyStore other = _world.Open())
        {
            other.Destroy([(KeyWorld.Clinic, KeyWorld.November)]);
        }

        Assert.Equal(KeyFault.EpochDestroyed, _world.Fault(reader, KeyWorld.Clinic, KeyWorld.November));
        Assert.Equal(KeyFault.EpochDestroyed,
            Assert.Throws<VaultKeyException>(() => reader.OpenField(field, Field)).Fault);
        Assert.Equal(KeyFault.EpochDestroyed,
            Assert.Throws<VaultKeyException>(() => reader.Ensure(KeyWorld.Clinic, KeyWorld.November)).Fault);
        // Out of the memory too, whoever holds on to the object.
        Assert.Throws<ObjectDisposedException>(() => held.Fields.OpenText(Field, field));
        _world.CheckAllOpen(reader, (KeyWorld.Clinic, KeyWorld.November), "the others");
    }

    [Fact]
    public void Refresh_AfterAnotherProcessDestroyed_ClearsWhatNobodyAsksForAgain()
    {
        using KeyStore reader = _world.Open();
        EpochKeys held = reader.Get(KeyWorld.Clinic, KeyWorld.November);
        byte[] field = held.Fields.Seal(Field, "lab report");
        using (KeyStore other = _world.Open())
        {
            other.Destroy([(KeyWorld.Clinic, KeyWorld.November)]);
        }

        Assert.Equal("lab report", held.Fields.OpenText(Field, field));
        reader.Refresh();
        Assert.Throws<ObjectDisposedException>(() => held.Fields.OpenText(Field, field));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Open_WhileTheKeyGoes_OpensOrIsDestroyedAndNothingElse(bool isSameProcess)
    {
        for (int round = 0; round < 20; round++)
        {
            KeyWorld world = _world.Copy();
            using KeyStore reader = world.Open();
            byte[] field = reader.Get(KeyWorld.Clinic, KeyWorld.November).Fields.Seal(Field, "lab report");
            using KeyStore other = world.Open();
            using CancellationTokenSource over = new();
            Task<bool>[] readers = [.. Enumerable.Range(0, 4).Select(number => Task.Run(
                () => ReadUntil(world, reader, number % 2 == 0 ? null : field, over.Token)))];
            Task<bool> bystander = Task.Run(() => BystandUntil(world, reader, over.Token));
            (isSameProcess ? reader : other).Destroy([(KeyWorld.Clinic, KeyWorld.November)]);
            await over.CancelAsync();
            Assert.All(await Task.WhenAll(readers), Assert.True);
            Assert.True(await bystander);
            Assert.Equal(KeyFault.EpochDestroyed, world.Fault(reader, KeyWorld.Clinic, KeyWorld.November));
        }
    }

    [Fact]
    public void Destroy_AfterOneThatFailedHalfWay_DoesBothToTheEnd()
    {
        int halves = 0;
        for (int at = 1; at < 200; at++)
        {
            KeyWorld world = _world.Copy();
            using KeyStore store = world.Open();
            world.Files.FailAt(world.Files.Operations + at, DurableFault.InputOutput, stays: true);
            bool failed = Fails(() => store.Destroy([(KeyWorld.Clinic, KeyWorld.November)]));
            world.Files.Heal();
            bool isHalf = world.Files.Exists("keys/desk/destruction");
            bool isOrdered = isHalf || world.Files.Exists($"keys/desk/{KeyWorld.Clinic}/{KeyWorld.November}.destroyed");
            halves += isHalf ? 1 : 0;
            store.Destroy([(KeyWorld.Clinic, KeyWorld.December)]);
            Assert.False(world.Files.Exists($"keys/desk/{KeyWorld.Clinic}/{KeyWorld.December}.wrapped"));
            Assert.Equal(isOrdered,
                !world.Files.Exists($"keys/desk/{KeyWorld.Clinic}/{KeyWorld.November}.wrapped"));
            Assert.False(world.Files.Exists("keys/desk/destruction"));
            Assert.Null(world.Fault(store, KeyWorld.Pharmacy, KeyWorld.November));
            if (!failed)
            {
                Assert.True(halves > 2);
                return;
            }
        }

        Assert.Fail("no destruction got through");
    }

    private static bool Fails(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (Exception failure) when (failure is DurableException or VaultKeyException)
        {
            return true;
        }
    }

    // True if nothing else came of it than what is sealed, or that it is destroyed; and once destroyed, it stays so.
    private static bool ReadUntil(KeyWorld world, KeyStore reader, byte[]? field, CancellationToken over)
    {
        bool isGone = false;
        do
        {
            KeyFault? fault = null;
            if (field is null)
            {
                fault = world.Fault(reader, KeyWorld.Clinic, KeyWorld.November);
            }
            else
            {
                try
                {
                    Assert.Equal("lab report", reader.OpenField(field, Field));
                }
                catch (VaultKeyException failure)
                {
                    fault = failure.Fault;
                }
            }

            if (fault is not (null or KeyFault.EpochDestroyed) || (isGone && fault is null))
            {
                return false;
            }

            isGone = fault is not null;
        }
        while (!over.IsCancellationRequested);
        return true;
    }

    // What is not destroyed opens, while all of it is wrapped anew.
    private static bool BystandUntil(KeyWorld world, KeyStore reader, CancellationToken over)
    {
        do
        {
            if (world.Fault(reader, KeyWorld.Pharmacy, KeyWorld.December) is not null)
            {
                return false;
            }
        }
        while (!over.IsCancellationRequested);
        return true;
    }
}
