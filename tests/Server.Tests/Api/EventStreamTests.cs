// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Hermetic.Server.Features.Access;
using Hermetic.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Tests.Api;

/// <summary>Server-sent events.</summary>
public class EventStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private volatile bool _isLive = true;

    [Fact]
    public async Task Events_OfFaxes_ComeAsTheyHappenWithIdsAlone()
    {
        await using ApiHost host = await StartAsync();
        using StreamReader stream = await OpenAsync(host, host.Clerk(), null);
        FaxRecord fax = await host.ReceiveAsync();
        JsonNode told = await NextAsync(stream);
        Assert.Equal((1, "fax.received", fax.FaxId, fax.LineId),
            ((long)told["sequence"]!, (string)told["type"]!, (Guid)told["fax"]!, (Guid?)told["line"]));
        Assert.Equal(["sequence", "type", "occurredAt", "fax", "line", "broadcast"],
            told.AsObject().Select(field => field.Key));
    }

    [Fact]
    public async Task Events_BehindTheLastOneSeen_GoOnWithoutAGap()
    {
        await using ApiHost host = await StartAsync();
        for (int i = 0; i < 4; i++)
        {
            await host.ReceiveAsync();
        }

        using StreamReader stream = await OpenAsync(host, host.Clerk(), "2");
        Assert.Equal(3, (long)(await NextAsync(stream))["sequence"]!);
        Assert.Equal(4, (long)(await NextAsync(stream))["sequence"]!);
        await host.ReceiveAsync();
        Assert.Equal(5, (long)(await NextAsync(stream))["sequence"]!);
    }

    [Fact]
    public async Task Events_OfOtherInboxesAndTenants_AreNotHeard()
    {
        await using ApiHost host = await StartAsync();
        await host.ReceiveAsync(line: 1);
        await host.ReceiveAsync(line: 2);
        FaxRecord mine = await host.ReceiveAsync();
        using StreamReader stream = await OpenAsync(
            host, new TestSignIn(host.Tenant, "faxes.read", host.Routes[0].Line.ToString()), "0");
        Assert.Equal(mine.FaxId, (Guid)(await NextAsync(stream))["fax"]!);
    }

    [Fact]
    public async Task Events_OfBrokenGlass_AreHeardByReviewersAlone()
    {
        await using ApiHost host = await StartAsync();
        FaxRecord fax = await host.ReceiveAsync(line: 1);
        await host.Installation.Store.Events.AppendAsync(host.Tenant, fax.FaxId,
            new NewEvent(GlassBreaking.EventKind, host.Installation.Time.GetUtcNow()), default);
        using StreamReader officer = await OpenAsync(
            host, new TestSignIn(host.Tenant, "faxes.read break-glass.review", host.Routes[0].Line.ToString()), "0");
        using StreamReader clerk = await OpenAsync(host, host.Clerk(), "1");
        FaxRecord other = await host.ReceiveAsync();

        JsonNode told = await NextAsync(officer);
        Assert.Equal(("fax.glass-broken", fax.FaxId), ((string)told["type"]!, (Guid)told["fax"]!));
        Assert.Equal(other.FaxId, (Guid)(await NextAsync(clerk))["fax"]!);
    }

    [Fact]
    public async Task P4_Events_OfASessionThatWasRevoked_End()
    {
        await using ApiHost host = await StartAsync();
        using StreamReader stream = await OpenAsync(host, host.Clerk(), null);
        await host.ReceiveAsync();
        await NextAsync(stream);
        _isLive = false;
        string rest = await stream.ReadToEndAsync().WaitAsync(Patience);
        Assert.DoesNotContain("data:", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_BehindNoSequence_AreRefused()
    {
        await using ApiHost host = await StartAsync();
        HttpClient client = host.Client(host.Clerk());
        JsonNode problem = await (await client.GetAsync("/api/v1/events?after=x")).ProblemAsync(400, "invalid-request");
        Assert.NotNull(problem["errors"]!["after"]);
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/events");
        request.Headers.Add("Last-Event-ID", "-1");
        problem = await (await client.SendAsync(request)).ProblemAsync(400, "invalid-request");
        Assert.NotNull(problem["errors"]!["Last-Event-ID"]);
    }

    private Task<ApiHost> StartAsync() => ApiHost.StartAsync(services: services =>
        services.AddSingleton<SessionCheck>((_, _) => ValueTask.FromResult(_isLive)));

    private static async Task<StreamReader> OpenAsync(ApiHost host, TestSignIn who, string? last)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/events");
        if (last is not null)
        {
            request.Headers.Add("Last-Event-ID", last);
        }

        HttpResponseMessage answer = await host.Client(who).SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((200, "text/event-stream"),
            ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        StreamReader stream = new(await answer.Content.ReadAsStreamAsync());
        // The first comment says that it listens.
        Assert.Equal(":", await stream.ReadLineAsync().WaitAsync(Patience));
        return stream;
    }

    private static async Task<JsonNode> NextAsync(StreamReader stream)
    {
        while (true)
        {
            string line = await stream.ReadLineAsync().WaitAsync(Patience)
                ?? throw new InvalidOperationException("the stream ended");
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return JsonNode.Parse(line[6..])!;
            }
        }
    }
}
