// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using Hermetic.Durable;

namespace Hermetic.Ledger.Log;

// Rules of the journal:
//  - A commit is one write and one flush; its entries count as appended when the flush returned. The next write starts
//    only then, so that at most the last record of the last segment can be torn.
//  - So an invalid record with a valid one behind it, or before a later segment, was durable once: that is damage and
//    not a crash. It is refused, never skipped.
//  - After a start the entries that are not in the tree yet are written anew, into a new segment, and flushed, before
//    anything is made of them: what a dead process wrote may be in the system's memory only, and a flush that failed
//    may have left it there for good (IDurableFiles.cs, failure mode 3). Old segments are deleted, durably, before the
//    first append.
//  - A segment is deleted once a durable checkpoint covers all of its entries.
//
// Failure modes: damage to the very last record looks like a torn one, and its entries (half a second at most, if the
// process did not end in order) are lost silently. The witnesses' cosignatures and copies of the checkpoint are what
// shows it.

/// <summary>The write-ahead journal: entries in the order of their index, durable before anything else knows of
/// them.</summary>
internal sealed class Journal : IDisposable
{
    public const string Folder = "journal";

    /// <summary>Our limit on a segment that is read at a start: far above <see cref="LedgerSettings.SegmentBytes"/> and
    /// what may wait for the tree.</summary>
    private const int SegmentBytesMax = 512 << 20;

    private readonly IDurableFiles _files;
    private readonly Func<int, byte[]> _random;
    private readonly int _segmentBytes;
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 16);
    private readonly Lock _gate = new();
    private readonly List<Segment> _old = [];
    private IDurableFile _file;
    private Segment _current;
    private byte[] _salt;
    private long _length;

    private Journal(IDurableFiles files, Func<int, byte[]> random, int segmentBytes, long next)
    {
        (_files, _random, _segmentBytes, Next) = (files, random, segmentBytes, next);
        (_file, _current, _salt) = (null!, null!, null!); // StartSegment follows
    }

    /// <summary>Index of the next entry.</summary>
    public long Next { get; private set; }

    /// <summary>Reads what the journal holds from <paramref name="treeSize"/> on, writes it anew, and is ready for
    /// appends.</summary>
    /// <exception cref="LedgerDamagedException">It holds what no crash leaves behind.</exception>
    public static Journal Open(IDurableFiles files, Func<int, byte[]> random, int segmentBytes, long treeSize,
        out List<ReadOnlyMemory<byte>> pending)
    {
        files.EnsureFolder(Folder);
        pending = [];
        string[] old = [.. files.List(Folder).Where(entry => !entry.IsFolder).Select(entry => entry.Name)];
        foreach (string name in old)
        {
            Replay(files, name, treeSize, pending);
        }
        Journal journal = new(files, random, segmentBytes, treeSize + pending.Count);
        journal.StartSegment(treeSize, pending);
        foreach (string name in old.Where(name => name != Name(treeSize)))
        {
            files.Delete(DurablePath.Join(Folder, name));
        }
        files.FlushFolder(Folder);
        return journal;
    }

    /// <summary>Appends entries durably; the index of the first. After an exception this journal must not be used
    /// any more.</summary>
    public long Commit(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        if (_length > _segmentBytes)
        {
            _file.Dispose();
            lock (_gate)
            {
                _old.Add(_current with { End = Next });
            }
            StartSegment(Next, []);
        }
        _buffer.ResetWrittenCount();
        JournalFormat.WriteRecord(_buffer, _salt, Next, entries);
        _file.Write(_length, _buffer.WrittenSpan);
        _file.Flush();
        if (!_files.Exists(_current.Path))
        {
            // Flushed into a file that nobody will find again.
            throw new DurableException(DurableFault.Missing, "append to the journal", _current.Path);
        }
        _length += _buffer.WrittenCount;
        long first = Next;
        Next += entries.Count;
        return first;
    }

    /// <summary>Deletes the segments that a durable checkpoint of this size makes superfluous.</summary>
    public void Forget(long treeSize)
    {
        Segment[] covered;
        lock (_gate)
        {
            covered = [.. _old.Where(segment => segment.End <= treeSize)];
            _old.RemoveAll(segment => segment.End <= treeSize);
        }
        foreach (Segment segment in covered)
        {
            _files.Delete(segment.Path);
        }
    }

    public void Dispose() => _file.Dispose();

    private static void Replay(
        IDurableFiles files, string name, long treeSize, List<ReadOnlyMemory<byte>> pending)
    {
        string path = DurablePath.Join(Folder, name);
        ReadOnlyMemory<byte> rest = files.ReadAll(path, SegmentBytesMax);
        if (!JournalFormat.TryReadHeader(rest.Span, out long index, out byte[] salt) || Name(index) != name)
        {
            throw new LedgerDamagedException(path, "the segment's header does not fit");
        }
        long reached = treeSize + pending.Count;
        if (index > reached)
        {
            throw new LedgerDamagedException(path, $"entries {reached} to {index - 1} are missing before it");
        }
        rest = rest[JournalFormat.HeaderBytes..];
        while (JournalFormat.TryReadRecord(
            rest, salt, out long first, out List<ReadOnlyMemory<byte>> entries, out int bytes))
        {
            if (first != index)
            {
                throw new LedgerDamagedException(path, $"a record starts at entry {first} in place of {index}");
            }
            pending.AddRange(entries.Skip((int)Math.Clamp(reached - index, 0, entries.Count)));
            index += entries.Count;
            reached = Math.Max(reached, index);
            rest = rest[bytes..];
        }
        if (JournalFormat.HoldsARecord(rest, salt))
        {
            throw new LedgerDamagedException(path, $"the record of entry {index} is spoilt, and later ones are whole");
        }
    }

    private static string Name(long first) => first.ToString("D20", CultureInfo.InvariantCulture);

    /// <summary>The new segment is there whole, with its name, or not at all.</summary>
    private void StartSegment(long first, List<ReadOnlyMemory<byte>> entries)
    {
        _salt = _random(JournalFormat.SaltBytes);
        _current = new Segment(DurablePath.Join(Folder, Name(first)), 0);
        _buffer.ResetWrittenCount();
        _buffer.Write(JournalFormat.Header(first, _salt));
        if (entries.Count > 0)
        {
            JournalFormat.WriteRecord(_buffer, _salt, first, entries);
        }
        _files.Replace(_current.Path, _buffer.WrittenSpan);
        _file = _files.Open(_current.Path, DurableOpen.Existing);
        _length = _buffer.WrittenCount;
    }

    private sealed record Segment(string Path, long End);
}
