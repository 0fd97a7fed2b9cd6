// SPDX-License-Identifier: Apache-2.0
using Microsoft.CodeAnalysis.CSharp;

namespace Hermetic.Tidy.Tests;

/// <summary>The repository as it lies on disk, parsed once for all the rules.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file of ours, with its path from the root in forward slashes.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. new[] { "src", "tests", "benchmarks", "fuzzing" }.SelectMany(ReadFolder)];

    /// <summary>The files of the product alone.</summary>
    public static IEnumerable<SourceFile> Product =>
        Sources.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    private static IEnumerable<SourceFile> ReadFolder(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(full => (Full: full, Path: Path.GetRelativePath(Root, full).Replace('\\', '/')))
            .Where(file => !file.Path.Contains("/obj/", StringComparison.Ordinal))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select(file => Parse(file.Path, File.ReadAllText(file.Full)));

    private static SourceFile Parse(string path, string text) =>
        new(path, text, text.Split('\n'), CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot());

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Hermetic.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("no Hermetic.slnx above " + AppContext.BaseDirectory);
    }
}
