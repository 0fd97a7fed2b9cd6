// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Lines;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sites;
using Hermetic.Server.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.Tenants;

/// <summary>The two doors of the feature: practices with their numbers and sites, by the operator and by their
/// own people.</summary>
internal static class TenantsFeature
{
    public static void AddTenants(
        this IServiceCollection services, Installation installation, Reception reception, ILoggerFactory logs) =>
        services.AddSingleton(_ => new RouteKeeper(
            installation.Store, reception.Routes, installation.SandboxLines, installation.Time,
            logs.CreateLogger<RouteKeeper>()));

    public static void MapTenants(this RouteGroupBuilder api, Installation installation)
    {
        IEndpointRouteBuilder routes = api;
        TenantBook book = new(installation.Keys, installation.Store, installation.Time);
        TenantChanges changes = new(book, installation.Store, installation.Journal,
            routes.ServiceProvider.GetRequiredService<RouteKeeper>(), installation.Time);
        SiteBook siteBook = new(installation.Keys, installation.Store, installation.Time);
        SiteChanges sites = new(siteBook, installation.Store, installation.Journal, installation.Time);
        new TenantEndpoints(book, changes, installation.Store).Map(api);
        new TenantLineEndpoints(book, changes, sites, installation.Store).Map(api);
        new LineEndpoints(new LineReader(book, installation.Store), changes, sites).Map(api);
        new SiteEndpoints(siteBook, sites, installation.Store).Map(api);
    }
}
