// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hermetic.Vault.Sealing;

/// <summary>Seals and opens small values (station ids, numbers, names) of one tenant and epoch with a key that both
/// need: who can seal a field can open it. The line role has none; it seals fields as objects of kind
/// <see cref="ObjectKind.Field"/>. Safe to use from several threads.</summary>
/// <remarks>docs/formats/sealed-object.md, "Sealed fields": version 1 (1) | epoch (4) | salt (16) | commitment (16) |
/// value | tag (16).</remarks>
public sealed class FieldKey : IDisposable
{
    /// <summary>Bytes of the key.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes that sealing adds to a value.</summary>
    public const int Overhead = PrefixLength + TagLength;

    /// <summary>Our limit: fields are small. What may be longer is a sealed object.</summary>
    public const int ValueLengthMax = 4096;

    private const byte Version = 1;
    private const int EpochAt = 1;
    private const int SaltAt = 5;
    private const int SaltLength = 16;
    private const int CommitmentAt = SaltAt + SaltLength;
    private const int CommitmentLength = 16;
    private const int PrefixLength = CommitmentAt + CommitmentLength;
    private const int TagLength = 16;

    private readonly SecretBytes _key;
    private readonly SecretUses _uses = new();

    /// <param name="key">32 bytes, copied.</param>
    /// <param name="epoch">What the key is for.</param>
    public FieldKey(ReadOnlySpan<byte> key, KeyEpoch epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength);
        _key = new SecretBytes(key);
        Epoch = epoch;
    }

    /// <summary>What the key is for.</summary>
    public KeyEpoch Epoch { get; }

    private static ReadOnlySpan<byte> KeyLabel => "hermetic sealed field 1 key"u8;

    private static ReadOnlySpan<byte> CommitmentLabel => "hermetic sealed field 1 commitment"u8;

    /// <summary>The epoch whose key opens a field; false if it is no sealed field.</summary>
    public static bool TryReadEpoch(ReadOnlySpan<byte> sealedField, out KeyEpoch epoch)
    {
        epoch = default;
        return sealedField.Length is >= Overhead and <= Overhead + ValueLengthMax && sealedField[0] == Version
            && KeyEpoch.TryDecode(BinaryPrimitives.ReadUInt32BigEndian(sealedField[EpochAt..]), out epoch);
    }

    /// <summary>Seals a value.</summary>
    public byte[] Seal(in FieldBinding binding, ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, ValueLengthMax);
        byte[] field = new byte[Overhead + value.Length];
        field[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(field.AsSpan(EpochAt), Epoch.Encoded);
        Span<byte> salt = field.AsSpan(SaltAt, SaltLength);
        RandomNumberGenerator.Fill(salt);
        Commit(salt, field.AsSpan(CommitmentAt, CommitmentLength));
        Span<byte> associated = stackalloc byte[PrefixLength + FieldBinding.ByteLengthMax];
        using AesGcm aes = Cipher(field, binding, ref associated);
        // The key is of this field alone, so the nonce may be the same for all.
        aes.Encrypt(stackalloc byte[Hpke.NonceLength], value, field.AsSpan(PrefixLength, value.Length),
            field.AsSpan(PrefixLength + value.Length), associated);
        return field;
    }

    /// <summary>Seals a text, as UTF-8.</summary>
    public byte[] Seal(in FieldBinding binding, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        byte[] field = Seal(binding, bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return field;
    }

    /// <summary>Opens a value.</summary>
    /// <exception cref="SealedObjectException">It is none, of another key, or was changed or moved.</exception>
    public byte[] Open(in FieldBinding binding, ReadOnlySpan<byte> sealedField)
    {
        if (!TryReadEpoch(sealedField, out KeyEpoch epoch))
        {
            throw new SealedObjectException(SealedFault.NotSealed);
        }
        Span<byte> commitment = stackalloc byte[CommitmentLength];
        Commit(sealedField.Slice(SaltAt, SaltLength), commitment);
        if (epoch != Epoch
            || !CryptographicOperations.FixedTimeEquals(commitment, sealedField[CommitmentAt..PrefixLength]))
        {
            throw new SealedObjectException(epoch != Epoch ? SealedFault.WrongKey : SealedFault.FieldTampered);
        }
        Span<byte> associated = stackalloc byte[PrefixLength + FieldBinding.ByteLengthMax];
        using AesGcm aes = Cipher(sealedField, binding, ref associated);
        byte[] value = new byte[sealedField.Length - Overhead];
        try
        {
            aes.Decrypt(stackalloc byte[Hpke.NonceLength], sealedField.Slice(PrefixLength, value.Length),
                sealedField[(PrefixLength + value.Length)..], value, associated);
            return value;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealedObjectException(SealedFault.FieldTampered);
        }
    }

    /// <summary>Opens a text.</summary>
    /// <exception cref="SealedObjectException">As <see cref="Open"/>.</exception>
    public string OpenText(in FieldBinding binding, ReadOnlySpan<byte> sealedField)
    {
        byte[] value = Open(binding, sealedField);
        string text = Encoding.UTF8.GetString(value);
        CryptographicOperations.ZeroMemory(value);
        return text;
    }

    /// <inheritdoc/>
    /// <remarks>What uses the key right now goes on to its end.</remarks>
    public void Dispose()
    {
        if (_uses.TryStop())
        {
            _key.Dispose();
        }
    }

    private AesGcm Cipher(ReadOnlySpan<byte> field, in FieldBinding binding, ref Span<byte> associated)
    {
        field[..PrefixLength].CopyTo(associated);
        associated = associated[..(PrefixLength + binding.Write(associated[PrefixLength..]))];
        Span<byte> key = stackalloc byte[KeyLength];
        Expand(KeyLabel, field.Slice(SaltAt, SaltLength), key);
        AesGcm aes = new(key, TagLength);
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }

    private void Commit(ReadOnlySpan<byte> salt, Span<byte> commitment)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Expand(CommitmentLabel, salt, hash);
        hash[..CommitmentLength].CopyTo(commitment);
    }

    // HKDF-Expand (RFC 5869 §2.3), one block.
    private void Expand(ReadOnlySpan<byte> label, ReadOnlySpan<byte> salt, Span<byte> output)
    {
        Span<byte> text = stackalloc byte[label.Length + salt.Length + 1];
        label.CopyTo(text);
        salt.CopyTo(text[label.Length..]);
        text[^1] = 1;
        _uses.Begin(this);
        try
        {
            HMACSHA256.HashData(_key.Span, text, output);
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
