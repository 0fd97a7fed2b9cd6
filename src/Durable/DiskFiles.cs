// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;

namespace Hermetic.Durable;

/// <summary>A folder of the local disk. Failure modes: IDurableFiles.cs.</summary>
public sealed class DiskFiles : IDurableFiles
{
    private readonly string _root;

    /// <param name="root">An existing folder.</param>
    /// <exception cref="DurableException">It does not exist.</exception>
    public DiskFiles(string root)
    {
        _root = Path.GetFullPath(root);
        if (!Directory.Exists(_root))
        {
            throw new DurableException(DurableFault.Missing, "open the folder", root);
        }
    }

    /// <inheritdoc/>
    public IDurableFile Open(string path, DurableOpen mode) =>
        new DiskFile(Linux.Open(Full(path), mode, path), path);

    /// <inheritdoc/>
    public bool Exists(string path) => Path.Exists(Full(path));

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        string full = Full(path);
        if (Directory.Exists(full))
        {
            return;
        }

        try
        {
            Linux.CreateFolder(full, path);
        }
        catch (DurableException e) when (e.Fault == DurableFault.Exists && Directory.Exists(full))
        {
            // Somebody else made it in between.
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DurableEntry> List(string folder)
    {
        DirectoryInfo info = new(Full(folder, rootAllowed: true));
        try
        {
            return [.. info.EnumerateFileSystemInfos()
                .Select(entry => new DurableEntry(
                    entry.Name, entry is DirectoryInfo, (entry as FileInfo)?.Length ?? 0))
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            throw new DurableException(DurableFault.Missing, "list", folder);
        }
        catch (UnauthorizedAccessException)
        {
            throw new DurableException(DurableFault.Denied, "list", folder);
        }
        catch (IOException e)
        {
            throw Failed("list", folder, e);
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to) => Linux.Rename(Full(from), Full(to), to);

    /// <inheritdoc/>
    public void Delete(string path)
    {
        string full = Full(path);
        if (Directory.Exists(full))
        {
            Linux.DeleteFolder(full, path);
        }
        else
        {
            Linux.DeleteFile(full, path);
        }
    }

    /// <inheritdoc/>
    public void FlushFolder(string folder) => Linux.FlushFolder(Full(folder, rootAllowed: true), folder);

    /// <inheritdoc/>
    public IDisposable Lock(string path) => Linux.Lock(Full(path), path);

    private string Full(string path, bool rootAllowed = false)
    {
        DurablePath.Check(path, rootAllowed);
        return Path.Combine(_root, path);
    }

    // On Linux .NET puts the system's error number into HResult.
    private static DurableException Failed(string operation, string path, IOException e) =>
        new(Linux.Fault(e.HResult), operation, path, e.HResult);

    private sealed class DiskFile(SafeFileHandle handle, string path) : IDurableFile
    {
        public long Length
        {
            get
            {
                try
                {
                    return RandomAccess.GetLength(handle);
                }
                catch (IOException e)
                {
                    throw Failed("length of", path, e);
                }
            }
        }

        public int Read(long offset, Span<byte> buffer)
        {
            try
            {
                int total = 0;
                int count;
                do
                {
                    count = total == buffer.Length ? 0 : RandomAccess.Read(handle, buffer[total..], offset + total);
                    total += count;
                }
                while (count > 0);
                return total;
            }
            catch (IOException e)
            {
                throw Failed("read", path, e);
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            try
            {
                RandomAccess.Write(handle, bytes, offset);
            }
            catch (IOException e)
            {
                throw Failed("write", path, e);
            }
        }

        public void Truncate(long length)
        {
            try
            {
                RandomAccess.SetLength(handle, length);
            }
            catch (IOException e)
            {
                throw Failed("truncate", path, e);
            }
        }

        public void Flush() => Linux.FlushData(handle, path);

        public void Dispose() => handle.Dispose();
    }
}
