// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Checking;
using Hermetic.Server.Features.Sending;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Api;

/// <summary>The address book of a practice.</summary>
public sealed class AddressBookTests
{
    private const string Path = "/api/v1/address-book";
    private const string Scopes = "faxes.send address-book.read address-book.manage";
    private const string Number = "+1 (555) 0142";

    [Fact]
    public async Task Entry_IsMadeFoundChangedAndTakenAway()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        using HttpResponseMessage answer = await PostAsync(client, "North Pharmacy", Number, ["Pharmacies"]);
        JsonNode made = await answer.JsonAsync(201);
        Assert.Equal("\"1\"", answer.Headers.ETag!.Tag);
        Assert.Equal(("North Pharmacy", "+15550142", 1), Of(made));
        Assert.Null(made["verified"]);
        Assert.Equal(made.ToJsonString(), (await client.JsonAsync(answer.Headers.Location!.ToString())).ToJsonString());

        JsonNode changed = await (await ChangeAsync(client, made, "\"1\"", "South Pharmacy")).JsonAsync(200);
        Assert.Equal(("South Pharmacy", "+15550142", 2), Of(changed));
        Assert.Empty(changed["groups"]!.AsArray());
        await (await ChangeAsync(client, made, "\"1\"", "West Pharmacy")).ProblemAsync(412, "stale");
        await (await ChangeAsync(client, made, null, "West Pharmacy")).ProblemAsync(428, "match-required");
        Assert.Empty((await client.JsonAsync($"{Path}?group=pharmacies"))["entries"]!.AsArray());

        await (await DeleteAsync(client, made, "\"1\"")).ProblemAsync(412, "stale");
        Assert.Equal(204, (int)(await DeleteAsync(client, made, "\"2\"")).StatusCode);
        await (await client.GetAsync($"{Path}/{made["id"]}")).ProblemAsync(404, "not-found");
        await (await DeleteAsync(client, made, "*")).ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Entries_AreFoundByNameNumberAndGroup()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        string[] names = ["Ärzte am Markt", "Arden Clinic", "Borough Labs", "arbor Surgery"];
        foreach ((string name, int i) in names.Select((name, i) => (name, i)))
        {
            await (await PostAsync(client, name, $"+1555020{i / 2}", i % 2 == 0 ? ["Even ones"] : []))
                .JsonAsync(201);
        }

        Assert.Equal(["Arden Clinic", "arbor Surgery"], await NamesAsync("name=AR"));
        Assert.Equal(["Ärzte am Markt"], await NamesAsync("name=%C3%A4rzte"));
        Assert.Equal(["Borough Labs", "arbor Surgery"], await NamesAsync("number=%2B1%20555%200201"));
        Assert.Equal(["Ärzte am Markt", "Borough Labs"], await NamesAsync("group=EVEN%20ones"));
        Assert.Equal(["Borough Labs"], await NamesAsync("group=even%20ones&name=b"));
        JsonNode page = await client.JsonAsync($"{Path}?name=ar&limit=1");
        JsonNode next = await client.JsonAsync($"{Path}?name=ar&limit=1&after={page["next"]}");
        Assert.Equal("arbor Surgery", (string)Assert.Single(next["entries"]!.AsArray())!["name"]!);
        await (await client.GetAsync($"{Path}?number=x")).ProblemAsync(400, "invalid-request");

