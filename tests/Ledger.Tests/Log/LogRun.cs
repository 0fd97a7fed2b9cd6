// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Tree;
using Hermetic.TestKit.Durable;

namespace Hermetic.Ledger.Tests.Log;

/// <summary>A log on a simulated disk, driven step by step from a seed, and everything that it promised: the entries
/// that it acknowledged and the checkpoints that it signed.</summary>
internal sealed class LogRun(int seed) : IDisposable
{
    private static readonly LedgerSettings Small = new() { SegmentBytes = 4096, PendingBytesMax = 2 << 16 };

    private readonly Random _random = new(seed);
    private readonly NoteSigner _signer = TestLog.Signer();
    private readonly NoteSigner _witness = TestLog.WitnessSigner();
    private readonly List<byte[]> _acknowledged = [];
    private readonly List<Checkpoint> _signed = [];
    private LogCore? _core;
    private Checkpoint? _cosigned;

    public SimulatedFiles Files { get; init; } = new(seed);

    public LogCore Core => _core!;

    public int Acknowledged => _acknowledged.Count;

    public void Create() => LogCore.Create(Files, _signer);

    public void Open()
    {
        _core = LogCore.Open(Files, _signer, Small, Salt);
        _signed.Add(Core.Latest.Checkpoint);
    }

    /// <summary>Commits, integrates, and opens again, in an order that the seed says.</summary>
    public void Work(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            switch (_random.Next(12))
            {
                case >= 10:
                    Cosign();
                    break;
                case < 6:
                    Commit(1 + _random.Next(60));
                    break;
                case < 9:
                    Core.Integrate();
                    _signed.Add(Core.Latest.Checkpoint);
                    break;
                default:
                    Core.Dispose();
                    Open();
                    break;
            }
        }
    }

    public void Commit(int count)
    {
        byte[][] entries = [.. Enumerable.Range(0, count).Select(_ => Entry())];
        long first = Core.Commit([.. entries.Select(entry => new ReadOnlyMemory<byte>(entry))]);
        Assert.Equal(_acknowledged.Count, first);
        _acknowledged.AddRange(entries);
    }

    /// <summary>A witness answers about a checkpoint of ours, perhaps not the newest; what it saw must last.</summary>
    public void Cosign()
    {
        SignedCheckpoint latest = Core.Latest;
        if (_random.Next(2) == 0)
        {
            Commit(1);
            Core.Integrate();
            _signed.Add(Core.Latest.Checkpoint);
        }
        string answer = _witness.Cosign(latest.Note.Text, DateTimeOffset.UnixEpoch).ToLine();
        Core.AddCosignatures(System.Text.Encoding.UTF8.GetBytes(answer), [_witness.VerifierKey], latest);
        _cosigned = latest.Checkpoint;
    }

    /// <summary>After a crash: opens the log and checks that every acknowledged entry is in its place, and that the
    /// tree continues every checkpoint that was ever signed.</summary>
    public void OpenAndCheck(string about)
    {
        if (!Files.Exists(LogCore.CheckpointPath))
        {
            Assert.True(_signed.Count == 0, $"{about}: the checkpoint is gone");
            Create();
        }
        Open();
        SignedCheckpoint latest = Core.Latest;
        long size = latest.Checkpoint.Size;
        Assert.True(size >= _acknowledged.Count, $"{about}: {_acknowledged.Count} acknowledged, {size} there");
        List<byte[]> there = Entries(size);
        for (int i = 0; i < _acknowledged.Count; i++)
        {
            Assert.True(_acknowledged[i].AsSpan().SequenceEqual(there[i]), $"{about}: entry {i} is another one");
        }
        TileNodes nodes = new(new TileFolder(Files), size);
        foreach (Checkpoint old in _signed)
        {
            Assert.True(old.Size <= size && TreeProof.Root(nodes, old.Size) == old.Root,
                $"{about}: the tree of {size} does not continue the one of {old.Size}");
        }
        Assert.True(_cosigned is null || Core.Cosigned!.Checkpoint.Size >= _cosigned.Size,
            $"{about}: the cosignature of {_cosigned?.Size} is gone");
        // Entries in flight when it crashed may be there or not; from now on they are.
        _acknowledged.AddRange(there.Skip(_acknowledged.Count));
    }

    public void Dispose()
    {
        _signer.Dispose();
        _witness.Dispose();
    }

    private byte[] Entry()
    {
        byte[] entry = new byte[_random.Next(20) == 0 ? _random.Next(3000) : _random.Next(80)];
        _random.NextBytes(entry);
        return entry;
    }

    private byte[] Salt(int count)
    {
        byte[] salt = new byte[count];
        _random.NextBytes(salt);
        return salt;
    }

    private List<byte[]> Entries(long size)
    {
        List<byte[]> all = [];
        TileFolder folder = new(Files);
        while (all.Count < size)
        {
            TileId tile = TileLayout.At(size, TileId.EntriesLevel, all.Count / 256)!.Value;
            Assert.True(EntryBundle.TryParse(
                folder.Read(tile), tile.Width, out List<ReadOnlyMemory<byte>> entries, out string reason), reason);
            all.AddRange(entries.Select(entry => entry.ToArray()));
        }
        return all;
    }
}
