// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace Hermetic.Ledger.Entries;

/// <summary>Seals the content of an entry to a tenant's public key; the vault's side of the ledger. Whoever can write
/// entries need not be able to read them.</summary>
public interface IEntrySealer
{
    /// <summary>The sealed bytes, which open only with the same associated data.</summary>
    byte[] Seal(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> content);
}

/// <summary>Opens what <see cref="IEntrySealer"/> sealed.</summary>
public interface IEntryOpener
{
    /// <summary>The content; null if the key is gone (erased) or the bytes are not what was sealed.</summary>
    byte[]? Open(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedContent);
}

/// <summary>What opening a leaf gave.</summary>
/// <param name="Body">The body; null with a reason.</param>
/// <param name="Salt">With it whoever is given the body can check it against the tree.</param>
/// <param name="Reason">Why there is no body; empty if there is.</param>
public sealed record OpenedEntry(EntryBody? Body, ReadOnlyMemory<byte> Salt, string Reason);

/// <summary>From a body to a leaf and back.</summary>
public static class EntrySealing
{
    private const long SecondsInHour = 3600;

    /// <summary>Makes the leaf.</summary>
    /// <param name="body">What is journaled.</param>
    /// <param name="tenantTag">The tenant's pseudonym, 16 bytes.</param>
    /// <param name="sealer">The vault.</param>
    /// <param name="random">That many random bytes.</param>
    /// <exception cref="ArgumentException">The body breaks a limit; <see cref="EntryBodyJson"/>.</exception>
    public static byte[] Seal(
        EntryBody body, ReadOnlySpan<byte> tenantTag, IEntrySealer sealer, Func<int, byte[]> random)
    {
        byte[] bytes = EntryBodyJson.Encode(body);
        byte[] salt = random(EntryContent.SaltBytes);
        byte[] content = EntryContent.Encode(salt, bytes);
        try
        {
            uint hour = checked((uint)(body.At.ToUnixTimeSeconds() / SecondsInHour));
            EntryEnvelope envelope = new(
                hour, tenantTag.ToArray(), EntryContent.Commit(hour, tenantTag, salt, bytes), default);
            return (envelope with { Sealed = sealer.Seal(envelope.Header(), content) }).Encode();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(salt);
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Opens a leaf and checks what comes out of it against the commitment.</summary>
    public static OpenedEntry Open(ReadOnlyMemory<byte> leaf, IEntryOpener opener)
    {
        if (!EntryEnvelope.TryDecode(leaf, out EntryEnvelope? envelope, out string reason))
        {
            return new OpenedEntry(null, default, reason);
        }
        if (opener.Open(leaf.Span[..EntryEnvelope.HeaderBytes], envelope!.Sealed.Span) is not { } content)
        {
            return new OpenedEntry(null, default, "its key is gone, or it is not what was sealed");
        }
        if (!EntryContent.TryDecode(
            content, out ReadOnlyMemory<byte> salt, out ReadOnlyMemory<byte> bytes, out reason))
        {
            return new OpenedEntry(null, default, reason);
        }
        if (!EntryContent.Fits(envelope, salt.Span, bytes.Span))
        {
            return new OpenedEntry(null, default, "the body is not the one that the leaf commits to");
        }
        return EntryBodyJson.TryDecode(bytes.Span, out EntryBody? body, out reason)
            ? new OpenedEntry(body, salt, "")
            : new OpenedEntry(null, salt, reason);
    }
}
