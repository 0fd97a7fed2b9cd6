// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.TestKit.Disk;

/// <summary>What a child's disk refuses.</summary>
public enum DiskCall
{
    /// <summary>Bytes and lengths of files.</summary>
    Write,

    /// <summary>New files and folders, and renaming.</summary>
    Name,

    /// <summary>Flushes of files and folders.</summary>
    Flush,
}

/// <summary>Tells a child under <see cref="DiskShim"/> which of its calls fail from now on.</summary>
public sealed class DiskCue(string path)
{
    /// <summary>ENOSPC of Linux: no space left on the device.</summary>
    public const int NoSpace = 28;

    /// <summary>EIO of Linux: the device failed.</summary>
    public const int InputOutput = 5;

    public string Path { get; } = path;

    /// <summary>These calls, on files whose path below the root begins so, fail with this error.</summary>
    public void Fail(int error, string prefix, params DiskCall[] calls)
    {
        string text = string.Concat(calls.Select(call => string.Create(CultureInfo.InvariantCulture,
            $"{error} {Name(call)} {prefix}\n")));
        // In one step: the child reads the file at each of its calls.
        File.WriteAllText(Path + ".new", text);
        File.Move(Path + ".new", Path, overwrite: true);
    }

    /// <summary>No call fails any more.</summary>
    public void Heal() => File.Delete(Path);

    private static string Name(DiskCall call) => call switch
    {
        DiskCall.Write => "write",
        DiskCall.Name => "name",
        _ => "flush",
    };
}
