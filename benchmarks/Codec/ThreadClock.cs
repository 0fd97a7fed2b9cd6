// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.Benchmarks.Codec;

/// <summary>Processor time of the calling thread, which neither the other processes nor the collector's threads count
/// in.</summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static double Seconds
    {
        get
        {
            Span<long> time = stackalloc long[2];
            fixed (long* start = time)
            {
                _ = clock_gettime(ThreadCpuTime, start);
            }

            return time[0] + (time[1] * 1e-9);
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int clock_gettime(int clock, long* time);
}
