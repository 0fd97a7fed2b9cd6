// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using Hermetic.TestKit.Peers;

namespace Hermetic.TestKit.Disk;

/// <summary>The library that stands between a child process and its disk: it writes down what the child changes, and
/// fails its calls on cue (disk_shim.c says how). Compiled here, once a test process.</summary>
public static class DiskShim
{
    private static readonly Lazy<string> s_library = new(Compile);

    /// <summary>What a child process needs in its environment.</summary>
    /// <param name="root">The folder that is watched.</param>
    /// <param name="log">Where each change is written down, for <see cref="DiskLog"/>; null for nowhere.</param>
    /// <param name="cue">The file that a <see cref="DiskCue"/> writes; null for no faults.</param>
    public static IReadOnlyDictionary<string, string> Environment(string root, string? log, string? cue)
    {
        Dictionary<string, string> environment = new()
        {
            ["LD_PRELOAD"] = s_library.Value,
            ["DISK_SHIM_ROOT"] = root,
        };
        if (log is not null)
        {
            environment["DISK_SHIM_LOG"] = log;
        }
        if (cue is not null)
        {
            environment["DISK_SHIM_CUE"] = cue;
        }
        return environment;
    }

    private static string Compile()
    {
        string source = Path.Combine(AppContext.BaseDirectory, "Disk", "disk_shim.c");
        string library = Path.Combine(AppContext.BaseDirectory, "Disk", "disk_shim.so");
        // Under a name of its own first: two processes of one assembly may run side by side.
        string own = $"{library}.{System.Environment.ProcessId}";
        using Process compiler = new()
        {
            StartInfo = new ProcessStartInfo("gcc",
                ["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-pthread", "-o", own, source])
            {
                RedirectStandardError = true,
            },
        };
        try
        {
            compiler.Start();
        }
        catch (Win32Exception)
        {
            throw new PeerException("gcc is not installed: the tests need it (see CONTRIBUTING.md)");
        }

        string complaints = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
        {
            throw new PeerException($"gcc does not compile {source}:\n{complaints}");
        }
        File.Move(own, library, overwrite: true);
        return library;
    }
}
