// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using CsCheck;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Tests.Tiles;

public sealed class TileTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(3, 7, 256, "tile/3/007")]
    [InlineData(0, 999, 1, "tile/0/999.p/1")]
    [InlineData(0, 1000, 256, "tile/0/x001/000")]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(-1, 1234067, 255, "tile/entries/x001/x234/067.p/255")]
    public void Path_OfATile_IsThatOfTheSpecificationAndReadsBack(int level, long index, int width, string path)
    {
        TileId tile = new(level, index, width);
        Assert.Equal(path, tile.Path);
        Assert.True(TileId.TryParse(path, out TileId parsed));
        Assert.Equal(tile, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/00/000")]
    [InlineData("tile/8/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/x00/000")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/257")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/../0")]
    [InlineData("tile/entries/000/")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("/tile/0/000")]
    public void Path_InAnyOtherForm_NamesNoTile(string path) => Assert.False(TileId.TryParse(path, out _));

    [Fact]
    public void Layout_Of70000Leaves_IsThatOfTheSpecification()
    {
        TileId[] all = [.. TileLayout.All(70_000)];
        Assert.Equal(273, all.Count(tile => tile.Level == 0 && tile.IsFull));
        Assert.Equal([new TileId(0, 273, 112)], all.Where(tile => tile.Level == 0 && !tile.IsFull));
        Assert.Equal([new TileId(1, 0, 256), new TileId(1, 1, 17)], all.Where(tile => tile.Level == 1));
        Assert.Equal([new TileId(2, 0, 1)], all.Where(tile => tile.Level == 2));
        Assert.Equal(273, all.Count(tile => tile.IsEntries && tile.IsFull));
        Assert.Equal([new TileId(-1, 273, 112)], all.Where(tile => tile.IsEntries && !tile.IsFull));
        Assert.Equal(3, TileLayout.Levels(70_000));
    }

    [Fact]
    public void Layout_Of256Leaves_HasAFullTileAndOneHashAbove() => Assert.Equal(
        [new TileId(-1, 0, 256), new TileId(0, 0, 256), new TileId(1, 0, 1)], TileLayout.All(256));

    [Fact]
    public void Layout_OfNothing_IsEmpty() => Assert.Empty(TileLayout.All(0));

    [Fact]
    public void Nodes_OutOfTiles_GiveTheSameRootsAndProofs()
    {
        NaiveTree tree = NaiveTree.OfSize(70_000);
        Gen.Select(Gen.Int[1, 70_000], Gen.Int[0, 69_999]).Sample((size, index) =>
        {
            TileNodes nodes = new(tree, size);
            index %= size;
            TreeHash root = TreeProof.Root(nodes, size);
            Assert.True(ProofCheck.Inclusion(
                tree.Leaf(index), index, size, TreeProof.Inclusion(nodes, index, size), root));
            Assert.True(ProofCheck.Consistency(index, TreeProof.Root(new TileNodes(tree, index), index), size, root,
                TreeProof.Consistency(nodes, index, size)));
        }, iter: 8, threads: 1, seed: "0000000000003");
        Assert.Equal(tree.Root(70_000), TreeProof.Root(new TileNodes(tree, 70_000), 70_000));
    }

    [Fact]
    public void Bundle_OfAnyEntries_ReadsBack() =>
        Gen.Byte.Array[0, 300].Array[1, 256].Sample(entries =>
        {
            ArrayBufferWriter<byte> bundle = new();
            foreach (byte[] entry in entries)
            {
                EntryBundle.Append(bundle, entry);
            }
            Assert.True(EntryBundle.TryParse(
                bundle.WrittenMemory, entries.Length, out List<ReadOnlyMemory<byte>> read, out string reason), reason);
            Assert.Equal(entries, read.Select(entry => entry.ToArray()));
            Assert.False(EntryBundle.TryParse(bundle.WrittenMemory, entries.Length + 1, out _, out _));
            Assert.False(EntryBundle.TryParse(bundle.WrittenMemory, entries.Length - 1, out _, out _));
            Assert.False(EntryBundle.TryParse(bundle.WrittenMemory[..^1], entries.Length, out _, out _));
        }, iter: 50, seed: "0000000000004");

    [Fact]
    public void Bundle_EntryOfTheLargestSize_FitsAndOneMoreDoesNot()
    {
        ArrayBufferWriter<byte> bundle = new();
        EntryBundle.Append(bundle, new byte[65_535]);
        Assert.Equal(65_537, bundle.WrittenCount);
        Assert.Throws<ArgumentException>(() => EntryBundle.Append(bundle, new byte[65_536]));
    }
}
