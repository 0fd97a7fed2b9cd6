// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Tests.Tree;

public sealed class TreeProofTests
{
    // The eight leaves and the roots of their first n that the reference implementation of RFC 6962 is tested with.
    private static readonly string[] Leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static readonly NaiveTree Vectors = new([.. Leaves.Select(Convert.FromHexString)]);

    [Fact]
    public void Root_OfNothing_IsTheHashOfNothing() => Assert.Equal(
        Hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), TreeProof.Root(Vectors, 0));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Root_OfTheVectors_IsTheirs(int size)
    {
        Assert.Equal(Hash(Roots[size - 1]), TreeProof.Root(Vectors, size));
        Assert.Equal(Vectors.Leaf(size - 1), TreeHash.OfLeaf(Convert.FromHexString(Leaves[size - 1])));
    }

    [Theory]
    [InlineData(6, 8, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 5, "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    public void Consistency_OfTheVectors_IsTheirs(int oldSize, int newSize, params string[] proof)
    {
        TreeHash[] expected = [.. proof.Select(Hash)];
        Assert.Equal(expected, TreeProof.Consistency(Vectors, oldSize, newSize));
        TreeHash oldRoot = Hash(Roots[oldSize - 1]), newRoot = Hash(Roots[newSize - 1]);
        Assert.True(ProofCheck.Consistency(oldSize, oldRoot, newSize, newRoot, expected));
        Assert.False(ProofCheck.Consistency(oldSize - 1, oldRoot, newSize, newRoot, expected));
    }

    [Fact]
    public void Proofs_OfEverySmallTree_AreThoseOfTheDefinitionAndHold()
    {
        NaiveTree tree = NaiveTree.OfSize(40);
        for (int size = 1; size <= 40; size++)
        {
            Assert.Equal(tree.Root(size), TreeProof.Root(tree, size));
            for (int index = 0; index < size; index++)
            {
                AssertInclusion(tree, index, size);
            }
            for (int oldSize = 0; oldSize <= size; oldSize++)
            {
                AssertConsistency(tree, oldSize, size);
            }
        }
    }

    [Fact]
    public void Proofs_OfRandomTrees_AreThoseOfTheDefinitionAndHold()
    {
        NaiveTree tree = NaiveTree.OfSize(3000);
        Gen.Select(Gen.Int[1, 3000], Gen.Int[0, 2999], Gen.Int[0, 3000]).Sample((size, index, oldSize) =>
        {
            AssertInclusion(tree, index % size, size);
            AssertConsistency(tree, oldSize % (size + 1), size);
        }, iter: 100, seed: "0000000000001");
    }

    [Fact]
    public void Proofs_WithAnythingChanged_DoNotHold()
    {
        NaiveTree tree = NaiveTree.OfSize(300);
        Gen.Select(Gen.Int[2, 300], Gen.Int[0, 299], Gen.Int[0, 300], Gen.Int[0, 31], Gen.Int[0, 7], Gen.Int[0, 10])
            .Sample((size, index, oldSize, at, bit, which) =>
            {
                index %= size;
                oldSize = 1 + (oldSize % (size - 1));
                IReadOnlyList<TreeHash> path = TreeProof.Inclusion(tree, index, size);
                IReadOnlyList<TreeHash> proof = TreeProof.Consistency(tree, oldSize, size);
                TreeHash root = tree.Root(size), oldRoot = tree.Root(oldSize), leaf = tree.Leaf(index);
                Assert.False(ProofCheck.Inclusion(leaf, index, size, Spoil(path, which, at, bit), root));
                Assert.False(ProofCheck.Inclusion(leaf, index, size, [.. path, root], root));
                Assert.False(ProofCheck.Inclusion(leaf, index, size, [.. path.Skip(1)], root));
                Assert.False(ProofCheck.Inclusion(Flip(leaf, at, bit), index, size, path, root));
                Assert.False(ProofCheck.Inclusion(leaf, index, size, path, Flip(root, at, bit)));
                Assert.False(ProofCheck.Consistency(oldSize, oldRoot, size, root, Spoil(proof, which, at, bit)));
                Assert.False(ProofCheck.Consistency(oldSize, oldRoot, size, root, [.. proof, root]));
                Assert.False(ProofCheck.Consistency(oldSize, oldRoot, size, root, [.. proof.Skip(1)]));
                Assert.False(ProofCheck.Consistency(oldSize, Flip(oldRoot, at, bit), size, root, proof));
                Assert.False(ProofCheck.Consistency(oldSize, oldRoot, size, Flip(root, at, bit), proof));
            }, iter: 200, seed: "0000000000002");
    }

    [Fact]
    public void Checks_OfOddNumbers_AreFalseAndDoNotThrow()
    {
        TreeHash hash = TreeHash.Empty;
        TreeHash[] many = [.. Enumerable.Repeat(hash, 64)];
        Assert.False(ProofCheck.Inclusion(hash, -1, 1, [], hash));
        Assert.False(ProofCheck.Inclusion(hash, 1, 1, [], hash));
        Assert.False(ProofCheck.Inclusion(hash, 0, 0, [], hash));
        Assert.False(ProofCheck.Inclusion(hash, long.MaxValue - 1, long.MaxValue, many, hash));
        Assert.False(ProofCheck.Consistency(-1, hash, 1, hash, []));
        Assert.False(ProofCheck.Consistency(2, hash, 1, hash, []));
        Assert.False(ProofCheck.Consistency(0, hash, 1, hash, [hash]));
        Assert.False(ProofCheck.Consistency(3, hash, long.MaxValue, hash, many));
        Assert.False(ProofCheck.Consistency(long.MaxValue - 1, hash, long.MaxValue, hash, many[..63]));
        Assert.True(ProofCheck.Consistency(0, TreeHash.Empty, 5, Hash(Roots[4]), []));
    }

    private static void AssertInclusion(NaiveTree tree, int index, int size)
    {
        IReadOnlyList<TreeHash> path = TreeProof.Inclusion(tree, index, size);
        Assert.Equal(tree.Path(index, 0, size), path);
        Assert.True(ProofCheck.Inclusion(tree.Leaf(index), index, size, path, tree.Root(size)));
        Assert.False(ProofCheck.Inclusion(tree.Leaf(index), index + 1, size, path, tree.Root(size)));
    }

    private static void AssertConsistency(NaiveTree tree, int oldSize, int size)
    {
        IReadOnlyList<TreeHash> proof = TreeProof.Consistency(tree, oldSize, size);
        Assert.Equal(tree.Proof(oldSize, size), proof);
        Assert.True(ProofCheck.Consistency(oldSize, tree.Root(oldSize), size, tree.Root(size), proof));
    }

    private static TreeHash Hash(string hex) => new(Convert.FromHexString(hex));

    private static TreeHash[] Spoil(IReadOnlyList<TreeHash> proof, int which, int at, int bit)
    {
        TreeHash[] spoilt = [.. proof];
        which %= spoilt.Length;
        spoilt[which] = Flip(spoilt[which], at, bit);
        return spoilt;
    }

    private static TreeHash Flip(TreeHash hash, int at, int bit)
    {
        byte[] bytes = new byte[32];
        hash.CopyTo(bytes);
        bytes[at] ^= (byte)(1 << bit);
        return new TreeHash(bytes);
    }
}
