// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Benchmarks.Desk;

/// <summary>The peer, in a process of its own: a Kestrel with TLS as ours, that asks nobody who he is, and gives as
/// many bytes as it is asked for out of memory. Under `flushed` it first makes a line durable, as any journal
/// must.</summary>
internal static class BareProcess
{
    public const string Role = "--bare";
    private const int BytesMax = 1 << 20;
    private const int LineBytes = 600; // as many as an entry of ours has, sealed

    public static async Task<int> RunAsync(string journal, CancellationToken cancellation)
    {
        byte[] content = new byte[BytesMax];
        new Random(1).NextBytes(content);
        await using FileStream file = new(journal, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.WebHost.Listen(
            new HttpSettings([new IPEndPoint(IPAddress.Loopback, 0)], "", false), TimeProvider.System);
        await using WebApplication app = builder.Build();
        app.MapGet("/bare/{bytes:int}", (HttpContext http, int bytes) => WriteAsync(http, content, bytes));
        app.MapGet("/flushed/{bytes:int}", (HttpContext http, int bytes) =>
        {
            lock (file)
            {
                file.Write(content, 0, LineBytes);
                file.Flush(flushToDisk: true);
            }

            return WriteAsync(http, content, bytes);
        });
        await app.StartAsync(cancellation);
        Console.WriteLine(app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await Console.In.ReadLineAsync(cancellation);
        await app.StopAsync(cancellation);
        return 0;
    }

    private static Task WriteAsync(HttpContext http, byte[] content, int bytes)
    {
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = Math.Min(bytes, BytesMax);
        return http.Response.Body.WriteAsync(content, 0, Math.Min(bytes, BytesMax), http.RequestAborted);
    }
}
