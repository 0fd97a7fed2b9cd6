// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Log;

// How the log keeps from losing an entry and from forking:
//
//   append     entry → journal, flushed → acknowledged                               (Journal.cs)
//   integrate  acknowledged entries → tiles and bundles, flushed, then their names, flushed → root → checkpoint signed,
//              written whole, flushed → published → superfluous partial tiles and journal segments deleted
//   start      checkpoint opened with our key → its tiles read, their root compared with it → journal replayed from its
//              size on, written anew, flushed → integrated as above
//
// So a checkpoint never covers an entry that is not durable; a later checkpoint continues the one before, because it is
// made from the same tiles; and after a crash the same entries come back in the same order. What no crash leaves behind
// (a tile beyond the journal, a root that is not the checkpoint's, a gap, no checkpoint where there was a log) is
// damage or an old backup: the log then does not open, and signs nothing.
//
// After any failure of a write or a flush nobody knows what is durable: the log refuses all else until it is opened
// again (IDurableFiles.cs, failure mode 3).
//
// Failure modes: an old backup of the whole folder, journal too, is a good log to us and a fork to the world. Only
// witnesses and kept checkpoints show it. A disk that lies about flushes may do the same in a power cut.

/// <summary>The log in single steps, without threads or a clock. <see cref="LedgerLog"/> drives it.</summary>
internal sealed class LogCore : IDisposable
{
    public const string CheckpointPath = "checkpoint";
    private const string LockPath = "lock";

    private readonly IDurableFiles _files;
    private readonly NoteSigner _signer;
    private readonly LedgerSettings _settings;
    private readonly IDisposable _only;
    private readonly TileWriter _tiles;
    private readonly Lock _integrating = new();
    private readonly Lock _pendingGate = new();
    private readonly TreeEdge _edge;
    private readonly Journal _journal;
    private List<ReadOnlyMemory<byte>> _pending;
    private long _pendingBytes;
    private volatile SignedCheckpoint _latest;
    private volatile LedgerRefusedException? _refusal;

    private LogCore(IDurableFiles files, NoteSigner signer, LedgerSettings settings, Func<int, byte[]> random,
        IDisposable only)
    {
        (_files, _signer, _settings, _only) = (files, signer, settings, only);
        _tiles = new TileWriter(files);
        _latest = ReadCheckpoint();
        long size = _latest.Checkpoint.Size;
        _edge = LoadEdge(size);
        _journal = Journal.Open(files, random, settings.SegmentBytes, size, out _pending);
        Integrate(afterStart: true);
        if (_tiles.Beyond(_latest.Checkpoint.Size) is { } beyond)
        {
            _journal.Dispose();
            throw new LedgerDamagedException(
                beyond, "it lies beyond the checkpoint and the journal: an older copy of them was put back");
        }
    }

    /// <summary>The newest durable checkpoint.</summary>
    public SignedCheckpoint Latest => _latest;

    /// <summary>Why the log refuses appends; null while it takes them.</summary>
    public LedgerRefusedException? Refusal => _refusal;

    /// <summary>Entries that are durable; those from the tree's size on are not in the tree yet.</summary>
    public long Durable => _journal.Next;

    /// <summary>Starts a new log in a folder that holds none.</summary>
    public static void Create(IDurableFiles files, NoteSigner signer)
    {
        using IDisposable only = files.Lock(LockPath);
        bool used = files.Exists(CheckpointPath) || files.Exists("tile")
            || (files.Exists(Journal.Folder) && files.List(Journal.Folder).Count > 0);
        if (used)
        {
            throw new DurableException(DurableFault.Exists, "create a ledger", CheckpointPath);
        }
        Checkpoint empty = new(signer.VerifierKey.Name, 0, TreeHash.Empty);
        files.Replace(CheckpointPath, SignedCheckpoint.Sign(empty, signer).Note.ToBytes());
    }

    /// <summary>Opens a log, continuing from what was durable.</summary>
    public static LogCore Open(
        IDurableFiles files, NoteSigner signer, LedgerSettings settings, Func<int, byte[]> random)
    {
        IDisposable only = files.Lock(LockPath);
        try
        {
            files.SweepOrphans("");
            return new LogCore(files, signer, settings, random, only);
        }
        catch
        {
            only.Dispose();
            throw;
        }
    }

