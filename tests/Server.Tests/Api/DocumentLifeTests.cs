// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hermetic.Documents;
using Hermetic.Documents.Pdf;
using Hermetic.Ledger.Notes;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Webhooks;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Sending;
using Hermetic.Telephony;
using Hermetic.TestKit.Access;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.Sip;
using Hermetic.TestKit.Peers.Spandsp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermetic.Server.Tests.Api;

/// <summary>The whole life of faxes, by a program that was made from the OpenAPI document alone: out to a machine that
/// shares no code with us, and in over the line.</summary>
public sealed class DocumentLifeTests : RealLine
{
    private const string Number = "+15550142";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private DocumentClient _client = null!;
    private string _line = "";
    private string _upload = "";

    [Fact]
    public async Task Client_MadeFromTheDocument_DrivesTheWholeLifeOfAFax()
    {
        using FaxFiles files = new();
        await using SipFaxPeer peer = SipFaxPeer.Start(new SipFaxPeerSettings
        {
            T30 = new SpandspT30Settings { StationId = "222", ReceiveFile = files.Received },
        });
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        using TestFolder folder = FolderFor(peer.Address);
        await using HermeticServer server = await HermeticServer.StartAsync(
            folder.Settings, TimeProvider.System, NullLoggerFactory.Instance, null, null, Cancellation, services =>
                services.AddSingleton(new WebhookReach { MayConnect = _ => true, TakesPlainHttp = true }));
        using HttpClient http = new() { BaseAddress = new Uri(server.HttpAddresses[0]) };
        await OperatorEnrolment.EnrolAsync(
            http.BaseAddress, server.EnrolmentCode!, TimeProvider.System, Cancellation);
        JsonNode document = (await http.GetFromJsonAsync<JsonNode>("/openapi/v1.json", Cancellation))!;
        await SignInAsync(server, http, document);
        _client = new DocumentClient(http, document);
        JsonNode hook = (await _client.CallAsync(
            "createWebhook", null, JsonContent.Create(new { url = receiver.Address })))!;

        await UploadAsync();
        _line = (string)(await _client.CallAsync("listLines"))!["lines"]![0]!["id"]!;
        string entry = await EntryAsync();
        string sent = await SendAsync(entry);
        await peer.WaitForEndAsync(TimeSpan.FromMinutes(2), Cancellation);
        Assert.Equal("OK", peer.T30.Completion);
        JsonNode known = (await _client.CallAsync("getAddressBookEntry", Id(entry)))!;
        Assert.Equal(("222", "confirmed"), ((string)known["stationId"]!, (string)known["verified"]!["how"]!));
        await ScheduledAsync();
        string received = await ReceiveAsync(server);
        await ReadAsync(received);
        await CopyAsync(received);
        await SplitAsync(received);
        string broadcast = await BroadcastAsync();
        await ToldAsync(receiver, hook, sent, broadcast);
        await EndAsync(entry);
        foreach (string tag in new[] { "Address book", "Broadcasts", "Uploads", "Usage" })
        {
            // Those are for people.
            Assert.Empty(_client.OperationsOf(tag).Except(_client.Called)
                .Except(["verifyAddressBookEntry", "changeRetention"]));
        }
    }

    private async Task UploadAsync()
    {
        (byte[]? pdf, Refusal? refusal) = SyntheticPrescription.Make();
        Assert.True(pdf is not null, refusal?.ToString());
        JsonNode?[] made =
        [
            await PostAsync(pdf), await PostAsync(pdf),
        ];
        Assert.Equal(made[0]!.ToJsonString(), made[1]!.ToJsonString());
        _upload = (string)made[0]!["id"]!;
        Assert.Equal(2, (int)(await _client.CallAsync("getUpload", Id(_upload)))!["pages"]!);

        Task<JsonNode?> PostAsync(byte[] bytes)
        {
            ByteArrayContent file = new(bytes);
            file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
            return _client.CallAsync("createUpload", new() { ["Idempotency-Key"] = "prescription-1" }, file);
        }
    }

