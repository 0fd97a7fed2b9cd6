// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>Sealed objects that are wholly in memory.</summary>
public static class SealedObject
{
    /// <summary>How long an object with so many plain bytes is when sealed.</summary>
    public static long SealedLength(long plainLength) =>
        SealedHeader.Length + plainLength + (ChunkCipher.CountOf(plainLength) * ChunkCipher.TagLength);

    /// <summary>Reads the header.</summary>
    /// <exception cref="SealedObjectException">There is none.</exception>
    public static SealedHeader ReadHeader(ReadOnlySpan<byte> bytes) =>
        SealedHeader.TryRead(bytes, out SealedHeader? header, out SealedFault fault)
            ? header!
            : throw new SealedObjectException(fault);

    /// <summary>Opens a whole object.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="key">The key that its header names.</param>
    /// <param name="binding">What the caller asked for.</param>
    /// <exception cref="SealedObjectException">It does not open; nothing of it comes out then.</exception>
    public static byte[] Open(ReadOnlySpan<byte> bytes, OpeningKey key, in ObjectBinding binding)
    {
        using ObjectOpener opener = new(ReadHeader(bytes), key, binding, bytes.Length);
        byte[] plain = GC.AllocateUninitializedArray<byte>(checked((int)opener.Length));
        OpenChunks(opener, bytes, plain);
        return plain;
    }

    /// <summary>Opens a whole object into <paramref name="plain"/>; how many bytes it has.</summary>
    /// <exception cref="SealedObjectException">It does not open; <paramref name="plain"/> is zeroed then.</exception>
    public static int Open(ReadOnlySpan<byte> bytes, OpeningKey key, in ObjectBinding binding, Span<byte> plain)
    {
        using ObjectOpener opener = new(ReadHeader(bytes), key, binding, bytes.Length);
        int length = checked((int)opener.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(plain.Length, length);
        OpenChunks(opener, bytes, plain[..length]);
        return length;
    }

    private static void OpenChunks(ObjectOpener opener, ReadOnlySpan<byte> bytes, Span<byte> plain)
    {
        try
        {
            Span<byte> rest = plain;
            for (long index = 0; index < opener.ChunkCount; index++)
            {
                (long offset, int length) = opener.Locate(index);
                rest = rest[opener.OpenChunk(index, bytes.Slice((int)offset, length), rest)..];
            }
        }
        catch (SealedObjectException)
        {
            CryptographicOperations.ZeroMemory(plain);
            throw;
        }
    }
}
