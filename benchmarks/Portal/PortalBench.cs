// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hermetic.Benchmarks.Calls;
using Hermetic.Benchmarks.Desk;
using Hermetic.Benchmarks.Ingest;

namespace Hermetic.Benchmarks.Portal;

/// <summary>The portal in Debian's chromium, while faxes come in by every line and everybody else's inbox is live
/// too.</summary>
internal sealed class PortalBench : IBench
{
    private const int Calls = 100;
    private const int Inboxes = 50;
    private const int Faxes = 100_000;
    private const int StockPages = 3;
    private const int RampSeconds = 12;
    private const int SlowestMax = 5; // of the inboxes, told one by one
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(75);
    private static readonly string Folder = Path.GetFullPath(Path.Combine("artifacts", "bench-portal"));

    public string Name => "portal";

    public string Summary => "inbox, page turns, live rows in chromium, beside 49 live inboxes and 100 calls (--help)";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        if (arguments.Count > 0)
        {
            Console.WriteLine(Help);
            return arguments is ["--help"] ? 0 : 2;
        }

        Clear();
        Directory.CreateDirectory(Folder);
        List<Guid> faxes;
        await using (ReceivingSide stock = await ReceivingSide.OpenAsync(
            Folder, null, BenchPages.Draw(StockPages), cancellation, DeskOptions.Tenants, Calls / DeskOptions.Tenants))
        {
            long start = Stopwatch.GetTimestamp();
            await stock.FillAsync(Faxes, cancellation);
            await stock.ReceiveAsync(Calls, TimeSpan.FromSeconds(2), cancellation);
            faxes = await stock.NewestAsync(cancellation);
            Say($"an inbox of more than {Faxes} faxes, filled in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        }

        using ChildProcess server = ChildProcess.Start("desk", ServingProcess.Role,
            ReceivingSide.ConfigurationIn(Folder), Inboxes.ToString(CultureInfo.InvariantCulture));
        ServingDesk desk = JsonSerializer.Deserialize<ServingDesk>(await server.ReadAsync(cancellation))!;
        await DeskConnection.EnrolOperatorAsync(desk, cancellation);
        await MeasureAsync(desk, faxes, cancellation);
        await server.EndAsync(cancellation);
        Clear();
        return 0;
    }

    private static async Task MeasureAsync(ServingDesk desk, List<Guid> faxes, CancellationToken cancellation)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        List<LiveInbox> others = [.. desk.Sessions.Skip(1).Select(session => new LiveInbox(desk, session))];
        Task[] listening = [.. others.Select(one => one.RunAsync(end.Token))];
        using ChildProcess calling = ChildProcess.Start("desk", CallingProcess.Role, desk.Sip,
            Calls.ToString(CultureInfo.InvariantCulture), "1", RampSeconds.ToString(CultureInfo.InvariantCulture));
        List<SentFax> sent = [];
        Task hearing = HearAsync(calling, sent, cancellation);
        await using PortalBrowser browser = await PortalBrowser.OpenAsync(desk);
        await browser.WatchAsync();
        await Task.Delay(TimeSpan.FromSeconds(RampSeconds), cancellation);

        long start = Stopwatch.GetTimestamp();
        List<LoadedInbox> loads = [];
        List<double> turns = [];
        for (int i = 0; Stopwatch.GetElapsedTime(start) < Span; i++)
        {
            loads.Add(await browser.LoadInboxAsync());
            turns.AddRange(await browser.TurnPagesAsync(faxes[i % faxes.Count], StockPages));
        }

        await calling.SayAsync("stop", cancellation);
        await hearing;
        await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        List<(double Confirmed, SeenRow Row)> rows = Live(sent, await browser.SeenAsync());
        List<double> live = [.. rows.Select(one => one.Row.At - one.Confirmed)];
        await calling.EndAsync(cancellation);
        await end.CancelAsync();
        await Task.WhenAll(listening);
        Say($"{sent.Count} faxes came; the others fetched {others.Sum(one => one.Fetched)} rows, "
            + $"{others.Sum(one => one.Failed)} in vain; "
            + $"{loads.Count} loads, {turns.Count} turns, {live.Count} rows");
        others.ForEach(one => one.Dispose());
        if (sent.Find(fax => fax.Failure is not null) is { } failed)
        {
            throw new InvalidOperationException($"a call failed: {failed.Failure}");
        }

        List<double> inboxes = [.. loads.Select(one => one.At)];
        Say($"an inbox, medians: its frame {Median(loads, one => one.Frame):0} ms, scripts "
            + $"{Median(loads, one => one.Asked - one.Frame):0}, answered "
            + $"{Median(loads, one => one.Answered - one.Asked):0}, on screen "
            + $"{Median(loads, one => one.At - one.Answered):0}");
        foreach ((int number, LoadedInbox one) in loads.Index().OrderByDescending(one => one.Item.At).Take(SlowestMax))
        {
            Say($"  slow: inbox {number + 1}: its frame {one.Frame:0} ms, scripts {one.Asked - one.Frame:0}, answered "
                + $"{one.Answered - one.Asked:0}, on screen {one.At - one.Answered:0}");
        }

        Say($"inbox: median {Percentile(inboxes, 50):0} ms; turn: {Percentile(turns, 50):0} ms; live: "
            + $"{Percentile(live, 50):0} ms");
        Say($"a row, medians: its event {Median(rows, one => one.Row.Heard - one.Confirmed):0} ms, asked for "
            + $"{Median(rows, one => one.Row.Asked - one.Row.Heard):0}, answered "
            + $"{Median(rows, one => one.Row.Answered - one.Row.Asked):0}, on screen "
            + $"{Median(rows, one => one.Row.At - one.Row.Answered):0}");
        Figure.Print("portal-inbox-p95", Percentile(inboxes, 95), "ms", 200);
        Figure.Print("portal-turn-p95", Percentile(turns, 95), "ms", 100);
        Figure.Print("portal-live-p95", Percentile(live, 95), "ms", 1000);
    }

