// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Tests;

/// <summary>The definitions of RFC 6962 §2.1 written down as they stand there, with nothing clever: what the code under
/// test is compared with. Also a source of nodes and of tiles.</summary>
internal sealed class NaiveTree(IReadOnlyList<byte[]> entries) : INodeSource, ITileSource
{
    private readonly TreeHash[] _leaves = [.. entries.Select(entry => Sha([0, .. entry]))];

    /// <summary>A tree of small distinct entries.</summary>
    public static NaiveTree OfSize(int size) => new([.. Enumerable.Range(0, size).Select(BitConverter.GetBytes)]);

    public IReadOnlyList<byte[]> Entries => entries;

    public TreeHash Leaf(int index) => _leaves[index];

    public TreeHash Root(int size) => Mth(0, size);

    public TreeHash Mth(int low, int high)
    {
        if (high - low == 0)
        {
            return Sha([]);
        }
        if (high - low == 1)
        {
            return _leaves[low];
        }
        int k = Split(high - low);
        return Pair(Mth(low, low + k), Mth(low + k, high));
    }

    public List<TreeHash> Path(int m, int low, int high)
    {
        if (high - low == 1)
        {
            return [];
        }
        int k = Split(high - low);
        return m < k
            ? [.. Path(m, low, low + k), Mth(low + k, high)]
            : [.. Path(m - k, low + k, high), Mth(low, low + k)];
    }

    public List<TreeHash> Proof(int m, int n) => m == 0 || m == n ? [] : SubProof(m, 0, n, true);

    public TreeHash Node(int height, long index) => Mth((int)index << height, (int)(index + 1) << height);

    public byte[]? Read(TileId tile)
    {
        int first = (int)tile.Index * 256;
        if (tile.IsEntries)
        {
            return first + tile.Width > entries.Count ? null : [.. entries.Skip(first).Take(tile.Width)
                .SelectMany(entry => new byte[] { (byte)(entry.Length >> 8), (byte)entry.Length }.Concat(entry))];
        }
        int span = 1 << (8 * tile.Level);
        return (first + tile.Width) * span > entries.Count ? null
            : HashTile.ToBytes([.. Enumerable.Range(first, tile.Width).Select(i => Mth(i * span, (i + 1) * span))]);
    }

    private List<TreeHash> SubProof(int m, int low, int high, bool whole)
    {
        int n = high - low;
        if (m == n)
        {
            return whole ? [] : [Mth(low, high)];
        }
        int k = Split(n);
        return m <= k
            ? [.. SubProof(m, low, low + k, whole), Mth(low + k, high)]
            : [.. SubProof(m - k, low + k, high, false), Mth(low, low + k)];
    }

    private static int Split(int n)
    {
        int k = 1;
        while (k * 2 < n)
        {
            k *= 2;
        }
        return k;
    }

    private static TreeHash Pair(TreeHash left, TreeHash right)
    {
        byte[] input = new byte[65];
        input[0] = 1;
        left.CopyTo(input.AsSpan(1));
        right.CopyTo(input.AsSpan(33));
        return Sha(input);
    }

    private static TreeHash Sha(byte[] input) => new(SHA256.HashData(input));
}
