// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Tiles;

/// <summary>A tile that should be there is missing, or has not its length: the log cannot answer.</summary>
public sealed class TileException(TileId tile, string reason) : IOException($"{tile.Path}: {reason}")
{
    /// <summary>Which one.</summary>
    public TileId Tile { get; } = tile;
}

/// <summary>Subtrees of a tree of a given size, out of its tiles. Keeps what it read, so make one for each
/// question.</summary>
/// <exception cref="TileException">Thrown by <see cref="Node"/> when a tile is missing or has the wrong
/// length.</exception>
public sealed class TileNodes(ITileSource source, long size) : INodeSource
{
    private readonly Dictionary<TileId, TreeHash[]> _tiles = [];

    /// <inheritdoc/>
    public TreeHash Node(int height, long index)
    {
        (int level, int inside) = Math.DivRem(height, TileId.Height);
        long first = index << inside;
        TileId tile = TileLayout.At(size, level, first / TileId.FullWidth)
            ?? throw new ArgumentOutOfRangeException(nameof(index), "outside the tree");
        return HashTile.Root(Hashes(tile).AsSpan((int)(first % TileId.FullWidth), 1 << inside));
    }

    private TreeHash[] Hashes(TileId tile)
    {
        if (!_tiles.TryGetValue(tile, out TreeHash[]? hashes))
        {
            byte[] bytes = source.Read(tile) ?? throw new TileException(tile, "is missing");
            hashes = HashTile.Parse(bytes, tile.Width) ?? throw new TileException(tile, "has not its length");
            _tiles.Add(tile, hashes);
        }
        return hashes;
    }
}
