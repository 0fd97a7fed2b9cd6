// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Tiles;
using Hermetic.Server.Features.Receiving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Hosting;

/// <summary>What is served over HTTP: the ledger's public files, and whether the server is well. Nothing of a fax, so
/// nobody has to sign in.</summary>
internal sealed class LedgerHost : IAsyncDisposable
{
    /// <summary>Our limit: nothing is ever uploaded here.</summary>
    private const int RequestBytesMax = 1024;

    private readonly WebApplication _app;

    private LedgerHost(WebApplication app) => _app = app;

    public IReadOnlyList<string> Addresses => [.. _app.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    public static async Task<LedgerHost> StartAsync(
        Installation installation, Reception reception, ILoggerFactory logs, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBytesMax;
            foreach (System.Net.IPEndPoint address in installation.Settings.HttpListen)
            {
                kestrel.Listen(address);
            }
        });
        WebApplication app = builder.Build();
        app.UseRouting();
        MapLedger(app, new LedgerResources(
            installation.Ledger.Tiles, () => installation.Ledger.Latest, () => installation.Ledger.Cosigned));
        MapHealth(app, reception);
        LedgerHost host = new(app);
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
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.ContentLength = resource.Bytes.Length;
            if (HttpMethods.IsGet(http.Request.Method))
            {
                await http.Response.Body.WriteAsync(resource.Bytes, http.RequestAborted).ConfigureAwait(false);
            }
        });

    // For a supervisor: alive, and able to take a call. Why not is for the log, not for a stranger.
    private static void MapHealth(IEndpointRouteBuilder routes, Reception reception)
    {
        routes.MapGet("/health/live", (HttpContext http) => http.Response.WriteAsync("alive\n", http.RequestAborted));
        routes.MapGet("/health/ready", (HttpContext http) =>
        {
            bool ready = reception.ClosedBecause is null;
            http.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return http.Response.WriteAsync(ready ? "ready\n" : "not ready\n", http.RequestAborted);
        });
    }
}
