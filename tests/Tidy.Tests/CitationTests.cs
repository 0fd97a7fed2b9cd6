// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hermetic.Tidy.Tests;

/// <summary>Every timer and limit says where it comes from, or that it is ours and why.</summary>
public partial class CitationTests
{
    [Fact]
    public void TimersAndLimits_CiteTheirSource() => Rule.Holds(
        "a timer or limit cites its clause (T.30 §…, RFC …) or says `our limit` and why, in its comment or its type's",
        from file in Repository.Product
        from named in TimersAndLimits(file)
        where !Cites(named.Node)
        select $"{file.At(named.Node)}: {named.Name}");

    [Fact]
    public void PublicTypes_SayWhatTheyAre() => Rule.Holds(
        "a public type has a summary that says more than its name",
        from file in Repository.Product
        from type in file.All<BaseTypeDeclarationSyntax>()
        where type.Modifiers.Any(modifier => modifier.Text == "public")
        where !type.GetLeadingTrivia().ToFullString().Contains("///", StringComparison.Ordinal)
        select $"{file.At(type)}: {type.Identifier.Text}");

    private static IEnumerable<(SyntaxNode Node, string Name)> TimersAndLimits(SourceFile file)
    {
        foreach (FieldDeclarationSyntax field in file.All<FieldDeclarationSyntax>())
        {
            bool fixedValue = field.Modifiers.Any(modifier => modifier.Text is "const" or "readonly");
            string name = field.Declaration.Variables[0].Identifier.Text;
            if (fixedValue && field.Declaration.Variables[0].Initializer is not null
                && (field.Declaration.Type.ToString() == "TimeSpan" || LimitName().IsMatch(name)))
            {
                yield return (field, name);
            }
        }

        foreach (PropertyDeclarationSyntax property in file.All<PropertyDeclarationSyntax>())
        {
            if (property.Initializer is not null
                && (property.Type.ToString() == "TimeSpan" || LimitName().IsMatch(property.Identifier.Text)))
            {
                yield return (property, property.Identifier.Text);
            }
        }
    }

    private static bool Cites(SyntaxNode node) =>
        Source().IsMatch(node.GetLeadingTrivia().ToFullString())
        || Source().IsMatch(node.GetTrailingTrivia().ToFullString())
        || (node.Parent is TypeDeclarationSyntax type && Source().IsMatch(type.GetLeadingTrivia().ToFullString()));

    [GeneratedRegex("(Max|Maximum|Limit|Timeout|TimeoutMs|TimerMs)$")]
    private static partial Regex LimitName();

    [GeneratedRegex(@"\b[TVXGH]\.\d+|RFC \d+|ISO|CFR|[Oo]ur (limit|limits|choice|default|rule)|Annex|§")]
    private static partial Regex Source();
}
