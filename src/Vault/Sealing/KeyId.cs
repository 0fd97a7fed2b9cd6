// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>Names a key by what it is: the first 16 bytes of a SHA-256 over its public point.</summary>
/// <param name="Value">The 16 bytes, the first one highest.</param>
public readonly record struct KeyId(UInt128 Value)
{
    /// <summary>Bytes of an id.</summary>
    public const int ByteLength = 16;

    private static ReadOnlySpan<byte> Label => "hermetic key id 1"u8;

    /// <summary>The id of an uncompressed P-256 point.</summary>
    public static KeyId Of(ReadOnlySpan<byte> point)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Label);
        sha.AppendData(point);
        sha.GetHashAndReset(hash);
        return Read(hash);
    }

    /// <summary>Reads the first 16 bytes.</summary>
    public static KeyId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Writes 16 bytes.</summary>
    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
