// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Hermetic.Vault.Sealing;

/// <summary>What is derived from an object key: the key of the chunks, the commitment to the object key, and the tag
/// that binds the object to what it is. Each is HKDF-Expand (RFC 5869 §2.3) of the object key, one block.</summary>
/// <remarks>AES-GCM alone commits to no key: one ciphertext can be made to open under two. The commitment closes that:
/// it is a hash of the key, checked before any chunk is opened.</remarks>
internal static class ObjectKeys
{
    public const int Length = 32;

    private const int TextLength = 128;

    private static ReadOnlySpan<byte> PayloadLabel => "hermetic sealed object 1 payload"u8;

    private static ReadOnlySpan<byte> CommitmentLabel => "hermetic sealed object 1 commitment"u8;

    private static ReadOnlySpan<byte> BindingLabel => "hermetic sealed object 1 binding"u8;

    public static void Payload(ReadOnlySpan<byte> objectKey, ReadOnlySpan<byte> salt, Span<byte> key) =>
        Expand(objectKey, PayloadLabel, salt, [], key);

    public static void Commitment(ReadOnlySpan<byte> objectKey, ReadOnlySpan<byte> salt, Span<byte> commitment) =>
        Expand(objectKey, CommitmentLabel, salt, [], commitment);

    public static void BindingTag(
        ReadOnlySpan<byte> objectKey, ReadOnlySpan<byte> salt, in ObjectBinding binding, Span<byte> tag)
    {
        Span<byte> encoded = stackalloc byte[ObjectBinding.ByteLength];
        binding.Write(encoded);
        Expand(objectKey, BindingLabel, salt, encoded, tag);
    }

    private static void Expand(ReadOnlySpan<byte> key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> rest, Span<byte> output)
    {
        Span<byte> text = stackalloc byte[TextLength];
        label.CopyTo(text);
        salt.CopyTo(text[label.Length..]);
        rest.CopyTo(text[(label.Length + salt.Length)..]);
        int length = label.Length + salt.Length + rest.Length;
        text[length++] = 1;
        HMACSHA256.HashData(key, text[..length], output);
    }
}
