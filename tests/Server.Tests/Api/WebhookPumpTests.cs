// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Webhooks;
using Hermetic.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Tests.Api;

/// <summary>The pump as it runs in the product: by itself.</summary>
public class WebhookPumpTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Pump_Running_DeliversAndStops()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await ApiHost.StartAsync(services: services =>
            services.AddSingleton(new WebhookReach { MayConnect = _ => true, TakesPlainHttp = true }));
        (await host.Client(host.Clerk()).PostAsJsonAsync("/api/v1/webhooks", new { url = receiver.Address }))
            .EnsureSuccessStatusCode();
        using CancellationTokenSource stopping = new();
        Task running = host.Web.Webhooks.RunAsync(stopping.Token);
        await host.ReceiveAsync();
        long began = TimeProvider.System.GetTimestamp();
        while (receiver.All.IsEmpty && TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(100);
        }

        await stopping.CancelAsync();
        await running.WaitAsync(Patience);
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task Pump_BrokenGlass_IsTold()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await ApiHost.StartAsync(services: services =>
            services.AddSingleton(new WebhookReach { MayConnect = _ => true, TakesPlainHttp = true }));
        (await host.Client(host.Clerk()).PostAsJsonAsync(
            "/api/v1/webhooks", new { url = receiver.Address, events = new[] { GlassBreaking.EventName } }))
            .EnsureSuccessStatusCode();
        Guid fax = (await host.ReceiveAsync()).FaxId;
        await host.Installation.Store.Events.AppendAsync(
            host.Tenant, fax, new NewEvent(GlassBreaking.EventKind, host.Installation.Time.GetUtcNow()), default);
        await host.Web.Webhooks.StepAsync(default);

        Assert.Contains(fax.ToString(), Assert.Single(receiver.All).Body, StringComparison.Ordinal);
    }
}
