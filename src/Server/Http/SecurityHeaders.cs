// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>What every answer tells a browser: load nothing for it, frame it nowhere, guess no type, tell nobody where
/// it was read, and keep it nowhere unless it says itself that it may be kept.</summary>
internal static class SecurityHeaders
{
    // A page of the portal will say its own; what says nothing may do nothing (W3C CSP Level 3).
    private const string ContentPolicy =
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // RFC 6797 §6.1: for two years, with all below; who has TLS once has it for good.
    private const string TransportPolicy = "max-age=63072000; includeSubDomains";

    /// <param name="app">The pipeline; first in it.</param>
    /// <param name="hasOwnCertificate">The server has a certificate of the operator's. Not for a self-made one: on
    /// localhost the browser would hold every other program there to it.</param>
    public static void UseSecurityHeaders(this IApplicationBuilder app, bool hasOwnCertificate) => app.Use(
        (http, next) =>
        {
            // At the last moment, so that nothing that clears an answer clears them.
            http.Response.OnStarting(() =>
            {
                Add(http.Response.Headers, hasOwnCertificate);
                return Task.CompletedTask;
            });
            return next(http);
        });

    private static void Add(IHeaderDictionary headers, bool hasOwnCertificate)
    {
        headers.TryAdd("Content-Security-Policy", ContentPolicy);
        headers.TryAdd("Cache-Control", "no-store");
        headers["X-Content-Type-Options"] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        if (hasOwnCertificate)
        {
            headers["Strict-Transport-Security"] = TransportPolicy;
        }
    }
}
