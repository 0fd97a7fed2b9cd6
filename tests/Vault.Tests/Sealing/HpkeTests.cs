// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Tests.Sealing;

public sealed class HpkeTests
{
    private static readonly KeyEpoch Epoch = new(2026, 11, 1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Sender_WithTheVectorsEphemeralKey_MakesTheVectorsValues(int which)
    {
        HpkeVectors vector = HpkeVectors.All[which];
        using ECDiffieHellman ephemeral = P256.TryImport(Hex(vector.Enc), Hex(vector.EphemeralScalar))!;
        using SealingKey recipient = SealingKey.TryImport(Hex(vector.RecipientPoint), Epoch)!;
        byte[] enc = new byte[65], shared = new byte[32];
        Hpke.Encapsulate(recipient, ephemeral, enc, shared);
        Assert.Equal(vector.Enc, Convert.ToHexStringLower(enc));
        Assert.Equal(vector.Shared, Convert.ToHexStringLower(shared));
        CheckSchedule(vector, shared);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Recipient_WithTheVectorsKey_FindsTheVectorsSecret(int which)
    {
        HpkeVectors vector = HpkeVectors.All[which];
        using OpeningKey recipient =
            OpeningKey.TryImport(Hex(vector.RecipientScalar), Hex(vector.RecipientPoint), Epoch)!;
        byte[] shared = new byte[32];
        Assert.True(Hpke.TryDecapsulate(recipient, Hex(vector.Enc), shared));
        Assert.Equal(vector.Shared, Convert.ToHexStringLower(shared));
        CheckSchedule(vector, shared);
    }

    [Fact]
    public void Point_OffTheCurve_IsRefused()
    {
        byte[] point = Hex(HpkeVectors.Cfrg.RecipientPoint);
        point[64] ^= 1;
        Assert.Null(SealingKey.TryImport(point, Epoch));
        Assert.Null(SealingKey.TryImport(point.AsSpan(0, 64), Epoch));
        using OpeningKey key = OpeningKey.Generate(Epoch);
        Assert.False(Hpke.TryDecapsulate(key, point, new byte[32]));
        Assert.False(Hpke.TryDecapsulate(key, new byte[65], new byte[32]));
        byte[] infinity = new byte[65];
        infinity[0] = 4;
        Assert.False(Hpke.TryDecapsulate(key, infinity, new byte[32]));
    }

    [Fact]
    public void OpeningKey_HalvesOfTwoPairs_AreRefused() =>
        Assert.Null(OpeningKey.TryImport(
            Hex(HpkeVectors.Cfrg.RecipientScalar), Hex(HpkeVectors.Rfc.RecipientPoint), Epoch));

    private static void CheckSchedule(HpkeVectors vector, byte[] shared)
    {
        byte[] key = new byte[vector.Key.Length / 2], nonce = new byte[12], exporter = new byte[32];
        Hpke.Schedule(vector.Aead, shared, Hex(HpkeVectors.Info), key, nonce, exporter);
        Assert.Equal(vector.Key, Convert.ToHexStringLower(key));
        Assert.Equal(vector.Nonce, Convert.ToHexStringLower(nonce));
        Assert.Equal(vector.Exporter, Convert.ToHexStringLower(exporter));
        byte[] plain = Hex(HpkeVectors.Plain);
        using AesGcm aes = new(key, 16);
        for (int sequence = 0; sequence < vector.Ciphertexts.Length; sequence++)
        {
            byte[] sealedBytes = new byte[plain.Length + 16];
            byte[] own = [.. nonce];
            own[^1] ^= (byte)sequence;
            aes.Encrypt(own, plain, sealedBytes.AsSpan(0, plain.Length), sealedBytes.AsSpan(plain.Length),
                Encoding.ASCII.GetBytes($"Count-{sequence}"));
            Assert.Equal(vector.Ciphertexts[sequence], Convert.ToHexStringLower(sealedBytes));
        }
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text);
}
