// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;

namespace Hermetic.Benchmarks.Ledger;

/// <summary>Durable appends by many writers on this machine's disk, tree, tiles and checkpoints included; and in turns
/// with them the same group commits bare: the same bytes in the same pieces, written behind each other into one file,
/// each with its fdatasync. The turns are short, so that both meet the same neighbours on the machine.</summary>
internal sealed class LedgerBench : IBench
{
    private const int Writers = 64;
    private const int EntryBytes = 600; // a page disclosure, sealed
    private const int Rounds = 9; // odd: the figure is the middle one
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2.5);

    public string Name => "ledger";

    public string Summary => "durable appends with 64 writers, beside bare fsynced group commits";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        string folder = Path.Combine("artifacts", "bench-ledger");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        Directory.CreateDirectory(Path.Combine(folder, "log"));
        JournalRecorder disk = new(new DiskFiles(Path.Combine(folder, "log")));
        using NoteSigner signer = new("bench.example/ledger", NoteKeyType.Ed25519, RandomNumberGenerator.GetBytes(32));
        LedgerLog.Create(disk, signer);
        List<double> latencies = [];
        List<double> ratios = [];
        TimeSpan busy = TimeSpan.Zero;
        await using (LedgerLog log = LedgerLog.Open(disk, signer, TimeProvider.System, RandomNumberGenerator.GetBytes))
        {
            await AppendAsync(log, TimeSpan.FromSeconds(1), cancellation); // warm
            disk.Take();
            for (int round = 0; round < Rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                List<double> taken = await AppendAsync(log, Round, cancellation);
                TimeSpan ours = Stopwatch.GetElapsedTime(start);
                int[] commits = disk.Take();
                TimeSpan bare = Bare(folder, commits, cancellation);
                latencies.AddRange(taken);
                busy += ours;
                ratios.Add(bare / ours);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"round {round + 1}: {taken.Count / ours.TotalSeconds:F0} appends/s in "
                    + $"{commits.Length / ours.TotalSeconds:F0} commits/s of "
                    + $"{(double)taken.Count / commits.Length:F1}; "
                    + $"bare {commits.Length / bare.TotalSeconds:F0} commits/s"));
            }
            await log.IntegratedAsync(latencies.Count - 1, cancellation);
        }
        Directory.Delete(folder, recursive: true);
        latencies.Sort();
        ratios.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{latencies.Count} appends of {EntryBytes} bytes: p50 {latencies[latencies.Count / 2]:F1} ms, "
            + $"longest {latencies[^1]:F1} ms"));
        Figure.Print("ledger-appends", latencies.Count / busy.TotalSeconds, "/s", 10_000);
        Figure.Print("ledger-p99", latencies[(int)(latencies.Count * 0.99)], "ms", 250);
        Figure.Print("ledger-vs-fsync", ratios[Rounds / 2], "x", 0.5);
        return 0;
    }

    private static async Task<List<double>> AppendAsync(LedgerLog log, TimeSpan span, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        List<double>[] taken = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            byte[] entry = new byte[EntryBytes];
            Random random = new(writer);
            List<double> mine = new(16_384);
            while (Stopwatch.GetElapsedTime(start) < span)
            {
                random.NextBytes(entry);
                long asked = Stopwatch.GetTimestamp();
                await log.AppendAsync(entry, cancellation);
                mine.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }
            return mine;
        }, cancellation)));
        return [.. taken.SelectMany(mine => mine)];
    }

    private static TimeSpan Bare(string folder, int[] commits, CancellationToken cancellation)
    {
        DiskFiles disk = new(folder);
        using IDurableFile file = disk.Open("bare", DurableOpen.CreateOrTruncate);
        disk.FlushFolder("");
        byte[] bytes = RandomNumberGenerator.GetBytes(commits.Append(1).Max());
        long at = 0;
        long start = Stopwatch.GetTimestamp();
        foreach (int count in commits)
        {
            cancellation.ThrowIfCancellationRequested();
            file.Write(at, bytes.AsSpan(0, count));
            file.Flush();
            at += count;
        }
        return Stopwatch.GetElapsedTime(start);
    }
}
