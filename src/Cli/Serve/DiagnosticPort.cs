// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.Cli.Serve;

/// <summary>The runtime's diagnostic port, a socket in the folder for temporary files: whoever opens it may have all of
/// this process's memory written into a file, keys and pages included, and no setting of the process itself forbids it
/// (P1). Only the environment that the runtime starts with shuts it.</summary>
internal static partial class DiagnosticPort
{
    private const string Variable = "DOTNET_EnableDiagnostics";
    private const string Shut = "0";

    /// <summary>True when this process was started with its port shut.</summary>
    public static bool IsShut => Environment.GetEnvironmentVariable(Variable) == Shut;

    /// <summary>Shuts it: this process begins its program again, with the same arguments, descriptors and id. Does
    /// nothing where it is shut already.</summary>
    /// <exception cref="InvalidOperationException">The system refuses; the program must not go on.</exception>
    public static void Close()
    {
        if (IsShut)
        {
            return;
        }

        // /proc/self/cmdline: each argument ends with a zero.
        string[] arguments = File.ReadAllText("/proc/self/cmdline").TrimEnd('\0').Split('\0');
        DeleteFiles();
        if (setenv(Variable, Shut, 1) == 0)
        {
            _ = execv(Environment.ProcessPath!, [.. arguments, null]);
        }

        throw new InvalidOperationException($"the runtime's diagnostic port can't be shut (errno "
            + $"{Marshal.GetLastPInvokeError()}): it would write this process's memory to disk for whoever asks. "
            + $"Start Hermetic with {Variable}={Shut} in its environment");
    }

    // The old program's end would have deleted them.
    private static void DeleteFiles()
    {
        foreach (string pattern in (string[])["dotnet-diagnostic-{0}-*", "clr-debug-pipe-{0}-*"])
        {
            foreach (string file in Directory.EnumerateFiles(Path.GetTempPath(),
                pattern.Replace("{0}", $"{Environment.ProcessId}", StringComparison.Ordinal)))
            {
                File.Delete(file);
            }
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execv(string path, string?[] arguments);
}
