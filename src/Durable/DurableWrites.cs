// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Durable;

/// <summary>The patterns of durable writing that everybody needs: whole files that are there or not, and folders that
/// stay.</summary>
/// <remarks>A whole file is written beside its name (NAME.part), flushed, renamed, and its folder is flushed. A power
/// cut leaves the old file, or the new one, or none; and perhaps a NAME.part, an orphan, which
/// <see cref="SweepOrphans"/> deletes. Of one name only one writer may be under way.</remarks>
public static class DurableWrites
{
    /// <summary>How an unfinished file's name ends. No finished file may be named so.</summary>
    public const string PartSuffix = ".part";

    /// <summary>Writes a whole file, in place of the one that has the name. When this returns, it is durable.</summary>
    public static void Replace(this IDurableFiles files, string path, ReadOnlySpan<byte> bytes)
    {
        files.WritePart(path, bytes);
        files.FinishPart(path);
        files.FlushFolder(DurablePath.Parent(path));
    }

    /// <summary>First half of <see cref="Replace"/>, for many files at once: the bytes are durable, the name is not
    /// there.</summary>
    public static void WritePart(this IDurableFiles files, string path, ReadOnlySpan<byte> bytes)
    {
        CheckName(path);
        string part = path + PartSuffix;
        try
        {
            using IDurableFile file = files.Open(part, DurableOpen.CreateOrTruncate);
            file.Write(0, bytes);
            file.Flush();
        }
        catch (DurableException)
        {
            DropPart(files, part);
            throw;
        }
    }

    /// <summary>Second half: the name is there at once and whole; it is durable after a flush of the
    /// folder.</summary>
    public static void FinishPart(this IDurableFiles files, string path) => files.Rename(path + PartSuffix, path);

    /// <summary>Reads a whole file, or null if there is none.</summary>
    /// <param name="files">Where it lies.</param>
    /// <param name="path">The file.</param>
    /// <param name="bytesMax">A longer file is an error: nothing of ours is read unbounded.</param>
    public static byte[]? ReadAll(this IDurableFiles files, string path, int bytesMax)
    {
        try
        {
            using IDurableFile file = files.Open(path, DurableOpen.Read);
            long length = file.Length;
            if (length > bytesMax)
            {
                throw new DurableException(DurableFault.TooLong, $"read (over {bytesMax} bytes)", path);
            }
            byte[] bytes = new byte[length];
            int count = file.Read(0, bytes);
            return count == bytes.Length ? bytes : bytes[..count];
        }
        catch (DurableException e) when (e.Fault == DurableFault.Missing)
        {
            return null;
        }
    }

    /// <summary>Creates a folder and those above it. When this returns, all of them are durable, also those that were
    /// there before but whose names a power cut might still take.</summary>
    public static void EnsureFolder(this IDurableFiles files, string folder)
    {
        DurablePath.Check(folder);
        for (int end = folder.IndexOf('/', StringComparison.Ordinal); ; end = folder.IndexOf('/', end + 1))
        {
            string part = end < 0 ? folder : folder[..end];
            files.CreateFolder(part);
            files.FlushFolder(DurablePath.Parent(part));
            if (end < 0)
            {
                return;
            }
        }
    }

    /// <summary>Deletes what writes that never finished have left in a folder and below; the paths that it
    /// deleted.</summary>
    public static IReadOnlyList<string> SweepOrphans(this IDurableFiles files, string folder)
    {
        List<string> swept = [];
        Sweep(files, folder, swept);
        return swept;
    }

    private static void Sweep(IDurableFiles files, string folder, List<string> swept)
    {
        int before = swept.Count;
        foreach (DurableEntry entry in files.List(folder))
        {
            string path = DurablePath.Join(folder, entry.Name);
            if (entry.IsFolder)
            {
                Sweep(files, path, swept);
            }
            else if (entry.Name.EndsWith(PartSuffix, StringComparison.Ordinal))
            {
                files.Delete(path);
                swept.Add(path);
            }
        }
        if (swept.Count > before)
        {
            files.FlushFolder(folder);
        }
    }

    private static void CheckName(string path)
    {
        if (path.EndsWith(PartSuffix, StringComparison.Ordinal))
        {
            throw new ArgumentException($"no finished file is named *{PartSuffix}", nameof(path));
        }
    }

    private static void DropPart(IDurableFiles files, string part)
    {
        try
        {
            files.Delete(part);
        }
        catch (DurableException)
        {
            // The disk already fails: the sweep at the next start finds the orphan.
        }
    }
}
