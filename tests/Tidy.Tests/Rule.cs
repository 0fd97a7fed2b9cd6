// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Tidy.Tests;

/// <summary>Fails with every breach at once, each on its own line.</summary>
internal static class Rule
{
    public static void Holds(string rule, IEnumerable<string> breaches)
    {
        string[] found = [.. breaches];
        Assert.True(found.Length == 0, $"{rule}\n  {string.Join("\n  ", found)}");
    }
}
