// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Notes;

namespace Hermetic.Ledger.Tiles;

/// <summary>What a GET of a log's path answers.</summary>
/// <param name="Bytes">The body.</param>
/// <param name="ContentType">As tlog-tiles asks for it.</param>
/// <param name="CacheControl">The value of Cache-Control.</param>
/// <param name="IsImmutable">It never changes under this path.</param>
public sealed record LedgerResource(byte[] Bytes, string ContentType, string CacheControl, bool IsImmutable);

/// <summary>The static resources of a log, by their path below its prefix (C2SP tlog-tiles §APIs). Knows nothing of
/// HTTP; a server maps GET and HEAD of PREFIX/{path} to <see cref="Find"/>, and null to 404.</summary>
/// <param name="tiles">The log's tiles.</param>
/// <param name="latest">Its newest checkpoint.</param>
/// <param name="cosigned">Its newest checkpoint with cosignatures, if there is one.</param>
public sealed class LedgerResources(
    ITileSource tiles, Func<SignedCheckpoint> latest, Func<SignedCheckpoint?>? cosigned = null)
{
    /// <summary>Where the newest checkpoint with cosignatures is: a path of ours, that tlog-tiles does not
    /// have.</summary>
    public const string CosignedPath = "cosigned";

    private const string CheckpointPath = "checkpoint";

    // tlog-tiles §Checkpoints: nothing may keep it beyond a few seconds.
    private const string Mutable = "no-cache";

    // tlog-tiles §Merkle Tree: long-lived; a year is the longest that caches honour (RFC 9111 leaves it to them).
    private const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>The resource at a path such as `checkpoint` or `tile/0/x001/067.p/5`; null if there is none.</summary>
    /// <remarks>Only what the newest checkpoint covers: tiles are written before it, and might still become others if
    /// the power went now.</remarks>
    public LedgerResource? Find(string path)
    {
        switch (path)
        {
            case CheckpointPath:
                return Note(latest());
            case CosignedPath:
                return cosigned?.Invoke() is { } seen ? Note(seen) : null;
            default:
                return TileId.TryParse(path, out TileId tile)
                    && TileLayout.At(latest().Checkpoint.Size, tile.Level, tile.Index) is { } today
                    && tile.Width <= today.Width && tiles.Read(tile) is { } bytes
                        ? new LedgerResource(bytes, "application/octet-stream", Immutable, IsImmutable: true)
                        : null;
        }
    }

    private static LedgerResource Note(SignedCheckpoint checkpoint) =>
        new(checkpoint.Note.ToBytes(), "text/plain; charset=utf-8", Mutable, IsImmutable: false);
}
