// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>The object key in a header: one HPKE message (RFC 9180 §6.1) whose info is the fixed part of the header and
/// whose associated data names the recipient.</summary>
internal static class KeyWrap
{
    private static ReadOnlySpan<byte> Label => "hermetic sealed object 1"u8;

    /// <summary>Fills in the recipient's part of a header whose fixed part is written.</summary>
    public static void Seal(Span<byte> header, SealingKey recipient, ReadOnlySpan<byte> enc,
        ReadOnlySpan<byte> shared, ReadOnlySpan<byte> objectKey)
    {
        SealedHeader.WriteRecipient(header, recipient, enc);
        Span<byte> key = stackalloc byte[ObjectKeys.Length];
        Span<byte> nonce = stackalloc byte[Hpke.NonceLength];
        Schedule(shared, SealedHeader.FixedOf(header), key, nonce);
        using AesGcm aes = new(key, ChunkCipher.TagLength);
        Span<byte> wrapped = SealedHeader.WrappedOf(header);
        aes.Encrypt(nonce, objectKey, wrapped[..ObjectKeys.Length], wrapped[ObjectKeys.Length..],
            SealedHeader.RecipientOf(header));
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>The object key, if the header is whole and the key is the right one.</summary>
    public static SealedFault Open(SealedHeader header, OpeningKey recipient, Span<byte> objectKey)
    {
        if (recipient.Public.Id != header.Recipient || recipient.Public.Epoch != header.Epoch)
        {
            return SealedFault.WrongKey;
        }
        Span<byte> shared = stackalloc byte[Hpke.SecretLength];
        if (!recipient.TryDecapsulate(header.Enc, shared))
        {
            return SealedFault.HeaderTampered;
        }
        Span<byte> key = stackalloc byte[ObjectKeys.Length];
        Span<byte> nonce = stackalloc byte[Hpke.NonceLength];
        Span<byte> commitment = stackalloc byte[ObjectKeys.Length];
        Schedule(shared, header.Fixed, key, nonce);
        try
        {
            using AesGcm aes = new(key, ChunkCipher.TagLength);
            aes.Decrypt(nonce, header.Wrapped[..ObjectKeys.Length], header.Wrapped[ObjectKeys.Length..], objectKey,
                header.RecipientPart);
            ObjectKeys.Commitment(objectKey, header.Salt, commitment);
            return CryptographicOperations.FixedTimeEquals(commitment, header.Commitment)
                ? SealedFault.None
                : SealedFault.HeaderTampered;
        }
        catch (AuthenticationTagMismatchException)
        {
            return SealedFault.HeaderTampered;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    private static void Schedule(
        ReadOnlySpan<byte> shared, ReadOnlySpan<byte> fixedPart, Span<byte> key, Span<byte> nonce)
    {
        Span<byte> info = stackalloc byte[Label.Length + SealedHeader.FixedLength];
        Label.CopyTo(info);
        fixedPart.CopyTo(info[Label.Length..]);
        Hpke.Schedule(Hpke.Aes256Gcm, shared, info, key, nonce);
    }
}
