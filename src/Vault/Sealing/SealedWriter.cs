// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>Seals bytes as they come. At most one chunk of them is in memory, and that is zeroed. One thread at a
/// time.</summary>
/// <remarks>The object is whole only after <see cref="Complete"/>; a writer that is disposed before leaves one that
/// does not open.</remarks>
public sealed class SealedWriter : IDisposable
{
    private readonly ChunkCipher _cipher;
    private readonly IBufferWriter<byte> _output;
    private readonly SecretBytes _chunk = new(ChunkCipher.PlainLength);
    private int _filled;
    private long _index;
    private bool _complete;

    internal SealedWriter(ChunkCipher cipher, IBufferWriter<byte> output) => (_cipher, _output) = (cipher, output);

    /// <summary>Plain bytes written so far.</summary>
    public long Length => (_index * ChunkCipher.PlainLength) + _filled;

    /// <summary>Adds bytes. Full chunks go to the output once it is known that more follows.</summary>
    public void Write(ReadOnlySpan<byte> plain)
    {
        if (_complete)
        {
            throw new InvalidOperationException("this object is complete");
        }
        while (plain.Length > 0)
        {
            if (_filled == ChunkCipher.PlainLength)
            {
                Emit(last: false);
            }
            int count = Math.Min(plain.Length, ChunkCipher.PlainLength - _filled);
            plain[..count].CopyTo(_chunk.Span[_filled..]);
            _filled += count;
            plain = plain[count..];
        }
    }

    /// <summary>Ends the object.</summary>
    public void Complete()
    {
        if (!_complete)
        {
            Emit(last: true);
            _complete = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _chunk.Dispose();
        _cipher.Dispose();
    }

    private void Emit(bool last)
    {
        int length = _filled + ChunkCipher.TagLength;
        _cipher.Seal(_index, last, _chunk.Span[.._filled], _output.GetSpan(length)[..length]);
        _output.Advance(length);
        CryptographicOperations.ZeroMemory(_chunk.Span[.._filled]);
        _filled = 0;
        _index += last ? 0 : 1;
    }
}
