// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Tiles;
using Hermetic.Server.Features;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Retention;
using Hermetic.Server.Features.Settings;
using Hermetic.Server.Features.SignOn;
using Hermetic.Server.Features.Tenants;
using Hermetic.Server.Features.Trunks;
using Hermetic.Server.Features.Webhooks;
using Hermetic.Server.Http;
using Hermetic.Server.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Hosting;

/// <summary>Everything that is served over HTTP. Behind routing stands <see cref="AccessGate"/>; an endpoint that does
/// not say who may use it keeps the server from starting.</summary>
internal sealed class WebHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebHost(WebApplication app, WebhookPump webhooks) => (_app, Webhooks) = (app, webhooks);

    /// <summary>What sends events to webhooks, for as long as somebody runs it.</summary>
    public WebhookPump Webhooks { get; }

    /// <summary>What keeps the line's numbers at what the store says, for as long as somebody runs it.</summary>
    public RouteKeeper Routes => _app.Services.GetRequiredService<RouteKeeper>();

    /// <summary>How the trunks stand.</summary>
    public TrunkBoard Trunks => _app.Services.GetRequiredService<TrunkBoard>();

    /// <summary>What takes rows and bytes away whose keys are gone, for as long as somebody runs it.</summary>
    public ErasureWork Erasure => _app.Services.GetRequiredService<ErasureWork>();

    /// <summary>What erases by itself what is due, where that is wanted, for as long as somebody runs it.</summary>
    public DailyErasing Erasing => _app.Services.GetRequiredService<DailyErasing>();

    public IReadOnlyList<string> Addresses => [.. _app.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    /// <summary>Everything that it serves.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    public static async Task<WebHost> StartAsync(
        Installation installation, Reception reception, ILoggerFactory logs, CancellationToken cancellation,
        Action<IServiceCollection>? services = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(installation.Time);
        builder.Services.AddApi();
        builder.Services.AddAuthenticationCore();
        builder.Services.AddAccess(installation);
        builder.Services.AddTenants(installation, reception, logs);
        builder.Services.AddSingleton(new TrunkBoard(installation.Settings.Line.Trunks, installation.Time));
        builder.Services.AddSettings(installation.Asked);
        builder.Services.AddRetention(installation, logs);
        builder.Services.AddSignOn(installation.Settings.SignOnOrigins);
        builder.Services.AddPortal();
        services?.Invoke(builder.Services);
        builder.WebHost.Listen(installation.Settings.Http, installation.Time);
        WebApplication app = builder.Build();
        // Else the builder puts its own authentication in front of ours: whoever asks for a token would never come to
        // the gate, and each session would be looked up twice.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        app.UseSecurityHeaders(installation.Settings.Http.CertificateFile.Length > 0);
        app.UseHostGuard(installation.Settings.Http);
        app.UseProblems(logs.CreateLogger<WebHost>());
        app.UseRouting();
        app.UseAccessGate();
        MapLedger(app, new LedgerResources(
            installation.Ledger.Tiles, () => installation.Ledger.Latest, () => installation.Ledger.Cosigned));
        MapHealth(app, reception);
        app.MapAccess();
        app.MapSignOn();
        app.MapSettings();
        WebhookPump webhooks = app.MapApi(installation, logs);
        app.MapPortal();
        AccessRules.RequireDecided(app);
        WebHost host = new(app, webhooks);
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return host;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void MapLedger(IEndpointRouteBuilder routes, LedgerResources ledger) =>
        routes.MapMethods("/ledger/{**path}", [HttpMethods.Get, HttpMethods.Head], async (HttpContext http) =>
        {
            string path = (string?)http.GetRouteValue("path") ?? "";
            if (ledger.Find(path) is not { } resource)
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            http.Response.ContentType = resource.ContentType;
            http.Response.Headers.CacheControl = resource.CacheControl;
            http.Response.ContentLength = resource.Bytes.Length;
            if (HttpMethods.IsGet(http.Request.Method))
            {
                await http.Response.Body.WriteAsync(resource.Bytes, http.RequestAborted).ConfigureAwait(false);
            }
        }).OpenToAll("whoever checks the ledger must not need our leave; its entries are sealed");

    // For a supervisor: alive, and able to take a call. Why not is for the log, not for a stranger.
    private static void MapHealth(IEndpointRouteBuilder routes, Reception reception)
    {
        routes.MapGet("/health/live", (HttpContext http) => http.Response.WriteAsync("alive\n", http.RequestAborted))
            .OpenToAll("a supervisor asks; the answer is one word");
        routes.MapGet("/health/ready", (HttpContext http) =>
        {
            bool ready = reception.ClosedBecause is null;
            http.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return http.Response.WriteAsync(ready ? "ready\n" : "not ready\n", http.RequestAborted);
        }).OpenToAll("a supervisor asks; the answer is a word or two");
    }
}
