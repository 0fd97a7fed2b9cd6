// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Http;
using Hermetic.Server.Tests.Api;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Splitting;

/// <summary>A received fax that holds documents of several patients becomes several, over the API.</summary>
public sealed class SplitTests
{
    private const string Scopes = "faxes.read faxes.handle";

    [Fact]
    public async Task Split_MakesFaxesWithTheirOwnPages_AndTheFaxStaysAsItCame()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync(pages: 3);
        byte[][] before = await PagesAsync(client, fax.FaxId, 3);
        await (await HandleAsync(client, fax.FaxId, "*", new { tags = new[] { "batch" } })).JsonAsync(200);
        JsonNode made = await (await SplitAsync(client, fax.FaxId, "\"1\"", [1, 2], [3, 2])).JsonAsync(201);
        Guid[] parts = [.. made["parts"]!.AsArray().Select(part => (Guid)part!["fax"]!)];
        Assert.Equal(["1,2", "3,2"], made["parts"]!.AsArray().Select(part => NumbersOf(part!)));

        JsonNode origin = (await client.JsonAsync($"/api/v1/faxes/{fax.FaxId}"))["fax"]!;
        Assert.Equal(("received", 3, "done"),
            ((string)origin["state"]!, (int)origin["pages"]!, (string)origin["handling"]!["state"]!));
        Assert.Equal("batch", (string)Assert.Single(origin["handling"]!["tags"]!.AsArray())!);
        Assert.Equal(parts, origin["splitInto"]!.AsArray().Select(part => (Guid)part!["fax"]!));
        Assert.Null(origin["splitFrom"]);
        Assert.Equal(before, await PagesAsync(client, fax.FaxId, 3));

        JsonNode second = (await client.JsonAsync($"/api/v1/faxes/{parts[1]}"))["fax"]!;
        Assert.Equal((fax.FaxId, "3,2"), ((Guid)second["splitFrom"]!["fax"]!, NumbersOf(second["splitFrom"]!)));
        Assert.Empty(second["splitInto"]!.AsArray());
        foreach (string same in new[] { "state", "line", "begunAt", "receivedAt", "remoteNumber", "stationId" })
        {
            Assert.Equal((string?)origin[same], (string?)second[same]);
        }

