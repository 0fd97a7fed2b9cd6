// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.Vault.Sealing;

// docs/formats/sealed-object.md
//
//   0  magic "HSLD"
//   4  version 1
//   5  suite 1: HPKE (KEM 0x0010, KDF 0x0001, AEAD 0x0002), chunks of 2^16 under AES-256-GCM
//   6  two zeros
//   8  salt, 16 random bytes
//  24  key commitment, 32
//  56  binding tag, 32
//  88  recipient key id, 16        from here on a rewrap writes anew
// 104  recipient key epoch, 4
// 108  enc, 65
// 173  wrapped object key, 32 + 16
// 221  chunks

/// <summary>The header of a sealed object, as far as it can be read without a key.</summary>
public sealed class SealedHeader
{
    /// <summary>Bytes of every header.</summary>
    public const int Length = 221;

    internal const int SaltAt = 8;
    internal const int SaltLength = 16;
    internal const int FixedLength = 88;

    private const int VersionAt = 4;
    private const int SuiteAt = 5;
    private const int ReservedAt = 6;
    private const int CommitmentAt = 24;
    private const int BindingTagAt = 56;
    private const int KeyIdAt = 88;
    private const int EpochAt = 104;
    private const int EncAt = 108;
    private const int WrappedAt = 173;
    private const byte Version = 1;
    private const byte Suite = 1;

    private readonly byte[] _bytes;

    private SealedHeader(byte[] bytes) => _bytes = bytes;

    /// <summary>The key that opens it.</summary>
    public KeyId Recipient => KeyId.Read(_bytes.AsSpan(KeyIdAt));

    /// <summary>The epoch of that key.</summary>
    public KeyEpoch Epoch { get; private init; }

    /// <summary>All of it, as it is stored.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    internal ReadOnlySpan<byte> Fixed => _bytes.AsSpan(0, FixedLength);

    internal ReadOnlySpan<byte> Salt => _bytes.AsSpan(SaltAt, SaltLength);

    internal ReadOnlySpan<byte> Commitment => _bytes.AsSpan(CommitmentAt, ObjectKeys.Length);

    internal ReadOnlySpan<byte> BindingTag => _bytes.AsSpan(BindingTagAt, ObjectKeys.Length);

    internal ReadOnlySpan<byte> RecipientPart => _bytes.AsSpan(KeyIdAt, EncAt - KeyIdAt);

    internal ReadOnlySpan<byte> Enc => _bytes.AsSpan(EncAt, Hpke.PointLength);

    internal ReadOnlySpan<byte> Wrapped => _bytes.AsSpan(WrappedAt);

    private static ReadOnlySpan<byte> Magic => "HSLD"u8;

    /// <summary>Reads a header from the first bytes of an object. That it is whole only a key can tell.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SealedHeader? header, out SealedFault fault)
    {
        header = null;
        fault = Check(bytes);
        if (fault != SealedFault.None)
        {
            return false;
        }
        if (!KeyEpoch.TryDecode(BinaryPrimitives.ReadUInt32BigEndian(bytes[EpochAt..]), out KeyEpoch epoch))
        {
            fault = SealedFault.HeaderTampered;
            return false;
        }
        header = new SealedHeader(bytes[..Length].ToArray()) { Epoch = epoch };
        return true;
    }

    internal static void WriteFixed(
        Span<byte> bytes, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> commitment, ReadOnlySpan<byte> bindingTag)
    {
        Magic.CopyTo(bytes);
        bytes[VersionAt] = Version;
        bytes[SuiteAt] = Suite;
        bytes[ReservedAt..SaltAt].Clear();
        salt.CopyTo(bytes[SaltAt..]);
        commitment.CopyTo(bytes[CommitmentAt..]);
        bindingTag.CopyTo(bytes[BindingTagAt..]);
    }

    internal static void WriteRecipient(Span<byte> bytes, SealingKey recipient, ReadOnlySpan<byte> enc)
    {
        recipient.Id.Write(bytes[KeyIdAt..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[EpochAt..], recipient.Epoch.Encoded);
        enc.CopyTo(bytes[EncAt..]);
    }

    internal static ReadOnlySpan<byte> FixedOf(ReadOnlySpan<byte> bytes) => bytes[..FixedLength];

    internal static ReadOnlySpan<byte> RecipientOf(ReadOnlySpan<byte> bytes) => bytes[KeyIdAt..EncAt];

    internal static Span<byte> WrappedOf(Span<byte> bytes) => bytes[WrappedAt..Length];

    private static SealedFault Check(ReadOnlySpan<byte> bytes)
    {
        int common = Math.Min(bytes.Length, Magic.Length);
        if (!bytes[..common].SequenceEqual(Magic[..common]))
        {
            return SealedFault.NotSealed;
        }
        if (bytes.Length < Length)
        {
            return SealedFault.HeaderTruncated;
        }
        bool known = bytes[VersionAt] == Version && bytes[SuiteAt] == Suite
            && bytes[ReservedAt..SaltAt].IndexOfAnyExcept((byte)0) < 0;
        return known ? SealedFault.None : SealedFault.UnknownVersion;
    }
}
