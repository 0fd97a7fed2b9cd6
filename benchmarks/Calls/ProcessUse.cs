// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace Hermetic.Benchmarks.Calls;

/// <summary>What this process has taken of the machine, as the kernel counts it.</summary>
internal static class ProcessUse
{
    /// <summary>User and system time of all threads since the process began.</summary>
    public static TimeSpan Cpu
    {
        get
        {
            using Process self = Process.GetCurrentProcess();
            return self.TotalProcessorTime;
        }
    }

    /// <summary>Memory that is resident now, in KiB.</summary>
    public static long ResidentKib => Read("/proc/self/status", "VmRSS:");

    /// <summary>The most that ever was, in KiB.</summary>
    public static long ResidentPeakKib => Read("/proc/self/status", "VmHWM:");

    /// <summary>How many files and sockets may be open: .NET raises the soft limit to the hard one when it
    /// starts.</summary>
    public static long OpenFilesMax => Read("/proc/self/limits", "Max open files");

    private static long Read(string file, string name)
    {
        string line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        string value = line[name.Length..].Split(' ', '\t').First(word => word.Length > 0);
        return value == "unlimited" ? long.MaxValue : long.Parse(value, CultureInfo.InvariantCulture);
    }
}
