// SPDX-License-Identifier: Apache-2.0
using Hermetic.Benchmarks.Codec;
using Hermetic.TestKit.Peers;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.Benchmarks.Calls;

/// <summary>libspandsp's T.38 terminals, both ends in this thread: the same pages, no sockets, no SIP, simulated
/// time.</summary>
internal static class SpandspPeer
{
    private const int CallsTimed = 8;
    private const int StepSamples = 80;
    private const int SamplesMax = 8000 * 3600;

    /// <summary>Processor time by page and side, in milliseconds.</summary>
    public static double MillisecondsPerPageAndSide(BenchPages pages)
    {
        using FaxFiles files = new();
        files.Write(pages.Bitmaps);
        Run(files);
        double started = ThreadClock.Seconds;
        for (int call = 0; call < CallsTimed; call++)
        {
            Run(files);
        }

        return (ThreadClock.Seconds - started) * 1000 / (CallsTimed * pages.Bitmaps.Count) / 2;
    }

    private static void Run(FaxFiles files)
    {
        Queue<byte[]> toCaller = new();
        Queue<byte[]> toCalled = new();
        using SpandspT38Terminal caller = new(true, new SpandspT30Settings { TransmitFile = files.Sent },
            (ifp, copies) => toCalled.Enqueue(ifp.ToArray()));
        using SpandspT38Terminal called = new(false, new SpandspT30Settings { ReceiveFile = files.Received },
            (ifp, copies) => toCaller.Enqueue(ifp.ToArray()));
        ushort callerSequence = 0;
        ushort calledSequence = 0;
        for (int at = 0; at < SamplesMax && (caller.T30.IsActive || called.T30.IsActive); at += StepSamples)
        {
            while (toCaller.TryDequeue(out byte[]? ifp))
            {
                caller.Receive(ifp, callerSequence++);
            }

            while (toCalled.TryDequeue(out byte[]? ifp))
            {
                called.Receive(ifp, calledSequence++);
            }

            caller.Advance(StepSamples);
            called.Advance(StepSamples);
        }

        if (caller.T30.CompletionCode != 0 || called.T30.CompletionCode != 0)
        {
            throw new PeerException($"libspandsp2 to itself: {caller.T30.Completion}, {called.T30.Completion}");
        }
    }
}
