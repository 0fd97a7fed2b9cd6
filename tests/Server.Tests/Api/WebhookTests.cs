// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Checking;
using Hermetic.Server.Features.Webhooks;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Server.Tests.Api;

/// <summary>Webhooks, from making one to an event that was taken.</summary>
public class WebhookTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Event_OfAFax_IsDeliveredSignedWithIdsAlone()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await StartAsync();
        (Guid id, string secret) = await MakeAsync(host, receiver);
        FaxRecord fax = await host.ReceiveAsync();
        await host.Web.Webhooks.StepAsync(default);
        Received got = Assert.Single(receiver.All);
        Assert.True(got.IsSignedBy(secret));
        Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds(), got.Timestamp);
        JsonNode body = JsonNode.Parse(got.Body)!;
        Assert.Equal(("fax.received", fax.FaxId, fax.LineId),
            ((string)body["type"]!, (Guid)body["data"]!["fax"]!, (Guid?)body["data"]!["line"]));
        Assert.DoesNotContain(Arrivals.Caller[1..], got.Body, StringComparison.Ordinal);
        await host.Web.Webhooks.StepAsync(default);
        Assert.Single(receiver.All);
        JsonNode delivery = Assert.Single((await host.Client(host.Clerk()).JsonAsync(
            $"/api/v1/webhooks/{id}/deliveries"))["deliveries"]!.AsArray())!;
        Assert.Equal(("done", 1), ((string)delivery["state"]!, (int)delivery["attempts"]!));
    }

    [Fact]
    public async Task Delivery_ThatFails_IsTriedAgainLaterEachTimeUnderTheSameId()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await StartAsync();
        (Guid id, _) = await MakeAsync(host, receiver);
        await host.ReceiveAsync();
        receiver.Answers.Enqueue(500);
        receiver.Answers.Enqueue(302);
        await host.Web.Webhooks.StepAsync(default);
        await host.Web.Webhooks.StepAsync(default);
        Assert.Single(receiver.All);
        foreach (TimeSpan wait in WebhookPump.Delays.Take(2))
        {
            _time.Advance(wait);
            await host.Web.Webhooks.StepAsync(default);
        }

        // A redirection is an answer like any other that is not 2xx; it was not followed.
        Assert.Equal(3, receiver.All.Count);
        Assert.Single(receiver.All.Select(one => one.Id).Distinct());
        HttpClient client = host.Client(host.Clerk());
        JsonNode attempts = await client.JsonAsync($"/api/v1/webhooks/{id}/deliveries/1/attempts");
        Assert.Equal([500, 302, 204], attempts["attempts"]!.AsArray().Select(one => (int)one!["status"]!));
        using HttpResponseMessage again = await client.PostAsync(
            $"/api/v1/webhooks/{id}/deliveries/1/replay", null);
        Assert.Equal(202, (int)again.StatusCode);
        await host.Web.Webhooks.StepAsync(default);
        Assert.Equal(4, receiver.All.Count);
        Assert.Single(receiver.All.Select(one => one.Id).Distinct());
    }

    [Fact]
    public async Task Delivery_ThatNobodyTakes_IsGivenUpAndCanBeReplayed()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await StartAsync();
        (Guid id, _) = await MakeAsync(host, receiver);
        await host.ReceiveAsync();
        for (int i = 0; i <= WebhookPump.Delays.Count; i++)
        {
            receiver.Answers.Enqueue(503);
            await host.Web.Webhooks.StepAsync(default);
            _time.Advance(i < WebhookPump.Delays.Count ? WebhookPump.Delays[i] : TimeSpan.FromDays(9));
        }

        await host.Web.Webhooks.StepAsync(default);
        Assert.Equal(WebhookPump.Delays.Count + 1, receiver.All.Count);
        HttpClient client = host.Client(host.Clerk());
        JsonNode given = (await client.JsonAsync($"/api/v1/webhooks/{id}/deliveries"))["deliveries"]![0]!;
        Assert.Equal(("failed", "fax.received"), ((string)given["state"]!, (string)given["type"]!));
        (await client.PostAsync($"/api/v1/webhooks/{id}/deliveries/1/replay", null)).EnsureSuccessStatusCode();
        await host.Web.Webhooks.StepAsync(default);
        Assert.Equal("done", (string)(await client.JsonAsync($"/api/v1/webhooks/{id}/deliveries"))["deliveries"]![0]![
            "state"]!);
    }

    [Fact]
    public async Task Secret_Rotated_OldAndNewSignForADay()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await StartAsync();
        (Guid id, string old) = await MakeAsync(host, receiver);
        using HttpResponseMessage answer = await host.Client(host.Clerk()).PostAsync(
            $"/api/v1/webhooks/{id}/rotate-secret", null);
        string fresh = (string)(await answer.JsonAsync(200))["secret"]!;
        await host.ReceiveAsync();
        await host.Web.Webhooks.StepAsync(default);
        Assert.True(receiver.All.Last().IsSignedBy(old) && receiver.All.Last().IsSignedBy(fresh));
        _time.Advance(WebhookSecrets.OldSecretAge);
        await host.ReceiveAsync();
        await host.Web.Webhooks.StepAsync(default);
        Assert.Equal(2, receiver.All.Count);
        Assert.True(receiver.All.Last().IsSignedBy(fresh) && !receiver.All.Last().IsSignedBy(old));
    }

    [Fact]
    public async Task Webhook_EachChangeOfIt_IsInTheLedgerBySomebody()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        TestSignIn clerk = host.Clerk();
        HttpClient client = host.Client(clerk);
        JsonNode made = await (await client.PostAsJsonAsync(
            "/api/v1/webhooks", new { url = "https://hooks.example.org/in?key=hidden" })).JsonAsync(201);
        string path = $"/api/v1/webhooks/{made["webhook"]!["id"]}";
        await (await client.PatchAsJsonAsync(path, new { state = "suspended" })).JsonAsync(200);
        await (await client.PatchAsJsonAsync(
            path, new { url = "https://other.example.org/", state = "active" })).JsonAsync(200);
        await (await client.PostAsync($"{path}/rotate-secret", null)).JsonAsync(200);
        Assert.Equal(204, (int)(await client.DeleteAsync(path)).StatusCode);

        EntryBody[] told = [.. (await host.EntriesAsync()).Where(one => one.Act == LedgerAct.WebhookChanged)];
        Assert.Equal(
            [
                "webhook.made hooks.example.org", "webhook.changed suspended",
                "webhook.changed other.example.org active", "webhook.secret-renewed", "webhook.closed",
            ],
            told.Select(one => one.What.Query));
        Assert.All(told, one => Assert.Equal(
            (clerk.Caller.ToString(), (string?)made["webhook"]!["id"]),
            (one.Who.Account, Assert.Single(one.What.Shown))));
    }

    [Fact]
    public async Task Webhook_HearsOnlyWhatItAskedForAndNothingOnceItIsGone()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await StartAsync();
        HttpClient client = host.Client(host.Clerk());
        await MakeAsync(host, receiver, new { url = receiver.Address, line = host.Routes[1].Line });
        await MakeAsync(host, receiver, new { url = receiver.Address, events = new[] { "fax.reception-failed" } });
        await host.ReceiveAsync(line: 0);
        await host.ReceiveAsync(line: 2);
        FaxRecord heard = await host.ReceiveAsync(line: 1);
        await host.Web.Webhooks.StepAsync(default);
        Assert.Equal(heard.FaxId, (Guid)JsonNode.Parse(Assert.Single(receiver.All).Body)!["data"]!["fax"]!);
        foreach (JsonNode? one in (await client.JsonAsync("/api/v1/webhooks"))["webhooks"]!.AsArray())
        {
            using HttpResponseMessage gone = await client.DeleteAsync($"/api/v1/webhooks/{one!["id"]}");
            Assert.Equal(204, (int)gone.StatusCode);
        }

        Assert.Empty((await client.JsonAsync("/api/v1/webhooks"))["webhooks"]!.AsArray());
        await host.ReceiveAsync(line: 1);
        await host.Web.Webhooks.StepAsync(default);
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task Webhook_Suspended_WaitsAndLosesNothing()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await StartAsync();
        (Guid id, _) = await MakeAsync(host, receiver);
        HttpClient client = host.Client(host.Clerk());
        await (await client.PatchAsJsonAsync($"/api/v1/webhooks/{id}", new { state = "suspended" })).JsonAsync(200);
        await host.ReceiveAsync();
        await host.Web.Webhooks.StepAsync(default);
        Assert.Empty(receiver.All);
        await (await client.PatchAsJsonAsync($"/api/v1/webhooks/{id}", new { state = "active" })).JsonAsync(200);
        await host.Web.Webhooks.StepAsync(default);
        Assert.Single(receiver.All);
    }

    /// <summary>The name is looked up at the connection itself: one that leads to this machine reaches nothing,
    /// whatever it led to when the webhook was made.</summary>
    [Fact]
    public async Task P4_Webhook_WhoseNameLeadsHere_ReachesNothing()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await ApiHost.StartAsync(_time, services =>
            services.AddSingleton(new WebhookReach { TakesPlainHttp = true }));
        string url = receiver.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        (Guid id, _) = await MakeAsync(host, receiver, new { url });
        await host.ReceiveAsync();
        await host.Web.Webhooks.StepAsync(default);
        Assert.Empty(receiver.All);
        JsonNode attempt = (await host.Client(host.Clerk()).JsonAsync(
            $"/api/v1/webhooks/{id}/deliveries/1/attempts"))["attempts"]![0]!;
        Assert.Equal((null, "address-refused"), ((int?)attempt["status"], (string)attempt["fault"]!));
    }

    [Theory]
    [InlineData("http://example.org/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:192.168.0.1]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://user:password@example.org/")]
    [InlineData("ftp://example.org/")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task P4_Webhook_ToWhereItMustNot_IsNotMade(string url)
    {
        await using ApiHost host = await ApiHost.StartAsync(_time);
        using HttpResponseMessage answer = await host.Client(host.Clerk()).PostAsJsonAsync(
            "/api/v1/webhooks", new { url, events = new[] { "fax.unheard-of" }, line = host.Routes[2].Line });
        JsonNode problem = await answer.ProblemAsync(400, "invalid-request");
        Assert.Equal(["events", "line", "url"], problem["errors"]!.AsObject().Select(error => error.Key).Order());
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::1", false)]
    [InlineData("2001:0:a00:1::1", false)]
    [InlineData("2001:db8::1", false)]
    public void Address_IsPublicOrNot(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task P1_Webhook_ItsAddressAndSecret_LieNowhereInTheClear()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await StartAsync();
        (_, string secret) = await MakeAsync(
            host, receiver, new { url = receiver.Address + "&canary=WEBHOOKCANARY" }, "key-CANARYKEY");
        foreach (string file in host.Files())
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            string text = System.Text.Encoding.Latin1.GetString(bytes);
            Assert.DoesNotContain("WEBHOOKCANARY", text, StringComparison.Ordinal);
            Assert.DoesNotContain("CANARYKEY", text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret[6..], text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Check_OfWebhooks_NamesOneThatWasChanged()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using ApiHost host = await StartAsync();
        (Guid id, _) = await MakeAsync(host, receiver);
        (await host.Client(host.Clerk()).PostAsync($"/api/v1/webhooks/{id}/rotate-secret", null))
            .EnsureSuccessStatusCode();
        Assert.Empty(await CheckAsync());
        WebhookRecord webhook = (await host.Installation.Store.Webhooks.FindAsync(host.Tenant, id, default))!;
        foreach (WebhookRecord changed in new[]
        {
            webhook with { SealedAddress = Flipped(webhook.SealedAddress) },
            webhook with { SealedSecret = Flipped(webhook.SealedSecret) },
            webhook with { SealedOldSecret = Flipped(webhook.SealedOldSecret!) },
        })
        {
            await host.Installation.Store.Webhooks.ChangeAsync(changed, default);
            Assert.EndsWith($"webhook {id}", Assert.Single(await CheckAsync()).Place, StringComparison.Ordinal);
        }

        async Task<IReadOnlyList<CheckFinding>> CheckAsync()
        {
            CheckNotes notes = new();
            await new ColumnCheck(host.Installation, notes).RunAsync(
                (await host.Installation.Store.Tenants.FindAsync(host.Tenant, default))!, default);
            return notes.Report.Findings;
        }

        static byte[] Flipped(byte[] field)
        {
            byte[] other = [.. field];
            other[^1] ^= 1;
            return other;
        }
    }

    private Task<ApiHost> StartAsync() => ApiHost.StartAsync(_time, services =>
        services.AddSingleton(new WebhookReach { MayConnect = _ => true, TakesPlainHttp = true }));

    private static async Task<(Guid Id, string Secret)> MakeAsync(
        ApiHost host, WebhookReceiver receiver, object? body = null, string? key = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/webhooks")
        {
            Content = JsonContent.Create(body ?? new { url = receiver.Address }),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using HttpResponseMessage answer = await host.Client(host.Clerk()).SendAsync(request);
        JsonNode made = await answer.JsonAsync(201);
        Assert.Equal($"/api/v1/webhooks/{made["webhook"]!["id"]}", answer.Headers.Location?.ToString());
        return ((Guid)made["webhook"]!["id"]!, (string)made["secret"]!);
    }
}
