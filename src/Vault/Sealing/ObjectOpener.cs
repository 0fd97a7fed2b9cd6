// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>One object whose key has been unwrapped and whose binding has been checked: opens its chunks, in any order.
/// Safe to use from several threads.</summary>
public sealed class ObjectOpener : IDisposable
{
    /// <summary>Plain bytes of every chunk but the last.</summary>
    public const int ChunkLength = ChunkCipher.PlainLength;

    /// <summary>Bytes that sealing adds to a chunk.</summary>
    public const int TagLength = ChunkCipher.TagLength;

    private readonly ChunkCipher _cipher;

    /// <param name="header">The object's header.</param>
    /// <param name="key">The key that <see cref="SealedHeader.Recipient"/> names.</param>
    /// <param name="binding">What the caller asked for; an object that is something else does not open.</param>
    /// <param name="sealedLength">Length of the whole object in bytes, header included.</param>
    /// <exception cref="SealedObjectException">The header does not open, or the binding or the length do not
    /// fit.</exception>
    public ObjectOpener(SealedHeader header, OpeningKey key, in ObjectBinding binding, long sealedLength)
    {
        long payload = sealedLength - SealedHeader.Length;
        ChunkCount = Math.Max(1, (payload + ChunkCipher.SealedLength - 1) / ChunkCipher.SealedLength);
        Length = payload - (ChunkCount * ChunkCipher.TagLength);
        Span<byte> objectKey = stackalloc byte[ObjectKeys.Length];
        try
        {
            Throw(KeyWrap.Open(header, key, objectKey));
            Span<byte> tag = stackalloc byte[ObjectKeys.Length];
            ObjectKeys.BindingTag(objectKey, header.Salt, binding, tag);
            Throw(CryptographicOperations.FixedTimeEquals(tag, header.BindingTag)
                ? CheckLength() : SealedFault.WrongBinding);
            _cipher = new ChunkCipher(objectKey, header.Salt, tag);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(objectKey);
        }
    }

    /// <summary>Plain bytes, as far as the length tells; true once the last chunk has been opened.</summary>
    public long Length { get; }

    /// <summary>How many chunks.</summary>
    public long ChunkCount { get; }

    /// <summary>Where in the object a sealed chunk lies, and how long it is.</summary>
    public (long Offset, int Length) Locate(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, ChunkCount);
        long offset = SealedHeader.Length + (index * ChunkCipher.SealedLength);
        long end = SealedHeader.Length + Length + (ChunkCount * ChunkCipher.TagLength);
        return (offset, (int)Math.Min(ChunkCipher.SealedLength, end - offset));
    }

    /// <summary>Opens one sealed chunk; how many plain bytes it has. Nothing is left in <paramref name="plain"/> of a
    /// chunk that does not fit.</summary>
    /// <exception cref="SealedObjectException">It was tampered with, or the object was cut or lengthened.</exception>
    public int OpenChunk(long index, ReadOnlySpan<byte> sealedChunk, Span<byte> plain)
    {
        bool last = index == ChunkCount - 1;
        int length = sealedChunk.Length - ChunkCipher.TagLength;
        if (length >= 0 && _cipher.TryOpen(index, last, sealedChunk, plain))
        {
            return length;
        }
        SealedFault fault = SealedFault.ChunkTampered;
        if (length >= 0 && _cipher.TryOpen(index, !last, sealedChunk, plain))
        {
            // It is genuine, but stands where another should: the end of the object was moved.
            fault = last ? SealedFault.Truncated : SealedFault.Overlong;
        }
        CryptographicOperations.ZeroMemory(plain[..Math.Max(0, Math.Min(length, plain.Length))]);
        throw new SealedObjectException(fault, index);
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    // A chunk shorter than its tag, or an empty one behind another, is none that we wrote.
    private SealedFault CheckLength()
    {
        long lastLength = Length - ((ChunkCount - 1) * ChunkLength);
        return lastLength >= (ChunkCount == 1 ? 0 : 1) ? SealedFault.None : SealedFault.ChunkTampered;
    }

    private void Throw(SealedFault fault)
    {
        if (fault != SealedFault.None)
        {
            throw new SealedObjectException(fault, fault == SealedFault.ChunkTampered ? ChunkCount - 1 : null);
        }
    }
}
