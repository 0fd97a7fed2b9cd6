// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>What endpoints say of themselves, for the OpenAPI document.</summary>
internal static class EndpointWords
{
    /// <summary>It answers with a file in one of these forms.</summary>
    public static RouteHandlerBuilder ProducesFile(this RouteHandlerBuilder endpoint, params FileFormat[] formats) =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(
            StatusCodes.Status200OK, typeof(byte[]), [.. formats.Select(format => format.ContentType)]));
}
