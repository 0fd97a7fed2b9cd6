// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json;
using Hermetic.Benchmarks.Calls;
using Hermetic.Benchmarks.Ingest;
using Hermetic.Protocol.T30;
using Hermetic.Telephony;

namespace Hermetic.Benchmarks.Desk;

/// <summary>A fax as its sender saw it.</summary>
/// <param name="Line">The line that was called.</param>
/// <param name="Failure">Why it did not go through; null if it did.</param>
/// <param name="ConfirmedAt">When the MCF of its last page was there, on the clock that all processes of a machine
/// share (CLOCK_MONOTONIC).</param>
internal sealed record SentFax(int Line, string? Failure, long ConfirmedAt);

/// <summary>The callers, in a process of their own: one for each line, one fax after another until it is told to stop;
/// says a line for each fax, and an empty one when the last has ended.</summary>
internal static class CallingProcess
{
    public const string Role = "--call";

    public static async Task<int> RunAsync(
        string address, int calls, int pages, double rampSeconds, CancellationToken cancellation)
    {
        BenchPages document = BenchPages.Draw(pages);
        using CancellationTokenSource stop = new();
        FaxEndpoint endpoint = await CallsEndpoint.StartAsync(calls, CallsEndpoint.CallingPorts, null, cancellation);
        await using (endpoint)
        {
            Task[] callers = [.. Enumerable.Range(0, calls).Select(line => Task.Run(
                () => CallAsync(endpoint, address, line, rampSeconds * line / calls, document, stop.Token),
                cancellation))];
            await Console.In.ReadLineAsync(cancellation);
            await stop.CancelAsync();
            await Task.WhenAll(callers);
            Console.WriteLine();
            await Console.In.ReadLineAsync(cancellation);
        }

        return 0;
    }

    private static async Task CallAsync(FaxEndpoint endpoint, string address, int line, double delaySeconds,
        BenchPages pages, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromSeconds(delaySeconds), CancellationToken.None);
        for (int fax = 0; !stop.IsCancellationRequested; fax++)
        {
            Confirmations seen = new();
            CallReport report = await endpoint.SendAsync(new OutgoingFax
            {
                To = $"sip:{ReceivingSide.Number(line)}@{address}",
                From = $"+1666{line:D3}{fax:D4}",
                Pages = pages.Document,
                T30 = new T30Settings { StationId = "+1 666 0000" },
                T30Observer = seen,
            }, CancellationToken.None);
            bool right = report.IsSuccess && report.T30!.PagesConfirmed == pages.Document.Count;
            Console.WriteLine(JsonSerializer.Serialize(
                new SentFax(line, right ? null : $"{report.Reason} ({report.Clause})", seen.LastAt)));
        }
    }

    private sealed class Confirmations : IT30Observer
    {
        public long LastAt { get; private set; }

        public void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what)
        {
            if (what == T30PageEvent.Confirmed)
            {
                LastAt = Stopwatch.GetTimestamp();
            }
        }
    }
}
