// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;

namespace Hermetic.Ledger.Tests.Tiles;

public sealed class LedgerResourcesTests : IDisposable
{
    private static readonly NaiveTree Tree = NaiveTree.OfSize(700);

    private readonly NoteSigner _signer = TestLog.Signer();
    private SignedCheckpoint? _cosigned;

    [Fact]
    public void Checkpoint_IsTextThatNothingKeeps()
    {
        LedgerResource found = Of(600).Find("checkpoint")!;
        Assert.Equal(TestLog.Note(_signer, Tree, 600), found.Bytes);
        Assert.Equal(("text/plain; charset=utf-8", "no-cache", false),
            (found.ContentType, found.CacheControl, found.IsImmutable));
        Assert.StartsWith("log.example/ledger\n600\n", Encoding.UTF8.GetString(found.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void CosignedCheckpoint_IsThereWhenThereIsOne()
    {
        LedgerResources resources = Of(600);
        Assert.Null(resources.Find("cosigned"));
        _cosigned = Checkpoint(500);
        Assert.Equal(_cosigned.Note.ToBytes(), resources.Find("cosigned")!.Bytes);
    }

    [Theory]
    [InlineData("tile/0/000", 8192)]
    [InlineData("tile/0/001", 8192)]
    [InlineData("tile/0/002.p/88", 88 * 32)]
    [InlineData("tile/0/002.p/20", 20 * 32)]
    [InlineData("tile/1/000.p/2", 64)]
    [InlineData("tile/entries/000", 256 * 6)]
    [InlineData("tile/entries/002.p/88", 88 * 6)]
    public void Tile_UnderTheCheckpoint_IsBytesThatAnyoneMayKeepForEver(string path, int bytes)
    {
        LedgerResource found = Of(600).Find(path)!;
        Assert.Equal(bytes, found.Bytes.Length);
        Assert.Equal(("application/octet-stream", "public, max-age=31536000, immutable", true),
            (found.ContentType, found.CacheControl, found.IsImmutable));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/checkpoint")]
    [InlineData("Checkpoint")]
    [InlineData("checkpoint/")]
    [InlineData("tile")]
    [InlineData("tile/0/002")]
    [InlineData("tile/0/002.p/89")]
    [InlineData("tile/0/002.p/100")]
    [InlineData("tile/0/003.p/1")]
    [InlineData("tile/1/000.p/3")]
    [InlineData("tile/2/000.p/1")]
    [InlineData("tile/entries/002.p/89")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/../../vkey")]
    [InlineData("../ledger.key")]
    [InlineData("journal/00000000000000000000")]
    [InlineData("lock")]
    public void Hostile_AnyOtherPath_IsNothing(string path) => Assert.Null(Of(600).Find(path));

    public void Dispose() => _signer.Dispose();

    /// <summary>The tiles of 700 entries under a checkpoint of fewer: as they lie there in the middle of an
    /// integration.</summary>
    private LedgerResources Of(int size) => new(Tree, () => Checkpoint(size), () => _cosigned);

    private SignedCheckpoint Checkpoint(int size)
    {
        Assert.True(Ledger.Notes.Checkpoint.TryOpen(TestLog.Note(_signer, Tree, size), _signer.VerifierKey,
            out SignedCheckpoint? opened, out string reason), reason);
        return opened!;
    }
}
