// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hermetic.Documents;
using Hermetic.Documents.Pdf;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Hosting;
using Hermetic.TestKit.Peers.Sip;
using Hermetic.TestKit.Peers.Spandsp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermetic.Server.Tests.Sending;

/// <summary>A program faxes: it gets a token, uploads a document, and sends it to a machine that shares no code with
/// us.</summary>
public sealed class JobTests
{
    private const string Number = "+15550142";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Job_OfAProgram_ReachesLibspandsp()
    {
        using FaxFiles files = new();
        await using SipFaxPeer peer = SipFaxPeer.Start(new SipFaxPeerSettings
        {
            T30 = new SpandspT30Settings { StationId = "222", ReceiveFile = files.Received },
        });
        using TestFolder folder = new($$"""
            , "trunks": [ { "name": "far", "host": "127.0.0.1", "port": {{peer.Address.Port}}, "firstOffer": "t38" } ]
            """);
        await using HermeticServer server = await HermeticServer.StartAsync(
            folder.Settings, TimeProvider.System, NullLoggerFactory.Instance, Cancellation);
        using HttpClient http = await SignedInAsync(server);

        JsonNode upload = await PostAsync(http, "uploads", Prescription());
        int pages = (int)upload["pages"]!;
        JsonNode lines = (await http.GetFromJsonAsync<JsonNode>(At("lines"), Cancellation))!;
        object job = new { upload = (Guid)upload["id"]!, line = (Guid)lines["lines"]![0]!["id"]!, number = Number };
        JsonNode made = await PostAsync(http, "jobs", JsonContent.Create(job), "one and only");
        JsonNode again = await PostAsync(http, "jobs", JsonContent.Create(job), "one and only");

        Assert.Equal((Guid)made["id"]!, (Guid)again["id"]!);
        Assert.Equal("held", (string)made["state"]!);
        await ConfirmAsync(http, made);
        JsonNode sent = await UntilOverAsync(http, made);

        Assert.True((string)sent["state"]! == "done", (string)sent["words"]!);
        Assert.Equal((pages, pages), ((int)sent["pages"]!, (int)sent["pagesConfirmed"]!));
        Assert.Single(sent["attempts"]!.AsArray());
        await peer.WaitForEndAsync(TimeSpan.FromMinutes(2), Cancellation);
        Assert.Equal("OK", peer.T30.Completion);
        Assert.Equal(pages, files.ReadReceived().Count);
        Assert.Single((await http.GetFromJsonAsync<JsonNode>(At("jobs"), Cancellation))!["jobs"]!.AsArray());
        foreach (string late in new[] { "cancel", "retry" })
        {
            using HttpResponseMessage refused = await http.PostAsync(
                At($"jobs/{made["id"]}/{late}"), null, Cancellation);
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        }
    }

    private static ByteArrayContent Prescription()
    {
        (byte[]? pdf, Refusal? refusal) = SyntheticPrescription.Make();
        Assert.True(pdf is not null, refusal?.ToString());
        ByteArrayContent file = new(pdf);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return file;
    }

    private static async Task ConfirmAsync(HttpClient http, JsonNode job)
    {
        using HttpResponseMessage other = await http.PostAsJsonAsync(
            At($"jobs/{job["id"]}/confirm-number"), new { number = "+15550143" }, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        using HttpResponseMessage same = await http.PostAsJsonAsync(
            At($"jobs/{job["id"]}/confirm-number"), new { number = "+1 (555) 0142" }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
    }

    private static async Task<JsonNode> UntilOverAsync(HttpClient http, JsonNode job)
    {
        using CancellationTokenSource patience = new(s_patience);
        while (true)
        {
            JsonNode now = (await http.GetFromJsonAsync<JsonNode>(At($"jobs/{job["id"]}"), patience.Token))!;
            if ((string)now["state"]! is not ("waiting" or "calling" or "held"))
            {
                return now;
            }

            await Task.Delay(200, patience.Token);
        }
    }

    private static async Task<JsonNode> PostAsync(HttpClient http, string path, HttpContent body, string? key = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, At(path)) { Content = body };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key.Replace(' ', '-'));
        }

        using HttpResponseMessage answer = await http.SendAsync(request, Cancellation);
        string text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonNode.Parse(text)!;
    }

    private static async Task<HttpClient> SignedInAsync(HermeticServer server)
    {
        Installation installation = server.Installation;
        Guid id = Guid.NewGuid();
        string secret = await new Features.Access.Programs(installation.Access, installation.AccessKeys,
            TimeProvider.System).CreateAsync(id,
            Provisioning.IdOf(installation.Keys, Provisioning.NameColumn, TestFolder.TenantName), "EHR",
            [Scopes.FaxesSend, Scopes.FaxesRead, Scopes.LinesRead], InboxList.All, Cancellation);
        HttpClient http = new() { BaseAddress = new Uri(server.HttpAddresses[0]) };
        using FormUrlEncodedContent form = new(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = id.ToString(),
            ["client_secret"] = secret,
        });
        using HttpResponseMessage answer = await http.PostAsync(
            new Uri(TokenServer.Path, UriKind.Relative), form, Cancellation);
        JsonNode token = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", (string)token["access_token"]!);
        return http;
    }

    private static Uri At(string path) => new($"/api/v1/{path}", UriKind.Relative);
}
