// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Features.Settings;

/// <summary>The two doors of the feature: listeners and trunks are changed by two people.</summary>
internal static class SettingsFeature
{
    public static void AddSettings(this IServiceCollection services, AskedSettings asked)
    {
        services.AddSingleton(asked);
        services.AddSingleton<ApprovedSettings>();
        services.AddSingleton<ITwoPersonChange, SettingsChange>();
    }

    public static void MapSettings(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/settings",
        (AskedSettings asked) => new JsonHttpAnswer(new { waiting = asked.Differences }))
        .RequireScope(Scopes.InstallationOperate).ExcludeFromDescription();
}
