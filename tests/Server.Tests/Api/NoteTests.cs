// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Checking;
using Hermetic.Server.Features.Handling;
using Hermetic.Store;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Tests.Api;

/// <summary>Notes on received faxes, and what a check says of them and of tags.</summary>
public sealed class NoteTests
{
    private const string Scopes = "faxes.read faxes.handle";

    [Fact]
    public async Task Notes_AreWrittenBehindEachOther_AndReadingThemIsADisclosure()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        TestSignIn clerk = host.Clerk(Scopes);
        HttpClient client = host.Client(clerk);
        FaxRecord fax = await host.ReceiveAsync();
        Assert.Empty(await NotesAsync(client, fax));
        Assert.Empty(await host.EntriesAsync());
        JsonNode made = await (await WriteAsync(client, fax, " called back\r\nno answer ")).JsonAsync(201);
        Assert.Equal((1, clerk.Caller, "called back\nno answer"),
            ((int)made["number"]!, (Guid)made["author"]!, (string)made["text"]!));
        await (await WriteAsync(host.Client(host.Clerk(Scopes)), fax, new string('ü', 4000))).JsonAsync(201);
        JsonArray notes = await NotesAsync(client, fax);
        Assert.Equal(["called back\nno answer", new string('ü', 4000)], notes.Select(note => (string)note!["text"]!));
        Assert.Equal(made.ToJsonString(), notes[0]!.ToJsonString());
        IReadOnlyList<EntryBody> entries = await host.EntriesAsync();
        Assert.Equal(["note.write", "note.write"], entries.Where(one => one.Act == LedgerAct.HandlingChanged)
            .Select(one => one.What.Query));
        EntryBody read = Assert.Single(entries, one => one.Act == LedgerAct.Text);
        Assert.Equal((fax.FaxId.ToString(), "notes"), (read.What.Fax, Assert.Single(read.What.Shown)));
        Assert.Equal(2, (int)(await client.JsonAsync("/api/v1/faxes"))["faxes"]![0]!["handling"]!["notes"]!);
    }

    [Fact]
    public async Task Note_IsStruckOutByItsAuthorAlone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        HttpClient other = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync();
        await (await WriteAsync(client, fax, "wrong patient")).JsonAsync(201);
        await (await StrikeAsync(other, fax, 1)).ProblemAsync(403, "not-allowed");
        await (await StrikeAsync(client, fax, 2)).ProblemAsync(404, "not-found");
        Assert.Equal(204, (int)(await StrikeAsync(client, fax, 1)).StatusCode);
        Assert.Equal(204, (int)(await StrikeAsync(client, fax, 1)).StatusCode);
        JsonNode note = Assert.Single(await NotesAsync(client, fax))!;
        Assert.NotNull(note["struckAt"]);
        Assert.Equal("wrong patient", (string)note["text"]!);
        Assert.Equal(0, (int)(await client.JsonAsync("/api/v1/faxes"))["faxes"]![0]!["handling"]!["notes"]!);
        Assert.Single(await host.EntriesAsync(), one => one.What.Query == "note.strike 1");
    }

    [Fact]
    public async Task Notes_OfAnotherInboxOrPractice_AreNotThere()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        FaxRecord fax = await host.ReceiveAsync();
        await (await WriteAsync(host.Client(host.Clerk(Scopes)), fax, "x")).JsonAsync(201);
        foreach (TestSignIn who in new[]
        {
            new TestSignIn(host.Tenant, Scopes, host.Routes[1].Line.ToString()),
            new TestSignIn(host.OtherTenant, Scopes),
        })
        {
            HttpClient client = host.Client(who);
            await (await client.GetAsync($"/api/v1/faxes/{fax.FaxId}/notes")).ProblemAsync(404, "not-found");
            await (await WriteAsync(client, fax, "y")).ProblemAsync(404, "not-found");
            await (await StrikeAsync(client, fax, 1)).ProblemAsync(404, "not-found");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("a\u0000b")]
    [InlineData("a\u202eb")]
    public async Task Note_ThatIsNone_IsRefused(string text)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync();
        Assert.NotNull((await (await WriteAsync(client, fax, text)).ProblemAsync(400, "invalid-request"))
            ["errors"]!["text"]);
        await (await WriteAsync(client, fax, new string('x', 4001))).ProblemAsync(400, "invalid-request");
    }

    [Fact]
    public async Task Check_FindsNotesAndTagsThatWereMovedTakenAwayOrChanged()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord one = await host.ReceiveAsync();
        FaxRecord two = await host.ReceiveAsync();
        foreach (FaxRecord fax in new[] { one, two })
        {
            await (await WriteAsync(client, fax, "called back")).JsonAsync(201);
            await (await client.PostAsJsonAsync("/api/v1/faxes/handling",
                new { faxes = new[] { fax.FaxId }, addTags = new[] { $"tag {fax.FaxId}" } })).JsonAsync(200);
        }

        Assert.Empty(await FindingsAsync());
        FaxStore store = host.Installation.Store;
        one = (await store.Faxes.FindAsync(host.Tenant, one.FaxId, default))!;
        HandlingAct act = new(
            host.Tenant, Guid.NewGuid(), Guid.NewGuid(), host.Installation.Time.GetUtcNow(), TimeSpan.FromMinutes(10));
        NewEvent told = new(11, act.At);
        byte[] tag = new HandlingVault(host.Installation.Keys, host.Installation.Sealer).Tag(host.Tenant, "other");
        // Found by another tag than its own.
        await store.Handling.ChangeAsync(act,
            [new HandlingChange(one.FaxId, 1, null, null, one.SealedLabels, [tag])], told, default);
        Assert.EndsWith("sealed_labels", Assert.Single(await FindingsAsync()).Place, StringComparison.Ordinal);
        // Another fax's labels, and its note once more: neither opens there.
        two = (await store.Faxes.FindAsync(host.Tenant, two.FaxId, default))!;
        await store.Handling.ChangeAsync(act with { ChangeId = Guid.NewGuid() },
            [new HandlingChange(one.FaxId, 2, null, null, two.SealedLabels, [tag])], told, default);
        NoteRecord note = Assert.Single(await store.Notes.ListAsync(host.Tenant, two.FaxId, default));
        await store.Notes.AddAsync(note with { FaxId = one.FaxId, Number = 2 }, 9, told, default);
        string row = $"tenant {host.Tenant}, fax {one.FaxId}";
        Assert.Equal([$"{row}, note 2: sealed_text", $"{row}: sealed_labels"],
            (await FindingsAsync()).Select(found => found.Place).Order(StringComparer.Ordinal));
        JsonArray shown = await NotesAsync(client, one);
        Assert.Equal((null, "tampered"), ((string?)shown[1]!["text"], (string)shown[1]!["fields"]!));
        Assert.Equal("tampered", (string)(await client.JsonAsync($"/api/v1/faxes/{one.FaxId}"))["fax"]!["fields"]!);

        async Task<IReadOnlyList<CheckFinding>> FindingsAsync()
        {
            CheckNotes notes = new();
            await new HandlingCheck(host.Installation, notes).RunAsync(host.Tenant,
                await host.Installation.Store.Faxes.ListAsync(new FaxList(host.Tenant), default), default);
            return notes.Report.Findings;
        }
    }

    [Fact]
    public async Task P1_KeysOfTheFaxDestroyed_TakeTagsAndNotesAlong()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HttpClient client = host.Client(host.Clerk(Scopes));
        FaxRecord fax = await host.ReceiveAsync();
        await (await WriteAsync(client, fax, "called back")).JsonAsync(201);
        string change = "/api/v1/faxes/handling";
        object tagged = new { faxes = new[] { fax.FaxId }, addTags = new[] { "urgent" } };
        await (await client.PostAsJsonAsync(change, tagged)).JsonAsync(200);
        Assert.True(KeyEpoch.TryDecode(fax.KeyEpoch, out KeyEpoch epoch));
        host.Installation.Keys.Destroy([(host.Tenant, epoch)]);
        Assert.Equal("erased", (string)Assert.Single(await NotesAsync(client, fax))!["fields"]!);
        JsonNode shown = (await client.JsonAsync($"/api/v1/faxes/{fax.FaxId}"))["fax"]!;
        Assert.Equal("erased", (string)shown["fields"]!);
        Assert.Null(shown["handling"]!["tags"]);
        await (await client.PostAsJsonAsync(change, tagged)).ProblemAsync(410, "erased");
        await (await WriteAsync(client, fax, "y")).ProblemAsync(410, "erased");
        // What is no word about a patient goes on.
        await (await client.PostAsJsonAsync(change, new { faxes = new[] { fax.FaxId }, state = "done" }))
            .JsonAsync(200);
    }

    private static Task<HttpResponseMessage> WriteAsync(HttpClient client, FaxRecord fax, string text) =>
        client.PostAsJsonAsync($"/api/v1/faxes/{fax.FaxId}/notes", new { text });

    private static Task<HttpResponseMessage> StrikeAsync(HttpClient client, FaxRecord fax, int number) =>
        client.PostAsync($"/api/v1/faxes/{fax.FaxId}/notes/{number}/strike", null);

    private static async Task<JsonArray> NotesAsync(HttpClient client, FaxRecord fax) =>
        (await client.JsonAsync($"/api/v1/faxes/{fax.FaxId}/notes"))["notes"]!.AsArray();
}