    private async Task<string> EntryAsync()
    {
        JsonNode made = (await _client.CallAsync("createAddressBookEntry", null,
            JsonContent.Create(new { name = "Pharmacy", number = Number, groups = new[] { "near" } })))!;
        string id = (string)made["id"]!;
        JsonNode changed = (await _client.CallAsync("changeAddressBookEntry",
            new(Id(id)) { ["If-Match"] = $"\"{made["version"]}\"" },
            JsonContent.Create(new { name = "North Pharmacy", number = Number, groups = new[] { "near" } })))!;
        Assert.Null(changed["verified"]);
        JsonNode found = (await _client.CallAsync("listAddressBook", new() { ["name"] = "north" }))!;
        Assert.Equal(id, (string)Assert.Single(found["entries"]!.AsArray())!["id"]!);
        return id;
    }

    private async Task<string> SendAsync(string entry)
    {
        JsonNode job = (await _client.CallAsync("createJob", new() { ["Idempotency-Key"] = "job-1" },
            JsonContent.Create(new { upload = _upload, line = _line, addressBookId = entry, subject = "Rx" })))!;
        Assert.Equal("held", (string)job["state"]!);
        string id = (string)job["id"]!;
        await _client.CallAsync("confirmJobNumber", Id(id), JsonContent.Create(new { number = Number }));
        JsonNode over = await UntilAsync("getJob", id, now => (string)now["state"]! is not ("waiting" or "calling"));
        Assert.True((string)over["state"]! == "done", (string)over["words"]!);
        Assert.Equal(2, (int)over["pagesConfirmed"]!);
        JsonNode fax = (await _client.CallAsync("getFax", Id(id)))!;
        Assert.Equal(("sent", Number), ((string)fax["fax"]!["state"]!, (string)fax["fax"]!["remoteNumber"]!));
        return id;
    }

    // Another one, that nobody calls for: taken back, asked for once more, corrected, taken back again.
    private async Task ScheduledAsync()
    {
        JsonNode job = (await _client.CallAsync("createJob", null, JsonContent.Create(new
        {
            upload = _upload,
            line = _line,
            number = Number,
            notBefore = DateTimeOffset.UtcNow.AddDays(1),
        })))!;
        Assert.Equal("waiting", (string)job["state"]!);
        Dictionary<string, string> id = Id((string)job["id"]!);
        job = (await _client.CallAsync(
            "correctJobNumber", id, JsonContent.Create(new { number = "+15550143" })))!;
        Assert.Equal("held", (string)job["state"]!);
        Assert.Equal("cancelled", (string)(await _client.CallAsync("cancelJob", id))!["state"]!);
        Assert.Equal("held", (string)(await _client.CallAsync("retryJob", id))!["state"]!);
        Assert.Equal("cancelled", (string)(await _client.CallAsync("cancelJob", id))!["state"]!);
        Assert.Equal(2, (await _client.CallAsync("listJobs"))!["jobs"]!.AsArray().Count);
    }

    private async Task<string> ReceiveAsync(HermeticServer server)
    {
        await using FaxEndpoint near = await FaxEndpoint.StartAsync(new FaxEndpointSettings
        {
            Listeners = [new(Telephony.Sip.SipTransportKind.Udp, new IPEndPoint(IPAddress.Loopback, 0))],
        }, TimeProvider.System, cancellation: Cancellation);
        CallReport report = await near.SendAsync(new OutgoingFax
        {
            To = $"sip:{TestFolder.Number}@{server.Listening[0].Address}",
            Pages = new BitmapPages(Pages),
        }, Cancellation);
        Assert.Equal(CallOutcome.Completed, report.Outcome);
        JsonNode list;
        using CancellationTokenSource patience = new(s_patience);
        do
        {
            await Task.Delay(100, patience.Token);
            list = (await _client.CallAsync("listFaxes", new() { ["state"] = "received" }))!;
        }
        while (list["faxes"]!.AsArray().Count == 0);
        return (string)list["faxes"]![0]!["id"]!;
    }

