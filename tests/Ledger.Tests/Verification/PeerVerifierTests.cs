// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Tree;
using Hermetic.Ledger.Witness;
using Hermetic.TestKit.Durable;
using Hermetic.TestKit.Peers;

namespace Hermetic.Ledger.Tests.Verification;

/// <summary>A verifier that we did not derive from our own, in another language (Peers/verify_tlog.py): it accepts what
/// we write, and nothing else.</summary>
public sealed class PeerVerifierTests : IDisposable
{
    private const int Size = 700;
    private static readonly TimeSpan PeerTimeout = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("hermetic-verify-").FullName;
    private readonly NoteSigner _signer = TestLog.Signer();
    private readonly NoteSigner _witness = TestLog.WitnessSigner();
    private readonly NaiveTree _tree = new([.. Enumerable.Range(0, Size).Select(Entry)]);
    private int _names;

    [Fact]
    public async Task P6_OurLogs_AreAccepted()
    {
        string[] folders = [.. new[] { 0, 1, 256, 257, Size }.Select(size => Save(Write(size)))];
        string[] said = await PeerAsync("folder", [_signer.VerifierKey.ToString(), "-", .. folders]);
        Assert.Equal([.. new[] { 0, 1, 256, 257, Size }.Select(size => $"ok {size} {_tree.Root(size)}")], said);
        string since = Save(TestLog.Note(_signer, _tree, 300));
        Assert.StartsWith("ok 700 ", Assert.Single(
            await PeerAsync("folder", _signer.VerifierKey.ToString(), since, folders[^1])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task P6_OneFlippedByteAnywhere_IsRejected()
    {
        SimulatedFiles good = Write(Size);
        string[] places = ["checkpoint", .. TileLayout.All(Size).Select(tile => tile.Path)];
        List<string> copies = [];
        List<string> flips = [];
        for (int seed = 0; seed < 48; seed++)
        {
            Random random = new(seed);
            SimulatedFiles copy = good.Copy();
            string place = places[seed % places.Length];
            int at = random.Next(copy.Bytes(place).Length);
            byte mask = (byte)(1 << random.Next(8));
            copy.Flip(place, at, mask);
            copies.Add(Save(copy));
            flips.Add($"seed {seed}: {place}, byte {at}, mask {mask}");
        }
        string[] said = await PeerAsync("folder", [_signer.VerifierKey.ToString(), "-", .. copies]);
        for (int i = 0; i < copies.Count; i++)
        {
            Assert.True(said[i].StartsWith("bad ", StringComparison.Ordinal), $"{flips[i]}: {said[i]}");
        }
    }

    [Fact]
    public async Task P6_ForkSignedWithTheLogsOwnKey_IsRejectedAgainstAKeptCheckpoint()
    {
        string since = Save(TestLog.Note(_signer, _tree, 300));
        string fork = Save(TestLog.Write(_signer, Size, i => Entry(i == 250 ? -1 : i)));
        string key = _signer.VerifierKey.ToString();
        string said = Assert.Single(await PeerAsync("folder", key, "-", fork));
        Assert.StartsWith("ok 700 ", said, StringComparison.Ordinal);
        Assert.Equal("bad older checkpoint: the tree does not continue it",
            Assert.Single(await PeerAsync("folder", key, since, fork)));
        string shorter = Save(Write(256));
        Assert.Equal("bad older checkpoint: the tree does not continue it",
            Assert.Single(await PeerAsync("folder", key, since, shorter)));
    }

    [Fact]
    public async Task P6_ProofsWithCosignatures_AreAcceptedAndSpoiltOnesAreNot()
    {
        foreach (int index in new[] { 0, 255, 256, Size - 1 })
        {
            byte[] proof = Proof(index).ToBytes();
            List<string> files = [Save(proof)];
            for (int seed = 0; seed < 16; seed++)
            {
                byte[] flipped = [.. proof];
                Random random = new(seed);
                flipped[random.Next(proof.Length)] ^= (byte)(1 << random.Next(8));
                files.Add(Save(flipped));
            }
            string[] said = await PeerAsync("proof",
                [_signer.VerifierKey.ToString(), Save(Entry(index)), _witness.VerifierKey.ToString(), .. files]);
            Assert.Equal($"ok {index} of {Size}", said[0]);
            Assert.All(said[1..], line => Assert.StartsWith("bad ", line, StringComparison.Ordinal));
            said = await PeerAsync("proof", _signer.VerifierKey.ToString(), Save(Entry(index + 1)), "-", files[0]);
            Assert.Equal("bad proof: the entry is not there", Assert.Single(said));
        }
    }

    [Fact]
    public async Task P6_ConsistencyProofs_AreAcceptedAndThoseOfAForkAreNot()
    {
        TileNodes nodes = new(new TileFolder(Write(Size)), Size);
        foreach (int old in new[] { 0, 1, 255, 256, 300, 512, Size })
        {
            string kept = Save(TestLog.Note(_signer, _tree, old));
            IReadOnlyList<TreeHash> proof = TreeProof.Consistency(nodes, old, Size);
            string growth = Save(new AddCheckpoint(old, proof, TestLog.Note(_signer, _tree, Size)).ToBytes());
            NaiveTree fork = new([.. Enumerable.Range(0, Size).Select(i => Entry(i == 0 ? -1 : i))]);
            string forked = Save(new AddCheckpoint(old, TreeProof.Consistency(fork, old, Size),
                TestLog.Note(_signer, fork, Size)).ToBytes());
            string[] said = await PeerAsync("growth", _signer.VerifierKey.ToString(), kept, growth, forked);
            Assert.Equal($"ok {old} to {Size}", said[0]);
            Assert.StartsWith(old == 0 ? "ok " : "bad growth", said[1], StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _signer.Dispose();
        _witness.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static byte[] Entry(int i) => [.. "entry "u8, .. BitConverter.GetBytes(i)];

    private SimulatedFiles Write(int size) => TestLog.Write(_signer, size, Entry);

    private TlogProof Proof(int index)
    {
        Assert.True(Checkpoint.TryOpen(TestLog.Note(_signer, _tree, Size), _signer.VerifierKey,
            out SignedCheckpoint? head, out string reason), reason);
        string line = _witness.Cosign(head!.Note.Text, DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)).ToLine();
        head = head.WithCosignatures(Encoding.UTF8.GetBytes(line), [_witness.VerifierKey]);
        return new TlogProof(index, TreeProof.Inclusion(_tree, index, Size), head.Note);
    }

    private string Save(byte[] bytes)
    {
        string path = Path.Combine(_folder, $"{_names++}");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Save(SimulatedFiles files)
    {
        string copy = Path.Combine(_folder, $"{_names++}");
        foreach (string path in files.Files)
        {
            string full = Path.Combine(copy, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, files.Bytes(path));
        }
        return copy;
    }

    private static async Task<string[]> PeerAsync(string mode, params string[] arguments)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Peers", "verify_tlog.py");
        await using PeerProcess peer = PeerProcess.Start("python3", [script, mode, .. arguments]);
        await peer.WaitForExitAsync(PeerTimeout);
        // The shell that keeps the child says a line of its own.
        string[] said = [.. peer.Output.Where(line => line.StartsWith("ok ", StringComparison.Ordinal)
            || line.StartsWith("bad ", StringComparison.Ordinal))];
        int items = arguments.Length - (mode == "proof" ? 3 : 2);
        Assert.True(said.Length == items, peer.Describe($"said {said.Length} of {items} lines"));
        return said;
    }
}
