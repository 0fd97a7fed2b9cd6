// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Features.Access;

/// <summary>A JSON answer that nobody on the way keeps: names of people and one-time codes are in some.</summary>
internal sealed class JsonHttpAnswer(object value, int status = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.Headers.CacheControl = "no-store";
        return httpContext.Response.WriteAsJsonAsync(value, value.GetType(), httpContext.RequestAborted);
    }
}
