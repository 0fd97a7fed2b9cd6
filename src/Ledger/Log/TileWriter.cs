// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Tiles;

namespace Hermetic.Ledger.Log;

/// <summary>Writes many tiles at once: first all bytes, flushed, then all names, then the folders. A tile that has its
/// name is whole, and never changes.</summary>
internal sealed class TileWriter(IDurableFiles files)
{
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>When this returns all of them are durable.</summary>
    /// <param name="tiles">What to write.</param>
    /// <param name="compare">After a crash, some may be there already: they must be the same.</param>
    /// <exception cref="LedgerDamagedException">A tile is there and is another one.</exception>
    public void Write(IReadOnlyList<(TileId Tile, byte[] Bytes)> tiles, bool compare)
    {
        foreach ((TileId tile, byte[] bytes) in tiles)
        {
            string folder = DurablePath.Parent(tile.Path);
            if (_folders.Add(folder))
            {
                files.EnsureFolder(folder);
            }
            if (compare && files.ReadAll(tile.Path, TileFolder.TileBytesMax) is { } there
                && !there.AsSpan().SequenceEqual(bytes))
            {
                throw new LedgerDamagedException(tile.Path, "it is not the tile that the journal's entries make");
            }
            files.WritePart(tile.Path, bytes);
        }
        foreach ((TileId tile, _) in tiles)
        {
            files.FinishPart(tile.Path);
        }
        foreach (string folder in tiles.Select(tile => DurablePath.Parent(tile.Tile.Path)).Distinct())
        {
            files.FlushFolder(folder);
        }
    }

    /// <summary>Deletes the partial tiles of full ones, which a durable checkpoint covers (tlog-tiles §Partial
    /// Tiles).</summary>
    public void DropPartial(IEnumerable<TileId> full)
    {
        foreach (TileId tile in full)
        {
            string folder = DurablePath.Parent((tile with { Width = 1 }).Path);
            if (files.Exists(folder))
            {
                foreach (DurableEntry partial in files.List(folder))
                {
                    files.Delete(DurablePath.Join(folder, partial.Name));
                }
                files.Delete(folder);
                _folders.Remove(folder);
            }
        }
    }

    /// <summary>The first tile or bundle that lies beyond a tree of that size; null if there is none.</summary>
    public string? Beyond(long size)
    {
        for (int level = TileId.EntriesLevel; level < TileId.LevelsMax; level++)
        {
            long hashes = TileLayout.Hashes(size, level);
            TileId next = new(level, hashes / TileId.FullWidth, 1);
            string folder = DurablePath.Parent(next.Path);
            int width = (int)(hashes % TileId.FullWidth);
            if (files.Exists(next.Full.Path))
            {
                return next.Full.Path;
            }
            foreach (DurableEntry partial in files.Exists(folder) ? files.List(folder) : [])
            {
                string path = DurablePath.Join(folder, partial.Name);
                if (TileId.TryParse(path, out TileId tile) && tile.Width > width)
                {
                    return path;
                }
            }
        }
        return null;
    }
}
