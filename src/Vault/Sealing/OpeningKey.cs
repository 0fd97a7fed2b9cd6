// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>A private key: opens what was sealed to its public half. Safe to use from several threads. The number
/// itself lies in OpenSSL's memory, which clears it when this is disposed.</summary>
public sealed class OpeningKey : IDisposable
{
    /// <summary>Bytes of the private number.</summary>
    public const int ScalarLength = P256.ScalarLength;

    private readonly ECDiffieHellman _key;
    private readonly SecretUses _uses = new();
    private readonly Agreements? _agreements;

    private OpeningKey(ECDiffieHellman key, SealingKey sealing, Agreements? agreements = null) =>
        (_key, Public, _agreements) = (key, sealing, agreements);

    /// <summary>The public half.</summary>
    public SealingKey Public { get; }

    /// <summary>A new pair.</summary>
    public static OpeningKey Generate(KeyEpoch epoch)
    {
        ECDiffieHellman key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Span<byte> point = stackalloc byte[SealingKey.PointLength];
        P256.WritePoint(key.ExportParameters(includePrivateParameters: false).Q, point);
        return new OpeningKey(key, SealingKey.TryImport(point, epoch)!);
    }

    /// <summary>A pair that was written down; null if the two halves are no pair.</summary>
    public static OpeningKey? TryImport(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, KeyEpoch epoch) =>
        TryImport(scalar, point, epoch, null);

    /// <summary>The same, whose agreements are kept.</summary>
    internal static OpeningKey? TryImport(
        ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, KeyEpoch epoch, Agreements? agreements)
    {
        ECDiffieHellman? key = P256.TryImport(point, scalar);
        return key is null ? null : new OpeningKey(key, SealingKey.TryImport(point, epoch)!, agreements);
    }

    /// <summary>Writes the private number, for whoever wraps it.</summary>
    public void Export(Span<byte> scalar)
    {
        ECParameters parameters = _key.ExportParameters(includePrivateParameters: true);
        parameters.D!.CopyTo(scalar);
        CryptographicOperations.ZeroMemory(parameters.D);
    }

    /// <inheritdoc/>
    /// <remarks>What uses the key right now goes on to its end. The public half is left alone: another thread may seal
    /// with it, and it is no secret.</remarks>
    public void Dispose()
    {
        if (_uses.TryStop())
        {
            _key.Dispose();
        }
        _agreements?.Forget(this);
    }

    /// <summary>True once it opens nothing more.</summary>
    internal bool IsOver => _uses.IsOver;

    /// <summary>The shared secret that an encapsulation carries (RFC 9180 §4.1 Decap). False if
    /// <paramref name="enc"/> is no point of the curve.</summary>
    internal bool TryDecapsulate(ReadOnlySpan<byte> enc, Span<byte> shared)
    {
        if (_agreements?.TryRead(this, enc, shared) == true)
        {
            return true;
        }
        if (!Hpke.TryDecapsulate(this, enc, shared))
        {
            return false;
        }
        _agreements?.Keep(this, enc, shared);
        return true;
    }

    internal byte[] Agree(ECDiffieHellmanPublicKey ephemeral)
    {
        _uses.Begin(this);
        try
        {
            return _key.DeriveRawSecretAgreement(ephemeral);
        }
        finally
        {
            if (_uses.EndedLast())
            {
                _key.Dispose();
            }
        }
    }
}
