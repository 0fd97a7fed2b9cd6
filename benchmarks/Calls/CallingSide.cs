// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Hermetic.Protocol.T30;
using Hermetic.Telephony;

namespace Hermetic.Benchmarks.Calls;

/// <summary>What the calling process saw.</summary>
internal sealed record CallingResult(double CpuSeconds, int CallsRight, long Packets, long PacketBytes,
    double WallSeconds, double FaxSeconds, int CallsAtOnce);

/// <summary>Places the calls, spread over the ramp as a trunk would bring them, and waits for all reports.</summary>
internal sealed class CallingSide(CallsOptions options, BenchPages pages)
{
    private readonly FailureTally _failures = new("calling");
    private readonly T30Settings _t30 = new() { StationId = "+1 555 0000" };

    public async Task<CallingResult> RunAsync(FaxEndpoint endpoint, string address, CancellationToken cancellation)
    {
        TimeSpan cpu = ProcessUse.Cpu;
        Stopwatch clock = Stopwatch.StartNew();
        Task<CallReport>[] calls = new Task<CallReport>[options.Calls];
        int atOnce = 0;
        for (int i = 0; i < calls.Length; i++)
        {
            TimeSpan due = TimeSpan.FromSeconds(options.RampSeconds * i / calls.Length);
            if (due > clock.Elapsed)
            {
                await Task.Delay(due - clock.Elapsed, cancellation);
            }

            calls[i] = endpoint.SendAsync(Fax(address), cancellation);
            atOnce = Math.Max(atOnce, endpoint.CallCount);
        }

        await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        atOnce = Math.Max(atOnce, endpoint.CallCount);
        CallReport[] reports = await Task.WhenAll(calls);
        double cpuSeconds = (ProcessUse.Cpu - cpu).TotalSeconds;
        int right = reports.Count(IsRight);
        _failures.Print();
        return new CallingResult(cpuSeconds, right,
            reports.Sum(report => report.T38.DatagramsSent + report.AudioPacketsSent),
            reports.Sum(report => report.T38.OctetsSent), clock.Elapsed.TotalSeconds,
            reports.Average(report => report.T30?.Duration.TotalSeconds ?? 0), atOnce);
    }

    private OutgoingFax Fax(string address) => new()
    {
        To = $"sip:5551234@{address}",
        From = "5550000",
        Pages = pages.Document,
        T30 = _t30,
    };

    private bool IsRight(CallReport report)
    {
        bool right = report.IsSuccess && report.T30!.PagesConfirmed == options.Pages
            && report.T30 is { Ecm: true, Modulation: FaxModulation.V17At14400 };
        _failures.Count(right, report);
        return right;
    }
}
