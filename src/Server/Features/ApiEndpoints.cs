// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Features;

/// <summary>The API of programs: all that is under /api/v1.</summary>
internal static class ApiEndpoints
{
    public const string Prefix = "/api/v1";

    /// <summary>What the endpoints need of the host.</summary>
    public static void AddApi(this IServiceCollection services) => services.AddRouting();

    /// <summary>Maps all of it.</summary>
    public static void MapApi(this IEndpointRouteBuilder routes, Installation installation)
    {
        RouteGroupBuilder api = routes.MapGroup(Prefix);
        api.AddEndpointFilter(async (context, next) =>
        {
            // Nothing under /api is for a cache: whatever it is, it is somebody's.
            IHeaderDictionary headers = context.HttpContext.Response.Headers;
            headers.CacheControl = "no-store";
            headers.XContentTypeOptions = "nosniff";
            return await next(context).ConfigureAwait(false);
        });
        FaxCursors cursors = new(installation.Keys);
        new FaxEndpoints(installation.Reader, installation.Store, cursors).Map(api);
        new PageEndpoints(installation.Reader, installation.Store).Map(api);
    }
}
