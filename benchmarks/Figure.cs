// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Benchmarks;

/// <summary>The lines that end a bench: `figure: NAME VALUE UNIT (goal GOAL)`.</summary>
internal static class Figure
{
    public static void Print(string name, double value, string unit, double goal, string goalFormat = "0.0##") =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"figure: {name} {value:0.##} {unit} (goal {goal.ToString(goalFormat, CultureInfo.InvariantCulture)})"));
}
