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
        Dictionary<string, byte[]> written = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name => Read(assembly, name));
        Dictionary<string, string> modules = written.Where(file => IsScript(file.Key))
            .ToDictionary(file => file.Key, file => Encoding.UTF8.GetString(file.Value));
        _files = languages.All.ToFrozenDictionary(language => language.Tag, language => written
            .Where(file => !IsScript(file.Key))
            .Concat(PortalPage.All.DistinctBy(page => page.Bundle).Select(page => KeyValuePair.Create(
                page.Bundle, Encoding.UTF8.GetBytes(ScriptOf(page, language, modules)))))
            .ToFrozenDictionary());
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, byte[] bytes) in _files.OrderBy(one => one.Key, StringComparer.Ordinal)
            .SelectMany(one => one.Value.OrderBy(file => file.Key, StringComparer.Ordinal)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{bytes.Length}\0"));
            hash.AppendData(bytes);
        }

        _version = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    /// <summary>Where a file lies for a language: a script has the words that it says.</summary>
    public string PathOf(Language language, string name) => _files[language.Tag].ContainsKey(name)
        ? $"/{Prefix}{_version}/{language.Tag}/{name}"
        : throw new ArgumentException($"the portal has no file {name}", nameof(name));

    /// <summary>What lies there.</summary>
    public ReadOnlyMemory<byte> BytesOf(Language language, string name) => _files[language.Tag][name];

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

    // A page's modules as one, with the words that they say and no others.
    private static string ScriptOf(PortalPage page, Language language, Dictionary<string, string> modules)
    {
        string[] keys = [.. ScriptBundle.NeededBy(page.Scripts, name => name == Said ? "" : modules[name])
            .Where(name => name != Said)
            .SelectMany(name => Sayings().Matches(modules[name]))
            .Select(saying => saying.Groups[1].Value)];
        string said = Encoding.UTF8.GetString(language.Module(keys));
        return ScriptBundle.Of(page.Scripts, name => name == Said ? said : modules[name]);
    }

    private static bool IsScript(string name) => name.EndsWith(".js", StringComparison.Ordinal);

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
