// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Hermetic.Tidy.Tests;

/// <summary>The arrows of ARCHITECTURE.md, held by the project files and by what the compiler made of them.</summary>
public class DependencyTests
{
    /// <summary>Who may reference whom. A project that is not here has no place in the house yet.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Protocol"] = [],
        ["Telephony"] = ["Protocol"],
        ["Documents"] = ["Durable", "Protocol"],
        ["Durable"] = [],
        ["Ledger"] = ["Durable"],
        ["Vault"] = ["Durable"],
        ["Store"] = [],
        ["Server"] = ["Documents", "Durable", "Ledger", "Protocol", "Store", "Telephony", "Vault"],
        ["Cli"] = ["Documents", "Durable", "Ledger", "Protocol", "Server", "Telephony", "Vault"],
    };

    /// <summary>Protocol is pure: no I/O, no clock, no randomness of its own, no threads.</summary>
    private static readonly string[] ImpureTypes =
    [
        "System.Console", "System.DateTime", "System.DateTimeOffset", "System.TimeProvider", "System.Random",
        "System.Diagnostics.Stopwatch", "System.Diagnostics.Process", "System.Environment",
        "System.Security.Cryptography.RandomNumberGenerator",
    ];

    private static readonly string[] ImpureNamespaces = ["System.IO", "System.Net", "System.Threading"];

    /// <summary>Data shapes of otherwise impure namespaces; none of them can reach outside.</summary>
    private static readonly string[] PureTypes = ["System.Net.IPAddress", "System.Threading.Interlocked"];

    [Fact]
    public void Projects_ReferenceOnlyWhatTheyMay() => Rule.Holds(
        "the dependency rules of ARCHITECTURE.md",
        from project in Projects()
        let name = Path.GetFileNameWithoutExtension(project)
        from reference in Items(project, "ProjectReference")
        let target = Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'))
        where !Allowed.TryGetValue(name, out string[]? allowed) || !allowed.Contains(target)
        select $"{name} references {target}");

    [Fact]
    public void Projects_AreAllDrawn() => Rule.Holds(
        "a project of src/ is named in the rules and in ARCHITECTURE.md",
        from drawing in new[] { Repository.Read("ARCHITECTURE.md") }
        from project in Projects()
        let name = Path.GetFileNameWithoutExtension(project)
        where !Allowed.ContainsKey(name) || !drawing.Contains($"src/{name}", StringComparison.Ordinal)
        select name);

    [Fact]
    public void Protocol_UsesNoPackage() => Assert.Empty(Packages("src/Protocol/Protocol.csproj"));

    [Fact]
    public void Telephony_UsesNoPackage() => Assert.Empty(Packages("src/Telephony/Telephony.csproj"));

    [Fact]
    public void Protocol_AsCompiled_TouchesNothingOutside() => Rule.Holds(
        "Protocol is pure: no I/O, clock, randomness or threads",
        TypesUsedBy("Protocol").Where(type => !PureTypes.Contains(type)).Where(type => ImpureTypes.Contains(type)
            || ImpureNamespaces.Any(space => type.StartsWith(space + ".", StringComparison.Ordinal))));

    private static IEnumerable<string> TypesUsedBy(string project)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string assembly = Path.Combine(
            Repository.Root, "artifacts/bin", project, configuration, $"Hermetic.{project}.dll");
        using PEReader file = new(File.OpenRead(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.TypeReferences
            .Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")
            .Distinct()
            .Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Projects() => Directory.EnumerateFiles(
        Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> Packages(string project) =>
        Items(Path.Combine(Repository.Root, project), "PackageReference");

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(item => (string?)item.Attribute("Include") ?? "");
}
