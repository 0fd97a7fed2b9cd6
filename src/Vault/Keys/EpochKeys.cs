// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Keys;

/// <summary>The keys of one tenant and epoch. They belong to the <see cref="KeyStore"/>, which disposes them.</summary>
public sealed class EpochKeys
{
    private const int PointAt = OpeningKey.ScalarLength + FieldKey.KeyLength;
    private const int SecretLength = PointAt + SealingKey.PointLength;

    internal EpochKeys(OpeningKey opening, FieldKey fields) => (Opening, Fields) = (opening, fields);

    /// <summary>Opens what is sealed to the public key.</summary>
    public OpeningKey Opening { get; }

    /// <summary>Seals to it.</summary>
    public SealingKey Sealing => Opening.Public;

    /// <summary>Seals and opens small values.</summary>
    public FieldKey Fields { get; }

    // private number (32) | field key (32) | point (65)
    internal static (EpochKeys Keys, SecretBytes Secret) Generate(KeyEpoch epoch)
    {
        OpeningKey opening = OpeningKey.Generate(epoch);
        SecretBytes secret = SecretBytes.Random(SecretLength);
        opening.Export(secret.Span);
        opening.Public.Point.CopyTo(secret.Span[PointAt..]);
        FieldKey fields = new(secret.Span[OpeningKey.ScalarLength..PointAt], epoch);
        return (new EpochKeys(opening, fields), secret);
    }

    internal static EpochKeys? TryRead(SecretBytes secret, KeyEpoch epoch, Agreements agreements)
    {
        if (secret.Length != SecretLength)
        {
            return null;
        }
        ReadOnlySpan<byte> bytes = secret.Span;
        OpeningKey? opening = OpeningKey.TryImport(
            bytes[..OpeningKey.ScalarLength], bytes[PointAt..], epoch, agreements);
        return opening is null
            ? null
            : new EpochKeys(opening, new FieldKey(bytes[OpeningKey.ScalarLength..PointAt], epoch));
    }

    internal void Dispose()
    {
        Opening.Dispose();
        Fields.Dispose();
    }
}

/// <summary>One epoch in a list: nothing secret.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Epoch">Which.</param>
/// <param name="IsDestroyed">Its keys are gone for good.</param>
/// <param name="Root">The root key that wraps it; none for a destroyed one.</param>
public sealed record EpochEntry(Guid Tenant, KeyEpoch Epoch, bool IsDestroyed, RootGeneration? Root);
