// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Hermetic.Server.Tests.Receiving;

namespace Hermetic.Server.Tests.Api;

/// <summary>What a practice may use.</summary>
public sealed class QuotaTests
{
    private const string Scopes = "faxes.send faxes.read usage.read";

    [Fact]
    public async Task Usage_IsWhatIsThere()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        await host.ReceiveAsync(pages: 2);
        await host.ReceiveAsync(line: 2, pages: 3);
        await JobAsync(host, client, await BroadcastTests.UploadAsync(client));
        JsonNode usage = await client.JsonAsync("/api/v1/usage");
        Assert.Equal((3L, 1L, 5000L), ((long)usage["storedPages"]!["used"]!, (long)usage["outgoingToday"]!["used"]!,
            (long)usage["outgoingToday"]!["limit"]!));
        Assert.True((long)usage["storedOctets"]!["used"]! > 0);
        await (await host.Client(host.Clerk("faxes.read faxes.send")).GetAsync("/api/v1/usage"))
            .ProblemAsync(403, "not-allowed");
    }

    [Fact]
    public async Task Fax_BeyondTheDaysQuota_IsRefusedAndSaysWhenThereIsMore()
    {
        await using ApiHost host = await ApiHost.StartAsync(quotas: """{ "outgoingPerDayMax": 2 }""");
        HttpClient client = host.Client(host.Clerk(Scopes));
        Guid upload = await BroadcastTests.UploadAsync(client);
        HttpResponseMessage[] answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => JobAsync(host, client, upload)));
        Assert.Equal(2, answers.Count(answer => (int)answer.StatusCode == 201));
        foreach (HttpResponseMessage refused in answers.Where(answer => (int)answer.StatusCode != 201))
        {
            JsonNode problem = await refused.ProblemAsync(403, "quota-reached");
            Assert.Equal(("outgoing-per-day", 2L, 2L), Of(problem));
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        JsonNode many = await (await client.PostAsJsonAsync("/api/v1/broadcasts",
            new { upload, line = host.Routes[0].Line, numbers = new[] { "+15550777" } }))
            .ProblemAsync(403, "quota-reached");
        Assert.Equal(("outgoing-per-day", 2L, 2L), Of(many));
        Assert.Equal(2, (await client.JsonAsync("/api/v1/jobs"))["jobs"]!.AsArray().Count);
    }

    [Fact]
    public async Task Pages_BeyondTheQuota_AreRefusedButThoseThatComeIn()
    {
        await using ApiHost host = await ApiHost.StartAsync(quotas: """{ "storedPagesMax": 2 }""");
        HttpClient client = host.Client(host.Clerk(Scopes));
        Guid upload = await BroadcastTests.UploadAsync(client);
        Assert.Equal(201, (int)(await JobAsync(host, client, upload)).StatusCode);
        await host.ReceiveAsync();
        await host.ReceiveAsync();
        JsonNode problem = await (await JobAsync(host, client, upload)).ProblemAsync(403, "quota-reached");
        Assert.Equal(("stored-pages", 2L, 3L), Of(problem));
        Assert.Equal(3, (int)(await client.JsonAsync("/api/v1/usage"))["storedPages"]!["used"]!);
        // Another practice's are its own.
        HttpClient theirs = host.Client(new TestSignIn(host.OtherTenant, Scopes));
        Guid upload2 = await BroadcastTests.UploadAsync(theirs);
        Assert.Equal(201, (int)(await theirs.PostAsJsonAsync("/api/v1/jobs",
            new { upload = upload2, line = host.Routes[2].Line, number = "+15550199" })).StatusCode);
    }

    /// <summary>By its own word beyond the quota: refused before a byte of it was sent.</summary>
    [Fact]
    public async Task Upload_AnnouncedBeyondTheQuota_IsRefusedBeforeItsBody()
    {
        await using ApiHost host = await ApiHost.StartAsync(quotas: """{ "storedMegabytesMax": 1 }""");
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.Address.Host, host.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/uploads HTTP/1.1\r\nHost: {host.Address.Authority}\r\n"
            + $"Authorization: {host.Clerk(Scopes).Header}\r\nContent-Type: application/pdf\r\n"
            + "Content-Length: 1000001\r\nExpect: 100-continue\r\n\r\n"));
        string answer = "";
        byte[] buffer = new byte[4096];
        while (!answer.Contains("used", StringComparison.Ordinal))
        {
            int read = await socket.ReceiveAsync(buffer);
            Assert.True(read > 0, answer);
            answer += Encoding.ASCII.GetString(buffer, 0, read);
        }

        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        Assert.Contains("\"quota\":{\"name\":\"stored-octets\",\"limit\":1000000", answer,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uploads_BeyondTheAccountsQuota_AreRefusedUntilSomeAreGone()
    {
        await using ApiHost host = await ApiHost.StartAsync(quotas: """{ "uploadsPendingMax": 2 }""");
        HttpClient client = host.Client(host.Clerk(Scopes));
        Guid first = await BroadcastTests.UploadAsync(client);
        await BroadcastTests.UploadAsync(client);
        using ByteArrayContent file = new(Arrivals.TiffOf(Arrivals.Page(1)));
        JsonNode problem = await (await client.PostAsync("/api/v1/uploads", file)).ProblemAsync(403, "quota-reached");
        Assert.Equal(("uploads-pending", 2L, 2L), Of(problem));
        await BroadcastTests.UploadAsync(host.Client(host.Clerk(Scopes)));
        Assert.Equal(204, (int)(await client.DeleteAsync($"/api/v1/uploads/{first}")).StatusCode);
        // What was refused does not count either.
        using ByteArrayContent none = new("GIF89a\0\0\0"u8.ToArray());
        await (await client.PostAsync("/api/v1/uploads", none)).ProblemAsync(415, "unsupported-type");
        await BroadcastTests.UploadAsync(client);
    }

    private static (string, long, long) Of(JsonNode problem) => ((string)problem["quota"]!["name"]!,
        (long)problem["quota"]!["limit"]!, (long)problem["quota"]!["used"]!);

    private static Task<HttpResponseMessage> JobAsync(ApiHost host, HttpClient client, Guid upload) =>
        client.PostAsJsonAsync(
            "/api/v1/jobs", new { upload, line = host.Routes[0].Line, number = "+15550142" });
}
