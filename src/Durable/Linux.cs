// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hermetic.Durable;

/// <summary>The system's own calls where .NET's have no counterpart, or hide errors: its flush passes over EROFS and
/// EINVAL, its locks over file systems without locks, and it flushes no folders.</summary>
internal static partial class Linux
{
    // Numbers of Linux, on x86-64 and arm64 alike.
    private const int Eperm = 1;
    private const int Enoent = 2;
    private const int Eintr = 4;
    private const int Eio = 5;
    private const int Eagain = 11;
    private const int Eacces = 13;
    private const int Eexist = 17;
    private const int Enotdir = 20;
    private const int Eisdir = 21;
    private const int Efbig = 27;
    private const int Enospc = 28;
    private const int Erofs = 30;
    private const int Enotempty = 39;
    private const int Edquot = 122;

    private const int OpenReadOnly = 0;
    private const int OpenReadWrite = 2;
    private const int OpenCreate = 0x40;
    private const int OpenExclusive = 0x80;
    private const int OpenTruncate = 0x200;
    private const int OpenCloseOnExec = 0x80000;

    private const int LockExclusive = 2;
    private const int LockWithoutWaiting = 4;
    private const int Unlock = 8;

    // Owner only: what we keep is nobody else's business on the machine.
    private const int FileMode = 0x180; // rw-------
    private const int FolderMode = 0x1C0; // rwx------

    public static SafeFileHandle Open(string full, DurableOpen mode, string path)
    {
        int flags = mode switch
        {
            DurableOpen.Read => OpenReadOnly,
            DurableOpen.Existing => OpenReadWrite,
            DurableOpen.CreateNew => OpenReadWrite | OpenCreate | OpenExclusive,
            _ => OpenReadWrite | OpenCreate | OpenTruncate,
        };
        return Open("open", full, path, flags);
    }

    /// <summary>Opens the file and takes its lock, or throws.</summary>
    public static IDisposable Lock(string full, string path)
    {
        SafeFileHandle file = Open("lock", full, path, OpenReadWrite | OpenCreate);
        try
        {
            Call("lock", path, () => flock(file, LockExclusive | LockWithoutWaiting));
            return new HeldLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Data and whatever metadata is needed to read it back, the length among it.</summary>
    public static void FlushData(SafeFileHandle file, string path) => Call("flush", path, () => fdatasync(file));

    /// <summary>A folder has no data of its own: its names are metadata.</summary>
    public static void FlushFolder(string full, string path)
    {
        using SafeFileHandle folder = Open("flush the folder", full, path, OpenReadOnly);
        Call("flush the folder", path, () => fsync(folder));
    }

    public static void CreateFolder(string full, string path) =>
        Call("create the folder", path, () => mkdir(full, FolderMode));

    public static void Rename(string from, string to, string path) => Call("rename to", path, () => rename(from, to));

    public static void DeleteFile(string full, string path) => Call("delete", path, () => unlink(full));

    public static void DeleteFolder(string full, string path) => Call("delete the folder", path, () => rmdir(full));

    public static DurableFault Fault(int errno) => errno switch
    {
        Enospc or Edquot or Efbig => DurableFault.NoSpace,
        Eio => DurableFault.InputOutput,
        Enoent or Enotdir => DurableFault.Missing,
        Eexist or Enotempty or Eisdir => DurableFault.Exists,
        Eagain => DurableFault.Locked,
        Eacces or Eperm or Erofs => DurableFault.Denied,
        _ => DurableFault.Other,
    };

    private static SafeFileHandle Open(string operation, string full, string path, int flags)
    {
        SafeFileHandle? file = null;
        Call(operation, path, () =>
        {
            int descriptor = open(full, flags | OpenCloseOnExec, FileMode);
            file = descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
            return descriptor < 0 ? descriptor : 0;
        });
        return file!;
    }

    private static void Call(string operation, string path, Func<int> call)
    {
        while (call() != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Eintr)
            {
                throw new DurableException(Fault(errno), operation, path, errno);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdir(string path, int mode);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rmdir(string path);

    // flock(2): a lock ends when it is undone, or with the last copy of its handle. A child that this process is just
    // starting has a copy until it runs its program: closing alone would leave the lock to it for a moment.
    private sealed class HeldLock(SafeFileHandle file) : IDisposable
    {
        public void Dispose()
        {
            if (!file.IsClosed)
            {
                _ = flock(file, Unlock);
                file.Dispose();
            }
        }
    }
}
