// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Features.Access;

/// <summary>Stands behind routing and before every endpoint: lets in whom its rule lets in, and nobody else. An
/// endpoint without a rule lets in nobody.</summary>
internal static class AccessGate
{
    public static void UseAccessGate(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (http.GetEndpoint() is not { } endpoint)
        {
            await Problems.WriteAsync(http, ProblemCode.NotFound).ConfigureAwait(false);
            return;
        }

        AccessRule? rule = endpoint.Metadata.GetMetadata<AccessRule>();
        if (rule is { Scope: null, OpenBecause.Length: > 0 } || await AdmitsAsync(http, rule).ConfigureAwait(false))
        {
            await next(http).ConfigureAwait(false);
        }
    });

    private static async Task<bool> AdmitsAsync(HttpContext http, AccessRule? rule)
    {
        if (await CallerOfAsync(http).ConfigureAwait(false) is not { } caller)
        {
            if (LeadsToSignIn.TryLead(http))
            {
                return false;
            }

            // RFC 9110 §11.6.1: says how one may sign in. Which part was wrong is nobody's business.
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.WriteAsync(http, ProblemCode.NotSignedIn).ConfigureAwait(false);
            return false;
        }

        // What is no endpoint of ours is routing's own answer to a wrong method or content type.
        if (http.GetEndpoint() is RouteEndpoint && (rule?.Scope is not { } scope || !caller.Scopes.Contains(scope)))
        {
            await Problems.WriteAsync(http, ProblemCode.NotAllowed).ConfigureAwait(false);
            return false;
        }

        http.Features.Set(caller);
        return true;
    }

    private static async Task<Caller?> CallerOfAsync(HttpContext http)
    {
        IAuthenticationSchemeProvider schemes =
            http.RequestServices.GetRequiredService<IAuthenticationSchemeProvider>();
        if (await schemes.GetDefaultAuthenticateSchemeAsync().ConfigureAwait(false) is not { } scheme)
        {
            return null;
        }

        AuthenticateResult result = await http.AuthenticateAsync(scheme.Name).ConfigureAwait(false);
        return result.Succeeded
            ? Caller.Of(result.Principal, Caller.AddressOf(http))
            : null;
    }
}
