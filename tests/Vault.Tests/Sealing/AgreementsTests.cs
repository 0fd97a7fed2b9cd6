// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Sealing;

public sealed class AgreementsTests
{
    private static readonly byte[] Plain = "+1 555 555 0100"u8.ToArray();

    [Fact]
    public void Object_OpenedAgain_IsTheSame_AndItsAgreementIsKeptOnce()
    {
        using SealedWorld world = new();
        Agreements agreements = new();
        using OpeningKey key = Keeping(world.Key, agreements);
        byte[] bytes = world.Seal(Plain);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Plain, SealedObject.Open(bytes, key, world.Binding));
            Assert.Equal(1, agreements.Count);
        }
    }

    // What is kept must open nothing that would not open without it, and say the same of it.
    [Fact]
    public void Header_TamperedWithBehindAnOpening_IsRefusedAsWithoutIt()
    {
        using SealedWorld world = new();
        using OpeningKey key = Keeping(world.Key, new Agreements());
        byte[] bytes = world.Seal(Plain);
        SealedObject.Open(bytes, key, world.Binding);
        for (int at = 0; at < SealedHeader.Length; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            SealedFault fault = Assert.Throws<SealedObjectException>(
                () => SealedObject.Open(changed, key, world.Binding)).Fault;
            Assert.Equal(world.Refused(changed).Fault, fault);
        }
        Assert.Equal(Plain, SealedObject.Open(bytes, key, world.Binding));
    }

    [Fact]
    public void Oldest_GivesWay_AndIsAgreedOnAnew()
    {
        using SealedWorld world = new();
        using Sealer alone = new(TimeProvider.System, objectsMax: 1);
        Agreements agreements = new(countMax: 2);
        using OpeningKey key = Keeping(world.Key, agreements);
        byte[][] objects = [.. Enumerable.Range(0, 5).Select(i => alone.Seal(key.Public, world.Binding, [(byte)i]))];
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < objects.Length; i++)
            {
                Assert.Equal([(byte)i], SealedObject.Open(objects[i], key, world.Binding));
                Assert.InRange(agreements.Count, 1, 2);
            }
        }
    }

    [Fact]
    public void Key_WhoseTimeIsOver_TakesItsAgreementsAlong_AndNoOthers()
    {
        using SealedWorld world = new();
        using SealedWorld other = new();
        Agreements agreements = new();
        OpeningKey key = Keeping(world.Key, agreements);
        using OpeningKey lasting = Keeping(other.Key, agreements);
        byte[] bytes = world.Seal(Plain);
        byte[] lastingBytes = other.Seal(Plain);
        SealedObject.Open(bytes, key, world.Binding);
        SealedObject.Open(lastingBytes, lasting, other.Binding);
        byte[] enc = SealedObject.ReadHeader(bytes).Enc.ToArray();
        Assert.True(agreements.TryRead(key, enc, new byte[32]));
        key.Dispose();
        Assert.Equal(1, agreements.Count);
        Assert.Throws<ObjectDisposedException>(() => SealedObject.Open(bytes, key, world.Binding));
        // What was under way when its time ended leaves nothing behind.
        agreements.Keep(key, enc, new byte[32]);
        Assert.False(agreements.TryRead(key, enc, new byte[32]));
        Assert.Equal(Plain, SealedObject.Open(lastingBytes, lasting, other.Binding));
        Assert.Equal(1, agreements.Count);
    }

    [Fact]
    public void ManyThreads_OpenWhatIsSealed()
    {
        using SealedWorld world = new();
        using Sealer alone = new(TimeProvider.System, objectsMax: 1);
        using OpeningKey key = Keeping(world.Key, new Agreements(countMax: 8));
        byte[][] objects = [.. Enumerable.Range(0, 16).Select(i => alone.Seal(key.Public, world.Binding, [(byte)i]))];
        Parallel.For(0, 400, i => Assert.Equal([(byte)(i % objects.Length)],
            SealedObject.Open(objects[i % objects.Length], key, world.Binding)));
    }

    private static OpeningKey Keeping(OpeningKey key, Agreements agreements)
    {
        byte[] scalar = new byte[OpeningKey.ScalarLength];
        key.Export(scalar);
        return OpeningKey.TryImport(scalar, key.Public.Point, key.Public.Epoch, agreements)!;
    }
}
