// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Ledger.Tiles;

/// <summary>Which tiles a tree of a given size has (C2SP tlog-tiles §Partial Tiles).</summary>
public static class TileLayout
{
    /// <summary>Levels of hash tiles: as many as have at least one hash.</summary>
    public static int Levels(long size)
    {
        int levels = 0;
        while (levels < TileId.LevelsMax && Hashes(size, levels) > 0)
        {
            levels++;
        }
        return levels;
    }

    /// <summary>Hashes at a level; at <see cref="TileId.EntriesLevel"/> the entries themselves.</summary>
    public static long Hashes(long size, int level) => size >> (TileId.Height * Math.Max(level, 0));

    /// <summary>The tile at a place in a tree of that size, full or partial; null if it has none there.</summary>
    public static TileId? At(long size, int level, long index)
    {
        long width = Math.Min(Hashes(size, level) - (index * TileId.FullWidth), TileId.FullWidth);
        return width > 0 ? new TileId(level, index, (int)width) : null;
    }

    /// <summary>All tiles and bundles of the tree, bundles first, then level by level.</summary>
    public static IEnumerable<TileId> All(long size)
    {
        for (int level = TileId.EntriesLevel; level < Levels(size); level++)
        {
            for (long index = 0; At(size, level, index) is { } tile; index++)
            {
                yield return tile;
            }
        }
    }
}
