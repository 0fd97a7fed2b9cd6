// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.Ledger.Tiles;

// Where a tile lies (C2SP tlog-tiles §Merkle Tree, §Log entries), the same on disk and in URLs:
//
//     tile/LEVEL/N[.p/WIDTH]       hashes: at level 0 of leaves, above each of a full tile below
//     tile/entries/N[.p/WIDTH]     the entries of the level 0 tile with the same N
//
// N in groups of three digits, all but the last behind an x: 1234067 is x001/x234/067. WIDTH 1 to 255; a full tile
// has 256 and no suffix.

/// <summary>Names a tile of hashes, or a bundle of entries.</summary>
/// <param name="Level">0 and up for hashes; <see cref="EntriesLevel"/> for entries.</param>
/// <param name="Index">Which one of its level, from 0.</param>
/// <param name="Width">How many hashes or entries, 1 to 256.</param>
public readonly record struct TileId(int Level, long Index, int Width)
{
    /// <summary>Stands for the entries themselves, which lie under the leaves.</summary>
    public const int EntriesLevel = -1;

    /// <summary>Hashes in a full tile (tlog-tiles).</summary>
    public const int FullWidth = 256;

    /// <summary>Tree levels that a tile spans: 2^8 = 256.</summary>
    public const int Height = 8;

    /// <summary>Tile levels that a tree of 2^63 - 1 leaves can have (tlog-tiles §Merkle Tree has 0 to 63).</summary>
    public const int LevelsMax = 8;

    /// <summary>Is it a bundle of entries?</summary>
    public bool IsEntries => Level == EntriesLevel;

    /// <summary>Has it all of its 256?</summary>
    public bool IsFull => Width == FullWidth;

    /// <summary>The full tile of this place.</summary>
    public TileId Full => this with { Width = FullWidth };

    /// <summary>Path, from the log's root, without a leading slash.</summary>
    public string Path
    {
        get
        {
            StringBuilder path = new("tile/");
            path.Append(IsEntries ? "entries" : Level.ToString(CultureInfo.InvariantCulture)).Append('/');
            string digits = Index.ToString("D3", CultureInfo.InvariantCulture);
            digits = digits.PadLeft((digits.Length + 2) / 3 * 3, '0');
            for (int i = 0; i < digits.Length; i += 3)
            {
                path.Append(i + 3 < digits.Length ? "x" : "").Append(digits, i, 3);
                path.Append(i + 3 < digits.Length ? "/" : "");
            }
            return IsFull ? path.ToString() : path.Append(CultureInfo.InvariantCulture, $".p/{Width}").ToString();
        }
    }

    /// <summary>Reads a path; false if it names no tile, or not in the one form that a tile's name has.</summary>
    public static bool TryParse(string path, out TileId tile)
    {
        tile = default;
        string[] parts = path.Split('/');
        // tile/LEVEL/x000/x000/…/000: 7 groups hold the 19 digits of 2^63 - 1; one more part for a width.
        if (parts.Length is < 3 or > 10 || parts[0] != "tile")
        {
            return false;
        }
        int level = EntriesLevel;
        int width = FullWidth;
        int last = parts.Length - 1;
        bool isEntries = parts[1] == "entries";
        if ((!isEntries && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out level))
            || level >= LevelsMax)
        {
            return false;
        }
        if (parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!int.TryParse(parts[last--], NumberStyles.None, CultureInfo.InvariantCulture, out width))
            {
                return false;
            }
            parts[last] = parts[last][..^2];
        }
        string digits = string.Concat(parts[2..(last + 1)].Select(part => part.TrimStart('x')));
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long index)
            || width is < 1 or > FullWidth)
        {
            return false;
        }
        tile = new TileId(level, index, width);
        return tile.Path == path;
    }
}
