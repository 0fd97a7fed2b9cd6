// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Features.Access;

/// <summary>The cookie that holds a session's secret, and whether a browser sends it for a page of ours.</summary>
internal static class SessionCookie
{
    /// <summary>The prefix binds it to this host, the root path and TLS (RFC 6265bis §4.1.3.2).</summary>
    public const string Name = "__Host-hermetic";

    private static readonly CookieOptions Options = new()
    {
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        IsEssential = true,
    };

    public static string? Read(HttpRequest request) => request.Cookies[Name];

    public static void Write(HttpResponse response, string secret) => response.Cookies.Append(Name, secret, Options);

    public static void Clear(HttpResponse response) => response.Cookies.Delete(Name, Options);

    /// <summary>False if a browser says that another site's page sends this (W3C Fetch Metadata; RFC 6454 §7). A cookie
    /// comes by itself, so it counts for nothing there; a program without a browser says neither.</summary>
    public static bool IsFromOurPages(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        string origin = request.Headers.Origin.ToString();
        return site is "" or "same-origin" or "none"
            && (origin.Length == 0 || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.Ordinal));
    }
}
