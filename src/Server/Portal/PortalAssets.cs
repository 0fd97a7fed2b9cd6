// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Hermetic.Server.Features.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Portal;

/// <summary>The portal's scripts, styles and pictures, out of this assembly. They lie under a path that changes with
/// any of them, so that a browser may keep them and never mixes two versions.</summary>
internal sealed partial class PortalAssets
{
    private const string Prefix = "portal/";

    // RFC 8246: what lies under this path never changes.
    private const string KeptForGood = "public, max-age=31536000, immutable";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    // The words that scripts say; words.js alone knows it.
    private const string Said = "said.js";

    // By a language's tag, and by name.
    private readonly FrozenDictionary<string, FrozenDictionary<string, byte[]>> _files;
    private readonly string _version;

    public PortalAssets(Languages languages)
    {
        Assembly assembly = typeof(PortalAssets).Assembly;
        Dictionary<string, byte[]> same = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name => Read(assembly, name));
        string[] keys = [.. same.Where(file => file.Key.EndsWith(".js", StringComparison.Ordinal))
            .SelectMany(file => Sayings().Matches(Encoding.UTF8.GetString(file.Value)))
            .Select(saying => saying.Groups[1].Value)];
        _files = languages.All.ToFrozenDictionary(language => language.Tag, language => same
            .Append(new(Said, language.Module(keys))).ToFrozenDictionary());
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, byte[] bytes) in _files.OrderBy(one => one.Key, StringComparer.Ordinal)
            .SelectMany(one => one.Value.OrderBy(file => file.Key, StringComparer.Ordinal)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{bytes.Length}\0"));
            hash.AppendData(bytes);
        }

        _version = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    /// <summary>Where a file lies for a language: a script beside the words that it says.</summary>
    public string PathOf(Language language, string name) => _files[language.Tag].ContainsKey(name)
        ? $"/{Prefix}{_version}/{language.Tag}/{name}"
        : throw new ArgumentException($"the portal has no file {name}", nameof(name));

    /// <summary>Where all modules lie that some need: a browser that knows them fetches them together, and not one
    /// behind the other.</summary>
    public IReadOnlyList<string> ModulesOf(Language language, IEnumerable<string> scripts)
    {
        SortedSet<string> found = new(StringComparer.Ordinal);
        Stack<string> open = new(scripts);
        while (open.TryPop(out string? name))
        {
            if (found.Add(name))
            {
                foreach (Match import in Imports().Matches(Encoding.UTF8.GetString(_files[language.Tag][name])))
                {
                    open.Push(import.Groups[1].Value);
                }
            }
        }

        return [.. found.Select(name => PathOf(language, name))];
    }

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet($"/{Prefix}{_version}/{{language}}/{{name}}", SendAsync).ExcludeFromDescription()
            .OpenToAll("the same for everybody: part of the program, nothing of anybody");

    private async Task SendAsync(HttpContext http, string language, string name)
    {
        if (!_files.TryGetValue(language, out FrozenDictionary<string, byte[]>? files)
            || !files.TryGetValue(name, out byte[]? bytes))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = Types[Path.GetExtension(name)];
        http.Response.Headers.CacheControl = KeptForGood;
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
    }

    // As the house writes them: at the start of a line, of a file that lies beside.
    [GeneratedRegex("""^import [^"\n]*"\./([a-z-]+\.js)";""", RegexOptions.Multiline)]
    private static partial Regex Imports();

    // A key is always written out: a script has its words, and a test finds it.
    [GeneratedRegex("""\b(?:say|phrase)\("([^"\n]+)""")]
    internal static partial Regex Sayings();

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
