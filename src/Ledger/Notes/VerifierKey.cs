// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace Hermetic.Ledger.Notes;

// A verifier key as text:   name '+' hex(key ID, 4 bytes) '+' base64(type byte ‖ public key, 32 bytes)
// key ID = SHA-256(name ‖ 0x0A ‖ type byte ‖ public key)[:4]                      (C2SP signed-note §Signatures)

/// <summary>What a signature is over (C2SP signed-note §Signature types). Other types exist and are ignored.</summary>
public enum NoteKeyType
{
    /// <summary>Ed25519 over the note's text.</summary>
    Ed25519 = 1,

    /// <summary>Ed25519 over a time and the note's text: a witness saw this tree then (tlog-cosignature).</summary>
    Cosignature = 4,
}

/// <summary>A public key that we trust for one name: of a log or of a witness.</summary>
public sealed class VerifierKey
{
    /// <summary>Bytes of an Ed25519 public key (RFC 8032).</summary>
    public const int KeyBytes = 32;

    private readonly byte[] _bytes;
    private readonly PublicKey _key;

    private VerifierKey(string name, NoteKeyType type, byte[] bytes, PublicKey key)
    {
        (Name, Type, _bytes, _key) = (name, type, bytes, key);
        KeyId = IdOf(name, type, bytes);
    }

    /// <summary>The name in signature lines; a log's is its origin.</summary>
    public string Name { get; }

    /// <summary>What its signatures are over.</summary>
    public NoteKeyType Type { get; }

    /// <summary>Tells keys of one name apart. An identifier, not a proof.</summary>
    public uint KeyId { get; }

    /// <summary>The 32 bytes of the public key.</summary>
    public ReadOnlySpan<byte> PublicKey => _bytes;

    /// <summary>Reads `name+id+key`; false with a reason if it is not one.</summary>
    public static bool TryParse(string text, out VerifierKey? key, out string reason)
    {
        key = null;
        // The base64 may hold a plus; names may not.
        string[] parts = text.Split('+', 3);
        if (parts.Length != 3 || !NoteText.IsKeyName(parts[0]))
        {
            reason = "a verifier key is name+id+key";
            return false;
        }
        if (!Base64Text.TryDecode(parts[2], out byte[] material) || material.Length != 1 + KeyBytes)
        {
            reason = "the key is not base64 of a type and 32 bytes";
            return false;
        }
        if (!TryCreate(parts[0], (NoteKeyType)material[0], material.AsSpan(1), out key, out reason))
        {
            return false;
        }
        if (parts[1] != key!.KeyId.ToString("x8", CultureInfo.InvariantCulture))
        {
            (key, reason) = (null, "the key ID is not that of this name and key");
            return false;
        }
        return true;
    }

    /// <summary>Makes a key of its parts; false with a reason if they make none.</summary>
    public static bool TryCreate(
        string name, NoteKeyType type, ReadOnlySpan<byte> publicKey, out VerifierKey? key, out string reason)
    {
        key = null;
        reason = "";
        if (!NoteText.IsKeyName(name))
        {
            reason = "a key name is not empty and has neither spaces nor plus";
        }
        else if (type is not (NoteKeyType.Ed25519 or NoteKeyType.Cosignature))
        {
            reason = $"signature type {(int)type} is not one that we check";
        }
        else if (publicKey.Length != KeyBytes || !NSec.Cryptography.PublicKey.TryImport(
            SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out PublicKey? imported))
        {
            reason = "this is no Ed25519 public key";
        }
        else
        {
            key = new VerifierKey(name, type, publicKey.ToArray(), imported!);
        }
        return key is not null;
    }

    /// <summary>Checks an Ed25519 signature of 64 bytes over a message.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureAlgorithm.Ed25519.SignatureSize
        && SignatureAlgorithm.Ed25519.Verify(_key, message, signature);

    /// <summary>`name+id+key`.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name}+{KeyId:x8}+{Convert.ToBase64String([(byte)Type, .. _bytes])}");

    private static uint IdOf(string name, NoteKeyType type, byte[] key) => BinaryPrimitives.ReadUInt32BigEndian(
        SHA256.HashData([.. NoteText.Encode(name), (byte)'\n', (byte)type, .. key]));
}