        async Task<IEnumerable<string>> NamesAsync(string query) =>
            [.. (await client.JsonAsync($"{Path}?{query}"))["entries"]!.AsArray()
                .Select(entry => (string)entry!["name"]!)];
    }

    [Theory]
    [InlineData("", Number, "name")]
    [InlineData("a\nb", Number, "name")]
    [InlineData("a\u202eb", Number, "name")]
    [InlineData("Pharmacy", "0190 HELLO", "number")]
    [InlineData("Pharmacy", "", "number")]
    public async Task Entry_ThatIsNone_IsRefusedByField(string name, string number, string field)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JsonNode problem = await (await PostAsync(host.Client(host.Clerk(Scopes)), name, number, []))
            .ProblemAsync(400, "invalid-request");
        Assert.NotNull(problem["errors"]![field]);
    }

    [Fact]
    public async Task P4_EntriesOfAnotherPractice_AreNotThere()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient mine = host.Client(host.Clerk(Scopes));
        HttpClient theirs = host.Client(new TestSignIn(host.OtherTenant, Scopes));
        JsonNode made = await (await PostAsync(mine, "Pharmacy", Number, ["all"])).JsonAsync(201);
        await (await theirs.GetAsync($"{Path}/{made["id"]}")).ProblemAsync(404, "not-found");
        await (await ChangeAsync(theirs, made, "*", "Mine now")).ProblemAsync(404, "not-found");
        await (await DeleteAsync(theirs, made, "*")).ProblemAsync(404, "not-found");
        await (await theirs.PostAsJsonAsync($"{Path}/{made["id"]}/verify", new { number = Number }))
            .ProblemAsync(404, "not-found");
        foreach (string query in new[] { "", "?group=all", "?number=%2B15550142", "?name=Ph" })
        {
            Assert.Empty((await theirs.JsonAsync(Path + query))["entries"]!.AsArray());
        }
    }

    [Fact]
    public async Task P1_Entries_LieNowhereInTheClear()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await (await PostAsync(host.Client(host.Clerk(Scopes)), "Canaryname", "+15559876501", ["Canarygroup"],
            "Canarynote")).JsonAsync(201);
        foreach (string file in host.Files())
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            foreach (string canary in new[] { "Canaryname", "15559876501", "Canarygroup", "CANARYGROUP", "Canarynote" })
            {
                Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)));
            }
        }
    }

    [Fact]
    public async Task Changes_AreInTheLedgerByIdsAlone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        TestSignIn who = host.Clerk(Scopes);
        HttpClient client = host.Client(who);
        JsonNode made = await (await PostAsync(client, "Pharmacy", Number, [])).JsonAsync(201);
        await (await ChangeAsync(client, made, "*", "Pharmacy 2")).JsonAsync(200);
        await DeleteAsync(client, made, "*");
        EntryBody[] told = [.. (await host.EntriesAsync()).Where(one => one.Act == LedgerAct.AddressBookChanged)];
        Assert.Equal(["address.create", "address.change", "address.delete"], told.Select(one => one.What.Query));
        Assert.All(told, one =>
        {
            Assert.Equal([(string)made["id"]!], one.What.Shown);
            Assert.Equal(who.Caller.ToString(), one.Who.Account);
        });
    }

    [Fact]
    public async Task Number_ThatAPersonVerified_NeedsNoSecondConfirmation()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient program = host.Client(host.Clerk(Scopes));
        JsonNode made = await (await PostAsync(program, "Pharmacy", Number, [])).JsonAsync(201);
        await (await program.PostAsJsonAsync($"{Path}/{made["id"]}/verify", new { number = Number }))
            .ProblemAsync(403, "not-allowed");
        TestSignIn person = host.Clerk(Scopes) with { Role = "FrontDesk" };
        await (await host.Client(person).PostAsJsonAsync($"{Path}/{made["id"]}/verify", new { number = "+15550143" }))
            .ProblemAsync(400, "invalid-request");
        JsonNode verified = await (await host.Client(person).PostAsJsonAsync(
            $"{Path}/{made["id"]}/verify", new { number = "+15550142" })).JsonAsync(200);
        Assert.Equal(("verified", person.Caller), ((string)verified["verified"]!["how"]!,
            (Guid)verified["verified"]!["by"]!));
        DestinationRecord? known = await host.Installation.Store.Destinations.FindAsync(host.Tenant,
            host.Installation.Keys.Routing.Tag(Features.Receiving.InboundFax.RemoteNumberTag, "+15550142"), default);
        Assert.Equal(SendingState.Waiting, MisdialGuard.Begin(known, false));
    }

    [Fact]
    public async Task Check_OfAnAddressBook_FindsAnEntryThatWasMoved()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        JsonNode one = await (await PostAsync(client, "Pharmacy", Number, ["a"])).JsonAsync(201);
        JsonNode two = await (await PostAsync(client, "Clinic", "+15550143", ["b"])).JsonAsync(201);
        Assert.Empty(await FindingsAsync());
        AddressRecord first = (await FindAsync(one))!;
        AddressRecord second = (await FindAsync(two))!;
        await host.Installation.Store.AddressBook.ChangeAsync(
            second with { Version = 2, NumberTag = first.NumberTag }, [], default);
        Assert.Contains($"{second.AddressId}", Assert.Single(await FindingsAsync()).Place, StringComparison.Ordinal);
        await host.Installation.Store.AddressBook.ChangeAsync(
            second with { Version = 3, SealedEntry = first.SealedEntry }, [], default);
        Assert.Contains($"{second.AddressId}", Assert.Single(await FindingsAsync()).Place, StringComparison.Ordinal);
        Assert.Null((await client.JsonAsync($"{Path}/{two["id"]}"))["name"]);

        Task<AddressRecord?> FindAsync(JsonNode entry) =>
            host.Installation.Store.AddressBook.FindAsync(host.Tenant, (Guid)entry["id"]!, default);

        async Task<IReadOnlyList<CheckFinding>> FindingsAsync()
        {
            CheckNotes notes = new();
            await new AddressBookCheck(host.Installation, notes).RunAsync(host.Tenant, default);
            return notes.Report.Findings;
        }
    }

    private static (string, string, int) Of(JsonNode entry) =>
        ((string)entry["name"]!, (string)entry["number"]!, (int)entry["version"]!);

    private static Task<HttpResponseMessage> PostAsync(
        HttpClient client, string name, string number, string[] groups, string? note = null) =>
        client.PostAsJsonAsync(Path, new { name, number, groups, note });

    private static async Task<HttpResponseMessage> ChangeAsync(
        HttpClient client, JsonNode entry, string? match, string name)
    {
        using HttpRequestMessage request = new(HttpMethod.Put, $"{Path}/{entry["id"]}")
        {
            Content = JsonContent.Create(new { name, number = Number }),
        };
        return await SendAsync(client, request, match);
    }

    private static async Task<HttpResponseMessage> DeleteAsync(HttpClient client, JsonNode entry, string match)
    {
        using HttpRequestMessage request = new(HttpMethod.Delete, $"{Path}/{entry["id"]}");
        return await SendAsync(client, request, match);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, string? match)
    {
        if (match is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", match);
        }

        return client.SendAsync(request);
    }
}
