// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Features.SignOn;

/// <summary>Binds a sign-on to the browser that began it: a state or a code that somebody else brings there is worth
/// nothing (RFC 9700 §4.7). Lax, because it is read when the provider sends the browser back.</summary>
internal static class SignOnCookie
{
    public const string Name = "__Host-hermetic-sign-on";

    private static readonly CookieOptions Options = new()
    {
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
        MaxAge = SignOns.Lifetime,
    };

    public static string? Read(HttpRequest request) => request.Cookies[Name];

    public static void Write(HttpResponse response, string secret) => response.Cookies.Append(Name, secret, Options);

    public static void Clear(HttpResponse response) => response.Cookies.Delete(Name, Options);
}
