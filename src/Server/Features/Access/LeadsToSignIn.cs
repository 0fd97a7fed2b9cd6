// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Features.Access;

/// <summary>An endpoint that people open in a browser: who is not signed in is led to where he can, and comes back from
/// there.</summary>
internal sealed class LeadsToSignIn
{
    private const string SignInPath = "/sign-in";

    /// <summary>Leads the browser there; false if it is none that opens a page.</summary>
    public static bool TryLead(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<LeadsToSignIn>() is null || !HttpMethods.IsGet(http.Request.Method)
            || !http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            return false;
        }

        // The page's script goes back to it, and takes nothing but a path of ours.
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = $"{SignInPath}?next={Uri.EscapeDataString(http.Request.Path)}";
        return true;
    }
}
