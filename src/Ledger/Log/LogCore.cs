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
//   start      checkpoint opened with our key, written anew, flushed → its tiles read, their root compared with it →
//              journal replayed from its size on, written anew, flushed → integrated as above
//   cosign     a witness's answer to a published checkpoint → `cosigned`, written whole, flushed
//
// The checkpoint is written anew at a start for the reason that the journal is: the flush of its name may have failed
// in the process before, and then the name that we read is in the system's memory only, while the segments that it
// covers are about to be deleted.
// So a checkpoint never covers an entry that is not durable; a later checkpoint continues the one before, because it is
// made from the same tiles; and after a crash the same entries come back in the same order. What no crash leaves behind
// (a tile beyond the journal, a root that is not the checkpoint's, a gap, no checkpoint where there was a log) is
// damage or an old backup: the log then does not open, and signs nothing.
//
// After any failure of a write or a flush nobody knows what is durable: the log refuses all else until it is opened
// again (IDurableFiles.cs, failure mode 3). LedgerLog.cs does that by itself, with a new core and all that a start
// does.
//
// Failure modes: an old backup of the whole folder, journal too, is a good log to us and a fork to the world. Only
// witnesses and kept checkpoints show it. A disk that lies about flushes may do the same in a power cut.

/// <summary>The log in single steps, without threads or a clock. <see cref="LedgerLog"/> drives it.</summary>
internal sealed class LogCore : IDisposable
{
    public const string CheckpointPath = "checkpoint";

    /// <summary>The newest checkpoint that has cosignatures: of a busy log the newest of all has none yet.</summary>
    public const string CosignedPath = "cosigned";

    /// <summary>The log's public key, for whoever verifies a copy of the folder and was given none.</summary>
    public const string KeyPath = "vkey";

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
    private volatile SignedCheckpoint? _cosigned;
    private volatile LedgerRefusedException? _refusal;

    private LogCore(IDurableFiles files, NoteSigner signer, LedgerSettings settings, Func<int, byte[]> random,
        IDisposable only)
    {
        (_files, _signer, _settings, _only) = (files, signer, settings, only);
        _tiles = new TileWriter(files);
        _latest = Read(CheckpointPath)
            ?? throw new DurableException(DurableFault.Missing, "open the ledger", CheckpointPath);
        files.Replace(CheckpointPath, _latest.Note.ToBytes());
        long size = _latest.Checkpoint.Size;
        _edge = LoadEdge(size);
        _cosigned = ReadCosigned(size);
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

    /// <summary>The newest durable checkpoint with cosignatures; null while there is none.</summary>
    public SignedCheckpoint? Cosigned => _cosigned;

    /// <summary>Why the log refuses appends; null while it takes them.</summary>
    public LedgerRefusedException? Refusal => _refusal;

    /// <summary>Entries that are durable; those from the tree's size on are not in the tree yet.</summary>
    public long Durable => _journal.Next;

    /// <summary>Starts a new log in a folder that holds none.</summary>
    public static void Create(IDurableFiles files, NoteSigner signer)
    {
        using IDisposable only = files.Lock(LockPath);
        bool used = files.Exists(CheckpointPath) || files.Exists("tile") || files.Exists(CosignedPath)
            || (files.Exists(Journal.Folder) && files.List(Journal.Folder).Count > 0);
        if (used)
        {
            throw new DurableException(DurableFault.Exists, "create a ledger", CheckpointPath);
        }
        files.Replace(KeyPath, NoteText.Encode(signer.VerifierKey + "\n"));
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

    /// <summary>Keeps what a witness answered about a checkpoint that this log published; that checkpoint as it is
    /// then. With the newest one it is served, and the newest cosigned one is kept beside it.</summary>
    public SignedCheckpoint AddCosignatures(
        ReadOnlySpan<byte> answer, IReadOnlyCollection<VerifierKey> witnesses, SignedCheckpoint? about = null)
    {
        byte[] lines = answer.ToArray();
        lock (_integrating)
        {
            return OrRefuse("keep cosignatures", () =>
            {
                SignedCheckpoint asked = about is null || Same(about, _latest) ? _latest
                    : _cosigned is { } kept && Same(about, kept) ? kept : about;
                SignedCheckpoint cosigned = asked.WithCosignatures(lines, witnesses);
                if (cosigned != asked)
                {
                    Keep(cosigned);
                }
                return cosigned;
            });
        }
    }

    /// <summary>True if the tree is the one of an older checkpoint, with more entries or none.</summary>
    public bool Continues(SignedCheckpoint before)
    {
        long size = _latest.Checkpoint.Size;
        return before.Checkpoint.Size <= size && TreeProof.Root(
            new TileNodes(new TileFolder(_files), size), before.Checkpoint.Size) == before.Checkpoint.Root;
    }

    public void Dispose()
    {
        // Who keeps a witness's answer right now has done so, or is refused.
        lock (_integrating)
        {
            _refusal ??= new LedgerRefusedException("it is closed");
            _journal.Dispose();
            _only.Dispose();
        }
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

    private static bool Same(SignedCheckpoint one, SignedCheckpoint other) => one.Note.Text == other.Note.Text;

    private void Keep(SignedCheckpoint cosigned)
    {
        if (Same(cosigned, _latest))
        {
            _files.Replace(CheckpointPath, cosigned.Note.ToBytes());
            _latest = cosigned;
        }
        if (cosigned.Checkpoint.Size >= (_cosigned?.Checkpoint.Size ?? 0))
        {
            _files.Replace(CosignedPath, cosigned.Note.ToBytes());
            _cosigned = cosigned;
        }
    }

    private SignedCheckpoint? Read(string path)
    {
        byte[]? bytes = _files.ReadAll(path, SignedNote.NoteBytesMax);
        if (bytes is null)
        {
            return null;
        }
        return Checkpoint.TryOpen(bytes, _signer.VerifierKey, out SignedCheckpoint? checkpoint, out string reason)
            ? checkpoint
            : throw new LedgerDamagedException(path, reason);
    }

    /// <summary>What a witness saw was durable before: a tree that does not continue it is an older copy that was put
    /// back, or another one.</summary>
    private SignedCheckpoint? ReadCosigned(long size)
    {
        if (Read(CosignedPath) is not { Checkpoint: { } seen } cosigned)
        {
            return null;
        }
        try
        {
            bool continues = seen.Size <= size
                && TreeProof.Root(new TileNodes(new TileFolder(_files), size), seen.Size) == seen.Root;
            return continues ? cosigned : throw new LedgerDamagedException(
                CosignedPath, $"witnesses saw a tree of {seen.Size} that the tree of {size} does not continue");
        }
        catch (TileException e)
        {
            throw new LedgerDamagedException(e.Tile.Path, e.Message);
        }
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
