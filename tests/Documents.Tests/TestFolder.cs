// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hermetic-documents-").FullName;

    public string File(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>An executable shell script.</summary>
    public string Script(string name, string text)
    {
        string path = File(name, System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\n{text}\n"));
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
