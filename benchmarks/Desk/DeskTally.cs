// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Benchmarks.Desk;

/// <summary>What was seen in one span of the bench: how long each kind of thing took, and what went wrong.</summary>
internal sealed class DeskTally(string name)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, List<double>> _times = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _errors = new(StringComparer.Ordinal);

    public string Name => name;

    /// <summary>Answers that disclosed something: as many entries at least must be in the ledger.</summary>
    public int Disclosures { get; private set; }

    public int Errors
    {
        get
        {
            lock (_lock)
            {
                return _errors.Values.Sum();
            }
        }
    }

    public void Took(string what, double milliseconds, bool discloses = false)
    {
        lock (_lock)
        {
            if (!_times.TryGetValue(what, out List<double>? times))
            {
                _times.Add(what, times = []);
            }

            times.Add(milliseconds);
            Disclosures += discloses ? 1 : 0;
        }
    }

    public void Failed(string what)
    {
        lock (_lock)
        {
            _errors[what] = _errors.GetValueOrDefault(what) + 1;
        }
    }

    /// <summary>How many there were of the kinds that begin so.</summary>
    public int Count(string prefix) => Of(prefix).Count;

    /// <summary>A percentile of all kinds that begin so; NaN if there was none.</summary>
    public double Percentile(string prefix, double percent)
    {
        List<double> times = Of(prefix);
        times.Sort();
        return times.Count == 0 ? double.NaN
            : times[Math.Clamp((int)Math.Ceiling(percent / 100 * times.Count) - 1, 0, times.Count - 1)];
    }

    public void Print()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name,-28} {"count",6} {"p50",8} {"p95",8} {"p99",8} {"max",8}  ms"));
        foreach (string what in Kinds())
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"    {what,-26} {Count(what),6} {Percentile(what, 50),8:0.0} {Percentile(what, 95),8:0.0} "
                + $"{Percentile(what, 99),8:0.0} {Percentile(what, 100),8:0.0}"));
        }

        lock (_lock)
        {
            foreach ((string what, int count) in _errors)
            {
                Console.WriteLine($"    wrong, {count} times: {what}");
            }
        }
    }

    private List<string> Kinds()
    {
        lock (_lock)
        {
            return [.. _times.Keys];
        }
    }

    private List<double> Of(string prefix)
    {
        lock (_lock)
        {
            return [.. _times.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal))
                .SelectMany(one => one.Value)];
        }
    }
}

/// <summary>What the clients do now.</summary>
/// <param name="Think">How long one thinks between two things, on average.</param>
/// <param name="Tally">Where it is counted.</param>
internal sealed record DeskLoad(TimeSpan Think, DeskTally Tally);
