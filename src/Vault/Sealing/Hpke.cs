// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>HPKE, base mode (RFC 9180): DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-GCM. All derived values are at most
/// one hash long, so that each expansion is one HMAC.</summary>
internal static class Hpke
{
    /// <summary>RFC 9180 §7.3: AES-256-GCM, the one that we seal with.</summary>
    public const ushort Aes256Gcm = 2;

    /// <summary>RFC 9180 §7.3: AES-128-GCM. Its vectors stand in the RFC; nothing is sealed with it.</summary>
    public const ushort Aes128Gcm = 1;

    public const int PointLength = 65;
    public const int SecretLength = 32;
    public const int NonceLength = 12;

    /// <summary>Our limit: what one labelled hash takes in beside its labels.</summary>
    private const int InputLengthMax = 256;

    private const int LabelsLengthMax = 64; // our limit: "HPKE-v1", suite and label

    // RFC 9180 §4.1, §5.1: "KEM" or "HPKE", then the ids of KEM, KDF and AEAD.
    private static ReadOnlySpan<byte> KemSuite => "KEM\0\x10"u8;

    private static ReadOnlySpan<byte> Version => "HPKE-v1"u8;

    /// <summary>RFC 9180 §4.1 Encap: a shared secret, and the point that tells it to the recipient alone.</summary>
    public static void Encapsulate(SealingKey recipient, Span<byte> enc, Span<byte> shared)
    {
        using ECDiffieHellman ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Encapsulate(recipient, ephemeral, enc, shared);
    }

    /// <summary>As above, with an ephemeral key that a test vector names.</summary>
    public static void Encapsulate(
        SealingKey recipient, ECDiffieHellman ephemeral, Span<byte> enc, Span<byte> shared)
    {
        P256.WritePoint(ephemeral.ExportParameters(includePrivateParameters: false).Q, enc);
        ExtractAndExpand(ephemeral.DeriveRawSecretAgreement(recipient.PublicKey), enc, recipient.Point, shared);
    }

    /// <summary>RFC 9180 §4.1 Decap. False if <paramref name="enc"/> is no point of the curve.</summary>
    public static bool TryDecapsulate(OpeningKey recipient, ReadOnlySpan<byte> enc, Span<byte> shared)
    {
        using ECDiffieHellman? ephemeral = P256.TryImport(enc);
        if (ephemeral is null)
        {
            return false;
        }
        using ECDiffieHellmanPublicKey point = ephemeral.PublicKey;
        ExtractAndExpand(recipient.Agree(point), enc, recipient.Public.Point, shared);
        return true;
    }

    /// <summary>RFC 9180 §5.1 KeySchedule in base mode: the key and nonce of the context's first message.</summary>
    /// <param name="aead">Which AES-GCM.</param>
    /// <param name="shared">From one of the above.</param>
    /// <param name="info">At most 256 bytes.</param>
    /// <param name="key">16 or 32 bytes, as the AEAD has it.</param>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="exporter">32 bytes, or none if nobody asks for it.</param>
    public static void Schedule(ushort aead, ReadOnlySpan<byte> shared, ReadOnlySpan<byte> info,
        Span<byte> key, Span<byte> nonce, Span<byte> exporter = default)
    {
        Span<byte> suite = [.. "HPKE"u8, 0x00, 0x10, 0x00, 0x01, 0x00, (byte)aead];
        Span<byte> context = stackalloc byte[1 + (2 * SecretLength)]; // mode 0, hash of no psk_id, hash of info
        context.Clear();
        Extract([], suite, "psk_id_hash"u8, [], context[1..]);
        Extract([], suite, "info_hash"u8, info, context[(1 + SecretLength)..]);
        Span<byte> secret = stackalloc byte[SecretLength];
        Extract(shared, suite, "secret"u8, [], secret);
        Expand(secret, suite, "key"u8, context, key);
        Expand(secret, suite, "base_nonce"u8, context, nonce);
        if (exporter.Length > 0)
        {
            Expand(secret, suite, "exp"u8, context, exporter);
        }
        CryptographicOperations.ZeroMemory(secret);
    }

    private static void ExtractAndExpand(
        byte[] agreement, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> recipient, Span<byte> shared)
    {
        Span<byte> prk = stackalloc byte[SecretLength];
        Extract([], KemSuite, "eae_prk"u8, agreement, prk);
        Span<byte> context = stackalloc byte[2 * PointLength];
        enc.CopyTo(context);
        recipient.CopyTo(context[PointLength..]);
        Expand(prk, KemSuite, "shared_secret"u8, context, shared);
        CryptographicOperations.ZeroMemory(prk);
        CryptographicOperations.ZeroMemory(agreement);
    }

    // RFC 9180 §4: LabeledExtract.
    private static void Extract(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> suite, ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> input, Span<byte> prk)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(input.Length, InputLengthMax);
        Span<byte> text = stackalloc byte[LabelsLengthMax + InputLengthMax];
        int length = Join(text, 0, Version, suite, label, input);
        HMACSHA256.HashData(salt, text[..length], prk[..SecretLength]);
        CryptographicOperations.ZeroMemory(text);
    }

    // RFC 9180 §4: LabeledExpand, for lengths of at most one hash.
    private static void Expand(ReadOnlySpan<byte> prk, ReadOnlySpan<byte> suite, ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> info, Span<byte> output)
    {
        Span<byte> text = stackalloc byte[LabelsLengthMax + InputLengthMax];
        BinaryPrimitives.WriteUInt16BigEndian(text, (ushort)output.Length);
        int length = Join(text, 2, Version, suite, label, info);
        text[length++] = 1;
        Span<byte> block = stackalloc byte[SecretLength];
        HMACSHA256.HashData(prk, text[..length], block);
        block[..output.Length].CopyTo(output);
        CryptographicOperations.ZeroMemory(block);
    }

    private static int Join(Span<byte> text, int at, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second,
        ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth)
    {
        first.CopyTo(text[at..]);
        at += first.Length;
        second.CopyTo(text[at..]);
        at += second.Length;
        third.CopyTo(text[at..]);
        at += third.Length;
        fourth.CopyTo(text[at..]);
        return at + fourth.Length;
    }
}
