// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.EndToEnd.Tests.Programs;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hermetic-programs-").FullName;

    /// <summary>The path of a name in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>A file that only its owner reads.</summary>
    public void WriteSecret(string name, string content)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Hermetic runs on Linux");
        }

        File.SetUnixFileMode(Write(name, []), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(this[name], content);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
