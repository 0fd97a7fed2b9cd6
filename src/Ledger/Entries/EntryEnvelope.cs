// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.Ledger.Entries;

// A leaf of the ledger (docs/formats/ledger-entry.md), big-endian:
//
//      0         1        5                 21                        53
//      ├─────────┼────────┼─────────────────┼─────────────────────────┼──────────────┤
//      │ version │ hour   │ tenant tag, 16  │ commitment, 32          │ sealed content│
//      │ = 1     │        │                 │                         │ 1 or more     │
//
// hour:        hours since 1970 (UTC): enough to find entries by time, too coarse to tell acts apart
// tenant tag:  a keyed pseudonym; only who holds the key can tell whose entries these are
// commitment:  HMAC-SHA256(salt, bytes 0 to 20 ‖ body); EntryContent.cs
// sealed:      the vault's sealed content, with bytes 0 to 52 as associated data

/// <summary>The bytes that a leaf is made of: nothing of a person is in the clear, so that the tree never has to be
/// touched when a person's data must go. Opaque sealed bytes; who can open them is the vault's business.</summary>
/// <param name="Hour">Hours since 1970, UTC.</param>
/// <param name="TenantTag">16 bytes.</param>
/// <param name="Commitment">32 bytes.</param>
/// <param name="Sealed">At least one byte, at most <see cref="SealedBytesMax"/>.</param>
public sealed record EntryEnvelope(
    uint Hour, ReadOnlyMemory<byte> TenantTag, ReadOnlyMemory<byte> Commitment, ReadOnlyMemory<byte> Sealed)
{
    /// <summary>The format that we write, and the only one that we read.</summary>
    public const byte Version = 1;

    /// <summary>Bytes of a tenant's pseudonym.</summary>
    public const int TenantTagBytes = 16;

    /// <summary>Bytes of a commitment: one SHA-256.</summary>
    public const int CommitmentBytes = 32;

    /// <summary>What of the envelope the commitment covers: all that stands before it.</summary>
    public const int BoundBytes = TagAt + TenantTagBytes;

    /// <summary>Bytes before the sealed content, which is sealed with them as associated data.</summary>
    public const int HeaderBytes = BoundBytes + CommitmentBytes;

    /// <summary>What a leaf leaves over (tlog-tiles §Log entries: 65,535 bytes).</summary>
    public const int SealedBytesMax = Tiles.EntryBundle.EntryBytesMax - HeaderBytes;

    private const int HourAt = 1;
    private const int TagAt = 5;

    /// <summary>The bytes of the envelope before the sealed content.</summary>
    public byte[] Header()
    {
        byte[] header = new byte[HeaderBytes];
        Bound(Hour, TenantTag.Span).CopyTo(header, 0);
        if (Commitment.Length != CommitmentBytes)
        {
            throw new ArgumentException($"a commitment has {CommitmentBytes} bytes");
        }
        Commitment.Span.CopyTo(header.AsSpan(BoundBytes));
        return header;
    }

    /// <summary>The leaf.</summary>
    /// <exception cref="ArgumentException">A part has not its length.</exception>
    public byte[] Encode() => Sealed.Length is > 0 and <= SealedBytesMax
        ? [.. Header(), .. Sealed.Span]
        : throw new ArgumentException($"the sealed content has 1 to {SealedBytesMax} bytes");

    /// <summary>Reads a leaf; false with a reason if it is none of ours.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> leaf, out EntryEnvelope? envelope, out string reason)
    {
        envelope = null;
        reason = leaf.Length <= HeaderBytes ? "it is shorter than an envelope"
            : leaf.Length > HeaderBytes + SealedBytesMax ? "it is longer than a leaf"
            : leaf.Span[0] != Version ? $"its version is {leaf.Span[0]}, and this program reads {Version}"
            : "";
        if (reason.Length == 0)
        {
            uint hour = BinaryPrimitives.ReadUInt32BigEndian(leaf.Span[HourAt..]);
            envelope = new EntryEnvelope(
                hour, leaf[TagAt..BoundBytes], leaf[BoundBytes..HeaderBytes], leaf[HeaderBytes..]);
        }
        return envelope is not null;
    }

    internal static byte[] Bound(uint hour, ReadOnlySpan<byte> tenantTag)
    {
        if (tenantTag.Length != TenantTagBytes)
        {
            throw new ArgumentException($"a tenant tag has {TenantTagBytes} bytes", nameof(tenantTag));
        }
        byte[] bound = new byte[BoundBytes];
        bound[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(bound.AsSpan(HourAt), hour);
        tenantTag.CopyTo(bound.AsSpan(TagAt));
        return bound;
    }
}
