// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Tests.Api;

/// <summary>What came to the receiver.</summary>
internal sealed record Received(string Id, long Timestamp, string[] Signatures, string Body)
{
    /// <summary>By the words of the standard, not by our code.</summary>
    public bool IsSignedBy(string secret)
    {
        byte[] key = Convert.FromBase64String(secret.Replace("whsec_", "", StringComparison.Ordinal));
        byte[] mac = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}"));
        return Signatures.Contains($"v1,{Convert.ToBase64String(mac)}");
    }
}

/// <summary>Somebody's server that takes webhooks, or answers what it is told to.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> All { get; } = new();

    public ConcurrentQueue<int> Answers { get; } = new();

    public string Address => _app.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/hook?token=1";

    public static async Task<WebhookReceiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebhookReceiver receiver = new(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using StreamReader body = new(http.Request.Body);
        All.Enqueue(new Received(
            http.Request.Headers["webhook-id"].ToString(),
            long.Parse(http.Request.Headers["webhook-timestamp"].ToString()),
            http.Request.Headers["webhook-signature"].ToString().Split(' '),
            await body.ReadToEndAsync()));
        http.Response.StatusCode = Answers.TryDequeue(out int status) ? status : 204;
        if (http.Response.StatusCode == 302)
        {
            http.Response.Headers.Location = "/elsewhere";
        }
    }
}
