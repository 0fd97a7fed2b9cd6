// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Tests.Access;
using Hermetic.Store;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Tests.Api;

/// <summary>How received faxes are handled: states, assignees, tags, bulk changes and taking them back.</summary>
public sealed class HandlingTests
{
    private const string Scopes = "faxes.read faxes.handle faxes.send";

    [Fact]
    public async Task Fax_ChangedFromAnOldVersion_IsNotChanged()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync();
        Assert.Equal(("new", 0, 0), Of(await HandlingAsync(client, fax)));
        using HttpResponseMessage answer = await PatchAsync(client, fax.FaxId, "\"0\"",
            new { state = "done", tags = new[] { "Urgent ", "urgent", "Müller" } });
        JsonNode changed = await answer.JsonAsync(200);
        Assert.Equal("\"1\"", answer.Headers.ETag!.Tag);
        Assert.Equal(("done", 1), ((string)changed["faxes"]![0]!["state"]!, (int)changed["faxes"]![0]!["version"]!));
        JsonNode handling = await HandlingAsync(client, fax);
        Assert.Equal(("done", 1, 0), Of(handling));
        Assert.Equal(["Urgent", "Müller"], handling["tags"]!.AsArray().Select(tag => (string)tag!));
        await (await PatchAsync(client, fax.FaxId, "\"0\"", new { state = "open" })).ProblemAsync(412, "stale");
        await (await PatchAsync(client, fax.FaxId, null, new { state = "open" })).ProblemAsync(428, "match-required");
        await (await PatchAsync(client, fax.FaxId, "*", new { state = "new" })).JsonAsync(200);
        handling = await HandlingAsync(client, fax);
        Assert.Equal(("new", 2, 0), Of(handling));
        Assert.Equal(2, handling["tags"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("""{}""", "state")]
    [InlineData("""{"state":"closed"}""", "state")]
    [InlineData("""{"tags":["a\nb"]}""", "tags")]
    [InlineData("""{"tags":[" "]}""", "tags")]
    [InlineData("""{"tags":["a\u202eb"]}""", "tags")]
    [InlineData("""{"tags":["12345678901234567890123456789012345678901"]}""", "tags")]
    [InlineData("""{"assignee":"0193aa7c-5a3e-7c41-9c1e-0123456789ab"}""", "assignee")]
    [InlineData("""{"assignee":"0193aa7c-5a3e-7c41-9c1e-0123456789ab","unassign":true}""", "unassign")]
    public async Task Change_ThatIsNone_IsRefusedByField(string body, string field)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync();
        JsonNode problem = await (await PatchAsync(client, fax.FaxId, "*", JsonNode.Parse(body)!))
            .ProblemAsync(400, "invalid-request");
        Assert.NotNull(problem["errors"]![field]);
        Assert.Equal(("new", 0, 0), Of(await HandlingAsync(client, fax)));
    }

    [Fact]
    public async Task Many_AreChangedAllOrNone_AndNoMoreThanTheCallerMaySee()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(new TestSignIn(host.Tenant, Scopes, host.Routes[0].Line.ToString()));
        FaxRecord first = await host.ReceiveAsync();
        FaxRecord second = await host.ReceiveAsync();
        FaxRecord otherInbox = await host.ReceiveAsync(line: 1);
        FaxRecord otherPractice = await host.ReceiveAsync(line: 2);
        foreach (Guid foreign in new[] { otherInbox.FaxId, otherPractice.FaxId, Guid.NewGuid() })
        {
            await (await ManyAsync(client, [first.FaxId, foreign], new { state = "done" }))
                .ProblemAsync(404, "not-found");
            await (await PatchAsync(client, foreign, "*", new { state = "done" })).ProblemAsync(404, "not-found");
        }

