// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>A public key: seals, opens nothing. All that the line role holds. Safe to use from several
/// threads.</summary>
public sealed class SealingKey : IDisposable
{
    /// <summary>Bytes of an uncompressed point of P-256.</summary>
    public const int PointLength = Hpke.PointLength;

    private readonly ECDiffieHellman _key;
    private readonly byte[] _point;

    private SealingKey(ECDiffieHellman key, ReadOnlySpan<byte> point, KeyEpoch epoch)
    {
        _key = key;
        _point = point.ToArray();
        PublicKey = key.PublicKey;
        Id = KeyId.Of(point);
        Epoch = epoch;
    }

    /// <summary>What names it in a sealed object.</summary>
    public KeyId Id { get; }

    /// <summary>What it is for.</summary>
    public KeyEpoch Epoch { get; }

    /// <summary>The point, uncompressed: 65 bytes.</summary>
    public ReadOnlySpan<byte> Point => _point;

    internal ECDiffieHellmanPublicKey PublicKey { get; }

    /// <summary>Reads a point; null if it is none of P-256.</summary>
    public static SealingKey? TryImport(ReadOnlySpan<byte> point, KeyEpoch epoch) =>
        P256.TryImport(point) is { } key ? new SealingKey(key, point, epoch) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        PublicKey.Dispose();
        _key.Dispose();
    }
}
