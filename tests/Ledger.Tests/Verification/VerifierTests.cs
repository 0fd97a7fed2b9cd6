// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Verification;
using Hermetic.TestKit.Durable;

namespace Hermetic.Ledger.Tests.Verification;

/// <summary>One flipped byte anywhere is found and named. A verifier that is not ours is met in
/// PeerVerifierTests.cs.</summary>
public sealed class VerifierTests : IDisposable
{
    private const StringComparison Order = StringComparison.Ordinal;

    private readonly NoteSigner _signer = TestLog.Signer();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(700)]
    [InlineData(70_000)]
    public void Log_AsWeWriteIt_Holds(int size)
    {
        SimulatedFiles files = Write(size);
        VerifyReport report = Verify(files);
        Assert.True(report.Holds, string.Join('\n', report.Findings));
        Assert.Equal(size, report.Checkpoint!.Checkpoint.Size);
        string[] tiles = [.. files.Files.Where(path => path.StartsWith("tile/", StringComparison.Ordinal))];
        Assert.Superset(TileLayout.All(size).Select(tile => tile.Path).ToHashSet(), tiles.ToHashSet());
    }

    [Fact]
    public void FlippedByte_AnywhereInCheckpointTileOrBundle_IsFoundAndNamed()
    {
        SimulatedFiles good = Write(300);
        Assert.Contains("tile/0/001.p/20", good.Files); // of an earlier checkpoint, still lying about
        Random random = new(5);
        foreach (string path in good.Files.Where(path => path == "checkpoint" || path.StartsWith("tile/", Order)))
        {
            int step = good.Bytes(path).Length > 1000 ? 11 : 1;
            for (int at = 0; at < good.Bytes(path).Length; at += step)
            {
                byte mask = (byte)(1 << random.Next(8));
                good.Flip(path, at, mask);
                VerifyReport report = Verify(good);
                Assert.True(report.Findings.Count > 0 && report.Findings[0].Place == path,
                    $"{path}, byte {at}, mask {mask}: {string.Join("; ", report.Findings)}");
                good.Flip(path, at, mask);
            }
        }
        Assert.True(Verify(good).Holds);
    }

    [Fact]
    public void ChangedEntry_IsNamedByItsIndex()
    {
        SimulatedFiles files = Write(700);
        for (int index = 0; index < 700; index += 50)
        {
            SimulatedFiles copy = files.Copy();
            string bundle = TileLayout.At(700, TileId.EntriesLevel, index / 256)!.Value.Path;
            copy.Flip(bundle, (index % 256 * EntryStride) + 3, 0x10);
            VerifyFinding finding = Assert.Single(Verify(copy).Findings, f => f.Place == bundle);
            Assert.Equal(index, finding.Entry);
        }
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        SimulatedFiles files = Write(700);
        foreach (string path in TileLayout.All(700).Select(tile => tile.Path).Append("checkpoint"))
        {
            SimulatedFiles copy = files.Copy();
            copy.Delete(path);
            Assert.Equal(path, Verify(copy).Findings[0].Place);
        }
    }

    [Fact]
    public void TwoEntriesSwapped_AreFound()
    {
        SimulatedFiles files = Write(300);
        byte[] bundle = files.Bytes("tile/entries/000");
        byte[] swapped =
        [
            .. bundle[EntryStride..(2 * EntryStride)], .. bundle[..EntryStride], .. bundle[(2 * EntryStride)..],
        ];
        files.Replace("tile/entries/000", swapped);
        Assert.Equal(new VerifyFinding("tile/entries/000", 0, "the entry is not the one whose hash the tree holds"),
            Verify(files).Findings[0]);
    }

    [Fact]
    public void StrangeFileAmongTheTiles_IsNamed()
    {
        SimulatedFiles files = Write(10);
        files.Replace("tile/0/notes", "x"u8);
        Assert.Equal("tile/0/notes", Assert.Single(Verify(files).Findings).Place);
    }

    [Fact]
    public void OlderCheckpoint_OfThisTreeHoldsAndOfAnotherDoesNot()
    {
        SimulatedFiles files = Write(300);
        foreach (int size in new[] { 0, 1, 256, 280, 300 })
        {
            Assert.True(Verify(files, since: Old(size)).Holds, $"{size}");
        }
        Assert.Equal("older checkpoint", Assert.Single(Verify(files, since: Old(301)).Findings).Place);
        NaiveTree fork = new([.. Enumerable.Range(0, 300).Select(i => Entry(i + 1))]);
        byte[] forked = TestLog.Note(_signer, fork, 280);
        Assert.Equal("older checkpoint", Assert.Single(Verify(files, since: forked).Findings).Place);
        using NoteSigner other = TestLog.Signer(seed: 99);
        byte[] foreign = TestLog.Note(other, fork, 280);
        Assert.Equal("older checkpoint", Assert.Single(Verify(files, since: foreign).Findings).Place);
    }

    [Fact]
    public void Log_SignedByAnotherKey_DoesNotHold()
    {
        using NoteSigner other = TestLog.Signer(seed: 99);
        VerifyReport report = LedgerVerifier.Verify(Write(10), other.VerifierKey);
        Assert.Equal("checkpoint", Assert.Single(report.Findings).Place);
    }

    [Fact]
    public void CosignedCheckpoint_OfAnotherTreeOrSpoilt_IsFound()
    {
        SimulatedFiles files = Write(300);
        files.Replace("cosigned", Old(280));
        Assert.Equal(280, Verify(files).Cosigned!.Checkpoint.Size);
        Assert.True(Verify(files).Holds);
        NaiveTree fork = new([.. Enumerable.Range(0, 300).Select(i => Entry(i + 1))]);
        files.Replace("cosigned", TestLog.Note(_signer, fork, 280));
        Assert.Equal("cosigned", Assert.Single(Verify(files).Findings).Place);
        files.Replace("cosigned", "nonsense"u8);
        Assert.Equal("cosigned", Assert.Single(Verify(files).Findings).Place);
    }

    [Fact]
    public void Hostile_TileLongerThanAnyTile_IsNamedAndNotRead()
    {
        SimulatedFiles files = Write(300);
        files.Replace("tile/entries/001.p/44", new byte[(256 * 65_537) + 1]);
        Assert.Contains(Verify(files).Findings, finding => finding.Place == "tile/entries/001.p/44");
    }

    [Fact]
    public void Verification_ShowsItsProgressAndStopsWhenAsked()
    {
        SimulatedFiles files = Write(700);
        List<(long, long)> steps = [];
        LedgerVerifier.Verify(files, _signer.VerifierKey, progress: (done, all) => steps.Add((done, all)));
        Assert.Equal([(256, 700), (512, 700), (700, 700)], steps);
        Assert.Throws<OperationCanceledException>(() => LedgerVerifier.Verify(
            files, _signer.VerifierKey, cancellation: new CancellationToken(canceled: true)));
    }

    public void Dispose() => _signer.Dispose();

    private const int EntryStride = 12;

    private static byte[] Entry(int i) => [.. "entry "u8, .. BitConverter.GetBytes(i)];

    private byte[] Old(int size) => TestLog.Note(
        _signer, new NaiveTree([.. Enumerable.Range(0, Math.Max(size, 1)).Select(Entry)]), size);

    private VerifyReport Verify(SimulatedFiles files, byte[]? since = null) =>
        LedgerVerifier.Verify(files, _signer.VerifierKey, since);

    private SimulatedFiles Write(int size) => TestLog.Write(_signer, size, Entry);
}
