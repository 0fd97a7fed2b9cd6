// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Benchmarks;

/// <summary>The lines that end a bench: `figure: NAME VALUE UNIT (goal GOAL)`.</summary>
internal static class Figure
{
    public static void Print(string name, double value, string unit, double goal) =>
        Print(name, value, unit, goal.ToString("0.0##", CultureInfo.InvariantCulture));

    /// <summary>The same with a goal that is a whole number.</summary>
    public static void Print(string name, double value, string unit, int goal) =>
        Print(name, value, unit, goal.ToString(CultureInfo.InvariantCulture));

    private static void Print(string name, double value, string unit, string goal) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"figure: {name} {value:0.##} {unit} (goal {goal})"));
}
