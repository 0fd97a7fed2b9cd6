// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace Hermetic.Ledger.Tree;

/// <summary>Where the hashes of complete subtrees come from.</summary>
public interface INodeSource
{
    /// <summary>Root of the complete subtree of 2^<paramref name="height"/> leaves that starts at leaf
    /// <paramref name="index"/> · 2^<paramref name="height"/>. Asked only for subtrees inside the tree.</summary>
    TreeHash Node(int height, long index);
}

/// <summary>Makes roots and proofs from complete subtrees (RFC 6962 §2.1).</summary>
public static class TreeProof
{
    /// <summary>Root of the first <paramref name="size"/> leaves.</summary>
    public static TreeHash Root(INodeSource nodes, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return size == 0 ? TreeHash.Empty : Range(nodes, 0, size);
    }

    /// <summary>The siblings from leaf <paramref name="index"/> up to the root of <paramref name="size"/> leaves
    /// (RFC 6962 §2.1.1).</summary>
    public static IReadOnlyList<TreeHash> Inclusion(INodeSource nodes, long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        List<TreeHash> path = [];
        long low = 0, high = size;
        while (high - low > 1)
        {
            long middle = low + Split(high - low);
            if (index < middle)
            {
                path.Add(Range(nodes, middle, high));
                high = middle;
            }
            else
            {
                path.Add(Range(nodes, low, middle));
                low = middle;
            }
        }
        path.Reverse();
        return path;
    }

    /// <summary>What shows that the tree of <paramref name="oldSize"/> leaves is the beginning of that of
    /// <paramref name="newSize"/> (RFC 6962 §2.1.2). Empty if the old tree is empty or the same.</summary>
    public static IReadOnlyList<TreeHash> Consistency(INodeSource nodes, long oldSize, long newSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        if (oldSize == 0 || oldSize == newSize)
        {
            return [];
        }
        List<TreeHash> proof = [];
        long low = 0, high = newSize;
        bool whole = true; // the old tree's part of this subtree is a whole old tree: its root is known already
        while (oldSize < high)
        {
            long middle = low + Split(high - low);
            if (oldSize <= middle)
            {
                proof.Add(Range(nodes, middle, high));
                high = middle;
            }
            else
            {
                proof.Add(Range(nodes, low, middle));
                low = middle;
                whole = false;
            }
        }
        if (!whole)
        {
            proof.Add(Range(nodes, low, high));
        }
        proof.Reverse();
        return proof;
    }

    /// <summary>The largest power of two below <paramref name="count"/>, which is at least 2.</summary>
    private static long Split(long count) => 1L << BitOperations.Log2((ulong)count - 1);

    // A range of the recursion always starts at a multiple of the power of two that its length needs.
    private static TreeHash Range(INodeSource nodes, long low, long high)
    {
        long count = high - low;
        if (BitOperations.IsPow2(count))
        {
            int height = BitOperations.Log2((ulong)count);
            return nodes.Node(height, low >> height);
        }
        long middle = low + Split(count);
        return TreeHash.OfNode(Range(nodes, low, middle), Range(nodes, middle, high));
    }
}
