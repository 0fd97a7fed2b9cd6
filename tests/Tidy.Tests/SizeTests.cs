// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hermetic.Tidy.Tests;

public class SizeTests
{
    private const int FileLinesMax = 400;
    private const int MethodLinesMax = 70;
    private const int ColumnsMax = 120;

    [Fact]
    public void Files_AreReadInOneGo() => Rule.Holds(
        $"a file has at most {FileLinesMax} lines (tables lie apart, in *Table.cs, *Tables.cs or *Vectors.cs; what "
            + "build/add-migration.sh wrote is read as the model that it follows)",
        Written
            .Where(file => file.Lines.Length > FileLinesMax && !IsTable(file.Path))
            .Select(file => $"{file.Path}: {file.Lines.Length} lines"));

    [Fact]
    public void Methods_FitAScreen() => Rule.Holds(
        $"a method has at most {MethodLinesMax} lines",
        from file in Written
        from method in file.All<SyntaxNode>()
        where method is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax
        let span = method.GetLocation().GetLineSpan()
        let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
        where lines > MethodLinesMax
        select $"{file.At(method)}: {lines} lines");

    [Fact]
    public void Lines_AreNoWiderThanTheColumns() => Rule.Holds(
        $"a line has at most {ColumnsMax} columns",
        from file in Written
        from line in file.Lines.Select((text, index) => (Text: text.TrimEnd('\r'), Number: index + 1))
        where line.Text.Length > ColumnsMax
        select $"{file.Path}:{line.Number}: {line.Text.Length} columns");

    [Fact]
    public void Migrations_AreWrittenByTheToolAlone() => Rule.Holds(
        "what is exempt as generated is what EF Core's tool writes: migrations, their designers, the snapshots",
        Repository.Sources
            .Where(file => IsMigration(file.Path))
            .Where(file => !file.All<ClassDeclarationSyntax>().All(type => type.BaseList is null
                || type.BaseList.ToString() is ": Migration" or ": ModelSnapshot"))
            .Concat(Repository.Sources.Where(file => IsMigration(file.Path)
                && !file.Text.Contains("auto-generated", StringComparison.Ordinal)
                && !file.Text.Contains("partial class", StringComparison.Ordinal)))
            .Select(file => file.Path));

    /// <summary>What people wrote. A migration is a tool's account of the model, and nobody edits it.</summary>
    private static IEnumerable<SourceFile> Written => Repository.Sources.Where(file => !IsMigration(file.Path));

    private static bool IsMigration(string path) =>
        path.StartsWith("src/Store/Migrations/", StringComparison.Ordinal);

    private static bool IsTable(string path) =>
        path.EndsWith("Table.cs", StringComparison.Ordinal) || path.EndsWith("Tables.cs", StringComparison.Ordinal)
        || path.EndsWith("Vectors.cs", StringComparison.Ordinal);
}
