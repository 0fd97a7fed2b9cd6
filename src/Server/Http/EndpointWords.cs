// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Http;

/// <summary>What endpoints say of themselves, for the OpenAPI document.</summary>
internal static class EndpointWords
{
    /// <summary>It answers with a file in one of these forms.</summary>
    public static RouteHandlerBuilder ProducesFile(this RouteHandlerBuilder endpoint, params FileFormat[] formats) =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(
            StatusCodes.Status200OK, typeof(byte[]), [.. formats.Select(format => format.ContentType)]));

    /// <summary>Nothing of it is for a cache: whatever it is, it is somebody's.</summary>
    public static RouteGroupBuilder NeverKept(this RouteGroupBuilder group) =>
        group.AddEndpointFilter((context, next) =>
        {
            IHeaderDictionary headers = context.HttpContext.Response.Headers;
            headers.CacheControl = "no-store";
            headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
}
