// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Log;

/// <summary>The right edge of the tree: the partial tile of each level and the partial bundle, which is all that an
/// append needs to know of it.</summary>
internal sealed class TreeEdge
{
    private readonly List<TreeHash>[] _levels =
        [.. Enumerable.Range(0, TileId.LevelsMax).Select(_ => new List<TreeHash>())];
    private readonly ArrayBufferWriter<byte> _bundle = new();

    /// <summary>Leaves.</summary>
    public long Size { get; private set; }

    /// <summary>Reads the edge of a tree of that size.</summary>
    /// <exception cref="TileException">A tile is missing or has the wrong length.</exception>
    public static TreeEdge Load(ITileSource source, long size)
    {
        TreeEdge edge = new() { Size = size };
        for (int level = TileId.EntriesLevel; level < TileId.LevelsMax; level++)
        {
            long hashes = TileLayout.Hashes(size, level);
            if (hashes % TileId.FullWidth == 0)
            {
                continue;
            }
            TileId tile = TileLayout.At(size, level, hashes / TileId.FullWidth)!.Value;
            byte[] bytes = source.Read(tile) ?? throw new TileException(tile, "is missing");
            if (tile.IsEntries)
            {
                edge._bundle.Write(bytes);
            }
            else
            {
                edge._levels[level].AddRange(
                    HashTile.Parse(bytes, tile.Width) ?? throw new TileException(tile, "has not its length"));
            }
        }
        return edge;
    }

    /// <summary>Adds a leaf; what became full by it is added to <paramref name="full"/>.</summary>
    public void Append(ReadOnlySpan<byte> entry, List<(TileId Tile, byte[] Bytes)> full)
    {
        EntryBundle.Append(_bundle, entry);
        TreeHash hash = TreeHash.OfLeaf(entry);
        Size++;
        for (int level = 0; ; level++)
        {
            List<TreeHash> tile = _levels[level];
            tile.Add(hash);
            if (tile.Count < TileId.FullWidth)
            {
                return;
            }
            long index = (TileLayout.Hashes(Size, level) - 1) / TileId.FullWidth;
            if (level == 0)
            {
                full.Add((new TileId(TileId.EntriesLevel, index, TileId.FullWidth), _bundle.WrittenSpan.ToArray()));
                _bundle.ResetWrittenCount();
            }
            full.Add((new TileId(level, index, TileId.FullWidth), HashTile.ToBytes(tile)));
            hash = HashTile.Root(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tile));
            tile.Clear();
        }
    }

    /// <summary>The partial tiles and the partial bundle as they are now.</summary>
    public IEnumerable<(TileId Tile, byte[] Bytes)> Partial()
    {
        if (_levels[0].Count > 0)
        {
            TileId tile = new(TileId.EntriesLevel, Size / TileId.FullWidth, _levels[0].Count);
            yield return (tile, _bundle.WrittenSpan.ToArray());
        }
        for (int level = 0; level < TileId.LevelsMax; level++)
        {
            if (_levels[level].Count > 0)
            {
                long index = TileLayout.Hashes(Size, level) / TileId.FullWidth;
                yield return (new TileId(level, index, _levels[level].Count), HashTile.ToBytes(_levels[level]));
            }
        }
    }

    /// <summary>Root of the tree: the complete subtrees of the edge, joined from the smallest, at the right, to the
    /// largest.</summary>
    public TreeHash Root()
    {
        TreeHash? root = null;
        foreach (List<TreeHash> level in _levels)
        {
            ReadOnlySpan<TreeHash> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(level);
            while (rest.Length > 0)
            {
                int count = rest.Length & -rest.Length;
                TreeHash peak = HashTile.Root(rest[^count..]);
                root = root is { } right ? TreeHash.OfNode(peak, right) : peak;
                rest = rest[..^count];
            }
        }
        return root ?? TreeHash.Empty;
    }
}
