// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Keys;
using Hermetic.Server.Features.Tenants;
using Hermetic.Server.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.Retention;

/// <summary>The two doors of the feature: how long faxes are kept, and their end.</summary>
internal static class RetentionFeature
{
    public static void AddRetention(
        this IServiceCollection services, Installation installation, ILoggerFactory logs)
    {
        services.AddSingleton<ITwoPersonChange, RetentionChange>();
        DueMonths due = new(installation.Keys, installation.Store, installation.Time);
        services.AddSingleton(due);
        services.AddSingleton(new DueErasing(installation, due));
        services.AddSingleton(_ => new ErasureWork(
            new ErasureSweep(installation.Keys, installation.Store, installation.Blobs, installation.Time),
            installation.Time, logs.CreateLogger<ErasureWork>()));
        services.AddSingleton(provider => new DailyErasing(provider.GetRequiredService<DueErasing>(),
            provider.GetRequiredService<ErasureWork>(), installation.Time, logs.CreateLogger<DailyErasing>()));
    }

    public static void MapRetention(
        this RouteGroupBuilder api, Installation installation, InventoryReader inventory)
    {
        IServiceProvider services = ((IEndpointRouteBuilder)api).ServiceProvider;
        DueMonths due = services.GetRequiredService<DueMonths>();
        new KeptMonthEndpoints(inventory, due, installation.Store).Map(api);
        new RetentionEndpoints(installation.Store, due, services.GetRequiredService<Approvals>(),
            installation.Journal, installation.Time).Map(api);
        new EraseDueEndpoints(due, services.GetRequiredService<DueErasing>(),
            services.GetRequiredService<ErasureWork>(),
            new TenantBook(installation.Keys, installation.Store, installation.Time), installation.Store,
            installation.Time).Map(api);
    }
}
