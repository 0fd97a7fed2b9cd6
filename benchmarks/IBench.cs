// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Benchmarks;

/// <summary>One whole-path comparison with a peer in the same run. Found by reflection.</summary>
internal interface IBench
{
    /// <summary>Name on the command line, as in `./bench NAME`.</summary>
    string Name { get; }

    /// <summary>What it measures, in one line.</summary>
    string Summary { get; }

    /// <summary>Runs, prints its table and ends with its figure lines (<see cref="Figure.Print"/>). Exit
    /// code.</summary>
    Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation);
}