    private static async Task HearAsync(ChildProcess calling, List<SentFax> sent, CancellationToken cancellation)
    {
        while (await calling.ReadAsync(cancellation) is { Length: > 0 } line)
        {
            sent.Add(JsonSerializer.Deserialize<SentFax>(line)!);
        }
    }

    // Of the browser's own practice: its lines are the first. A fax is known by its caller's number.
    private static List<(double Confirmed, SeenRow Row)> Live(
        List<SentFax> sent, IReadOnlyDictionary<string, SeenRow> seen)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        long ticks = Stopwatch.GetTimestamp();
        List<(double Confirmed, SeenRow Row)> took = [];
        for (int line = 0; line < Calls / DeskOptions.Tenants; line++)
        {
            int number = 0;
            foreach (SentFax fax in sent.Where(one => one.Line == line))
            {
                string caller = string.Create(CultureInfo.InvariantCulture, $"+1666{line:D3}{number++:D4}");
                double confirmed = (now - Stopwatch.GetElapsedTime(fax.ConfirmedAt, ticks)).ToUnixTimeMilliseconds();
                if (seen.TryGetValue(caller, out SeenRow? row))
                {
                    took.Add((confirmed, row));
                }
                else
                {
                    throw new InvalidOperationException($"a fax on line {line} is in no row");
                }
            }
        }

        return took;
    }

    private static double Median<T>(List<T> all, Func<T, double> took) => Percentile([.. all.Select(took)], 50);

    private static double Percentile(List<double> values, double percent)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN
            : values[Math.Clamp((int)Math.Ceiling(percent / 100 * values.Count) - 1, 0, values.Count - 1)];
    }

    private static void Say(string text) => Console.WriteLine(text);

    private static void Clear()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private const string Help =
        """
        usage: ./bench portal

        A served installation of 5 practices on SQLite in a process of its own; the first has an inbox of 100,000 faxes.
        A second process keeps 100 fax calls going over SIP and T.38; 49 clients hold a live inbox each, and fetch a
        row for each event as the page does. The fiftieth is Debian's chromium with the portal itself, over TLS.

        portal-inbox-p95   from the start of the navigation to the frame that shows the first rows of the inbox
        portal-turn-p95    from the key to the frame that shows the next page in the viewer, at a reader's pace
        portal-live-p95    from the MCF of a fax's last page, as the caller gets it, to the frame that shows its row
        """;
}
