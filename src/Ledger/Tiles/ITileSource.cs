// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;

namespace Hermetic.Ledger.Tiles;

/// <summary>Where tiles are read from: the log's own folder, a copy of it, another log.</summary>
public interface ITileSource
{
    /// <summary>The bytes of a tile, of exactly this width; null if it is not there.</summary>
    byte[]? Read(TileId tile);
}

/// <summary>Tiles in a folder.</summary>
public sealed class TileFolder(IDurableFiles files) : ITileSource
{
    /// <summary>256 entries of 65,535 bytes, each behind two bytes of length: the largest bundle that the format
    /// allows (tlog-tiles §Log entries).</summary>
    internal const int TileBytesMax = TileId.FullWidth * (2 + EntryBundle.EntryBytesMax);

    /// <inheritdoc/>
    /// <remarks>Partial tiles may be deleted once the full one is there; then it is cut from that.</remarks>
    public byte[]? Read(TileId tile) => files.ReadAll(tile.Path, TileBytesMax)
        ?? (tile.IsFull ? null : Cut(files.ReadAll(tile.Full.Path, TileBytesMax), tile));

    private static byte[]? Cut(byte[]? full, TileId tile)
    {
        if (full is null)
        {
            return null;
        }
        return tile.IsEntries
            ? EntryBundle.Cut(full, tile.Width)
            : full[..Math.Min(full.Length, tile.Width * Tree.TreeHash.Bytes)];
    }
}
