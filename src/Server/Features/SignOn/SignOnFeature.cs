// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Features.SignOn;

/// <summary>The two doors of the feature: a practice's people sign in by its identity provider.</summary>
internal static class SignOnFeature
{
    public static void AddSignOn(this IServiceCollection services, IReadOnlyList<Uri> privateOrigins)
    {
        services.AddSingleton(new SignOnReach(privateOrigins));
        services.AddSingleton<Issuers>();
        services.AddSingleton<IdTokenCheck>();
        services.AddSingleton<SignOnProviders>();
        services.AddSingleton<ITwoPersonChange, SignOnChange>();
        services.AddSingleton<SignOns>();
        services.AddSingleton<SignOnBindings>();
        services.AddSingleton<SignOnEndpoints>();
        services.AddSingleton<SignOnSettingsEndpoints>();
    }

    public static void MapSignOn(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder people = routes.MapGroup("").NeverKept();
        routes.ServiceProvider.GetRequiredService<SignOnEndpoints>().Map(people);
        routes.ServiceProvider.GetRequiredService<SignOnSettingsEndpoints>().Map(people);
    }
}
