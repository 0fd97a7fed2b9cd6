// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hermetic.Server.Http;
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Server.Tests.Api;

/// <summary>Requests that are sent again.</summary>
public class IdempotencyTests
{
    private const string Path = "/api/v1/webhooks";
    private static readonly object Body = new { url = "https://hooks.example.org/1" };

    [Fact]
    public async Task Request_SentAgainWithItsKey_IsCarriedOutOnceAndAnsweredAlike()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk());
        using HttpResponseMessage first = await PostAsync(client, "key-1", Body);
        using HttpResponseMessage second = await PostAsync(client, "key-1", Body);
        Assert.Equal((await first.JsonAsync(201)).ToJsonString(), (await second.JsonAsync(201)).ToJsonString());
        Assert.Equal("true", Assert.Single(second.Headers.GetValues("Idempotency-Replayed")));
        Assert.Single((await client.JsonAsync(Path))["webhooks"]!.AsArray());
    }

    [Fact]
    public async Task Requests_ManyAtOnceWithOneKey_AreCarriedOutOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        TestSignIn clerk = host.Clerk();
        HttpResponseMessage[] answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => PostAsync(host.Client(clerk), "key-1", Body)));
        Assert.All(answers, answer => Assert.Contains((int)answer.StatusCode, new[] { 201, 409 }));
        foreach (HttpResponseMessage answer in answers.Where(answer => (int)answer.StatusCode == 409))
        {
            await answer.ProblemAsync(409, "idempotency-key-in-use");
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        Assert.Single((await host.Client(clerk).JsonAsync(Path))["webhooks"]!.AsArray());
    }

    [Fact]
    public async Task Key_UsedForAnotherRequest_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk());
        await (await PostAsync(client, "key-1", Body)).JsonAsync(201);
        await (await PostAsync(client, "key-1", new { url = "https://hooks.example.org/2" }))
            .ProblemAsync(422, "idempotency-key-reused");
        // Somebody else's key of the same name is another one.
        await (await PostAsync(host.Client(host.Clerk()), "key-1", new { url = "https://hooks.example.org/3" }))
            .JsonAsync(201);
    }

    [Fact]
    public async Task Request_ThatWasRefused_MayBePutRightUnderItsKey()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk());
        await (await PostAsync(client, "key-1", new { url = "nonsense" })).ProblemAsync(400, "invalid-request");
        await (await PostAsync(client, "key-1", Body)).JsonAsync(201);
    }

    [Fact]
    public async Task Key_ADayLater_IsForgotten()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
        await using ApiHost host = await ApiHost.StartAsync(time);
        HttpClient client = host.Client(host.Clerk());
        await (await PostAsync(client, "key-1", Body)).JsonAsync(201);
        time.Advance(IdempotencyKeys.KeptFor + TimeSpan.FromSeconds(1));
        using HttpResponseMessage later = await PostAsync(client, "key-1", Body);
        await later.JsonAsync(201);
        Assert.False(later.Headers.Contains("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("201 letters")]
    public async Task Key_ThatIsNone_IsRefused(string key)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using HttpResponseMessage answer = await PostAsync(
            host.Client(host.Clerk()), key == "201 letters" ? new string('x', 201) : key, Body);
        JsonNode problem = await answer.ProblemAsync(400, "invalid-request");
        Assert.NotNull(problem["errors"]!["Idempotency-Key"]);
    }

    [Fact]
    public async Task Body_ThatIsNone_IsRefusedWithACode()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk());
        await (await client.PostAsync(Path, new StringContent("{", null, "application/json")))
            .ProblemAsync(400, "invalid-request");
        await (await PostAsync(client, "key-1", new { uri = "x" })).ProblemAsync(400, "invalid-request");
        await (await PostAsync(client, "key-1", new { url = new string('x', 100_000) })).ProblemAsync(413, "too-large");
        await (await PostAsync(client, "key-1", Body)).JsonAsync(201);
        await (await client.PostAsync(Path, new StringContent("{\"uri\":\"x\"}", null, "application/json")))
            .ProblemAsync(400, "invalid-request");
        await (await client.PostAsync(Path, new StringContent("url=x", null, "text/plain")))
            .ProblemAsync(415, "unsupported-type");
        await (await client.PostAsync(Path, new StringContent(
            $"{{\"url\":\"{new string('x', 100_000)}\"}}", null, "application/json"))).ProblemAsync(413, "too-large");
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string key, object body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Path) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.SendAsync(request);
    }
}
