// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Hermetic.Durable;

namespace Hermetic.Vault.Blobs;

/// <summary>Blobs as files. Writes and their flushes are done on threads of their own, so that many calls wait for the
/// disk at once; reads on the caller's thread.</summary>
public sealed class FileBlobs : IBlobStore
{
    /// <summary>Our limit: a document of hundreds of pages, sealed. What is longer is read in parts.</summary>
    public const int WholeBytesMax = 256 << 20;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _durableFolders = new(StringComparer.Ordinal);
    private readonly HashSet<BlobName> _writing = [];
    private readonly DiskThreads _threads = new();
    private readonly IDurableFiles _files;
    private readonly string _root;

    /// <param name="files">The data folder.</param>
    /// <param name="root">The folder in it for blobs; made if it is not there.</param>
    public FileBlobs(IDurableFiles files, string root = "blobs")
    {
        _files = files;
        _root = root;
        Guarded("open the folder of blobs", () => files.EnsureFolder(root));
    }

    /// <inheritdoc/>
    public async Task PutAsync(BlobName name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length);
        cancellation.ThrowIfCancellationRequested();
        string path = PathOf(name);
        lock (_gate)
        {
            if (!_writing.Add(name))
            {
                throw new BlobException(BlobFault.Exists, $"write {name}");
            }
        }
        try
        {
            // Not cancelled once begun: the caller's buffer is the writer's until it is done.
            await _threads.RunAsync(() => Guarded($"write {name}", () => Put(name, path, bytes.Span)))
                .ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _writing.Remove(name);
            }
        }
    }

    /// <inheritdoc/>
    public Task<long?> LengthAsync(BlobName name, CancellationToken cancellation) => Task.FromResult(
        WithFile(name, file => (long?)file.Length, cancellation));

    /// <inheritdoc/>
    public Task<byte[]?> GetAsync(BlobName name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Guarded($"read {name}", () => _files.ReadAll(PathOf(name), WholeBytesMax)));
    }

    /// <inheritdoc/>
    public Task<int?> ReadAsync(BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellation) =>
        Task.FromResult(WithFile(name, file => (int?)file.Read(offset, buffer.Span), cancellation));

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobEntry> ListAsync(
        Guid tenant, Guid? fax, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (string folder in FoldersOf(tenant, fax))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (DurableEntry entry in Guarded($"list {folder}", () => _files.List($"{_root}/{folder}")))
            {
                if (BlobName.TryParse($"{folder}/{entry.Name}", out BlobName? name)
                    && (fax is null || fax == name.Value.Fax))
                {
                    yield return new BlobEntry(name.Value, entry.Length);
                }
            }
        }
        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(BlobName name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Guarded($"delete {name}", () =>
        {
            string path = PathOf(name);
            bool there = _files.Exists(path);
            if (there)
            {
                _files.Delete(path);
            }
            // Also when it is gone already: an earlier deletion may have been cut before its flush.
            if (_files.Exists(DurablePath.Parent(path)))
            {
                _files.FlushFolder(DurablePath.Parent(path));
            }
            return there;
        }));
    }

    /// <inheritdoc/>
    public Task<int> SweepAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Guarded("sweep", () => _files.SweepOrphans(_root).Count));
    }

    /// <inheritdoc/>
    public void Dispose() => _threads.Dispose();

    private void Put(BlobName name, string path, ReadOnlySpan<byte> bytes)
    {
        string folder = DurablePath.Parent(path);
        bool known;
        lock (_gate)
        {
            known = _durableFolders.Contains(folder);
        }
        if (!known)
        {
            _files.EnsureFolder(folder);
            lock (_gate)
            {
                _durableFolders.Add(folder);
            }
        }
        if (_files.Exists(path))
        {
            throw new BlobException(BlobFault.Exists, $"write {name}");
        }
        _files.Replace(path, bytes);
    }

    private string PathOf(BlobName name) => $"{_root}/{name}";

    private IEnumerable<string> FoldersOf(Guid tenant, Guid? fax)
    {
        string root = $"{_root}/{tenant}";
        if (fax is { } one)
        {
            string folder = new BlobName(tenant, one, "x").Folder;
            return _files.Exists($"{_root}/{folder}") ? [folder] : [];
        }
        return _files.Exists(root)
            ? [.. _files.List(root).Where(entry => entry.IsFolder).Select(entry => $"{tenant}/{entry.Name}")]
            : [];
    }

    private T? WithFile<T>(BlobName name, Func<IDurableFile, T?> action, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Guarded($"read {name}", () =>
        {
            try
            {
                using IDurableFile file = _files.Open(PathOf(name), DurableOpen.Read);
                return action(file);
            }
            catch (DurableException e) when (e.Fault == DurableFault.Missing)
            {
                return default;
            }
        });
    }

    private static void Guarded(string about, Action action) => Guarded(about, () =>
    {
        action();
        return true;
    });

    private static T Guarded<T>(string about, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (DurableException e)
        {
            throw new BlobException(e.Fault switch
            {
                DurableFault.NoSpace => BlobFault.NoSpace,
                DurableFault.Denied => BlobFault.Denied,
                DurableFault.Exists => BlobFault.Exists,
                _ => BlobFault.Failed,
            }, about, e);
        }
    }
}
