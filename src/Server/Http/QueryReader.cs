// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>Reads a request's query and notes all that is wrong with it, so that a program hears of everything at once:
/// each field by its name, with what it takes. No value that came is said back.</summary>
internal sealed class QueryReader(HttpContext http)
{
    private readonly Dictionary<string, string[]> _errors = [];
    private readonly HashSet<string> _known = [];

    /// <summary>One of some words; <paramref name="absent"/> if it is not there.</summary>
    public T Choice<T>(string name, T absent, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (Text(name) is not { } text)
        {
            return absent;
        }

        foreach ((string word, T value) in choices)
        {
            if (word == text)
            {
                return value;
            }
        }

        List<string> words = [];
        foreach ((string word, _) in choices)
        {
            words.Add(word);
        }

        Complain(name, $"takes one of: {string.Join(", ", words)}");
        return absent;
    }

    /// <summary>A whole number; <paramref name="absent"/> if it is not there.</summary>
    public int Number(string name, int absent, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return absent;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value >= least && value <= most)
        {
            return value;
        }

        Complain(name, $"takes a whole number from {least} to {most}");
        return absent;
    }

    /// <summary>An id; null if it is not there.</summary>
    public Guid? Id(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out Guid id))
        {
            return id;
        }

        Complain(name, "takes an id, as in 019aa7c0-5a3e-7c41-9c1e-0123456789ab");
        return null;
    }

    /// <summary>An instant (RFC 3339); null if it is not there.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset at))
        {
            return at;
        }

        Complain(name, "takes an instant as in 2026-11-24T09:30:00Z");
        return null;
    }

    /// <summary>Any text; null if it is not there.</summary>
    public string? Text(string name)
    {
        _known.Add(name);
        if (!http.Request.Query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values))
        {
            return null;
        }

        if (values.Count == 1)
        {
            return values[0] ?? "";
        }

        Complain(name, "stands here more than once");
        return null;
    }

    /// <summary>Notes what is wrong with a field.</summary>
    public void Complain(string name, string takes) => _errors.TryAdd(name, [takes]);

    /// <summary>Ends the request if anything was wrong, or something stands there that nobody asked for.</summary>
    public void Finish()
    {
        // A name that nobody knows may be anything, so it is not said back.
        if (http.Request.Query.Keys.Any(key => !_known.Contains(key)))
        {
            Complain("query", $"takes only: {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }

        ProblemException.ThrowIf(_errors);
    }
}
