// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Verification;

/// <summary>Adds leaves up to a root, and keeps the hashes that the tiles of level 1 and above must hold: a 256th of
/// the leaves.</summary>
internal sealed class TreeSum
{
    private readonly List<TreeHash?> _peaks = []; // by height: the complete subtree waiting for a sibling
    private readonly List<List<TreeHash>> _levels = [];

    public long Size { get; private set; }

    public void Add(TreeHash hash)
    {
        Size++;
        for (int height = 0; ; height++)
        {
            if (height > 0 && height % TileId.Height == 0)
            {
                Level(height / TileId.Height).Add(hash);
            }
            if (height == _peaks.Count)
            {
                _peaks.Add(null);
            }
            if (_peaks[height] is not { } left)
            {
                _peaks[height] = hash;
                return;
            }
            _peaks[height] = null;
            hash = TreeHash.OfNode(left, hash);
        }
    }

    public TreeHash Root()
    {
        TreeHash? root = null;
        foreach (TreeHash peak in _peaks.OfType<TreeHash>())
        {
            root = root is { } right ? TreeHash.OfNode(peak, right) : peak;
        }
        return root ?? TreeHash.Empty;
    }

    /// <summary>Hashes of a tile of level 1 or above.</summary>
    public IReadOnlyList<TreeHash> Hashes(TileId tile) =>
        Level(tile.Level).GetRange((int)tile.Index * TileId.FullWidth, tile.Width);

    private List<TreeHash> Level(int level)
    {
        while (_levels.Count < level)
        {
            _levels.Add([]);
        }
        return _levels[level - 1];
    }
}