        Assert.Equal(Arrivals.Caller, (string)second["remoteNumber"]!);
        Assert.Equal(("new", 0, 2, 2), ((string)second["handling"]!["state"]!, (int)second["handling"]!["version"]!,
            (int)second["pages"]!, (int)second["pagesConfirmed"]!));
        Assert.Empty(second["handling"]!["tags"]!.AsArray());
        Assert.Equal([before[0], before[1]], await PagesAsync(client, parts[0], 2));
        Assert.Equal([before[2], before[1]], await PagesAsync(client, parts[1], 2));
        // The list says it too, the parts above their fax.
        JsonArray list = (await client.JsonAsync("/api/v1/faxes"))["faxes"]!.AsArray();
        Assert.Equal([.. parts, fax.FaxId], list.Select(one => (Guid)one!["id"]!));
        Assert.Equal(fax.FaxId, (Guid)list[0]!["splitFrom"]!["fax"]!);
    }

    [Fact]
    public async Task P3_EachPage_IsInTheLedgerOnce_BeforeIntoWhatItWent()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        TestSignIn clerk = host.Clerk(Scopes);
        HttpClient client = host.Client(clerk);
        FaxRecord fax = await host.ReceiveAsync(pages: 3);
        JsonNode made = await (await SplitAsync(client, fax.FaxId, "\"0\"", [1, 2], [2])).JsonAsync(201);
        EntryBody[] told = [.. (await host.EntriesAsync())
            .Where(entry => entry.Who.Account == clerk.Caller.ToString())];
        string id = fax.FaxId.ToString();
        // Page 3 went nowhere and was not opened.
        Assert.Equal([(LedgerAct.List, "", null), (LedgerAct.Page, id, 1), (LedgerAct.Page, id, 2)],
            told[..3].Select(entry => (entry.Act, entry.What.Fax, entry.What.Page)));
        Assert.Equal([id], told[0].What.Shown);
        Assert.All(told[3..], entry => Assert.Equal((LedgerAct.HandlingChanged, id), (entry.Act, entry.What.Fax)));
        Assert.Equal(
            made["parts"]!.AsArray().Select((part, i) => (i == 0 ? "fax.split pages=1-2" : "fax.split pages=2",
                (string)part!["fax"]!)).Order(),
            told[3..].Select(entry => (entry.What.Query, Assert.Single(entry.What.Shown))).Order());
        EventRecord[] events = [.. (await host.Installation.Store.Events.ListAsync(host.Tenant, 0, 99, default))
            .Where(one => one.Kind is (int)FaxEventKind.SplitOff or (int)FaxEventKind.HandlingChanged)];
        Assert.Equal(
            [.. made["parts"]!.AsArray().Select(part => (Guid?)part!["fax"]!), fax.FaxId],
            events.Select(one => one.FaxId));
        Assert.All(events, one => Assert.Null(one.SealedBody));
    }

    [Fact]
    public async Task P3_LedgerCantWrite_NothingIsSplit()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync(pages: 2);
        Directory.Delete(Assert.Single(Directory.GetDirectories(
            host.Folder, "ledger", SearchOption.AllDirectories)), recursive: true);
        await (await SplitAsync(client, fax.FaxId, "\"0\"", [1], [2])).ProblemAsync(503, "ledger-unavailable");
        Assert.Single(await host.Installation.Store.Faxes.ListAsync(new FaxList(host.Tenant), default));
        Assert.Equal(2, host.Files().Count(file => file.EndsWith(".page", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"parts":[]}""", "parts")]
    [InlineData("""{"parts":null}""", "parts")]
    [InlineData("""{"parts":[{"pages":[]}]}""", "parts[0].pages")]
    [InlineData("""{"parts":[{"pages":[1]},{"pages":[0]}]}""", "parts[1].pages")]
    [InlineData("""{"parts":[{"pages":[1]},{"pages":[3]}]}""", "parts[1].pages")]
    [InlineData("""{"parts":[{"pages":[2,2]}]}""", "parts[0].pages")]
    [InlineData("""{"parts":[null]}""", "parts[0].pages")]
    public async Task Split_ThatIsNone_IsRefusedByField(string body, string field)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync(pages: 2);
        JsonNode problem = await (await SendAsync(client, $"faxes/{fax.FaxId}/split", "*", JsonNode.Parse(body)!))
            .ProblemAsync(400, "invalid-request");
        Assert.NotNull(problem["errors"]![field]);
        Assert.Single(await host.Installation.Store.Faxes.ListAsync(new FaxList(host.Tenant), default));
    }

    [Fact]
    public async Task Split_BeyondTheLimits_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync(quotas: "{ \"storedPagesMax\": 4 }");
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync(pages: 2);
        int[][] many = [.. Enumerable.Range(0, 101).Select(_ => new[] { 1 })];
        await (await SplitAsync(client, fax.FaxId, "*", many)).ProblemAsync(400, "invalid-request");
        await (await SplitAsync(client, fax.FaxId, "*", [1], [2], [1, 2]))
            .ProblemAsync(403, "quota-reached");
        await (await SplitAsync(client, fax.FaxId, "*", [1], [2])).JsonAsync(201);
    }

    [Fact]
    public async Task P4_Split_IsForWhoMayHandleAndReadTheFax()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string line = host.Routes[0].Line.ToString();
        FaxRecord fax = await host.ReceiveAsync(pages: 2);
        FaxRecord[] foreign = [await host.ReceiveAsync(line: 1), await host.ReceiveAsync(line: 2)];
        HttpClient client = host.Client(new TestSignIn(host.Tenant, Scopes, line));
        string absent = "";
        foreach (Guid id in foreign.Select(one => one.FaxId).Append(Guid.NewGuid()))
        {
            JsonNode problem = await (await SplitAsync(client, id, "*", [1])).ProblemAsync(404, "not-found");
            Assert.True(absent.Length == 0 || absent == problem.ToJsonString());
            absent = problem.ToJsonString();
        }

        await (await SplitAsync(host.Client(host.Clerk("faxes.handle")), fax.FaxId, "*", [1]))
            .ProblemAsync(403, "not-allowed");
        await (await SplitAsync(host.Client(host.Clerk("faxes.read")), fax.FaxId, "*", [1]))
            .ProblemAsync(403, "not-allowed");
        await (await SplitAsync(client, fax.FaxId, null, [1])).ProblemAsync(428, "match-required");
        await (await SplitAsync(client, fax.FaxId, "\"1\"", [1])).ProblemAsync(412, "stale");
        Assert.DoesNotContain(await host.EntriesAsync(), entry => entry.Act == LedgerAct.Page);
        await (await SplitAsync(client, fax.FaxId, "\"0\"", [1], [2])).JsonAsync(201);
    }

    [Fact]
    public async Task Split_OfAFaxThatIsStillComing_OrGoesOut_IsRefused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        Arrivals call = new(host.Installation.ForLine(null), host.Routes[0], "still-coming");
        await call.ArriveAsync(0, Arrivals.Page(1));
        FaxRecord coming = Assert.Single(await host.Installation.Store.Faxes.ListAsync(
            new FaxList(host.Tenant, State: FaxState.Receiving), default));
        JsonNode problem = await (await SplitAsync(client, coming.FaxId, "*", [1])).ProblemAsync(409, "wrong-state");
        Assert.Contains("still coming in", (string)problem["detail"]!, StringComparison.Ordinal);
        NewFax sent = new()
        {
            TenantId = host.Tenant,
            FaxId = Guid.CreateVersion7(),
            Direction = FaxDirection.Outbound,
            BegunAt = host.Installation.Time.GetUtcNow(),
            IdempotencyTag = new byte[32],
            KeyEpoch = coming.KeyEpoch,
        };
        await host.Installation.Store.Faxes.BeginAsync(sent, default);
        await (await SplitAsync(client, sent.FaxId, "*", [1])).ProblemAsync(409, "wrong-state");
    }

    [Fact]
    public async Task Request_SentAgain_SplitsOnce_AndAnotherOneIsStale()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync(pages: 2);
        string[] answers = new string[2];
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage answer = await SplitAsync(client, fax.FaxId, "\"0\"", "once", [1], [2]);
            answers[i] = (await answer.JsonAsync(201)).ToJsonString();
            Assert.Equal(i == 1, answer.Headers.Contains(IdempotencyKeys.ReplayedHeader));
        }

        Assert.Equal(answers[0], answers[1]);
        // As after a crash behind the split, when nobody knows the key any more.
        await (await SplitAsync(client, fax.FaxId, "\"0\"", "another", [1], [2])).ProblemAsync(412, "stale");
        await (await SplitAsync(client, fax.FaxId, "\"0\"", "once", [1])).ProblemAsync(
            422, "idempotency-key-reused");
        Assert.Equal(3, (await host.Installation.Store.Faxes.ListAsync(new FaxList(host.Tenant), default)).Count);
        // Who knows that it was split may split it again.
        await (await SplitAsync(client, fax.FaxId, "\"1\"", "again", [2, 1])).JsonAsync(201);
        Assert.Equal(3, (await client.JsonAsync($"/api/v1/faxes/{fax.FaxId}"))["fax"]!["splitInto"]!.AsArray().Count);
    }

    [Fact]
    public async Task Undo_PutsTheFaxTogether_UnlessSomebodyWorkedOnAPart()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        TestSignIn clerk = host.Clerk(Scopes);
        HttpClient client = host.Client(clerk);
        FaxRecord fax = await host.ReceiveAsync(pages: 2);
        JsonNode made = await (await SplitAsync(client, fax.FaxId, "\"0\"", [1], [2])).JsonAsync(201);
        await (await UndoAsync(host.Client(host.Clerk(Scopes)), made)).ProblemAsync(404, "not-found");
        Guid part = (Guid)made["parts"]![0]!["fax"]!;
        JsonNode undone = await (await UndoAsync(client, made)).JsonAsync(200);
        Assert.Equal((fax.FaxId, "new"),
            ((Guid)undone["faxes"]![0]!["fax"]!, (string)undone["faxes"]![0]!["state"]!));
        Assert.Equal([fax.FaxId], (await client.JsonAsync("/api/v1/faxes"))["faxes"]!.AsArray()
            .Select(one => (Guid)one!["id"]!));
        JsonNode back = (await client.JsonAsync($"/api/v1/faxes/{part}"))["fax"]!;
        Assert.Equal(("superseded", fax.FaxId), ((string)back["state"]!, (Guid)back["supersededBy"]!));
        Assert.Empty((await client.JsonAsync($"/api/v1/faxes/{fax.FaxId}"))["fax"]!["splitInto"]!.AsArray());
        await (await SplitAsync(client, part, "*", [1])).ProblemAsync(409, "wrong-state");
        Assert.Equal("fax.split undo", (await host.EntriesAsync())
            .Last(entry => entry.Act == LedgerAct.HandlingChanged).What.Query);

        made = await (await SplitAsync(client, fax.FaxId, "\"2\"", [1], [2])).JsonAsync(201);
        part = (Guid)made["parts"]![0]!["fax"]!;
        await (await client.PostAsJsonAsync($"/api/v1/faxes/{part}/notes", new { text = "called back" }))
            .JsonAsync(201);
        await (await UndoAsync(client, made)).ProblemAsync(412, "stale");
        Assert.Equal("done", (string)(await client.JsonAsync($"/api/v1/faxes/{fax.FaxId}"))
            ["fax"]!["handling"]!["state"]!);
    }

    private static string NumbersOf(JsonNode part) =>
        string.Join(',', part["pages"]!.AsArray().Select(page => (int)page!));

    private static async Task<byte[][]> PagesAsync(HttpClient client, Guid fax, int count)
    {
        List<byte[]> pages = [];
        for (int page = 1; page <= count; page++)
        {
            using HttpResponseMessage answer = await client.GetAsync($"/api/v1/faxes/{fax}/pages/{page}?format=tiff");
            Assert.True(answer.IsSuccessStatusCode, $"{fax} {page}");
            pages.Add(await answer.Content.ReadAsByteArrayAsync());
        }

        return [.. pages];
    }

    private static Task<HttpResponseMessage> SplitAsync(
        HttpClient client, Guid fax, string? match, params int[][] parts) =>
        SplitAsync(client, fax, match, null, parts);

    private static Task<HttpResponseMessage> SplitAsync(
        HttpClient client, Guid fax, string? match, string? key, params int[][] parts) => SendAsync(
        client, $"faxes/{fax}/split", match, new { parts = parts.Select(pages => new { pages }).ToArray() }, key);

    private static Task<HttpResponseMessage> UndoAsync(HttpClient client, JsonNode made) =>
        client.PostAsJsonAsync("/api/v1/handling/undo", new { undo = (string)made["undo"]!["id"]! });

    private static Task<HttpResponseMessage> HandleAsync(HttpClient client, Guid fax, string match, object body) =>
        SendAsync(client, $"faxes/{fax}/handling", match, body, null, HttpMethod.Patch);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string? match,
        object body, string? key = null, HttpMethod? method = null)
    {
        using HttpRequestMessage request = new(method ?? HttpMethod.Post, $"/api/v1/{path}")
        {
            Content = JsonContent.Create(body),
        };
        if (match is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", match);
        }

        if (key is not null)
        {
            request.Headers.Add(IdempotencyKeys.Header, key);
        }

        return await client.SendAsync(request);
    }
}