    private async Task ReadAsync(string fax)
    {
        Assert.Equal(2, (await _client.CallAsync("getFax", Id(fax)))!["pages"]!.AsArray().Count);
        Assert.NotEmpty((string)(await _client.CallAsync("getPage", new(Id(fax)) { ["number"] = "1" }))!);
        Assert.NotEmpty((string)(await _client.CallAsync("getThumbnail", new(Id(fax)) { ["number"] = "2" }))!);
        Assert.NotEmpty((string)(await _client.CallAsync("getDocument", Id(fax)))!);
        JsonArray told;
        using CancellationTokenSource patience = new(s_patience);
        do
        {
            // What was read a moment ago gets into the ledger's tree within a second.
            await Task.Delay(100, patience.Token);
            told = (await _client.CallAsync("listDisclosures", Id(fax)))!["disclosures"]!.AsArray();
        }
        while (told.Count < 5);
        byte[] proof = Convert.FromBase64String((string)(await _client.CallAsync(
            "getProof", new() { ["index"] = told[0]!["index"]!.ToString() }))!);
        Assert.True(TlogProof.TryParse(proof, out _, out _));
        Assert.True((long)(await _client.CallAsync("getCheckpoint"))!["size"]! > 5);
    }

    // Its second page, sent on with something covered.
    private async Task CopyAsync(string fax)
    {
        JsonNode copy = (await _client.CallAsync("createUploadOfPages", null, JsonContent.Create(new
        {
            pages = new[]
            {
                new
                {
                    fax,
                    page = 2,
                    marks = new[] { new { kind = "redaction", left = 0.1, top = 0.1, width = 0.5, height = 0.1 } },
                },
            },
        })))!;
        Assert.Equal(1, (int)copy["pages"]!);
        await _client.CallAsync("deleteUpload", Id((string)copy["id"]!));
    }

    // Into two of a page each, and back again.
    private async Task SplitAsync(string fax)
    {
        JsonNode made = (await _client.CallAsync("splitFax",
            new(Id(fax)) { ["If-Match"] = "\"0\"", ["Idempotency-Key"] = "split-1" },
            JsonContent.Create(new { parts = new[] { new { pages = new[] { 1 } }, new { pages = new[] { 2 } } } })))!;
        string part = (string)made["parts"]![1]!["fax"]!;
        JsonNode second = (await _client.CallAsync("getFax", Id(part)))!;
        Assert.Equal((fax, 1), ((string)second["fax"]!["splitFrom"]!["fax"]!, second["pages"]!.AsArray().Count));
        await _client.CallAsync("undoHandling", null, JsonContent.Create(new { undo = (string)made["undo"]!["id"]! }));
        Assert.Equal("superseded", (string)(await _client.CallAsync("getFax", Id(part)))!["fax"]!["state"]!);
    }

    private async Task<string> BroadcastAsync()
    {
        JsonNode made = (await _client.CallAsync("createBroadcast", new() { ["Idempotency-Key"] = "all-1" },
            JsonContent.Create(new
            {
                upload = _upload,
                line = _line,
                numbers = new[] { "+15550144" },
                groups = new[] { "near" },
                notBefore = DateTimeOffset.UtcNow.AddDays(1),
            })))!;
        string id = (string)made["id"]!;
        Assert.Equal((1, 1), ((int)made["counts"]!["held"]!, (int)made["counts"]!["waiting"]!));
        await _client.CallAsync("getBroadcast", Id(id));
        Assert.Single((await _client.CallAsync("listBroadcasts"))!["broadcasts"]!.AsArray());
        Assert.Equal(2, (await _client.CallAsync("listBroadcastJobs", Id(id)))!["jobs"]!.AsArray().Count);
        Assert.Equal("ended", (string)(await _client.CallAsync("cancelBroadcast", Id(id)))!["state"]!);
        Assert.Equal(2, (await _client.CallAsync("getBroadcastReport", Id(id)))!["faxes"]!.AsArray().Count);
        Assert.NotEmpty((string)(await _client.CallAsync("getBroadcastReportFile", Id(id)))!);
        return id;
    }

