// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hermetic.Server.Http;

/// <summary>A form in which something can be had.</summary>
/// <param name="Word">As `?format=` says it, and the file's extension.</param>
/// <param name="ContentType">As `Accept` says it.</param>
internal sealed record FileFormat(string Word, string ContentType)
{
    public static readonly FileFormat Tiff = new("tiff", "image/tiff");
    public static readonly FileFormat Png = new("png", "image/png");
    public static readonly FileFormat Pdf = new("pdf", "application/pdf");
    public static readonly FileFormat Csv = new("csv", "text/csv");

    /// <summary>The form that a request asks for, by `?format=` or else by `Accept` (RFC 9110 §12.5.1); the first of
    /// <paramref name="offered"/> if it does not care.</summary>
    /// <exception cref="ProblemException">It asks for none of them.</exception>
    public static FileFormat Of(HttpContext http, QueryReader query, params FileFormat[] offered)
    {
        (string, FileFormat?)[] words = [.. offered.Select(format => (format.Word, (FileFormat?)format))];
        if (query.Choice("format", null, words) is { } asked)
        {
            return asked;
        }

        IList<MediaTypeHeaderValue> accepted = http.Request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
        {
            return offered[0];
        }

        return offered
            .Select(format => (Format: format, Quality: QualityOf(format, accepted)))
            .Where(one => one.Quality > 0)
            .OrderByDescending(one => one.Quality)
            .Select(one => one.Format)
            .FirstOrDefault() ?? throw new ProblemException(ProblemCode.NotAcceptable,
                $"It is to be had as {string.Join(", ", offered.Select(format => format.ContentType))}.");
    }

    // The most specific range says it: image/png over image/* over */*.
    private static double QualityOf(FileFormat format, IList<MediaTypeHeaderValue> accepted)
    {
        MediaTypeHeaderValue own = new(format.ContentType);
        return accepted.Where(own.IsSubsetOf)
            .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0)
            .Select(range => range.Quality ?? 1)
            .FirstOrDefault();
    }
}