    /// <summary>Makes entries durable; the index of the first.</summary>
    public long Commit(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        if (_pendingBytes > _settings.PendingBytesMax)
        {
            Integrate();
        }
        return OrRefuse("append", () =>
        {
            long first = _journal.Commit(entries);
            lock (_pendingGate)
            {
                _pending.AddRange(entries);
                _pendingBytes += entries.Sum(entry => (long)entry.Length);
            }
            return first;
        });
    }

    /// <summary>Puts the durable entries into the tree and signs it. False if there were none.</summary>
    public bool Integrate() => Integrate(afterStart: false);

    /// <summary>Adds what a witness answered to the newest checkpoint, if it is about that one.</summary>
    public SignedCheckpoint AddCosignatures(ReadOnlySpan<byte> answer, IReadOnlyCollection<VerifierKey> witnesses)
    {
        byte[] lines = answer.ToArray();
        lock (_integrating)
        {
            return OrRefuse("keep cosignatures", () =>
            {
                SignedCheckpoint cosigned = _latest.WithCosignatures(lines, witnesses);
                if (cosigned != _latest)
                {
                    _files.Replace(CheckpointPath, cosigned.Note.ToBytes());
                    _latest = cosigned;
                }
                return cosigned;
            });
        }
    }

    public void Dispose()
    {
        _journal.Dispose();
        _only.Dispose();
    }

    private bool Integrate(bool afterStart)
    {
        lock (_integrating)
        {
            List<ReadOnlyMemory<byte>> entries;
            lock (_pendingGate)
            {
                entries = _pending;
                _pending = [];
                _pendingBytes = 0;
            }
            return entries.Count > 0 && OrRefuse("integrate", () =>
            {
                Integrate(entries, afterStart);
                return true;
            });
        }
    }

    private void Integrate(List<ReadOnlyMemory<byte>> entries, bool afterStart)
    {
        List<(TileId Tile, byte[] Bytes)> full = [];
        foreach (ReadOnlyMemory<byte> entry in entries)
        {
            _edge.Append(entry.Span, full);
        }
        _tiles.Write([.. full, .. _edge.Partial()], compare: afterStart);
        Checkpoint next = new(_signer.VerifierKey.Name, _edge.Size, _edge.Root());
        if (next.Size <= _latest.Checkpoint.Size)
        {
            throw new InvalidOperationException("the tree did not grow: it must not be signed");
        }
        SignedCheckpoint signed = SignedCheckpoint.Sign(next, _signer);
        _files.Replace(CheckpointPath, signed.Note.ToBytes());
        _latest = signed;
        _tiles.DropPartial(full.Select(tile => tile.Tile));
        _journal.Forget(next.Size);
    }

    private SignedCheckpoint ReadCheckpoint()
    {
        byte[] bytes = _files.ReadAll(CheckpointPath, SignedNote.NoteBytesMax)
            ?? throw new DurableException(DurableFault.Missing, "open the ledger", CheckpointPath);
        return Checkpoint.TryOpen(bytes, _signer.VerifierKey, out SignedCheckpoint? checkpoint, out string reason)
            ? checkpoint!
            : throw new LedgerDamagedException(CheckpointPath, reason);
    }

    private TreeEdge LoadEdge(long size)
    {
        try
        {
            TreeEdge edge = TreeEdge.Load(new TileFolder(_files), size);
            return edge.Root() == _latest.Checkpoint.Root ? edge
                : throw new LedgerDamagedException("tile", "the tiles' root is not that of the checkpoint");
        }
        catch (TileException e)
        {
            throw new LedgerDamagedException(e.Tile.Path, e.Message);
        }
    }

    /// <summary>Nothing happens after a failure, and whatever fails is the last thing that happened.</summary>
    private T OrRefuse<T>(string act, Func<T> body)
    {
        if (_refusal is { } refusal)
        {
            throw new LedgerRefusedException(refusal.Message, refusal);
        }
        try
        {
            return body();
        }
        catch (Exception e)
        {
            _refusal = new LedgerRefusedException($"{act}: {e.Message}", e);
            throw;
        }
    }
}