    private async Task ToldAsync(WebhookReceiver receiver, JsonNode hook, string sent, string broadcast)
    {
        using CancellationTokenSource patience = new(s_patience);
        while (!Heard("fax.received", null) || !Heard("broadcast.ended", broadcast) || !Heard("fax.sent", sent))
        {
            await Task.Delay(100, patience.Token);
        }

        Assert.All(receiver.All, one => Assert.True(one.IsSignedBy((string)hook["secret"]!)));
        Dictionary<string, string> id = Id((string)hook["webhook"]!["id"]!);
        JsonNode first = (await _client.CallAsync("listDeliveries", id))!["deliveries"]!.AsArray()[^1]!;
        JsonNode attempts = (await _client.CallAsync(
            "listAttempts", new(id) { ["sequence"] = first["sequence"]!.ToString() }))!;
        Assert.NotEmpty(attempts["attempts"]!.AsArray());

        bool Heard(string type, string? about) => receiver.All.Select(one => JsonNode.Parse(one.Body)!)
            .Any(told => (string)told["type"]! == type && (about is null
                || about == (string?)(told["data"]!["fax"] ?? told["data"]!["broadcast"])));
    }

    private async Task EndAsync(string entry)
    {
        JsonNode usage = (await _client.CallAsync("getUsage"))!;
        // Two of its own to a number each, two of a broadcast, of two pages each; what came in, and its parts.
        Assert.Equal((12, 4), ((int)usage["storedPages"]!["used"]!, (int)usage["outgoingToday"]!["used"]!));
        JsonNode month = (await _client.CallAsync("listKeptMonths"))!["months"]![0]!;
        Assert.Equal("kept", (string)month["state"]!);
        Assert.InRange((int)month["faxes"]!, 1, 10);
        Assert.Null((await _client.CallAsync("getRetention"))!["months"]);
        await _client.CallAsync("deleteAddressBookEntry", new(Id(entry)) { ["If-Match"] = "*" });
        await _client.CallAsync("deleteUpload", Id(_upload));
    }

    private async Task<JsonNode> UntilAsync(string operation, string id, Func<JsonNode, bool> holds)
    {
        using CancellationTokenSource patience = new(s_patience);
        JsonNode now;
        while (!holds(now = (await _client.CallAsync(operation, Id(id)))!))
        {
            await Task.Delay(200, patience.Token);
        }

        return now;
    }

    private static Dictionary<string, string> Id(string id) => new() { ["id"] = id };

    // Where tokens are to be had stands in the document too.
    private static async Task SignInAsync(HermeticServer server, HttpClient http, JsonNode document)
    {
        Installation installation = server.Installation;
        Guid id = Guid.NewGuid();
        string secret = await new Programs(installation.Access, installation.AccessKeys, TimeProvider.System)
            .CreateAsync(id, Provisioning.IdOf(installation.Keys, Provisioning.NameColumn, TestFolder.TenantName),
                "EHR", Features.Access.Scopes.OfPrograms, InboxList.All, Cancellation);
        using FormUrlEncodedContent form = new(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = id.ToString(),
            ["client_secret"] = secret,
        });
        string tokens = (string)document["components"]!["securitySchemes"]!["clientCredentials"]!["flows"]!
            ["clientCredentials"]!["tokenUrl"]!;
        using HttpResponseMessage answer = await http.PostAsync(new Uri(tokens, UriKind.Relative), form, Cancellation);
        JsonNode token = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", (string)token["access_token"]!);
    }
}
