// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hermetic.Benchmarks.Ingest;
using Hermetic.TestKit.Peers.PostgreSql;

namespace Hermetic.Benchmarks.Desk;

/// <summary>One run on one database: the processes, the spans, and what is made of them.</summary>
internal sealed class DeskRun : IDisposable
{
    /// <summary>Pages of a fax in stock.</summary>
    public const int StockPages = 3;

    /// <summary>How long faxes are put in stock: some hundreds of each practice.</summary>
    public static readonly TimeSpan StockingTime = TimeSpan.FromSeconds(4);

    private const int ViewsAlone = 120; // of each form; within the burst that one account has
    private const int RampSeconds = 12;
    private static readonly TimeSpan Think = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ThinkHeavy = TimeSpan.FromSeconds(0.5);

    private readonly DeskOptions _options;
    private readonly PostgreSqlPeer? _database;
    private readonly DeskContent _content;
    private readonly IReadOnlyList<Guid> _lines;
    private readonly ChildProcess _server;
    private readonly ChildProcess _bare;
    private readonly LiveEvents _events = new();
    private readonly List<SentFax> _sent = [];
    private readonly List<(DeskTally Tally, long From)> _spans = [];
    private DeskLoad _load = new(Think, new DeskTally("warming up"));
    private ServingDesk _desk = null!;
    private string _bareAddress = "";

    public DeskRun(DeskOptions options, string folder, PostgreSqlPeer? database, DeskContent content,
        IReadOnlyList<Guid> lines)
    {
        (_options, _database, _content, _lines) = (options, database, content, lines);
        _server = ChildProcess.Start("desk", ServingProcess.Role, ReceivingSide.ConfigurationIn(folder),
            Text(options.Clients + DeskOptions.Tenants));
        _bare = ChildProcess.Start("desk", BareProcess.Role, Path.Combine(folder, "bare-journal"));
    }

    public async Task MeasureAsync(string store, CancellationToken cancellation)
    {
        _desk = JsonSerializer.Deserialize<ServingDesk>(await _server.ReadAsync(cancellation))!;
        _bareAddress = await _bare.ReadAsync(cancellation);
        await DeskConnection.EnrolOperatorAsync(_desk, cancellation);
        await _events.ListenAsync(_desk, _desk.Sessions.Skip(_options.Clients), cancellation);
        long entries = await LedgerSizeAsync(cancellation);
        List<DeskTally> tallies = await AloneAsync(cancellation);
        await AtWorkAsync(tallies, cancellation);
        await _events.EndAsync();
        entries = await LedgerSizeAsync(cancellation) - entries;
        await _server.EndAsync(cancellation);
        await _bare.EndAsync(cancellation);
        Report(store, tallies, entries);
    }

    public void Dispose()
    {
        _server.Dispose();
        _bare.Dispose();
        _events.Dispose();
    }

    // Nobody else there: what a page view costs by itself.
    private async Task<List<DeskTally>> AloneAsync(CancellationToken cancellation)
    {
        DeskTally warm = new("alone, warming up"), alone = new("alone, one after the other");
        using DeskClient one = new(_desk, 0, _bareAddress, _content, () => _load);
        foreach (DeskTally tally in new[] { warm, alone })
        {
            foreach (string format in new[] { "png", "tiff" })
            {
                _load = new DeskLoad(TimeSpan.Zero, tally);
                (TimeSpan server, TimeSpan database) = Cpu();
                int count = tally == warm ? ViewsAlone / 4 : ViewsAlone;
                await one.ViewAsync(count, format, cancellation);
                (TimeSpan serverAfter, TimeSpan databaseAfter) = Cpu();
                if (tally == alone)
                {
                    Say($"  a page view as {format}, alone: "
                        + $"{(serverAfter - server).TotalMilliseconds / count:0.0} ms of "
                        + $"the server's CPU, {(databaseAfter - database).TotalMilliseconds / count:0.0} of the "
                        + "database server's");
                }
            }
        }

        return [warm, alone];
    }

