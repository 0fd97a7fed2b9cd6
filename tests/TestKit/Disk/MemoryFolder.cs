// SPDX-License-Identifier: Apache-2.0
using Hermetic.TestKit.Durable;

namespace Hermetic.TestKit.Disk;

/// <summary>A folder in memory where there is such a file system, gone after the test: what is made from a simulated
/// disk a hundred times needs no real one.</summary>
public sealed class MemoryFolder : IDisposable
{
    private const string Shared = "/dev/shm";

    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(
        Directory.Exists(Shared) ? Shared : System.IO.Path.GetTempPath(), $"hermetic-{Guid.NewGuid():N}")).FullName;

    /// <summary>Puts all files of a simulated disk here, in place of what was here.</summary>
    public void Fill(SimulatedFiles files)
    {
        Directory.Delete(Path, recursive: true);
        Directory.CreateDirectory(Path);
        foreach (string file in files.Files)
        {
            string full = System.IO.Path.Combine(Path, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, files.Bytes(file));
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
