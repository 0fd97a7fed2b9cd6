// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Api;

/// <summary>The list of faxes, and one fax.</summary>
public class FaxListTests
{
    [Fact]
    public async Task P3_List_IsOneEntryThatNamesWhatItShowed()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord first = await host.ReceiveAsync();
        FaxRecord second = await host.ReceiveAsync(line: 1);
        await host.ReceiveAsync(line: 2);
        TestSignIn clerk = host.Clerk();
        JsonArray faxes = (await host.Client(clerk).JsonAsync("/api/v1/faxes?purpose=payment"))["faxes"]!.AsArray();
        Assert.Equal([second.FaxId, first.FaxId], faxes.Select(fax => (Guid)fax!["id"]!));
        Assert.All(faxes, fax => Assert.Equal(
            (Arrivals.Caller, "STATION 555 0177", "received", "inbound", "shown"),
            ((string)fax!["remoteNumber"]!, (string)fax["stationId"]!, (string)fax["state"]!,
                (string)fax["direction"]!, (string)fax["fields"]!)));
        EntryBody entry = Assert.Single(await host.EntriesAsync());
        Assert.Equal((LedgerAct.List, clerk.Caller.ToString(), "payment"),
            (entry.Act, entry.Who.Account, entry.Why.Purpose));
        Assert.Equal([second.FaxId.ToString(), first.FaxId.ToString()], entry.What.Shown);
    }

    [Fact]
    public async Task List_ByCursor_ShowsEachFaxOnceWhateverComesInMeanwhile()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        List<Guid> all = [];
        for (int i = 0; i < 5; i++)
        {
            all.Insert(0, (await host.ReceiveAsync()).FaxId);
        }

        HttpClient client = host.Client(host.Clerk());
        List<Guid> shown = [];
        string? next = null;
        do
        {
            JsonNode page = await client.JsonAsync(
                "/api/v1/faxes?limit=2" + (next is null ? "" : $"&cursor={next}"));
            shown.AddRange(page["faxes"]!.AsArray().Select(fax => (Guid)fax!["id"]!));
            next = (string?)page["next"];
            await host.ReceiveAsync();
        }
        while (next is not null);
        Assert.Equal(all, shown);
    }

    [Fact]
    public async Task Cursor_OfAnotherTenantOrChanged_IsNone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.ReceiveAsync();
        await host.ReceiveAsync();
        HttpClient client = host.Client(host.Clerk());
        string cursor = (string)(await client.JsonAsync("/api/v1/faxes?limit=1"))["next"]!;
        HttpClient other = host.Client(new TestSignIn(host.OtherTenant, "faxes.read"));
        foreach ((HttpClient who, string what) in new[]
        {
            (other, cursor), (client, cursor[..^1]), (client, (cursor[0] == 'A' ? "B" : "A") + cursor[1..]),
            (client, ""), (client, "x"), (client, new string('A', cursor.Length)),
        })
        {
            JsonNode problem = await (await who.GetAsync($"/api/v1/faxes?cursor={what}"))
                .ProblemAsync(400, "invalid-request");
            Assert.Equal("cursor", Assert.Single(problem["errors"]!.AsObject()).Key);
        }
    }

    [Fact]
    public async Task List_Filtered_ShowsOnlyThat()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord first = await host.ReceiveAsync();
        FaxRecord second = await host.ReceiveAsync(line: 1);
        HttpClient client = host.Client(host.Clerk());
        Assert.Equal([second.FaxId], await IdsAsync(client, $"line={host.Routes[1].Line}"));
        Assert.Equal([second.FaxId, first.FaxId], await IdsAsync(client, "state=received&direction=inbound"));
        Assert.Empty(await IdsAsync(client, "direction=outbound"));
        Assert.Empty(await IdsAsync(client, "state=failed"));
        Assert.Empty(await IdsAsync(client, "since=2100-01-01T00:00:00Z"));
        Assert.Equal([second.FaxId, first.FaxId], await IdsAsync(client, "since=2020-01-01T00:00:00%2B01:00"));
    }

    [Fact]
    public async Task List_OfSomeInboxes_KnowsNoOtherFax()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord mine = await host.ReceiveAsync();
        FaxRecord other = await host.ReceiveAsync(line: 1);
        HttpClient client = host.Client(new TestSignIn(
            host.Tenant, "faxes.read", host.Routes[0].Line.ToString()));
        Assert.Equal([mine.FaxId], await IdsAsync(client, ""));
        Assert.Empty(await IdsAsync(client, $"line={host.Routes[1].Line}"));
        foreach (string path in new[] { "", "/pages/1", "/pages/1/thumbnail", "/document" })
        {
            await (await client.GetAsync($"/api/v1/faxes/{other.FaxId}{path}")).ProblemAsync(404, "not-found");
            await (await client.GetAsync($"/api/v1/faxes/{Guid.NewGuid()}{path}")).ProblemAsync(404, "not-found");
        }

        HttpClient none = host.Client(new TestSignIn(host.Tenant, "faxes.read", "none"));
        Assert.Empty(await IdsAsync(none, ""));
    }

    [Fact]
    public async Task List_BadQuery_NamesEachFieldAndSaysNothingBack()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk());
        const string Canary = "CANARYVALUE";
        using HttpResponseMessage answer = await client.GetAsync($"/api/v1/faxes?direction={Canary}&state={Canary}"
            + $"&line={Canary}&since={Canary}&limit=201&superseded={Canary}&purpose={Canary}&{Canary}=1"
            + $"&cursor={Canary}");
        JsonNode problem = await answer.ProblemAsync(400, "invalid-request");
        Assert.Equal(
            ["cursor", "direction", "limit", "line", "purpose", "query", "since", "state", "superseded"],
            problem["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Canary, problem.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await host.EntriesAsync());
    }

    [Fact]
    public async Task Fax_FromAHostileSender_BreaksNeitherJsonNorHeaders()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        const string Hostile = "\"},{\r\nX-Evil: 1\r\n\0</script>\u202e\ud83d\ude00\\u0000";
        FaxRecord fax = await host.ReceiveAsync(caller: Hostile);
        HttpClient client = host.Client(host.Clerk());
        JsonNode shown = await client.JsonAsync($"/api/v1/faxes/{fax.FaxId}");
        Assert.Equal(Hostile, (string)shown["fax"]!["remoteNumber"]!);
        using HttpResponseMessage page = await client.GetAsync($"/api/v1/faxes/{fax.FaxId}/pages/1");
        Assert.DoesNotContain(page.Headers.Concat(page.Content.Headers),
            header => header.Key.Contains("Evil", StringComparison.Ordinal)
                || header.Value.Any(value => value.Contains("script", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Api_WithoutTokenOrScope_IsRefusedAndJournalsNothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync();
        foreach (string path in new[] { "", $"/{fax.FaxId}", $"/{fax.FaxId}/pages/1", $"/{fax.FaxId}/document" })
        {
            await (await host.Client(null).GetAsync($"/api/v1/faxes{path}")).ProblemAsync(401, "not-signed-in");
            await (await host.Client(host.Clerk("lines.read")).GetAsync($"/api/v1/faxes{path}"))
                .ProblemAsync(403, "not-allowed");
        }

        HttpClient stranger = host.Client(new TestSignIn(host.OtherTenant, "faxes.read"));
        await (await stranger.GetAsync($"/api/v1/faxes/{fax.FaxId}/pages/1")).ProblemAsync(404, "not-found");
        Assert.Empty(await host.EntriesAsync());
    }

    private static async Task<IEnumerable<Guid>> IdsAsync(HttpClient client, string query) =>
        (await client.JsonAsync($"/api/v1/faxes?{query}"))["faxes"]!.AsArray().Select(fax => (Guid)fax!["id"]!);
}
