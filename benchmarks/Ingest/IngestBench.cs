// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using Hermetic.Benchmarks.Calls;
using Hermetic.Durable;
using Hermetic.TestKit.Peers.PostgreSql;

namespace Hermetic.Benchmarks.Ingest;

/// <summary>Whole faxes from the decoded page to the durable record, many calls at once, by the product's own receiving
/// path on an installation of its own: each page sealed, durable and recorded before it would be confirmed, then the
/// end of fax and call with the event. On SQLite and on a PostgreSQL that flushes as in production; and in turns with
/// them as many octets as bare files, each flushed and named durably: what the disk gives without a record.</summary>
internal sealed class IngestBench : IBench
{
    private const int Calls = 64;
    private const int PagesAFax = 3;
    private const int Rounds = 5; // odd: the figure is the middle one
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan BareRound = TimeSpan.FromSeconds(1);
    private static readonly string Folder = Path.GetFullPath(Path.Combine("artifacts", "bench-ingest"));

    public string Name => "ingest";

    public string Summary => "whole faxes of 3 pages, 64 calls at once, on SQLite and PostgreSQL, beside bare files";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        BenchPages pages = BenchPages.Draw(PagesAFax);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Calls} calls at once, {PagesAFax} pages a fax, {pages.BytesPerPage / 1024:F1} KiB a page in T.6"));
        Clear();
        double? sqlite = arguments.Contains("postgres") ? null
            : await MeasureAsync("SQLite", null, pages, cancellation);
        double? postgres = null;
        if (!arguments.Contains("sqlite"))
        {
            await using PostgreSqlPeer server = await PostgreSqlPeer.StartAsync();
            postgres = await MeasureAsync("PostgreSQL", server, pages, cancellation);
        }
        Clear();
        Print("ingest-sqlite", sqlite, 200);
        Print("ingest-postgres", postgres, 300);
        return 0;
    }

    // At the very end, and before it all: ext4 gives an inode that was just freed not out again for seconds, and
    // searching past thousands of them would be charged to the next round.
    private static void Clear()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static void Print(string figure, double? faxes, double goal)
    {
        if (faxes is { } measured)
        {
            Figure.Print(figure, measured, "faxes/s", goal);
        }
    }

    private static async Task<double> MeasureAsync(string store, PostgreSqlPeer? server, BenchPages pages,
        CancellationToken cancellation)
    {
        string folder = Path.Combine(Folder, store);
        Directory.CreateDirectory(folder);
        List<double> rates = [];
        await using (ReceivingSide side = await ReceivingSide.OpenAsync(folder, server, pages, cancellation))
        {
            await side.ReceiveAsync(Calls, TimeSpan.FromSeconds(3), cancellation); // warm
            for (int round = 1; round <= Rounds; round++)
            {
                TimeSpan used = ProcessTime();
                TimeSpan usedByServer = server?.ProcessorTime() ?? TimeSpan.Zero;
                long start = Stopwatch.GetTimestamp();
                int faxes = await side.ReceiveAsync(Calls, Round, cancellation);
                TimeSpan took = Stopwatch.GetElapsedTime(start);
                rates.Add(faxes / took.TotalSeconds);
                used = ProcessTime() - used;
                usedByServer = (server?.ProcessorTime() ?? TimeSpan.Zero) - usedByServer;
                double bare = Bare(Path.Combine(folder, $"bare{round}"), side.PageBytes, cancellation);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{store} round {round}: {rates[^1]:F0} faxes/s, "
                    + $"{used.TotalMilliseconds / faxes:F2} ms of CPU a fax "
                    + $"and {usedByServer.TotalMilliseconds / faxes:F2} of the database server's; "
                    + $"bare files {bare / PagesAFax:F0} faxes/s"));
            }
            await side.CheckAsync(cancellation);
        }
        rates.Sort();
        return rates[Rounds / 2];
    }

    private static TimeSpan ProcessTime() => Process.GetCurrentProcess().TotalProcessorTime;

    /// <summary>Files a second.</summary>
    private static double Bare(string folder, int bytes, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        DiskFiles disk = new(folder);
        byte[] page = new byte[bytes];
        new Random(1).NextBytes(page);
        int files = 0;
        long start = Stopwatch.GetTimestamp();
        Thread[] writers = [.. Enumerable.Range(0, Calls).Select(writer => new Thread(() =>
        {
            string own = $"{writer}";
            disk.EnsureFolder(own);
            for (int i = 0; Stopwatch.GetElapsedTime(start) < BareRound; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                disk.Replace($"{own}/{i}", page);
                Interlocked.Increment(ref files);
            }
        }))];
        Array.ForEach(writers, writer => writer.Start());
        Array.ForEach(writers, writer => writer.Join());
        return files / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
