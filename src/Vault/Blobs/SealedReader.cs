// SPDX-License-Identifier: Apache-2.0
using Hermetic.Vault.Sealing;

namespace Hermetic.Vault.Blobs;

/// <summary>Reads any place of a sealed blob, a chunk at a time. Opening it opens the last chunk too, so that a blob
/// that was cut or lengthened is refused before anything of it comes out. One thread at a time.</summary>
public sealed class SealedReader : IDisposable
{
    private readonly IBlobStore _blobs;
    private readonly BlobName _name;
    private readonly ObjectOpener _opener;
    private readonly byte[] _sealed = new byte[ObjectOpener.ChunkLength + ObjectOpener.TagLength];
    private readonly SecretBytes _plain = new(ObjectOpener.ChunkLength);
    private long _held = -1;
    private int _heldLength;

    private SealedReader(IBlobStore blobs, BlobName name, ObjectOpener opener) =>
        (_blobs, _name, _opener) = (blobs, name, opener);

    /// <summary>Plain bytes.</summary>
    public long Length => _opener.Length;

    /// <summary>Opens a blob, or null if there is none of this name.</summary>
    /// <param name="blobs">Where it lies.</param>
    /// <param name="name">Its name.</param>
    /// <param name="binding">What the caller asked for.</param>
    /// <param name="keyOf">Finds the key that the header names.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="SealedObjectException">It does not open.</exception>
    /// <exception cref="BlobException">The store failed.</exception>
    public static async Task<SealedReader?> OpenAsync(IBlobStore blobs, BlobName name, ObjectBinding binding,
        Func<SealedHeader, OpeningKey> keyOf, CancellationToken cancellation)
    {
        byte[] head = new byte[SealedHeader.Length];
        if (await blobs.LengthAsync(name, cancellation) is not { } length
            || await blobs.ReadAsync(name, 0, head, cancellation) is not { } count)
        {
            return null;
        }
        SealedHeader header = SealedObject.ReadHeader(head.AsSpan(0, count));
        SealedReader reader = new(blobs, name, new ObjectOpener(header, keyOf(header), binding, length));
        try
        {
            await reader.HoldAsync(reader._opener.ChunkCount - 1, cancellation);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Reads from <paramref name="offset"/> until the buffer is full or the object ends; the count of bytes
    /// read.</summary>
    /// <exception cref="SealedObjectException">A chunk was tampered with.</exception>
    /// <exception cref="BlobException">The store failed.</exception>
    public async Task<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        int done = 0;
        while (done < buffer.Length && offset + done < Length)
        {
            (long index, long from) = Math.DivRem(offset + done, ObjectOpener.ChunkLength);
            await HoldAsync(index, cancellation);
            int count = Math.Min(buffer.Length - done, _heldLength - (int)from);
            _plain.Span.Slice((int)from, count).CopyTo(buffer.Span[done..]);
            done += count;
        }
        return done;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plain.Dispose();
        _opener.Dispose();
    }

    private async Task HoldAsync(long index, CancellationToken cancellation)
    {
        if (_held == index)
        {
            return;
        }
        (long offset, int length) = _opener.Locate(index);
        int count = await _blobs.ReadAsync(_name, offset, _sealed.AsMemory(0, length), cancellation) ?? 0;
        _held = -1;
        _heldLength = _opener.OpenChunk(index, _sealed.AsSpan(0, count), _plain.Span);
        _held = index;
    }
}
