// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using Hermetic.Durable;
using Hermetic.TestKit.Durable;

namespace Hermetic.TestKit.Disk;

/// <summary>What one call of a child changed on its disk. The numbers are those of disk_shim.c.</summary>
public enum DiskChangeKind
{
    Create = 1,
    Write = 2,
    Truncate = 3,
    Flush = 4,
    Rename = 5,
    Delete = 6,
    Folder = 7,
}

/// <summary>One call.</summary>
/// <param name="Kind">What it did.</param>
/// <param name="Path">To which file or folder, below the root; "" is the root.</param>
/// <param name="Second">The new name of a renamed file; "/" if a folder was flushed.</param>
/// <param name="Offset">Where it wrote, or the length that it set.</param>
/// <param name="Data">What it wrote.</param>
public sealed record DiskChange(DiskChangeKind Kind, string Path, string Second, long Offset, byte[] Data)
{
    /// <summary>True for the flush of a file or folder.</summary>
    public bool IsFlush => Kind == DiskChangeKind.Flush;
}

/// <summary>All that a child did to its disk, in order; played again, up to any point, on the simulated disk, which
/// knows what a power cut at that point may leave.</summary>
public sealed class DiskLog
{
    // kind 1 | path length 2 | second path length 2 | offset 8 | data length 4
    private const int PathLengthAt = 1, SecondLengthAt = 3, OffsetAt = 5, DataLengthAt = 13, HeadLength = 17;

    private DiskLog(IReadOnlyList<DiskChange> changes) => Changes = changes;

    public IReadOnlyList<DiskChange> Changes { get; }

    /// <summary>Reads what the child's <see cref="DiskShim"/> wrote. A record cut short is dropped.</summary>
    public static DiskLog Read(string path)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        List<DiskChange> changes = [];
        while (rest.Length >= HeadLength)
        {
            int first = BinaryPrimitives.ReadUInt16LittleEndian(rest[PathLengthAt..]);
            int second = BinaryPrimitives.ReadUInt16LittleEndian(rest[SecondLengthAt..]);
            int data = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(rest[DataLengthAt..]));
            if (rest.Length < HeadLength + first + second + data)
            {
                break;
            }
            changes.Add(new DiskChange((DiskChangeKind)rest[0],
                Encoding.UTF8.GetString(rest.Slice(HeadLength, first)),
                Encoding.UTF8.GetString(rest.Slice(HeadLength + first, second)),
                BinaryPrimitives.ReadInt64LittleEndian(rest[OffsetAt..]),
                rest.Slice(HeadLength + first + second, data).ToArray()));
            rest = rest[(HeadLength + first + second + data)..];
        }
        return new DiskLog(changes);
    }

    /// <summary>The disk after the first <paramref name="count"/> changes, before anything is lost.</summary>
    /// <param name="count">How many changes.</param>
    /// <param name="flushed">Which flushes reach the platter: a test that wants to see a loss says none.</param>
    public SimulatedFiles Play(int count, Func<DiskChange, bool> flushed)
    {
        SimulatedFiles files = new();
        foreach (DiskChange change in Changes.Take(count).Where(change => !change.IsFlush || flushed(change)))
        {
            Play(files, change);
        }
        return files;
    }

    private static void Play(SimulatedFiles files, DiskChange change)
    {
        switch (change.Kind)
        {
            case DiskChangeKind.Create:
                files.Open(change.Path, DurableOpen.CreateNew).Dispose();
                break;
            case DiskChangeKind.Write:
                files.Open(change.Path, DurableOpen.Existing).Write(change.Offset, change.Data);
                break;
            case DiskChangeKind.Truncate:
                files.Open(change.Path, DurableOpen.Existing).Truncate(change.Offset);
                break;
            case DiskChangeKind.Flush when change.Second == "/":
                files.FlushFolder(change.Path);
                break;
            case DiskChangeKind.Flush:
                files.Open(change.Path, DurableOpen.Existing).Flush();
                break;
            case DiskChangeKind.Rename:
                files.Rename(change.Path, change.Second);
                break;
            case DiskChangeKind.Delete:
                files.Delete(change.Path);
                break;
            case DiskChangeKind.Folder:
                files.CreateFolder(change.Path);
                break;
            default:
                throw new InvalidDataException($"the log has a change of kind {change.Kind}");
        }
    }
}
