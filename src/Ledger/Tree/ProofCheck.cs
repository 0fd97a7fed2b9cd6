// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace Hermetic.Ledger.Tree;

/// <summary>Checks proofs that came from anywhere; never throws on what is in them.</summary>
public static class ProofCheck
{
    /// <summary>Hashes that any proof of a tree with sizes up to 2^63 - 1 can need; the witness protocol of C2SP has
    /// the same limit (tlog-witness §add-checkpoint).</summary>
    public const int HashesMax = 63;

    /// <summary>Is the leaf at <paramref name="index"/> in the tree of that size and root? (RFC 9162
    /// §2.1.3.2)</summary>
    public static bool Inclusion(
        in TreeHash leaf, long index, long size, IReadOnlyList<TreeHash> proof, in TreeHash root)
    {
        if (index < 0 || index >= size || proof.Count > HashesMax)
        {
            return false;
        }
        long node = index, last = size - 1;
        TreeHash hash = leaf;
        foreach (TreeHash sibling in proof)
        {
            if (last == 0)
            {
                return false;
            }
            if ((node & 1) == 1 || node == last)
            {
                hash = TreeHash.OfNode(sibling, hash);
                SkipMissingLevels(ref node, ref last);
            }
            else
            {
                hash = TreeHash.OfNode(hash, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }

    /// <summary>Is the old tree the beginning of the new one? (RFC 9162 §2.1.4.2) From an empty tree, or to the same
    /// size, the proof is empty (C2SP tlog-witness).</summary>
    public static bool Consistency(long oldSize, in TreeHash oldRoot, long newSize, in TreeHash newRoot,
        IReadOnlyList<TreeHash> proof)
    {
        if (oldSize < 0 || oldSize > newSize || proof.Count > HashesMax)
        {
            return false;
        }
        if (oldSize == 0)
        {
            return proof.Count == 0 && oldRoot == TreeHash.Empty && (newSize > 0 || newRoot == TreeHash.Empty);
        }
        if (oldSize == newSize)
        {
            return proof.Count == 0 && oldRoot == newRoot;
        }
        // An old tree of a power of two is itself a node of the new one, and left out of the proof.
        bool isNode = BitOperations.IsPow2(oldSize);
        return (isNode || proof.Count > 0)
            && Climb(oldSize, oldRoot, newSize, newRoot, isNode ? oldRoot : proof[0], proof.Skip(isNode ? 0 : 1));
    }

    private static bool Climb(long oldSize, in TreeHash oldRoot, long newSize, in TreeHash newRoot, in TreeHash first,
        IEnumerable<TreeHash> rest)
    {
        long node = oldSize - 1, last = newSize - 1;
        int shared = BitOperations.TrailingZeroCount(~node);
        (node, last) = (node >> shared, last >> shared);
        TreeHash oldHash = first, newHash = first;
        foreach (TreeHash sibling in rest)
        {
            if (last == 0)
            {
                return false;
            }
            if ((node & 1) == 1 || node == last)
            {
                oldHash = TreeHash.OfNode(sibling, oldHash);
                newHash = TreeHash.OfNode(sibling, newHash);
                SkipMissingLevels(ref node, ref last);
            }
            else
            {
                newHash = TreeHash.OfNode(newHash, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }

    /// <summary>At the right edge a node goes up unchanged through the levels where it has no sibling.</summary>
    private static void SkipMissingLevels(ref long node, ref long last)
    {
        while ((node & 1) == 0 && node != 0)
        {
            (node, last) = (node >> 1, last >> 1);
        }
    }
}
