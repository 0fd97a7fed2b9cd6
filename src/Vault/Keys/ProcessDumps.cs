// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.Vault.Keys;

/// <summary>A dump of a process that holds keys is a copy of the keys.</summary>
public static partial class ProcessDumps
{
    private const int SetDumpable = 4; // PR_SET_DUMPABLE
    private const int GetDumpable = 3; // PR_GET_DUMPABLE
    private const int RlimitCore = 4;

    /// <summary>True if the system would write no core of this process, and lets nobody but root look into its
    /// memory.</summary>
    public static bool AreForbidden => prctl(GetDumpable, 0, 0, 0, 0) == 0;

    /// <summary>Forbids core dumps of this process and of those it starts, and attaching to this one. To be called
    /// before a key is read.</summary>
    /// <exception cref="InvalidOperationException">The system refuses, or the runtime is set to write dumps
    /// itself.</exception>
    public static void Forbid()
    {
        foreach (string name in (string[])["DOTNET_DbgEnableMiniDump", "COMPlus_DbgEnableMiniDump"])
        {
            if (Environment.GetEnvironmentVariable(name) is not (null or "" or "0"))
            {
                throw new InvalidOperationException(
                    $"{name} is set: the runtime would write this process's memory to disk. Unset it");
            }
        }
        if (prctl(SetDumpable, 0, 0, 0, 0) != 0 || setrlimit(RlimitCore, [0, 0]) != 0)
        {
            throw new InvalidOperationException(
                $"core dumps can not be forbidden (errno {Marshal.GetLastPInvokeError()})");
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int setrlimit(int resource, nuint[] limits);
}
