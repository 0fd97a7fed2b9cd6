// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hermetic.Tidy.Tests;

/// <summary>One C# file and its syntax.</summary>
internal sealed record SourceFile(string Path, string Text, string[] Lines, CompilationUnitSyntax Syntax)
{
    public IEnumerable<T> All<T>()
        where T : SyntaxNode => Syntax.DescendantNodes().OfType<T>();

    /// <summary>`path:line` of a node, as editors open it.</summary>
    public string At(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
}
