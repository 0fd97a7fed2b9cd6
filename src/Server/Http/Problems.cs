// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>Errors as problem+json (RFC 9457), with a stable `code` beside the type.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    private const string TypePrefix = "urn:hermetic:problem:";

    /// <summary>Writes a problem as the whole answer.</summary>
    /// <param name="http">The request.</param>
    /// <param name="code">What went wrong.</param>
    /// <param name="detail">What to do about it; holds no PHI and no value of the request.</param>
    public static async Task WriteAsync(HttpContext http, ProblemCode code, string? detail = null)
    {
        http.Response.StatusCode = code.Status;
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            type = TypePrefix + code.Code,
            title = code.Title,
            status = code.Status,
            code = code.Code,
            detail,
        });
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted).ConfigureAwait(false);
        }
    }
}
