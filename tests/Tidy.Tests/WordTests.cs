// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hermetic.Tidy.Tests;

public partial class WordTests
{
    private const string Licence = "// SPDX-License-Identifier: Apache-2.0";

    [Fact]
    public void Files_StartWithTheLicenceLine() => Rule.Holds(
        $"a file starts with `{Licence}`",
        Repository.Sources.Where(file => file.Lines[0].TrimEnd('\r', '\uFEFF') != Licence).Select(file => file.Path));

    [Fact]
    public void Types_AreNamedForWhatTheyAre() => Rule.Holds(
        "no type or folder is a Manager, a Helper, a Util or a Common thing",
        Repository.Sources.SelectMany(file => file.All<BaseTypeDeclarationSyntax>()
            .Where(type => VagueName().IsMatch(type.Identifier.Text))
            .Select(type => $"{file.At(type)}: {type.Identifier.Text}"))
        .Concat(Repository.Sources.Where(file => VagueFolder().IsMatch(file.Path)).Select(file => file.Path)));

    [Fact]
    public void Source_HoldsNoUnfinishedWork() => Rule.Holds(
        "what is not done is said to be not done, in the issue and not in the code",
        Lines(Unfinished()));

    [Fact]
    public void Source_HasNoRegions() => Rule.Holds("no #region", Lines(Region()));

    [Fact]
    public void Tests_AreNeverSkipped() => Rule.Holds("no test is skipped", Lines(Skipped()));

    [Fact]
    public void ProductCode_TakesTimeFromOutside() => Rule.Holds(
        "the product asks no global clock and never sleeps (TimeProvider, or `now` passed in)",
        from file in Repository.Product
        from access in file.All<MemberAccessExpressionSyntax>()
        let text = access.ToString()
        where text is "DateTime.Now" or "DateTime.UtcNow" or "DateTimeOffset.Now" or "DateTimeOffset.UtcNow"
            or "Thread.Sleep" or "Random.Shared" or "Stopwatch.StartNew" or "Stopwatch.GetTimestamp"
        select $"{file.At(access)}: {text}");

    private static IEnumerable<string> Lines(Regex banned) =>
        from file in Repository.Sources
        where !file.Path.StartsWith("tests/Tidy.Tests/", StringComparison.Ordinal)
        from line in file.Lines.Select((text, index) => (Text: text, Number: index + 1))
        where banned.IsMatch(line.Text)
        select $"{file.Path}:{line.Number}: {line.Text.Trim()}";

    [GeneratedRegex("(Manager|Helper|Util|Utils|Utility|Common)$")]
    private static partial Regex VagueName();

    [GeneratedRegex("/(Managers?|Helpers?|Utils?|Utilities|Common|Misc|Implementations)/")]
    private static partial Regex VagueFolder();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException|\bplaceholder\b", RegexOptions.IgnoreCase)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"^\s*#region")]
    private static partial Regex Region();

    [GeneratedRegex(@"\bSkip\s*=\s*""|Assert\.Skip")]
    private static partial Regex Skipped();
}
