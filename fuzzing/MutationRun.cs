// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace Hermetic.Fuzzing;

/// <summary>A bounded run from a seed: mutates the corpus, feeds each target, and holds it to its oracle, to a CPU
/// budget
/// an input and to a ceiling of memory. Coverage guides nothing here (that is `./fuzz`'s AFL mode); being replayable
/// from the seed is what this is for.</summary>
internal static class MutationRun
{
    /// <summary>Our limit: CPU time one input may take. Generous, since it catches hangs and not slowness.</summary>
    private static readonly TimeSpan InputCpuMax = TimeSpan.FromSeconds(2);

    /// <summary>Our limit: what the heap may grow by over a target's whole run, after collection.</summary>
    private const long GrowthBytesMax = 64 << 20;

    private const int InputBytesMax = 64 << 10;

    public static int Run(IReadOnlyList<IFuzzTarget> targets, string[] options)
    {
        int inputs = int.Parse(Option(options, "--inputs") ?? "10000", CultureInfo.InvariantCulture);
        int seed = int.Parse(Option(options, "--seed") ?? "1", CultureInfo.InvariantCulture);
        string corpus = Option(options, "--corpus") ?? Path.Combine("fuzzing", "corpus");
        int failed = 0;
        foreach (IFuzzTarget target in targets)
        {
            failed += RunTarget(target, inputs, seed, Path.Combine(corpus, target.Name)) ? 0 : 1;
        }

        int held = targets.Count - failed;
        Console.WriteLine($"fuzz: {held} targets held, {failed} failed, {inputs} inputs each, seed {seed}");
        return failed == 0 ? 0 : 1;
    }

    private static bool RunTarget(IFuzzTarget target, int inputs, int seed, string folder)
    {
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
        if (files.Length == 0)
        {
            Console.WriteLine($"{target.Name}: no corpus in {folder}");
            return false;
        }

        Array.Sort(files, StringComparer.Ordinal);
        byte[][] seeds = [.. files.Select(File.ReadAllBytes)];
        Mutator mutator = new(seeds, seed, InputBytesMax);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < inputs; i++)
        {
            ReadOnlySpan<byte> input = i < seeds.Length ? seeds[i] : mutator.Next();
            if (!RunOne(target, input, i))
            {
                return false;
            }
        }

        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        if (growth > GrowthBytesMax)
        {
            Console.WriteLine($"{target.Name}: the heap grew by {growth >> 20} MiB in {inputs} inputs");
            return false;
        }

        Console.WriteLine($"{target.Name}: {inputs} inputs held");
        return true;
    }

    private static bool RunOne(IFuzzTarget target, ReadOnlySpan<byte> input, int number)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            target.Run(input);
        }
        catch (Exception failure)
        {
            Console.WriteLine($"{target.Name}: input {number}: {failure}");
            Console.WriteLine($"{target.Name}: in hex: {Convert.ToHexString(input)}");
            return false;
        }

        if (Stopwatch.GetElapsedTime(started) < InputCpuMax || !StillSlow(target, input))
        {
            return true;
        }

        Console.WriteLine($"{target.Name}: input {number} takes over {InputCpuMax.TotalSeconds} s of CPU");
        Console.WriteLine($"{target.Name}: in hex: {Convert.ToHexString(input)}");
        return false;
    }

    // The machine may have stalled: only the processor time of a second try counts.
    private static bool StillSlow(IFuzzTarget target, ReadOnlySpan<byte> input)
    {
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        target.Run(input);
        self.Refresh();
        return self.TotalProcessorTime - before > InputCpuMax;
    }

    private static string? Option(string[] options, string name)
    {
        int at = Array.IndexOf(options, name);
        return at >= 0 && at + 1 < options.Length ? options[at + 1] : null;
    }
}
