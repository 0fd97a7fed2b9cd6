// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Protocol.T30;
using Hermetic.Telephony;

namespace Hermetic.Benchmarks.Calls;

/// <summary>What the answering process has to say when all is over.</summary>
/// <param name="CpuSeconds">From "begin" to "end".</param>
/// <param name="CallsRight">Calls that succeeded with every page as it was sent.</param>
/// <param name="MemoryIdleKib">Resident before the first call.</param>
/// <param name="MemoryPeakKib">The most that was ever resident.</param>
/// <param name="Packets">UDP packets that it sent, SIP's apart.</param>
/// <param name="PacketBytes">Their octets, audio's apart.</param>
internal sealed record AnsweringResult(double CpuSeconds, int CallsRight, long MemoryIdleKib, long MemoryPeakKib,
    long Packets, long PacketBytes);

/// <summary>The second process: answers, checks, and obeys what comes on standard input: "begin", "end". It ends with
/// its input, so that it never outlives the one that started it.</summary>
internal sealed class AnsweringProcess(CallsOptions options)
{
    // Our limit: the last calls end a moment after their callers did.
    private static readonly TimeSpan LastCallsMax = TimeSpan.FromSeconds(10);

    private readonly BenchPages _pages = BenchPages.Draw(options.Pages);
    private readonly T30Settings _t30 = new() { StationId = "+1 555 1234" };
    private readonly FailureTally _failures = new("answering");
    private int _right;
    private long _packets;
    private long _packetBytes;

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        FaxEndpoint endpoint = await CallsEndpoint.StartAsync(options.Calls, CallsEndpoint.AnsweringPorts, Decide,
            cancellation);
        await using (endpoint)
        {
            GC.Collect();
            long idle = ProcessUse.ResidentKib;
            Console.WriteLine(endpoint.Listening[0].Address);
            TimeSpan started = default;
            while (await Console.In.ReadLineAsync(cancellation) is { } word)
            {
                if (word == "begin")
                {
                    started = ProcessUse.Cpu;
                    Console.WriteLine("begun");
                    continue;
                }

                await WaitForLastCallsAsync(endpoint, cancellation);
                AnsweringResult result = new((ProcessUse.Cpu - started).TotalSeconds, _right, idle,
                    ProcessUse.ResidentPeakKib, _packets, _packetBytes);
                _failures.Print();
                Console.WriteLine(JsonSerializer.Serialize(result));
            }
        }

        return 0;
    }

    private IncomingDecision Decide(IncomingCall call)
    {
        CheckedPages sink = new(_pages.Bitmaps, call.Handle);
        return IncomingDecision.Accept(_t30, sink) with { OnEnded = report => Count(report, sink) };
    }

    private void Count(CallReport report, CheckedPages sink)
    {
        bool right = report.IsSuccess && sink.Right == options.Pages && report.T30!.PagesReceived == options.Pages;
        _right += right ? 1 : 0;
        _packets += report.T38.DatagramsSent + report.AudioPacketsSent;
        _packetBytes += report.T38.OctetsSent;
        _failures.Count(right, report);
    }

    private static async Task WaitForLastCallsAsync(FaxEndpoint endpoint, CancellationToken cancellation)
    {
        for (TimeSpan waited = TimeSpan.Zero; endpoint.CallCount > 0 && waited < LastCallsMax;)
        {
            TimeSpan step = TimeSpan.FromMilliseconds(100);
            await Task.Delay(step, cancellation);
            waited += step;
        }
    }
}
