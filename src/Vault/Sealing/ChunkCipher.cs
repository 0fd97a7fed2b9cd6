// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>The chunks of one object: AES-256-GCM with the chunk's number and whether it is the last in the nonce, so
/// that none can be left out, moved or doubled (the STREAM construction). Safe for several threads that open.</summary>
internal sealed class ChunkCipher : IDisposable
{
    /// <summary>Plain bytes of every chunk but the last.</summary>
    public const int PlainLength = 1 << 16;

    /// <summary>Bytes that sealing adds to a chunk.</summary>
    public const int TagLength = 16;

    /// <summary>Sealed bytes of every chunk but the last.</summary>
    public const int SealedLength = PlainLength + TagLength;

    private readonly AesGcm _aes;
    private readonly byte[] _binding = new byte[ObjectKeys.Length];

    public ChunkCipher(ReadOnlySpan<byte> objectKey, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> bindingTag)
    {
        Span<byte> key = stackalloc byte[ObjectKeys.Length];
        ObjectKeys.Payload(objectKey, salt, key);
        _aes = new AesGcm(key, TagLength);
        CryptographicOperations.ZeroMemory(key);
        bindingTag.CopyTo(_binding);
    }

    /// <summary>Chunks of an object with so many plain bytes: at least one.</summary>
    public static long CountOf(long plainLength) => Math.Max(1, (plainLength + PlainLength - 1) / PlainLength);

    public void Seal(long index, bool last, ReadOnlySpan<byte> plain, Span<byte> sealedChunk)
    {
        Span<byte> nonce = stackalloc byte[Hpke.NonceLength];
        WriteNonce(nonce, index, last);
        _aes.Encrypt(
            nonce, plain, sealedChunk[..plain.Length], sealedChunk.Slice(plain.Length, TagLength), _binding);
    }

    public bool TryOpen(long index, bool last, ReadOnlySpan<byte> sealedChunk, Span<byte> plain)
    {
        int length = sealedChunk.Length - TagLength;
        if (length < 0)
        {
            return false;
        }
        Span<byte> nonce = stackalloc byte[Hpke.NonceLength];
        WriteNonce(nonce, index, last);
        try
        {
            _aes.Decrypt(nonce, sealedChunk[..length], sealedChunk[length..], plain[..length], _binding);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _aes.Dispose();

    // three zeros | number, 8 bytes | 1 in the last chunk
    private static void WriteNonce(Span<byte> nonce, long index, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..], index);
        nonce[^1] = last ? (byte)1 : (byte)0;
    }
}
