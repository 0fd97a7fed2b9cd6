// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Sealing;
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Vault.Tests.Sealing;

/// <summary>How long a process that seals keeps what could open.</summary>
public sealed class SealerTests : IDisposable
{
    private readonly SealedWorld _world = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Agreement_IsSharedByAtMostSixtyFourObjects()
    {
        using Sealer sealer = new(_time);
        string[] encs = [.. Enumerable.Range(0, 130).Select(_ => Enc(sealer))];
        Assert.Equal([64, 64, 2], encs.GroupBy(enc => enc).Select(group => group.Count()));
        Assert.Equal(1, sealer.LiveSecrets);
    }

    [Fact]
    public void Agreement_AfterASecond_IsForgottenWithoutBeingAsked()
    {
        using Sealer sealer = new(_time);
        string before = Enc(sealer);
        Assert.Equal(1, sealer.LiveSecrets);
        _time.Advance(Sealer.AgeMax - TimeSpan.FromMilliseconds(1));
        Assert.Equal(before, Enc(sealer));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, sealer.LiveSecrets);
        Assert.NotEqual(before, Enc(sealer));
    }

    [Fact]
    public void Agreements_OfManyRecipients_AreEachForgottenInTime()
    {
        using Sealer sealer = new(_time);
        using OpeningKey other = OpeningKey.Generate(new KeyEpoch(2026, 12, 1));
        Enc(sealer);
        _time.Advance(Sealer.AgeMax / 2);
        sealer.Seal(other.Public, _world.Binding, []);
        Assert.Equal(2, sealer.LiveSecrets);
        _time.Advance(Sealer.AgeMax / 2);
        Assert.Equal(1, sealer.LiveSecrets);
        _time.Advance(Sealer.AgeMax / 2);
        Assert.Equal(0, sealer.LiveSecrets);
    }

    [Fact]
    public void Sealer_OfOneObjectAnAgreement_KeepsNone()
    {
        using Sealer sealer = new(_time, objectsMax: 1);
        Assert.NotEqual(Enc(sealer), Enc(sealer));
        Assert.Equal(0, sealer.LiveSecrets);
    }

    [Fact]
    public void Sealer_Disposed_KeepsNothingAndSealsNothing()
    {
        Sealer sealer = new(_time);
        Enc(sealer);
        sealer.Dispose();
        Assert.Equal(0, sealer.LiveSecrets);
        Assert.Throws<ObjectDisposedException>(() => Enc(sealer));
    }

    [Fact]
    public void Sealer_UsedByManyThreads_SealsWhatOpens()
    {
        using Sealer sealer = new(TimeProvider.System);
        Parallel.For(0, 500, number =>
        {
            byte[] plain = SealedWorld.Bytes(number);
            byte[] bytes = sealer.Seal(_world.Key.Public, _world.Binding, plain);
            Assert.Equal(plain, _world.Open(bytes));
        });
    }

    [Fact]
    public void Secret_Disposed_IsZeroedAndNoLongerGiven()
    {
        SecretBytes secret = SecretBytes.Random(32);
        Memory<byte> seen = Peek(secret);
        Assert.NotEqual(-1, seen.Span.IndexOfAnyExcept((byte)0));
        secret.Dispose();
        Assert.Equal(-1, seen.Span.IndexOfAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
        Assert.Equal("32 secret bytes", secret.ToString());
    }

    // The array behind the span: the test looks where the secret lay.
    private static byte[] Peek(SecretBytes secret) =>
        (byte[])typeof(SecretBytes).GetField("_bytes",
            System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(secret)!;

    private string Enc(Sealer sealer) =>
        Convert.ToHexStringLower(sealer.Seal(_world.Key.Public, _world.Binding, [1, 2, 3]).AsSpan(108, 65));
}
