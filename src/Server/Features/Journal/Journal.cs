// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Tiles;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Journal;

/// <summary>Writes what was disclosed into the ledger. Nothing of a fax may leave before <see cref="AppendAsync"/>
/// returned (P3).</summary>
/// <remarks>Bodies are sealed to the tenant's key of a retention class of their own, so that they outlive the faxes
/// that they tell of: documentation is kept 6 years (45 CFR 164.316(b)(2)(i)).</remarks>
internal sealed class Journal(LedgerLog ledger, KeyStore keys, Sealer sealer)
{
    /// <summary>The retention class of journal bodies. Stored: never renumber.</summary>
    public const ushort RetentionClass = ushort.MaxValue;

    /// <summary>Whose entries belong to no tenant: the installation's own, such as its operators' sign-ins. Stored:
    /// never change.</summary>
    public static readonly Guid Installation = Guid.Empty;

    /// <summary>Appends an entry; returns its index when it is durable.</summary>
    /// <exception cref="LedgerRefusedException">The ledger can't write: what was to be disclosed must not
    /// be.</exception>
    /// <exception cref="VaultKeyException">The body can't be sealed: the same.</exception>
    public async Task<long> AppendAsync(Guid tenant, EntryBody body, CancellationToken cancellation)
    {
        // The ledger keeps whole milliseconds (docs/formats/ledger-entry.md).
        body = body with { At = DateTimeOffset.FromUnixTimeMilliseconds(body.At.ToUnixTimeMilliseconds()) };
        EpochKeys epoch = keys.Ensure(tenant, KeyEpoch.At(body.At, RetentionClass));
        byte[] leaf = EntrySealing.Seal(
            body, TenantTag(tenant), new BodySealer(sealer, epoch.Sealing, tenant), RandomNumberGenerator.GetBytes);
        return await ledger.AppendAsync(leaf, cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads an entry of a tenant; null if there is none yet.</summary>
    public OpenedEntry? Read(Guid tenant, long index) =>
        ledger.Read(index) is { } leaf ? EntrySealing.Open(leaf, new BodyOpener(keys, tenant)) : null;

    /// <summary>A tenant's entries from an index on, as far as the newest checkpoint covers them; others' are passed
    /// over unopened.</summary>
    /// <exception cref="TileException">A bundle is missing or damaged.</exception>
    public IEnumerable<(long Index, OpenedEntry Entry)> ReadAll(Guid tenant, long from)
    {
        byte[] tag = TenantTag(tenant);
        BodyOpener opener = new(keys, tenant);
        long size = ledger.Latest.Checkpoint.Size;
        for (long bundle = from / TileId.FullWidth; TileLayout.At(size, TileId.EntriesLevel, bundle) is { } tile;
            bundle++)
        {
            byte[] bytes = ledger.Tiles.Read(tile) ?? throw new TileException(tile, "is missing");
            if (!EntryBundle.TryParse(bytes, tile.Width, out List<ReadOnlyMemory<byte>> leaves, out string reason))
            {
                throw new TileException(tile, reason);
            }

            for (int i = 0; i < leaves.Count; i++)
            {
                long index = (bundle * TileId.FullWidth) + i;
                if (index >= from && EntryEnvelope.TryDecode(leaves[i], out EntryEnvelope? envelope, out _)
                    && envelope!.TenantTag.Span.SequenceEqual(tag))
                {
                    yield return (index, EntrySealing.Open(leaves[i], opener));
                }
            }
        }
    }

    /// <summary>The tenant's pseudonym in the ledger, 16 bytes: tells nothing to who has not the installation's
    /// key.</summary>
    public byte[] TenantTag(Guid tenant) =>
        keys.Routing.Tag("ledger.tenant", tenant.ToByteArray(bigEndian: true))[..EntryEnvelope.TenantTagBytes];

    // The envelope's clear bytes become part of what the object is: a body moved to another leaf does not open.
    private static ObjectBinding BindingOf(Guid tenant, ReadOnlySpan<byte> associatedData) => new(
        tenant, new Guid(SHA256.HashData(associatedData).AsSpan(0, 16), bigEndian: true), 0, ObjectKind.JournalBody);

    private sealed class BodySealer(Sealer sealer, SealingKey key, Guid tenant) : IEntrySealer
    {
        public byte[] Seal(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> content) =>
            sealer.Seal(key, BindingOf(tenant, associatedData), content);
    }

    private sealed class BodyOpener(KeyStore keys, Guid tenant) : IEntryOpener
    {
        public byte[]? Open(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedContent)
        {
            try
            {
                return keys.OpenObject(sealedContent, BindingOf(tenant, associatedData));
            }
            catch (Exception failure) when (failure is SealedObjectException
                or VaultKeyException { Fault: KeyFault.EpochDestroyed })
            {
                return null;
            }
        }
    }
}
