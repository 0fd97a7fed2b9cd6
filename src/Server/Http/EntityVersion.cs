// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>Versions as entity tags (RFC 9110 §8.8.3): only who has seen a thing as it is may change it.</summary>
internal static class EntityVersion
{
    /// <summary>The tag of a version.</summary>
    public static string TagOf(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Ends the request unless its `If-Match` names this version (RFC 9110 §13.1.1).</summary>
    /// <exception cref="ProblemException">It names none, or another.</exception>
    public static void RequireMatch(HttpContext http, int version)
    {
        string match = http.Request.Headers.IfMatch.ToString();
        if (match.Length == 0)
        {
            throw new ProblemException(ProblemCode.MatchRequired);
        }

        if (match != "*" && match != TagOf(version))
        {
            throw Stale();
        }
    }

    /// <summary>The problem of a version that is not there any more.</summary>
    public static ProblemException Stale() => new(
        ProblemCode.Stale, "Somebody changed it since: look at it anew, and send its version in `If-Match`.");
}
