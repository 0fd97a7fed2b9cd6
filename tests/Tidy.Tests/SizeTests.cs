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
        $"a file has at most {FileLinesMax} lines (tables lie apart, in *Table.cs, *Tables.cs or *Vectors.cs)",
        Repository.Sources
            .Where(file => file.Lines.Length > FileLinesMax && !IsTable(file.Path))
            .Select(file => $"{file.Path}: {file.Lines.Length} lines"));

    [Fact]
    public void Methods_FitAScreen() => Rule.Holds(
        $"a method has at most {MethodLinesMax} lines",
        from file in Repository.Sources
        from method in file.All<SyntaxNode>()
        where method is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax
        let span = method.GetLocation().GetLineSpan()
        let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
        where lines > MethodLinesMax
        select $"{file.At(method)}: {lines} lines");

    [Fact]
    public void Lines_AreNoWiderThanTheColumns() => Rule.Holds(
        $"a line has at most {ColumnsMax} columns",
        from file in Repository.Sources
        from line in file.Lines.Select((text, index) => (Text: text.TrimEnd('\r'), Number: index + 1))
        where line.Text.Length > ColumnsMax
        select $"{file.Path}:{line.Number}: {line.Text.Length} columns");

    private static bool IsTable(string path) =>
        path.EndsWith("Table.cs", StringComparison.Ordinal) || path.EndsWith("Tables.cs", StringComparison.Ordinal)
        || path.EndsWith("Vectors.cs", StringComparison.Ordinal);
}
