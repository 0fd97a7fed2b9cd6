// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hermetic.Ledger.Entries;

// What is sealed (docs/formats/ledger-entry.md):
//
//      0              32        34
//      ├──────────────┼─────────┼──────────┬─────────────┤
//      │ salt         │ length  │ body     │ zeros       │     length: big-endian; in all a multiple of 256 bytes
//
// Padded, because the length of a leaf is public and would tell a search from a page, and a reason from none.
// The salt makes the commitment say nothing to who does not have it: without a salt whoever guesses a body could check
// the guess against the public tree for ever, erased or not.

/// <summary>The salt and the body of an entry, and the commitment to both that stands in the leaf.</summary>
public static class EntryContent
{
    /// <summary>Random bytes for each entry.</summary>
    public const int SaltBytes = 32;

    /// <summary>Our limit on a body: what a search shows at most fits, and a leaf still takes it sealed.</summary>
    public const int BodyBytesMax = 60 * 1024;

    private const int BodyAt = SaltBytes + 2;
    private const int Padding = 256;

    /// <summary>Commits to a body: HMAC-SHA256 over what of the envelope stands before the commitment, and the
    /// body.</summary>
    public static byte[] Commit(
        uint hour, ReadOnlySpan<byte> tenantTag, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> body)
    {
        if (salt.Length != SaltBytes)
        {
            throw new ArgumentException($"a salt has {SaltBytes} bytes", nameof(salt));
        }
        return HMACSHA256.HashData(salt, [.. EntryEnvelope.Bound(hour, tenantTag), .. body]);
    }

    /// <summary>Is this the body that the leaf was made with? Needs no key: whoever was given salt and body can check
    /// them against the tree.</summary>
    public static bool Fits(EntryEnvelope envelope, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> body) =>
        salt.Length == SaltBytes && CryptographicOperations.FixedTimeEquals(
            Commit(envelope.Hour, envelope.TenantTag.Span, salt, body), envelope.Commitment.Span);

    /// <summary>The content to be sealed.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> body)
    {
        if (salt.Length != SaltBytes || body.Length > BodyBytesMax)
        {
            throw new ArgumentException($"a salt has {SaltBytes} bytes, a body at most {BodyBytesMax}");
        }
        byte[] content = new byte[(BodyAt + body.Length + Padding - 1) / Padding * Padding];
        salt.CopyTo(content);
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(SaltBytes), (ushort)body.Length);
        body.CopyTo(content.AsSpan(BodyAt));
        return content;
    }

    /// <summary>Splits an opened content; false with a reason if it is none.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> content, out ReadOnlyMemory<byte> salt,
        out ReadOnlyMemory<byte> body, out string reason)
    {
        (salt, body, reason) = (default, default, "");
        int length = content.Length < BodyAt ? 0 : BinaryPrimitives.ReadUInt16BigEndian(content.Span[SaltBytes..]);
        if (content.Length < BodyAt || length > BodyBytesMax
            || content.Length != (BodyAt + length + Padding - 1) / Padding * Padding)
        {
            reason = "the content has not the length that it says";
        }
        else if (content.Span[(BodyAt + length)..].ContainsAnyExcept((byte)0))
        {
            reason = "there is something behind the body";
        }
        else
        {
            (salt, body) = (content[..SaltBytes], content[BodyAt..(BodyAt + length)]);
        }
        return reason.Length == 0;
    }
}
