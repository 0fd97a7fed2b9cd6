// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Http;
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

    public static void MapSettings(this IEndpointRouteBuilder routes) => routes.MapGroup("").NeverKept()
        .MapGet("/api/v1/settings", (AskedSettings asked) =>
            TypedResults.Ok(new SettingsView([.. asked.Differences])))
        .RequireScope(Scopes.InstallationOperate).WithName("getSettings").WithTags("Approvals")
        .WithSummary("What the settings file asks for that nobody has approved yet")
        .WithDescription("Listeners and trunks are changed by two people; until then those that were approved are in "
            + "force. The change stands among the approvals.");
}

/// <summary>What waits to be in force, in plain words, without secrets.</summary>
internal sealed record SettingsView(IReadOnlyList<string> Waiting);
