// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Hermetic.Benchmarks.Codec;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.Benchmarks.Calls;

/// <summary>libspandsp's T.38 terminals, both ends in this thread: the same pages, no sockets, no SIP.</summary>
internal static class SpandspPeer
{
    private const int CallsTimed = 8;
    private const int SamplesPerMillisecond = 8;

    // As programs around libspandsp drive it: once an audio frame.
    private const int StepMilliseconds = 20;
    private const int StepsMax = 3_600_000 / StepMilliseconds;

    /// <summary>Processor time by page and side, in milliseconds: one call after the other, in simulated time, with
    /// nothing else on the processor and all in its caches.</summary>
    public static double MillisecondsPerPageAndSide(BenchPages pages)
    {
        using FaxFiles files = new();
        files.Write(pages.Bitmaps);
        RunAtOnce(files);
        double started = ThreadClock.Seconds;
        for (int call = 0; call < CallsTimed; call++)
        {
            RunAtOnce(files);
        }

        return (ThreadClock.Seconds - started) * 1000 / (CallsTimed * pages.Bitmaps.Count) / 2;
    }

    /// <summary>The same with many calls of one page at once, at the speed of the line: as a server has them, which
    /// finds its caches cold at each packet, and a processor that has just slept.</summary>
    public static double MillisecondsPerPageAndSideAtLineRate(BenchPages pages, int calls)
    {
        using FaxFiles files = new();
        files.Write([pages.Bitmaps[0]]);
        SpandspPair[] pairs = [.. Enumerable.Range(0, calls).Select(call =>
            new SpandspPair(files.Sent, $"{files.Received}.{call}"))];
        try
        {
            double started = ThreadClock.Seconds;
            RunAtLineRate(pairs);
            double seconds = ThreadClock.Seconds - started;
            Array.ForEach(pairs, pair => pair.Require());
            return seconds * 1000 / calls / 2;
        }
        finally
        {
            Array.ForEach(pairs, pair => pair.Dispose());
        }
    }

    private static void RunAtOnce(FaxFiles files)
    {
        using SpandspPair pair = new(files.Sent, files.Received);
        for (int step = 0; step < StepsMax && pair.IsActive; step++)
        {
            pair.Advance(StepMilliseconds * SamplesPerMillisecond);
        }

        pair.Require();
    }

    // Half of the calls in each tick of 10 ms, as they come spread over time.
    private static void RunAtLineRate(SpandspPair[] pairs)
    {
        const int Ticks = 2;
        Stopwatch clock = Stopwatch.StartNew();
        for (int tick = 0; tick < StepsMax * Ticks && pairs.Any(pair => pair.IsActive); tick++)
        {
            TimeSpan early = TimeSpan.FromMilliseconds(tick * StepMilliseconds / Ticks) - clock.Elapsed;
            if (early > TimeSpan.Zero)
            {
                Thread.Sleep(early);
            }

            for (int i = tick % Ticks; i < pairs.Length; i += Ticks)
            {
                if (pairs[i].IsActive)
                {
                    pairs[i].Advance(StepMilliseconds * SamplesPerMillisecond);
                }
            }
        }
    }
}
