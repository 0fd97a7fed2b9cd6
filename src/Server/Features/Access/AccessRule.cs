// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Features.Access;

/// <summary>Who may use an endpoint. Every endpoint has exactly one; without, the server does not start (P4).</summary>
/// <param name="Scope">What the caller must be allowed to do; null if everybody may come.</param>
/// <param name="OpenBecause">Why everybody may come; empty if not.</param>
internal sealed record AccessRule(string? Scope, string OpenBecause);

/// <summary>The two ways to say who may use an endpoint.</summary>
internal static class AccessRules
{
    /// <summary>Only who has this scope.</summary>
    public static T RequireScope<T>(this T endpoint, string scope)
        where T : IEndpointConventionBuilder
    {
        if (!Scopes.All.Contains(scope))
        {
            throw new ArgumentException($"there is no scope {scope}", nameof(scope));
        }

        return endpoint.WithMetadata(new AccessRule(scope, ""));
    }

    /// <summary>Everybody, and why that is right.</summary>
    public static T OpenToAll<T>(this T endpoint, string because)
        where T : IEndpointConventionBuilder
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(because);
        return endpoint.WithMetadata(new AccessRule(null, because));
    }

    /// <summary>Throws unless each endpoint says who may use it.</summary>
    public static void RequireDecided(IEndpointRouteBuilder routes)
    {
        string[] undecided = [.. routes.DataSources.SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.OfType<AccessRule>().Count() != 1)
            .Select(endpoint => endpoint.DisplayName ?? "without a name")];
        if (undecided.Length > 0)
        {
            throw new InvalidOperationException(
                $"nobody decided, or it is decided twice, who may use: {string.Join(", ", undecided)}");
        }
    }
}
