// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Hermetic.Benchmarks.Codec;
using Hermetic.Vault.Sealing;

namespace Hermetic.Benchmarks.Seal;

/// <summary>Sealed objects against bare AES-256-GCM of the same library over the same buffers, in turn; and how many
/// objects of a page's size all cores seal and open a second.</summary>
internal sealed class SealBench : IBench
{
    private const int LargeBytes = 16 << 20;
    private const int PieceBytes = 64 << 10;
    private const int PageBytes = 40 << 10;
    private const int Rounds = 41;
    private const int PageRounds = 9;
    private const int PagesARound = 10_000;

    private static readonly KeyEpoch Epoch = new(2026, 11, 1);

    private readonly OpeningKey _key = OpeningKey.Generate(Epoch);
    private readonly ObjectBinding _binding = new(Guid.NewGuid(), Guid.NewGuid(), 1, ObjectKind.Page);

    public string Name => "seal";

    public string Summary => "sealed objects against bare AES-256-GCM; pages sealed a second";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        (double seal, double open) = Large(cancellation);
        double openssl = await OpenSslAsync(cancellation);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"openssl speed aes-256-gcm, 64 KiB    {openssl:0.00} GB/s (for information)"));
        Pages(1, cancellation);
        double pages = Pages(Environment.ProcessorCount, cancellation);
        Figure.Print("seal-throughput-vs-raw", Math.Min(seal, open), "x", 0.8);
        Figure.Print("seal-pages", pages, "pages/s", 10_000);
        return 0;
    }

    /// <summary>Medians over the rounds of bare time over ours, sealing and opening.</summary>
    private (double Seal, double Open) Large(CancellationToken cancellation)
    {
        byte[] plain = RandomNumberGenerator.GetBytes(LargeBytes);
        byte[] bare = new byte[LargeBytes + (LargeBytes / PieceBytes * 16)];
        byte[] ours = new byte[SealedObject.SealedLength(LargeBytes)];
        byte[] back = new byte[LargeBytes];
        using AesGcm aes = new(RandomNumberGenerator.GetBytes(32), 16);
        using Sealer sealer = new(TimeProvider.System);
        List<(double Bare, double Ours)> sealing = [], opening = [];
        for (int round = -5; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var seal = (CpuSeconds(() => Encrypt(aes, plain, bare)),
                CpuSeconds(() => sealer.Seal(_key.Public, _binding, plain, ours)));
            var open = (CpuSeconds(() => Decrypt(aes, bare, back)),
                CpuSeconds(() => SealedObject.Open(ours, _key, _binding, back)));
            if (round >= 0)
            {
                sealing.Add(seal);
                opening.Add(open);
            }
        }
        if (!back.AsSpan().SequenceEqual(plain))
        {
            throw new InvalidOperationException("what was sealed did not come back");
        }
        Console.WriteLine("one core, objects of 16 MiB, GB/s   bare   ours  ratio");
        return (Row("seal", sealing), Row("open", opening));
    }

    private double Pages(int cores, CancellationToken cancellation)
    {
        byte[] page = RandomNumberGenerator.GetBytes(PageBytes);
        byte[][] objects = [.. Enumerable.Range(0, cores).Select(_ => new byte[SealedObject.SealedLength(PageBytes)])];
        byte[][] back = [.. Enumerable.Range(0, cores).Select(_ => new byte[PageBytes])];
        using Sealer sealer = new(TimeProvider.System);
        using Sealer alone = new(TimeProvider.System, objectsMax: 1);
        List<double> shared = [], each = [], open = [];
        for (int round = -1; round < PageRounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            double first = OnCores(cores, core => sealer.Seal(_key.Public, _binding, page, objects[core]));
            // An agreement each is what these two cost; a tenth of the pages tells as much.
            double second = OnCores(
                cores, core => alone.Seal(_key.Public, _binding, page, objects[core]), PagesARound / 10);
            double third = OnCores(
                cores, core => SealedObject.Open(objects[core], _key, _binding, back[core]), PagesARound / 10);
            if (round >= 0)
            {
                shared.Add(first);
                each.Add(second);
                open.Add(third);
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"40 KiB pages/s on {cores} core(s)  sealed {Median(shared):0} "
            + $"({Median(shared) * PageBytes / 1e9:0.00} GB/s), with an agreement each {Median(each):0}, "
            + $"opened {Median(open):0}"));
        return Median(shared);
    }

    /// <summary>Pages a second.</summary>
    private static double OnCores(int cores, Action<int> page, int pages = PagesARound)
    {
        int each = pages / cores;
        double seconds = Seconds(() => Parallel.For(0, cores, new ParallelOptions { MaxDegreeOfParallelism = cores },
            core =>
            {
                for (int i = 0; i < each; i++)
                {
                    page(core);
                }
            }));
        return each * cores / seconds;
    }

    private static void Encrypt(AesGcm aes, byte[] plain, byte[] output)
    {
        Span<byte> nonce = stackalloc byte[12];
        for (int at = 0, to = 0; at < plain.Length; at += PieceBytes, to += PieceBytes + 16)
        {
            BitConverter.TryWriteBytes(nonce, at);
            aes.Encrypt(nonce, plain.AsSpan(at, PieceBytes), output.AsSpan(to, PieceBytes),
                output.AsSpan(to + PieceBytes, 16));
        }
    }

    private static void Decrypt(AesGcm aes, byte[] input, byte[] plain)
    {
        Span<byte> nonce = stackalloc byte[12];
        for (int at = 0, from = 0; at < plain.Length; at += PieceBytes, from += PieceBytes + 16)
        {
            BitConverter.TryWriteBytes(nonce, at);
            aes.Decrypt(nonce, input.AsSpan(from, PieceBytes), input.AsSpan(from + PieceBytes, 16),
                plain.AsSpan(at, PieceBytes));
        }
    }

    private static double Row(string what, List<(double Bare, double Ours)> rounds)
    {
        double ratio = Median([.. rounds.Select(round => round.Bare / round.Ours)]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-34} {LargeBytes / 1e9 / Median([.. rounds.Select(round => round.Bare)]),5:0.00}  "
            + $"{LargeBytes / 1e9 / Median([.. rounds.Select(round => round.Ours)]),5:0.00}  {ratio,5:0.00}"));
        return ratio;
    }

    private static async Task<double> OpenSslAsync(CancellationToken cancellation)
    {
        ProcessStartInfo start = new(
            "openssl", ["speed", "-mr", "-seconds", "1", "-bytes", "65536", "-evp", "aes-256-gcm"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process openssl = Process.Start(start)!;
        Task<string> errors = openssl.StandardError.ReadToEndAsync(cancellation);
        string output = await openssl.StandardOutput.ReadToEndAsync(cancellation);
        await errors;
        // +F:22:AES-256-GCM:2912345678.90
        string line = output.Split('\n').Last(text => text.StartsWith("+F:", StringComparison.Ordinal));
        return double.Parse(line.Split(':')[^1], CultureInfo.InvariantCulture) / 1e9;
    }

    private static double CpuSeconds(Action action)
    {
        double started = ThreadClock.Seconds;
        action();
        return ThreadClock.Seconds - started;
    }

    private static double Seconds(Action action)
    {
        long started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
