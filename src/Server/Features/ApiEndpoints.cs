// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;
using Hermetic.Documents;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.AddressBook;
using Hermetic.Server.Features.Broadcasts;
using Hermetic.Server.Features.Disclosures;
using Hermetic.Server.Features.Doctor;
using Hermetic.Server.Features.Events;
using Hermetic.Server.Features.Handling;
using Hermetic.Server.Features.Keys;
using Hermetic.Server.Features.Quotas;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Retention;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Features.Splitting;
using Hermetic.Server.Features.Tenants;
using Hermetic.Server.Features.Trunks;
using Hermetic.Server.Features.Uploads;
using Hermetic.Server.Features.Webhooks;
using Hermetic.Server.Hosting;
using Hermetic.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Scalar.AspNetCore;

namespace Hermetic.Server.Features;

/// <summary>The API of programs: all that is under /api/v1, its description, and a page to look at that.</summary>
internal static class ApiEndpoints
{
    public const string Prefix = "/api/v1";

    private const string Reference = "/scalar";

    // The page and its script come from here, and it can fetch nothing from anywhere else, whatever the script says.
    private const string ReferencePolicy = "default-src 'none'; script-src 'self' 'unsafe-inline'; "
        + "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>What the endpoints need of the host.</summary>
    public static void AddApi(this IServiceCollection services)
    {
        services.AddRouting();
        services.AddSingleton(new ApiLimits());
        services.AddSingleton<RateLimits>();
        services.AddSingleton(new WebhookReach());
        services.AddSingleton(all => all.GetRequiredService<WebhookReach>().Open());
        services.AddSingleton<ConversionSlots>();
        services.AddSingleton<OutboxDoor>(() => throw new ProblemException(ProblemCode.Unavailable));
        services.AddSingleton<TrunkLineDoor>(() => throw new ProblemException(ProblemCode.Unavailable));
        services.AddOpenApiDocument();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            // A misspelt field that is passed over in silence is a field that was asked for in vain.
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
    }

    /// <summary>Maps all of it; gives what sends webhooks, which its host has to run.</summary>
    public static WebhookPump MapApi(
        this IEndpointRouteBuilder routes, Installation installation, ILoggerFactory logs)
    {
        IServiceProvider services = routes.ServiceProvider;
        RouteGroupBuilder api = routes.MapGroup(Prefix).NeverKept();
        api.AddEndpointFilter(services.GetRequiredService<RateLimits>());
        FaxCursors cursors = new(installation.Keys);
        GlassBreaking glass = services.GetRequiredService<GlassBreaking>();
        FaxDoor door = new(installation.Store, glass);
        IdempotencyKeys keys = new(installation.Store, installation.Keys, installation.Sealer, installation.Time);
        HandlingVault vault = new(installation.Keys, installation.Sealer);
        new FaxEndpoints(installation.Reader, installation.Store, door, cursors, vault).Map(api);
        FaxHandlings handlings = MapHandling(api, installation, vault, door, keys);
        new PageEndpoints(installation.Reader, door, handlings, installation.Time).Map(api);
        new GlassEndpoints(installation.Store, glass, services.GetRequiredService<GlassReviews>(), installation.Time)
            .Map(api);
        api.MapTenants(installation);
        new DisclosureEndpoints(
            installation.Ledger, installation.Journal, installation.Store, installation.ReceiptKeys).Map(api);
        EventFeed feed = new(installation.Store, installation.Time);
        new EventEndpoints(feed, installation.Time).Map(api);
        WebhookSecrets secrets = new(installation.Keys, installation.Time);
        WebhookReach reach = services.GetRequiredService<WebhookReach>();
        new WebhookEndpoints(installation.Store, secrets, reach, keys, installation.Journal, installation.Time)
            .Map(api);
        new DeliveryEndpoints(installation.Store, installation.Time).Map(api);
        DocumentOptions documents = new() { Sandbox = new Documents.Sandboxing.Sandbox(installation.Time) };
        Quotas.Quotas quotas = installation.Quotas;
        new UploadEndpoints(
            installation.Uploads, documents, services.GetRequiredService<ConversionSlots>(), quotas).Map(api);
        new CopyEndpoints(installation.Uploads, documents, installation.Reader, door, quotas, keys).Map(api);
        SealedNumbers numbers = new(installation.Keys, installation.Sealer, installation.Store, installation.Time);
        AddressBook.AddressBook book = new(
            installation.Store, installation.Keys, numbers, installation.Journal, installation.Time);
        new AddressBookEndpoints(book, installation.Store, numbers, keys).Map(api);
        JobEndpoints jobs = new(
            installation.Store, installation.Uploads, book, installation.Reader, quotas, keys);
        jobs.Map(api);
        new JobPageEndpoints(jobs, installation.Store, installation.Reader, installation.Journal, installation.Uploads,
            FaxComposer.Of(installation.ForSending(installation.Settings.Line)), installation.Time).Map(api);
        new ReceiptEndpoints(installation.Store, installation.Reader,
            new ReceiptShelf(installation.Keys, installation.Sealer, installation.Blobs), installation.ReceiptKeys)
            .Map(api);
        new BroadcastEndpoints(
            installation.Store, installation.Uploads, book, installation.Reader, quotas, keys).Map(api);
        new UsageEndpoints(installation.Store, quotas, installation.Time).Map(api);
        MapOperating(api, installation);
        MapReference(routes);
        return new WebhookPump(installation.Store, feed,
            new WebhookSender(secrets, services.GetRequiredService<HttpMessageInvoker>(), installation.Time),
            installation.Time, logs.CreateLogger<WebhookPump>());
    }

