// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;

namespace Hermetic.Benchmarks.Ledger;

/// <summary>A disk that notes how many bytes each group commit of the journal wrote.</summary>
internal sealed class JournalRecorder(IDurableFiles disk) : IDurableFiles
{
    private readonly List<int> _commits = [];

    /// <summary>The commits since the last call.</summary>
    public int[] Take()
    {
        lock (_commits)
        {
            int[] taken = [.. _commits];
            _commits.Clear();
            return taken;
        }
    }

    public IDurableFile Open(string path, DurableOpen mode)
    {
        IDurableFile file = disk.Open(path, mode);
        return mode == DurableOpen.Existing && path.StartsWith("journal/", StringComparison.Ordinal)
            ? new Segment(file, this) : file;
    }

    public bool Exists(string path) => disk.Exists(path);

    public void CreateFolder(string path) => disk.CreateFolder(path);

    public IReadOnlyList<DurableEntry> List(string folder) => disk.List(folder);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void Delete(string path) => disk.Delete(path);

    public void FlushFolder(string folder) => disk.FlushFolder(folder);

    public IDisposable Lock(string path) => disk.Lock(path);

    private sealed class Segment(IDurableFile file, JournalRecorder recorder) : IDurableFile
    {
        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            lock (recorder._commits)
            {
                recorder._commits.Add(bytes.Length);
            }
            file.Write(offset, bytes);
        }

        public void Truncate(long length) => file.Truncate(length);

        public void Flush() => file.Flush();

        public void Dispose() => file.Dispose();
    }
}
