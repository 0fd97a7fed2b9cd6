// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hermetic.Server.Portal;

/// <summary>The languages that the portal speaks.</summary>
/// <param name="all">These, the one for everybody else first.</param>
internal sealed class Languages(IReadOnlyList<Language> all)
{
    private const string English = "en";
    private const string Prefix = "portal-words/";
    private const string Extension = ".json";

    /// <summary>All of them; English first.</summary>
    public IReadOnlyList<Language> All { get; } = all;

    /// <summary>Those in this assembly.</summary>
    public static Languages Ours()
    {
        Language english = Read(English, null);
        return new([english, .. from name in typeof(Languages).Assembly.GetManifestResourceNames()
            where name.StartsWith(Prefix, StringComparison.Ordinal)
            let tag = name[Prefix.Length..^Extension.Length]
            where tag != English
            orderby tag
            select Read(tag, english)]);
    }

    /// <summary>The one that whoever asks understands best, as its browser says (RFC 9110 §12.5.4).</summary>
    public Language Of(HttpRequest request)
    {
        if (All.Count > 1)
        {
            foreach (StringWithQualityHeaderValue range in request.GetTypedHeaders().AcceptLanguage
                .Where(range => range.Quality is not 0).OrderByDescending(range => range.Quality ?? 1))
            {
                if (Find(range.Value.Value ?? "") is { } found)
                {
                    return found;
                }
            }
        }

        return All[0];
    }

    // RFC 4647 §3.4: a range that nothing fits is looked up again without its last part.
    private Language? Find(string range)
    {
        while (range.Length > 0)
        {
            if (All.FirstOrDefault(one => one.Tag.Equals(range, StringComparison.OrdinalIgnoreCase)) is { } found)
            {
                return found;
            }

            range = range[..Math.Max(0, range.LastIndexOf('-'))];
        }

        return null;
    }

    private static Language Read(string tag, Language? fallback)
    {
        Assembly assembly = typeof(Languages).Assembly;
        using Stream file = assembly.GetManifestResourceStream($"{Prefix}{tag}{Extension}")!;
        return Language.Read(tag, file, fallback);
    }
}