        Assert.Equal(("new", 0, 0), Of(await HandlingAsync(client, first)));
        await (await ManyAsync(client, [first.FaxId, second.FaxId, first.FaxId],
            new { state = "done", addTags = new[] { "a", "b" } })).JsonAsync(200);
        await (await ManyAsync(client, [first.FaxId], new { addTags = new[] { "c" }, removeTags = new[] { "A" } }))
            .JsonAsync(200);
        Assert.Equal(["b", "c"], await TagsAsync(client, first));
        Assert.Equal(["a", "b"], await TagsAsync(client, second));
        Assert.Equal(FaxHandling.New, (await host.Installation.Store.Faxes.FindAsync(
            host.OtherTenant, otherPractice.FaxId, default))!.Handling);
        await (await ManyAsync(client, [], new { state = "done" })).ProblemAsync(400, "invalid-request");
        await (await ManyAsync(client, [.. Enumerable.Range(0, 501).Select(_ => Guid.NewGuid())],
            new { state = "done" })).ProblemAsync(400, "invalid-request");
        await (await ManyAsync(client, [first.FaxId], new
        {
            addTags = Enumerable.Range(0, 19).Select(i => $"t{i}").ToArray(),
        })).ProblemAsync(400, "invalid-request");
    }

    [Fact]
    public async Task Undo_PutsBackWhatWas_ForTheSameAccountAlone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        TestSignIn clerk = host.Clerk(Scopes);
        HttpClient client = host.Client(clerk);
        FaxRecord[] faxes = [await host.ReceiveAsync(), await host.ReceiveAsync()];
        await (await PatchAsync(client, faxes[0].FaxId, "*", new { state = "open", tags = new[] { "kept" } }))
            .JsonAsync(200);
        JsonNode changed = await (await ManyAsync(client, [.. faxes.Select(fax => fax.FaxId)],
            new { state = "done", addTags = new[] { "wrong" } })).JsonAsync(200);
        await (await UndoAsync(host.Client(host.Clerk(Scopes)), changed)).ProblemAsync(404, "not-found");
        await (await UndoAsync(host.Client(new TestSignIn(host.OtherTenant, Scopes, Account: clerk.Caller)), changed))
            .ProblemAsync(404, "not-found");
        JsonNode undone = await (await UndoAsync(client, changed)).JsonAsync(200);
        Assert.Equal("open", (string)(await HandlingAsync(client, faxes[0]))["state"]!);
        Assert.Equal("new", (string)(await HandlingAsync(client, faxes[1]))["state"]!);
        Assert.Equal(["kept"], await TagsAsync(client, faxes[0]));
        Assert.Empty(await TagsAsync(client, faxes[1]));
        Assert.Equal([faxes[0].FaxId], await IdsAsync(client, "tag=KEPT"));
        Assert.Empty(await IdsAsync(client, "tag=wrong"));
        await (await UndoAsync(client, changed)).ProblemAsync(412, "stale");
        // What was taken back can be taken back.
        await (await UndoAsync(client, undone)).JsonAsync(200);
        Assert.Equal(["kept", "wrong"], await TagsAsync(client, faxes[0]));
    }

    [Fact]
    public async Task Undo_AfterSomebodyElsesChange_IsRefusedAndChangesNothing()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord[] faxes = [await host.ReceiveAsync(), await host.ReceiveAsync()];
        JsonNode changed = await (await ManyAsync(client, [.. faxes.Select(fax => fax.FaxId)], new { state = "done" }))
            .JsonAsync(200);
        HttpClient colleague = host.Client(host.Clerk(Scopes));
        await (await PatchAsync(colleague, faxes[1].FaxId, "\"1\"", new { tags = new[] { "mine" } })).JsonAsync(200);
        await (await UndoAsync(client, changed)).ProblemAsync(412, "stale");
        foreach (FaxRecord fax in faxes)
        {
            Assert.Equal("done", (string)(await HandlingAsync(client, fax))["state"]!);
        }
    }

    [Fact]
    public async Task Undo_AfterTenMinutes_IsNotThere()
    {
        MovableTime time = new();
        await using ApiHost host = await ApiHost.StartAsync(time);
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync();
        JsonNode changed = await (await PatchAsync(client, fax.FaxId, "*", new { state = "done" })).JsonAsync(200);
        Assert.Equal(time.GetUtcNow().AddMinutes(10), (DateTimeOffset)changed["undo"]!["until"]!,
            TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromMinutes(11));
        await (await UndoAsync(client, changed)).ProblemAsync(404, "not-found");
        Assert.Equal("done", (string)(await HandlingAsync(client, fax))["state"]!);
    }

    [Fact]
    public async Task Assignee_MustBeAPersonWhoMaySeeTheFax()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string line = host.Routes[0].Line.ToString();
        Guid nurse = await PersonAsync(host, host.Tenant, Role.Clinician, line);
        Guid[] others =
        [
            await PersonAsync(host, host.Tenant, Role.Clinician, host.Routes[1].Line.ToString()),
            await PersonAsync(host, host.Tenant, Role.TenantAdministrator, InboxList.All),
            await PersonAsync(host, host.OtherTenant, Role.Clinician, InboxList.All),
            Guid.NewGuid(),
        ];
        TestSignIn who = new(host.Tenant, Scopes, line);
        HttpClient client = host.Client(who);
        FaxRecord fax = await host.ReceiveAsync();
        foreach (Guid other in others)
        {
            await (await PatchAsync(client, fax.FaxId, "*", new { assignee = other }))
                .ProblemAsync(400, "invalid-request");
        }

        JsonNode one = Assert.Single((await client.JsonAsync("/api/v1/assignees"))["assignees"]!.AsArray())!;
        Assert.Equal(nurse, (Guid)one["id"]!);
        await (await PatchAsync(client, fax.FaxId, "*", new { assignee = nurse })).JsonAsync(200);
        Assert.Equal([fax.FaxId], await IdsAsync(client, $"assignee={nurse}"));
        Assert.Empty(await IdsAsync(client, "assignee=me"));
        Assert.Empty(await IdsAsync(client, "assignee=nobody"));
        HttpClient herself = host.Client(new TestSignIn(host.Tenant, Scopes, line, nurse));
        Assert.Equal([fax.FaxId], await IdsAsync(herself, "assignee=me&handling=new"));
        JsonNode counts = await herself.JsonAsync("/api/v1/inboxes/counts");
        Assert.Equal((1, 0, 1), ((int)counts["new"]!, (int)counts["open"]!, (int)counts["mine"]!));
        Assert.Equal(host.Routes[0].Line, (Guid)Assert.Single(counts["inboxes"]!.AsArray())!["line"]!);
        await (await PatchAsync(client, fax.FaxId, "*", new { unassign = true, state = "done" })).JsonAsync(200);
        Assert.Equal([fax.FaxId], await IdsAsync(client, "assignee=nobody&handling=done"));
        Assert.Empty((await client.JsonAsync("/api/v1/inboxes/counts"))["inboxes"]!.AsArray());
    }

    [Fact]
    public async Task FirstPage_SeenByAPerson_OpensTheFax_AndAListDoesNot()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync();
        HttpClient program = host.Client(host.Clerk(Scopes));
        await program.GetAsync($"/api/v1/faxes/{fax.FaxId}/pages/1");
        HttpClient person = host.Client(host.Clerk(Scopes) with { Role = "Clinician" });
        await person.GetAsync($"/api/v1/faxes/{fax.FaxId}/pages/1/thumbnail");
        Assert.Equal(("new", 0, 0), Of(await HandlingAsync(person, fax)));
        Assert.Equal(200, (int)(await person.GetAsync($"/api/v1/faxes/{fax.FaxId}/pages/1")).StatusCode);
        Assert.Equal(("open", 0, 0), Of(await HandlingAsync(person, fax)));
        // Who has looked at it goes on from the version that he saw.
        await (await PatchAsync(person, fax.FaxId, "\"0\"", new { state = "done" })).JsonAsync(200);
        await person.GetAsync($"/api/v1/faxes/{fax.FaxId}/pages/1");
        Assert.Equal(("done", 1, 0), Of(await HandlingAsync(person, fax)));
        int pages = (await host.EntriesAsync()).Count(entry => entry.Act == LedgerAct.Page);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task Changes_AreInTheLedgerAndTold_WithoutAWordOfATag()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        TestSignIn clerk = host.Clerk(Scopes);
        HttpClient client = host.Client(clerk);
        FaxRecord fax = await host.ReceiveAsync();
        FaxRecord second = await host.ReceiveAsync();
        JsonNode changed = await (await ManyAsync(client, [fax.FaxId, second.FaxId],
            new { state = "open", addTags = new[] { "Canarytag" } })).JsonAsync(200);
        await UndoAsync(client, changed);
        await PatchAsync(client, fax.FaxId, "*", new { unassign = true });
        EntryBody[] told = [.. (await host.EntriesAsync()).Where(one => one.Act == LedgerAct.HandlingChanged)];
        Assert.Equal(["handling.change state=open tags", "handling.undo", "handling.change assignee=nobody"],
            told.Select(one => one.What.Query));
        Assert.All(told, one => Assert.Equal(clerk.Caller.ToString(), one.Who.Account));
        Assert.Equal([fax.FaxId.ToString(), second.FaxId.ToString()], told[0].What.Shown.Order());
        Assert.Equal(fax.FaxId.ToString(), told[2].What.Fax);
        EventRecord[] events = [.. (await host.Installation.Store.Events.ListAsync(host.Tenant, 0, 99, default))
            .Where(one => one.Kind == (int)FaxEventKind.HandlingChanged)];
        Assert.Equal(5, events.Length);
        Assert.All(events, one => Assert.Null(one.SealedBody));
    }

    [Fact]
    public async Task P1_TagsAndNotes_LieNowhereInTheClear()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync();
        await (await PatchAsync(client, fax.FaxId, "*", new { tags = new[] { "Canarytag" } })).JsonAsync(200);
        await (await PatchAsync(client, fax.FaxId, "*", new { tags = new[] { "other" } })).JsonAsync(200);
        await (await client.PostAsJsonAsync($"/api/v1/faxes/{fax.FaxId}/notes", new { text = "Canarynote" }))
            .JsonAsync(201);
        await client.JsonAsync("/api/v1/faxes?tag=Canarytag");
        foreach (string file in host.Files())
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            foreach (string canary in new[] { "Canarytag", "CANARYTAG", "Canarynote" })
            {
                Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)));
            }
        }
    }

    [Fact]
    public async Task Fax_ThatGoesOut_IsHandledByNobody()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        NewFax sent = new()
        {
            TenantId = host.Tenant,
            FaxId = Guid.CreateVersion7(),
            Direction = FaxDirection.Outbound,
            BegunAt = host.Installation.Time.GetUtcNow(),
            IdempotencyTag = new byte[32],
            KeyEpoch = (await host.ReceiveAsync()).KeyEpoch,
        };
        await host.Installation.Store.Faxes.BeginAsync(sent, default);
        await (await PatchAsync(client, sent.FaxId, "*", new { state = "done" })).ProblemAsync(409, "wrong-state");
        await (await client.PostAsJsonAsync($"/api/v1/faxes/{sent.FaxId}/notes", new { text = "x" }))
            .ProblemAsync(409, "wrong-state");
        Assert.Null((await client.JsonAsync($"/api/v1/faxes/{sent.FaxId}"))["fax"]!["handling"]);
    }

    internal static async Task<Guid> PersonAsync(ApiHost host, Guid tenant, Role role, string inboxes)
    {
        Guid id = Guid.NewGuid();
        await new Accounts(host.Installation.Access, host.Installation.AccessKeys, host.Installation.Time)
            .CreateAsync(id, tenant, $"{role}-{id}", role, inboxes, CancellationToken.None);
        await host.Installation.Access.WriteAsync(
            (context, cancel) => context.Accounts.Where(row => row.AccountId == id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, (int)AccountState.Active), cancel),
            CancellationToken.None);
        return id;
    }

    private static (string, int, int) Of(JsonNode handling) =>
        ((string)handling["state"]!, (int)handling["version"]!, (int)handling["notes"]!);

    private static async Task<JsonNode> HandlingAsync(HttpClient client, FaxRecord fax) =>
        (await client.JsonAsync($"/api/v1/faxes/{fax.FaxId}"))["fax"]!["handling"]!;

    private static async Task<IEnumerable<string>> TagsAsync(HttpClient client, FaxRecord fax) =>
        [.. (await HandlingAsync(client, fax))["tags"]!.AsArray().Select(tag => (string)tag!)];

    private static async Task<IEnumerable<Guid>> IdsAsync(HttpClient client, string query) =>
        [.. (await client.JsonAsync($"/api/v1/faxes?{query}"))["faxes"]!.AsArray().Select(fax => (Guid)fax!["id"]!)];

    private static async Task<HttpResponseMessage> PatchAsync(
        HttpClient client, Guid fax, string? match, object body)
    {
        using HttpRequestMessage request = new(HttpMethod.Patch, $"/api/v1/faxes/{fax}/handling")
        {
            Content = JsonContent.Create(body),
        };
        if (match is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", match);
        }

        return await client.SendAsync(request);
    }

    private static Task<HttpResponseMessage> ManyAsync(HttpClient client, Guid[] faxes, object change)
    {
        JsonNode body = System.Text.Json.JsonSerializer.SerializeToNode(change)!;
        body["faxes"] = new JsonArray([.. faxes.Select(fax => JsonValue.Create(fax))]);
        return client.PostAsJsonAsync("/api/v1/faxes/handling", body);
    }

    private static Task<HttpResponseMessage> UndoAsync(HttpClient client, JsonNode changed) =>
        client.PostAsJsonAsync("/api/v1/handling/undo", new { undo = (Guid)changed["undo"]!["id"]! });
}
