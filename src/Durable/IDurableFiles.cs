// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Durable;

// How durable writes fail, and what this seam promises about it.
//
//  1. A power cut loses every write since the last Flush of its file, in any subset and any order; any of them may be
//     torn. A file may be longer than what was written into it (zeros in between).
//  2. A name (create, rename, delete) is durable only after FlushFolder of the folder that holds it. A file flushed in
//     a folder that was not may be gone altogether.
//  3. After a Flush that failed, nobody knows what lies on the disk: the kernel may have dropped the pages and marked
//     them clean, so that a second Flush succeeds and means nothing, and reading shows bytes that are not on the disk.
//     So: never flush again and go on. Drop the handle, and write anew whatever has to last.
//  4. A full disk may have taken a part of a write. What lies behind the length that the caller last flushed is noise.
//  5. A killed process loses no write, but all its handles and locks.
//  6. A disk that lies about its cache defeats all of this; so does a network file system without flushes. We can only
//     say so.
//
// Paths are relative to the root that the implementation was opened with, their parts divided by '/'. No part is empty,
// "." or "..", so that no name from outside leads out of the root.

/// <summary>The folder tree in which everything that has to last is written: a disk, or in tests a simulated
/// one. All members are safe to call from several threads. Each failure is a <see cref="DurableException"/>.</summary>
public interface IDurableFiles
{
    /// <summary>Opens a file. What <paramref name="mode"/> creates is durable after
    /// <see cref="FlushFolder"/>.</summary>
    IDurableFile Open(string path, DurableOpen mode);

    /// <summary>Is there a file or a folder of this name?</summary>
    bool Exists(string path);

    /// <summary>Creates a folder whose parent exists; nothing happens if it is there already. Durable after
    /// <see cref="FlushFolder"/> of the parent.</summary>
    void CreateFolder(string path);

    /// <summary>What lies directly in a folder ("" is the root), ordered by name, ordinal.</summary>
    IReadOnlyList<DurableEntry> List(string folder);

    /// <summary>Gives a file another name, in place of the file that has it, in one step: a reader sees the old
    /// file or the new one. Durable after <see cref="FlushFolder"/> of both folders.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file or an empty folder. Durable after <see cref="FlushFolder"/>.</summary>
    void Delete(string path);

    /// <summary>Makes the names in a folder ("" is the root) durable.</summary>
    void FlushFolder(string folder);

    /// <summary>Takes a lock that no other process, and nobody else in this one, can hold at the same time; it ends
    /// with the process. The file stays behind: it is the place of the lock, not the lock.</summary>
    IDisposable Lock(string path);
}

/// <summary>An open file. Reads may go on side by side; writes to one file are one caller's business at a
/// time.</summary>
public interface IDurableFile : IDisposable
{
    /// <summary>Length in bytes, as read sees it.</summary>
    long Length { get; }

    /// <summary>Reads from <paramref name="offset"/> until the buffer is full or the file ends; the count of bytes
    /// read.</summary>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes all bytes at <paramref name="offset"/>; behind the end the file grows.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file, or lengthens it with zeros.</summary>
    void Truncate(long length);

    /// <summary>Returns when every byte written before is on the disk, and the length with it.</summary>
    void Flush();
}

/// <summary>What has to be there when a file is opened.</summary>
public enum DurableOpen
{
    /// <summary>The file exists, and is only read.</summary>
    Read,

    /// <summary>The file exists, and is read and written.</summary>
    Existing,

    /// <summary>The file does not exist yet.</summary>
    CreateNew,

    /// <summary>The file exists or not; afterwards it is empty.</summary>
    CreateOrTruncate,
}

/// <summary>A name in a folder.</summary>
/// <param name="Name">The last part of the path.</param>
/// <param name="IsFolder">A folder, not a file.</param>
/// <param name="Length">Bytes of a file; 0 for a folder.</param>
public sealed record DurableEntry(string Name, bool IsFolder, long Length);