    // What the operator looks at, and what a practice sees of it.
    private static void MapOperating(RouteGroupBuilder api, Installation installation)
    {
        IServiceProvider services = ((IEndpointRouteBuilder)api).ServiceProvider;
        TrunkBoard board = services.GetRequiredService<TrunkBoard>();
        new TrunkEndpoints(board).Map(api);
        new TestCallEndpoints(new TestCalls(board.Trunks, installation.Journal,
            () => services.GetRequiredService<TrunkLineDoor>()(), installation.Settings.Line.StationId,
            installation.Time)).Map(api);
        InventoryReader inventory = new(
            installation.Settings, installation.Keys, installation.Store, installation.Time);
        new KeyEndpoints(inventory).Map(api);
        api.MapRetention(installation, inventory);
        CancellationToken stopping = services
            .GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        new DoctorEndpoints(new Examination(
            (tell, cancellation) => InstallationDoctor.ExamineAsync(
                installation.Settings, installation.Time, tell, cancellation),
            installation.Time, stopping)).Map(api);
    }

    private static FaxHandlings MapHandling(
        IEndpointRouteBuilder api, Installation installation, HandlingVault vault, FaxDoor door, IdempotencyKeys keys)
    {
        Assignees assignees = new(api.ServiceProvider.GetRequiredService<Accounts>());
        FaxHandlings handlings = new(
            installation.Store, vault, assignees, installation.Journal, installation.Time);
        new HandlingEndpoints(handlings, assignees, installation.Store).Map(api);
        new NoteEndpoints(installation.Store, installation.Reader, door, handlings, vault, keys, installation.Time)
            .Map(api);
        new SplitEndpoints(installation.Store, FaxSplitting.Of(installation), installation.Quotas, keys).Map(api);
        return handlings;
    }

    private static void MapReference(IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json")
            .OpenToAll("it describes the API and holds nothing of anybody");
        routes.MapScalarApiReference(Reference, (options, http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = ReferencePolicy;
            options.Title = "Hermetic API";
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.DisableAgent().DisableMcp();
        }).OpenToAll("it shows the description of the API, and comes whole from this server");
    }
}
