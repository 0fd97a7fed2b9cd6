// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;

namespace Hermetic.Tidy.Tests;

public partial class DocumentTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("SPECS.md")]
    [InlineData("DIVERGENCES.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("SECURITY.md")]
    [InlineData("STYLE.md")]
    [InlineData("LICENSE")]
    public void House_HasItsPapers(string paper) => Assert.True(Repository.Exists(paper), $"{paper} is missing");

    [Fact]
    public void Readme_SaysTheTwoCommandsFirst()
    {
        string readme = Repository.Read("README.md");
        string[] commands = [.. readme.Split('\n')
            .Where(line => line.StartsWith("./", StringComparison.Ordinal))
            .Take(2)];
        Assert.Equal(2, commands.Length);
        Assert.StartsWith("./hermetic demo", commands[0], StringComparison.Ordinal);
        Assert.StartsWith("./test", commands[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Links_LeadSomewhere() => Rule.Holds(
        "a relative link in a paper leads to a file",
        from paper in Papers()
        let folder = Path.GetDirectoryName(paper)!
        from Match link in Link().Matches(File.ReadAllText(paper))
        let target = link.Groups[1].Value
        where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#')
        where !Path.Exists(Path.Combine(folder, target.Split('#')[0]))
        select $"{Path.GetRelativePath(Repository.Root, paper)}: {target}");

    [Fact]
    public void Decisions_AreNumberedWithoutGaps()
    {
        int[] numbers = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs/adr"), "*.md")
            .Select(path => int.Parse(Path.GetFileName(path)[..4], CultureInfo.InvariantCulture))
            .Order()];
        Assert.NotEmpty(numbers);
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
    }

    private static IEnumerable<string> Papers() =>
        Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Directory.EnumerateFiles(
                Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
