// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>Secret bytes that live longer than one call: pinned, so that the collector leaves no copy behind when it
/// compacts, and zeroed when disposed. What lives for one call lies on the stack and is zeroed there.</summary>
public sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;
    private bool _gone;

    /// <summary>So many zero bytes, to be filled by whoever creates it.</summary>
    public SecretBytes(int length) => _bytes = GC.AllocateArray<byte>(length, pinned: true);

    /// <summary>A copy. The caller zeroes what it copied from.</summary>
    public SecretBytes(ReadOnlySpan<byte> bytes)
        : this(bytes.Length) => bytes.CopyTo(_bytes);

    /// <summary>The bytes. After <see cref="Dispose"/> an error, and never zeros that pass for a key.</summary>
    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_gone, this);
            return _bytes;
        }
    }

    /// <summary>How many bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>Fresh random bytes of the system's generator.</summary>
    public static SecretBytes Random(int length)
    {
        SecretBytes secret = new(length);
        RandomNumberGenerator.Fill(secret._bytes);
        return secret;
    }

    /// <summary>Never the bytes.</summary>
    public override string ToString() => $"{_bytes.Length} secret bytes";

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _gone = true;
    }
}
