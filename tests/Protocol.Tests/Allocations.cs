// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Tests;

/// <summary>What a piece of work allocates, each time that it is done.</summary>
internal static class Allocations
{
    private const int Runs = 3;

    /// <summary>The fewest bytes of managed memory that one of three runs took on this thread. A collection that
    /// another test causes counts what was left of this thread's allocation context, up to 8 KiB: now and then, and
    /// not in three runs. What allocates does it in each.</summary>
    public static long Least(Action work)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Runs && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