    private async Task AtWorkAsync(List<DeskTally> tallies, CancellationToken cancellation)
    {
        using ChildProcess calling = ChildProcess.Start("desk", CallingProcess.Role, _desk.Sip, Text(_lines.Count),
            Text(_options.Pages), Text(RampSeconds));
        Task hearing = HearAsync(calling, cancellation);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        List<DeskClient> clients = [];
        _load = new DeskLoad(Think, tallies[0]);
        _spans.Add((tallies[0], Stopwatch.GetTimestamp()));
        for (int i = 0; i < _options.Clients; i++)
        {
            clients.Add(new DeskClient(_desk, i, _bareAddress, _content, () => _load));
        }

        Task[] running = [.. clients.Select(client => client.RunAsync(end.Token))];
        await Task.Delay(TimeSpan.FromSeconds(RampSeconds), cancellation);
        await SpanAsync(tallies, "at work, thinking 3 s", Think, _options.Seconds, calling, cancellation);
        await SpanAsync(tallies, "heavy, thinking 0.5 s", ThinkHeavy, _options.Seconds / 3, calling, cancellation);
        await end.CancelAsync();
        await Task.WhenAll(running);
        clients.ForEach(client => client.Dispose());
        await calling.SayAsync("stop", cancellation);
        await hearing;
        // The last call's end and its event.
        await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        await calling.EndAsync(cancellation);
    }

    private async Task SpanAsync(List<DeskTally> tallies, string name, TimeSpan think, double seconds,
        ChildProcess calling, CancellationToken cancellation)
    {
        DeskTally tally = new(name);
        tallies.Add(tally);
        (TimeSpan server, TimeSpan database) = Cpu();
        TimeSpan callers = calling.Cpu;
        _spans.Add((tally, Stopwatch.GetTimestamp()));
        _load = new DeskLoad(think, tally);
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellation);
        (TimeSpan serverAfter, TimeSpan databaseAfter) = Cpu();
        Say($"  {name}: of {Environment.ProcessorCount} cores the server took "
            + $"{(serverAfter - server).TotalSeconds / seconds:0.00}, the database server "
            + $"{(databaseAfter - database).TotalSeconds / seconds:0.00}, the callers "
            + $"{(calling.Cpu - callers).TotalSeconds / seconds:0.00}; the server has {_server.ResidentMib} MiB; "
            + $"load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
    }

    private async Task HearAsync(ChildProcess calling, CancellationToken cancellation)
    {
        while (await calling.ReadAsync(cancellation) is { Length: > 0 } line)
        {
            _sent.Add(JsonSerializer.Deserialize<SentFax>(line)!);
        }
    }

    private async Task<long> LedgerSizeAsync(CancellationToken cancellation)
    {
        await _server.SayAsync("size", cancellation);
        return long.Parse(await _server.ReadAsync(cancellation), CultureInfo.InvariantCulture);
    }

    private (TimeSpan Server, TimeSpan Database) Cpu() =>
        (_server.Cpu, _database?.ProcessorTime() ?? TimeSpan.Zero);

    private void Report(string store, List<DeskTally> tallies, long entries)
    {
        CountLive();
        tallies.Skip(1).ToList().ForEach(tally => tally.Print());
        int disclosures = tallies.Sum(tally => tally.Disclosures);
        Say($"  {_sent.Count} faxes came over the line; {disclosures} disclosures were seen, {entries} entries are new "
            + "in the ledger");
        if (entries < disclosures)
        {
            throw new InvalidOperationException("something was shown that the ledger does not tell of");
        }

        Say($"{store}:");
        DeskTally work = tallies[2];
        Figure.Print("desk-page-p99", work.Percentile("page ", 99), "ms", 150);
        Figure.Print("desk-live-p99", work.Percentile("live", 99), "ms", 1000);
        Figure.Print("desk-errors", tallies.Sum(tally => tally.Errors), "requests", 0);
    }

    // Each fax that was confirmed has its event, the line's first the first, and so on.
    private void CountLive()
    {
        for (int line = 0; line < _lines.Count; line++)
        {
            IReadOnlyList<(string Type, long At)> heard = _events.Of(_lines[line]);
            int next = 0;
            foreach (SentFax fax in _sent.Where(fax => fax.Line == line))
            {
                DeskTally tally = _spans.Last(span => span.From <= fax.ConfirmedAt || span == _spans[0]).Tally;
                if (fax.Failure is { } failure)
                {
                    tally.Failed($"a call: {failure}");
                    break;
                }

                if (next >= heard.Count || heard[next].Type != "fax.received")
                {
                    tally.Failed($"an event: {(next < heard.Count ? heard[next].Type : "none")} for a received fax");
                    break;
                }

                tally.Took("live", Stopwatch.GetElapsedTime(fax.ConfirmedAt, heard[next++].At).TotalMilliseconds);
            }
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Say(string text) => Console.WriteLine(text);
}
