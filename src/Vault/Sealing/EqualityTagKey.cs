// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hermetic.Vault.Sealing;

/// <summary>Makes tags by which equal values are found without being stored: one tenant's, or with an empty scope the
/// installation's, for dialled numbers that the line has to route before it knows a tenant. A tag tells that two values
/// are equal, and who holds the key can try values one by one; nothing else. Safe to use from several
/// threads.</summary>
/// <remarks>HMAC-SHA256: label | scope (16) | length of the purpose (2) | purpose | value.</remarks>
public sealed class EqualityTagKey : IDisposable
{
    /// <summary>Bytes of the key.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes of a tag.</summary>
    public const int TagLength = SHA256.HashSizeInBytes;

    private readonly SecretBytes _key;

    /// <param name="key">32 bytes, copied.</param>
    /// <param name="scope">The tenant, or the empty id for the installation.</param>
    public EqualityTagKey(ReadOnlySpan<byte> key, Guid scope)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength);
        _key = new SecretBytes(key);
        Scope = scope;
    }

    /// <summary>The tenant, or the empty id.</summary>
    public Guid Scope { get; }

    private static ReadOnlySpan<byte> Label => "hermetic equality tag 1"u8;

    /// <summary>The tag of a value that the caller has brought to its one spelling.</summary>
    /// <param name="purpose">The column, so that equal values of two columns have different tags.</param>
    /// <param name="value">As the caller spells it.</param>
    public byte[] Tag(string purpose, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[18];
        Scope.TryWriteBytes(head, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16BigEndian(head[16..], checked((ushort)Encoding.UTF8.GetByteCount(purpose)));
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key.Span);
        hmac.AppendData(Label);
        hmac.AppendData(head);
        hmac.AppendData(Encoding.UTF8.GetBytes(purpose));
        hmac.AppendData(value);
        return hmac.GetHashAndReset();
    }

    /// <summary>The tag of a text, as UTF-8.</summary>
    public byte[] Tag(string purpose, string value) => Tag(purpose, Encoding.UTF8.GetBytes(value));

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
