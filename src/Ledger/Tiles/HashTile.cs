// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Tiles;

/// <summary>The hashes of a tile: 32 bytes each, one after the other (C2SP tlog-tiles §Merkle Tree).</summary>
public static class HashTile
{
    /// <summary>Splits a tile; null if it has not exactly <paramref name="width"/> hashes.</summary>
    public static TreeHash[]? Parse(ReadOnlySpan<byte> bytes, int width)
    {
        if (bytes.Length != width * TreeHash.Bytes)
        {
            return null;
        }
        TreeHash[] hashes = new TreeHash[width];
        for (int i = 0; i < width; i++)
        {
            hashes[i] = new TreeHash(bytes[(i * TreeHash.Bytes)..]);
        }
        return hashes;
    }

    /// <summary>A tile in bytes.</summary>
    public static byte[] ToBytes(IReadOnlyList<TreeHash> hashes)
    {
        byte[] bytes = new byte[hashes.Count * TreeHash.Bytes];
        for (int i = 0; i < hashes.Count; i++)
        {
            hashes[i].CopyTo(bytes.AsSpan(i * TreeHash.Bytes));
        }
        return bytes;
    }

    /// <summary>Root of a power of two of hashes.</summary>
    public static TreeHash Root(ReadOnlySpan<TreeHash> hashes)
    {
        if (!BitOperations.IsPow2(hashes.Length))
        {
            throw new ArgumentException("a complete subtree has a power of two of hashes", nameof(hashes));
        }
        if (hashes.Length == 1)
        {
            return hashes[0];
        }
        int half = hashes.Length / 2;
        return TreeHash.OfNode(Root(hashes[..half]), Root(hashes[half..]));
    }
}
