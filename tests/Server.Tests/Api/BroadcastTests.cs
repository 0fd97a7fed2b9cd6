// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Tests.Receiving;

namespace Hermetic.Server.Tests.Api;

/// <summary>Faxes to many numbers.</summary>
public sealed class BroadcastTests
{
    private const string Path = "/api/v1/broadcasts";
    private const string Scopes = "faxes.send faxes.read address-book.read address-book.manage";

    [Fact]
    public async Task Broadcast_ToNumbersEntriesAndGroups_IsAJobForEachNumberOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        Guid upload = await UploadAsync(client);
        Guid entry = await EntryAsync(client, "One", "+15550101", "far");
        await EntryAsync(client, "Two", "+15550102", "near");
        await EntryAsync(client, "Three", "+15550103", "near");
        using HttpResponseMessage answer = await client.PostAsJsonAsync(Path, new
        {
            upload,
            line = host.Routes[0].Line,
            numbers = new[] { "+1 555 0102", "+15550104" },
            addressBookIds = new[] { entry },
            groups = new[] { "Near" },
        });
        JsonNode made = await answer.JsonAsync(201);
        Assert.Equal(("sending", 4, 4), ((string)made["state"]!, (int)made["destinations"]!,
            (int)made["counts"]!["held"]!));
        JsonNode jobs = await client.JsonAsync($"{Path}/{made["id"]}/jobs");
        Assert.Equal(4, jobs["jobs"]!.AsArray().Count);
        Assert.Equal(made.ToJsonString(), (await client.JsonAsync(answer.Headers.Location!.ToString())).ToJsonString());
        Assert.Equal((string)made["id"]!,
            (string)Assert.Single((await client.JsonAsync(Path))["broadcasts"]!.AsArray())!["id"]!);
    }

    [Fact]
    public async Task Broadcast_AskedForAgainWithItsKey_IsOne()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        object body = new
        {
            upload = await UploadAsync(client),
            line = host.Routes[0].Line,
            numbers = new[] { "+15550101", "+15550102" },
        };
        JsonNode first = await (await KeyedAsync(client, body)).JsonAsync(201);
        JsonNode second = await (await KeyedAsync(client, body)).JsonAsync(201);
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal(2, (await client.JsonAsync("/api/v1/jobs"))["jobs"]!.AsArray().Count);
    }

    [Fact]
    public async Task Broadcast_TakenBack_EndsWithOneEventAndOneReport()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        JsonNode made = await MakeAsync(host, client, "+15550101", "+15550102");
        string at = $"{Path}/{made["id"]}";
        await (await client.GetAsync($"{at}/report")).ProblemAsync(409, "wrong-state");
        JsonNode over = await (await client.PostAsync($"{at}/cancel", null)).JsonAsync(200);
        Assert.Equal(("ended", true, 2), ((string)over["state"]!, (bool)over["cancelled"]!,
            (int)over["counts"]!["cancelled"]!));
        await (await client.PostAsync($"{at}/cancel", null)).ProblemAsync(409, "wrong-state");

        JsonNode report = await client.JsonAsync($"{at}/report?purpose=operations");
        Assert.Equal(["+15550101", "+15550102"], report["faxes"]!.AsArray().Select(fax => (string)fax!["number"]!)
            .Order());
        Assert.All(report["faxes"]!.AsArray(), fax => Assert.Equal("cancelled", (string)fax!["state"]!));
        using HttpResponseMessage file = await client.GetAsync($"{at}/report.csv");
        Assert.Equal("text/csv", file.Content.Headers.ContentType!.MediaType);
        string[] rows = (await file.Content.ReadAsStringAsync()).Split("\r\n");
        Assert.Equal(4, rows.Length);
        Assert.StartsWith("id,number,state,", rows[0], StringComparison.Ordinal);
        Assert.Contains(rows, row => row.Contains(",\"+15550102\",cancelled,", StringComparison.Ordinal));

        EntryBody[] shown = [.. (await host.EntriesAsync()).Where(one => one.Act == LedgerAct.List)];
        Assert.Equal(2, shown.Length);
        Assert.All(shown, one => Assert.Equal(report["faxes"]!.AsArray().Select(fax => (string)fax!["id"]!).Order(),
            one.What.Shown.Order()));
        Assert.Equal("operations", shown[0].Why.Purpose);
        var told = Assert.Single(await host.Installation.Store.Events.ListAsync(host.Tenant, 0, 100, default),
            one => one.Kind == Store.BroadcastRecord.EndedEventKind);
        Assert.Equal((Guid)made["id"]!, told.BroadcastId);
    }

    [Fact]
    public async Task P4_BroadcastsOfOtherPracticesAndInboxes_AreNotThere()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonNode made = await MakeAsync(host, host.Client(host.Clerk(Scopes)), "+15550101");
        foreach (TestSignIn other in new[]
        {
            new TestSignIn(host.OtherTenant, Scopes),
            new TestSignIn(host.Tenant, Scopes, host.Routes[1].Line.ToString()),
        })
        {
            HttpClient client = host.Client(other);
            foreach (string path in new[] { "", "/jobs", "/report", "/report.csv" })
            {
                await (await client.GetAsync($"{Path}/{made["id"]}{path}")).ProblemAsync(404, "not-found");
            }

            await (await client.PostAsync($"{Path}/{made["id"]}/cancel", null)).ProblemAsync(404, "not-found");
            Assert.Empty((await client.JsonAsync(Path))["broadcasts"]!.AsArray());
        }
    }

    [Fact]
    public async Task Broadcast_ToWhatIsNoDestination_IsRefusedByField()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        JsonNode problem = await (await client.PostAsJsonAsync(Path, new
        {
            upload = Guid.NewGuid(),
            line = host.Routes[2].Line,
            numbers = new[] { "x" },
            addressBookIds = new[] { Guid.NewGuid() },
            groups = new[] { "nobody" },
        })).ProblemAsync(400, "invalid-request");
        Assert.Equal(["addressBookIds", "groups", "line", "numbers", "upload"],
            problem["errors"]!.AsObject().Select(one => one.Key).Order());
        problem = await (await client.PostAsJsonAsync(Path, new
        {
            upload = await UploadAsync(client),
            line = host.Routes[0].Line,
            numbers = Enumerable.Range(0, 1001).Select(i => $"+1555{i:D7}"),
        })).ProblemAsync(400, "invalid-request");
        Assert.Contains("1000", (string)problem["errors"]!["numbers"]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_ToAnEntryOfTheAddressBook_IsDialledThere()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        Guid entry = await EntryAsync(client, "One", "+1 555 0101", "far");
        Guid upload = await UploadAsync(client);
        object line = host.Routes[0].Line;
        JsonNode job = await (await client.PostAsJsonAsync(
            "/api/v1/jobs", new { upload, line, addressBookId = entry })).JsonAsync(201);
        Assert.Equal("held", (string)job["state"]!);
        JsonNode fax = await client.JsonAsync($"/api/v1/faxes/{job["id"]}");
        Assert.Equal("+15550101", (string)fax["fax"]!["remoteNumber"]!);
        JsonNode going = await (await client.PostAsJsonAsync(
            $"/api/v1/jobs/{job["id"]}/confirm-number", new { number = "+15550101" })).JsonAsync(200);
        Assert.Equal("waiting", (string)going["state"]!);
        JsonNode known = await client.JsonAsync($"/api/v1/address-book/{entry}");
        Assert.Equal("confirmed", (string)known["verified"]!["how"]!);
        JsonNode second = await (await client.PostAsJsonAsync(
            "/api/v1/jobs", new { upload, line, addressBookId = entry })).JsonAsync(201);
        Assert.Equal("waiting", (string)second["state"]!);
        foreach (object wrong in new object[]
        {
            new { upload, line },
            new { upload, line, number = "+15550101", addressBookId = entry },
            new { upload, line, addressBookId = Guid.NewGuid() },
        })
        {
            await (await client.PostAsJsonAsync("/api/v1/jobs", wrong)).ProblemAsync(400, "invalid-request");
        }
    }

    internal static async Task<Guid> UploadAsync(HttpClient client)
    {
        using ByteArrayContent file = new(Arrivals.TiffOf(Arrivals.Page(1)));
        file.Headers.ContentType = new("image/tiff");
        return (Guid)(await (await client.PostAsync("/api/v1/uploads", file)).JsonAsync(201))["id"]!;
    }

    private static async Task<JsonNode> MakeAsync(ApiHost host, HttpClient client, params string[] numbers) =>
        await (await client.PostAsJsonAsync(Path,
            new { upload = await UploadAsync(client), line = host.Routes[0].Line, numbers })).JsonAsync(201);

    private static async Task<HttpResponseMessage> KeyedAsync(HttpClient client, object body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", "to-all");
        return await client.SendAsync(request);
    }

    private static async Task<Guid> EntryAsync(HttpClient client, string name, string number, string group) =>
        (Guid)(await (await client.PostAsJsonAsync(
            "/api/v1/address-book", new { name, number, groups = new[] { group } })).JsonAsync(201))["id"]!;
}
