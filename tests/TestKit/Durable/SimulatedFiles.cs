// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;

namespace Hermetic.TestKit.Durable;

/// <summary>A disk in memory that fails as disks do, at a chosen operation and from a seed: the power goes, the disk is
/// full, the device fails. See IDurableFiles.cs for what each leaves behind.</summary>
/// <remarks>Operations that change something (create, write, truncate, flush, rename, delete, folder flush) are counted
/// from 1; reads are not. After <see cref="CutAt"/> struck, everything throws <see cref="PowerCutException"/> until
/// <see cref="Restart"/>.</remarks>
public sealed class SimulatedFiles : IDurableFiles
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private readonly Random _random;
    private SimulatedNames _names = new();
    private int _life;
    private long _cutAt = long.MaxValue;
    private long _failAt = long.MaxValue;
    private DurableFault _fault;
    private bool _faultStays;
    private bool _dark;

    public SimulatedFiles(int seed = 0) => _random = new Random(seed);

    /// <summary>How many changing operations there have been.</summary>
    public long Operations { get; private set; }

    /// <summary>How many of them were flushes that succeeded, of files or folders.</summary>
    public long Flushes { get; private set; }

    /// <summary>True while the power is off.</summary>
    public bool IsDark => _dark;

    /// <summary>Paths of all files as they are seen now.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            lock (_gate)
            {
                return [.. _names.Files];
            }
        }
    }

    /// <summary>The power goes in the middle of the operation with this number.</summary>
    public void CutAt(long operation) => _cutAt = operation;

    /// <summary>The operation with this number fails; if <paramref name="stays"/>, so does each after it, until
    /// <see cref="Heal"/>.</summary>
    public void FailAt(long operation, DurableFault fault, bool stays = false) =>
        (_failAt, _fault, _faultStays) = (operation, fault, stays);

    /// <summary>No more faults.</summary>
    public void Heal() => (_failAt, _cutAt) = (long.MaxValue, long.MaxValue);

    /// <summary>The process died or the power went; somebody starts anew. Handles and locks are gone.</summary>
    /// <param name="powerCutSeed">With a seed, what was not flushed is lost, wholly or in part, as the seed says.
    /// Without, only the process died: nothing written is lost.</param>
    public void Restart(int? powerCutSeed)
    {
        lock (_gate)
        {
            if (powerCutSeed is { } seed)
            {
                Random random = new(seed);
                foreach (SimulatedFile file in _names.AllFiles.ToArray())
                {
                    file.LosePower(random);
                }
                _names.LosePower(random);
            }
            _locks.Clear();
            _life++;
            _dark = false;
            Heal();
        }
    }

    /// <summary>The bytes of a file as seen now, for a test to look at.</summary>
    public byte[] Bytes(string path)
    {
        lock (_gate)
        {
            return Find(path, "read").Bytes.ToArray();
        }
    }

    /// <summary>Changes one byte behind everybody's back.</summary>
    public void Flip(string path, int offset, byte mask)
    {
        lock (_gate)
        {
            Find(path, "flip").Writable[offset] ^= mask;
        }
    }

    /// <summary>The same disk once more, everything on it flushed.</summary>
    public SimulatedFiles Copy()
    {
        lock (_gate)
        {
            return new SimulatedFiles { _names = _names.Copy() };
        }
    }

    /// <inheritdoc/>
    public IDurableFile Open(string path, DurableOpen mode)
    {
        DurablePath.Check(path);
        lock (_gate)
        {
            Lit("open");
            SimulatedFile? file = _names.File(path);
            if (mode == DurableOpen.CreateNew && _names.Has(path))
            {
                throw new DurableException(DurableFault.Exists, "open", path);
            }
            if (mode is DurableOpen.Read or DurableOpen.Existing || file is not null)
            {
                file = Find(path, "open");
                if (mode == DurableOpen.CreateOrTruncate && file.Length > 0)
                {
                    Change($"truncate {path}", path, () => file.Truncate(0));
                }
            }
            else
            {
                Parent(path, "create");
                file = new SimulatedFile();
                Change($"create {path}", path, () => _names.Create(path, file));
            }
            return new Handle(this, file, path);
        }
    }

    /// <inheritdoc/>
    public bool Exists(string path)
    {
        DurablePath.Check(path);
        lock (_gate)
        {
            Lit("exists");
            return _names.Has(path);
        }
    }

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        DurablePath.Check(path);
        lock (_gate)
        {
            Lit("create folder");
            Parent(path, "create the folder");
            if (_names.File(path) is not null)
            {
                throw new DurableException(DurableFault.Exists, "create the folder", path);
            }
            if (!_names.Has(path))
            {
                Change($"create folder {path}", path, () => _names.Create(path, null));
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DurableEntry> List(string folder)
    {
        DurablePath.Check(folder, rootAllowed: true);
        lock (_gate)
        {
            Lit("list");
            if (!_names.IsFolder(folder))
            {
                throw new DurableException(DurableFault.Missing, "list", folder);
            }
            return [.. _names.In(folder).Select(entry => new DurableEntry(
                DurablePath.Name(entry.Path), entry.File is null, entry.File?.Length ?? 0))];
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        DurablePath.Check(from);
        DurablePath.Check(to);
        lock (_gate)
        {
            Lit("rename");
            Find(from, "rename");
            Parent(to, "rename");
            Change($"rename {from} {to}", to, () => _names.Rename(from, to));
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        DurablePath.Check(path);
        lock (_gate)
        {
            Lit("delete");
            if (!_names.Has(path) || _names.In(path).Any())
            {
                throw new DurableException(
                    _names.Has(path) ? DurableFault.Exists : DurableFault.Missing, "delete", path);
            }
            Change($"delete {path}", path, () => _names.Delete(path));
        }
    }

    /// <inheritdoc/>
    public void FlushFolder(string folder)
    {
        DurablePath.Check(folder, rootAllowed: true);
        lock (_gate)
        {
            Lit("flush folder");
            if (!_names.IsFolder(folder))
            {
                throw new DurableException(DurableFault.Missing, "flush the folder", folder);
            }
            Change($"flush folder {folder}", folder, null, () => _names.Flush(folder),
                () => _names.FlushBadly(folder, _random));
            Flushes++;
        }
    }

    /// <inheritdoc/>
    public IDisposable Lock(string path)
    {
        using IDurableFile file = Open(path, Exists(path) ? DurableOpen.Existing : DurableOpen.CreateNew);
        lock (_gate)
        {
            return _locks.Add(path)
                ? new HeldLock(this, path, _life)
                : throw new DurableException(DurableFault.Locked, "lock", path);
        }
    }

    /// <summary>Counts an operation and makes it happen, unless it is the one that fails. In a cut,
    /// <paramref name="written"/> happens still (it waits for a flush and may be lost) but <paramref name="flushed"/>
    /// does not.</summary>
    private void Change(
        string operation, string path, Action? written, Action? flushed = null, Action? flushedBadly = null)
    {
        Operations++;
        bool fails = Operations == _failAt || (_faultStays && Operations > _failAt);
        if (fails)
        {
            flushedBadly?.Invoke();
            throw new DurableException(_fault, operation, path);
        }
        written?.Invoke();
        if (Operations >= _cutAt)
        {
            _dark = true;
            throw new PowerCutException(operation);
        }
        flushed?.Invoke();
    }

    private void Lit(string operation)
    {
        if (_dark)
        {
            throw new PowerCutException(operation);
        }
    }

    private SimulatedFile Find(string path, string operation) =>
        _names.File(path) ?? throw new DurableException(DurableFault.Missing, operation, path);

    private void Parent(string path, string operation)
    {
        if (!_names.IsFolder(DurablePath.Parent(path)))
        {
            throw new DurableException(DurableFault.Missing, operation, path);
        }
    }

    private sealed class HeldLock(SimulatedFiles disk, string path, int life) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate)
            {
                if (disk._life == life)
                {
                    disk._locks.Remove(path);
                }
            }
        }
    }

    private sealed class Handle(SimulatedFiles disk, SimulatedFile file, string path) : IDurableFile
    {
        private readonly int _life = disk._life;

        public long Length => Use("length", () => file.Length);

        public int Read(long offset, Span<byte> buffer)
        {
            lock (disk._gate)
            {
                Check("read");
                ReadOnlySpan<byte> rest = offset < file.Length ? file.Bytes[(int)offset..] : [];
                int count = Math.Min(rest.Length, buffer.Length);
                rest[..count].CopyTo(buffer);
                return count;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            byte[] copy = bytes.ToArray();
            Use("write", () =>
            {
                int taken = disk._random.Next(copy.Length + 1);
                disk.Change($"write {path}", path, () => file.Write(offset, copy), flushedBadly: () =>
                {
                    if (disk._fault == DurableFault.NoSpace)
                    {
                        file.Write(offset, copy.AsSpan(0, taken));
                    }
                });
                return 0;
            });
        }

        public void Truncate(long length) => Use("truncate", () =>
        {
            disk.Change($"truncate {path}", path, () => file.Truncate(length));
            return 0;
        });

        public void Flush() => Use("flush", () =>
        {
            disk.Change($"flush {path}", path, null, file.Flush, () => file.FlushBadly(disk._random));
            disk.Flushes++;
            return 0;
        });

        public void Dispose()
        {
            // Nothing to give back: a closed handle of a simulated file holds nothing.
        }

        private T Use<T>(string operation, Func<T> body)
        {
            lock (disk._gate)
            {
                Check(operation);
                return body();
            }
        }

        private void Check(string operation)
        {
            disk.Lit(operation);
            if (disk._life != _life)
            {
                throw new InvalidOperationException($"{operation}: this handle died with its process");
            }
        }
    }
}
