// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Verification;
using Hermetic.TestKit.Durable;
using Hermetic.TestKit.Peers;

namespace Hermetic.Ledger.Tests.Verification;

/// <summary>One flipped byte anywhere is found and named: by our verifier, and by one that is not ours.</summary>
public sealed class VerifierTests : IDisposable
{
    private static readonly TimeSpan PeerTimeout = TimeSpan.FromSeconds(60);

    private const StringComparison Order = StringComparison.Ordinal;

    private readonly string _folder = Directory.CreateTempSubdirectory("hermetic-verify-").FullName;
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
    public async Task IndependentVerifier_AcceptsOursAndRejectsATamperedCopy()
    {
        SimulatedFiles files = Write(700);
        byte[] since = Old(300);
        Assert.Equal((0, $"ok 700 {Verify(files).Checkpoint!.Checkpoint.Root}"), await PeerAsync(files, since));
        foreach ((string path, int at) in new[]
            { ("tile/entries/001", 100), ("tile/0/002.p/188", 40), ("tile/1/000.p/2", 5), ("checkpoint", 20) })
        {
            SimulatedFiles copy = files.Copy();
            copy.Flip(path, at, 1);
            (int exit, string said) = await PeerAsync(copy, since);
            Assert.Equal(1, exit);
            Assert.StartsWith("bad ", said, StringComparison.Ordinal);
        }
        NaiveTree fork = new([.. Enumerable.Range(0, 300).Select(i => Entry(i + 1))]);
        (int forked, string reason) = await PeerAsync(files, TestLog.Note(_signer, fork, 280));
        Assert.Equal((1, "bad older checkpoint: the tree does not continue it"), (forked, reason));
    }

    public void Dispose()
    {
        _signer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private const int EntryStride = 12;

    private static byte[] Entry(int i) => [.. "entry "u8, .. BitConverter.GetBytes(i)];

    private byte[] Old(int size) => TestLog.Note(
        _signer, new NaiveTree([.. Enumerable.Range(0, Math.Max(size, 1)).Select(Entry)]), size);

    private VerifyReport Verify(SimulatedFiles files, byte[]? since = null) =>
        LedgerVerifier.Verify(files, _signer.VerifierKey, since);

    /// <summary>A log written in three integrations, so that partial tiles of the past lie beside those of
    /// today.</summary>
    private SimulatedFiles Write(int size)
    {
        SimulatedFiles files = new();
        LogCore.Create(files, _signer);
        using LogCore core = LogCore.Open(files, _signer, new LedgerSettings(), count => new byte[count]);
        int[] stops = [size / 2, Math.Max(size - 24, size / 2), size];
        int done = 0;
        foreach (int stop in stops)
        {
            while (done < stop)
            {
                int count = Math.Min(stop - done, 10_000);
                core.Commit([.. Enumerable.Range(done, count).Select(i => new ReadOnlyMemory<byte>(Entry(i)))]);
                done += count;
            }
            core.Integrate();
        }
        return files;
    }

    private async Task<(int Exit, string Said)> PeerAsync(SimulatedFiles files, byte[] since)
    {
        string copy = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        foreach (string path in files.Files)
        {
            string full = Path.Combine(copy, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            await File.WriteAllBytesAsync(full, files.Bytes(path));
        }
        string older = copy + ".older";
        await File.WriteAllBytesAsync(older, since);
        string script = Path.Combine(AppContext.BaseDirectory, "Peers", "verify_tlog.py");
        await using PeerProcess peer = PeerProcess.Start(
            "python3", [script, copy, _signer.VerifierKey.ToString(), older]);
        int exit = await peer.WaitForExitAsync(PeerTimeout);
        // The shell that keeps the child says a line of its own.
        return (
            exit, peer.Output.FirstOrDefault(line => line.StartsWith("ok ", Order) || line.StartsWith("bad ", Order))
            ?? peer.Describe("said nothing"));
    }
}
