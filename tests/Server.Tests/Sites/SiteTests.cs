// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Tests.Access;

namespace Hermetic.Server.Tests.Sites;

/// <summary>Sites and the lines that stand at them, over the API of a running server.</summary>
public sealed class SiteTests : IAsyncLifetime
{
    private SiteDesk _sites = null!;

    public async ValueTask InitializeAsync() => _sites = await SiteDesk.StartAsync();

    public ValueTask DisposeAsync() => _sites.DisposeAsync();

    [Fact]
    public async Task Site_MadeByTheAdministrator_IsShownAsItWasGiven_AndJournaledByIdsAlone()
    {
        JsonElement made = await _sites.OwnAsync(HttpMethod.Post, "sites", HttpStatusCode.Created, new
        {
            name = " Main Street ",
            timeZone = "America/Los_Angeles",
            senderName = "North Clinic, Main Street",
            address = new[] { "1 Main Street", "Springfield" },
            phone = "+1 555 0100 ext. 7",
        });

        Assert.Equal(("Main Street", "America/Los_Angeles", "North Clinic, Main Street", "+1 555 0100 ext. 7", 1), (
            made.GetProperty("name").GetString(), made.GetProperty("timeZone").GetString(),
            made.GetProperty("senderName").GetString(), made.GetProperty("phone").GetString(),
            made.GetProperty("version").GetInt32()));
        Assert.Equal(["1 Main Street", "Springfield"],
            made.GetProperty("address").EnumerateArray().Select(line => line.GetString()));
        string id = made.GetProperty("id").GetString()!;
        Assert.Equal(made.GetRawText(), (await _sites.OwnAsync(HttpMethod.Get, $"sites/{id}")).GetRawText());
        Assert.Equal(made.GetRawText(), Assert.Single((await _sites.OwnAsync(HttpMethod.Get, "sites"))
            .GetProperty("sites").EnumerateArray()).GetRawText());
        EntryBody told = Assert.Single(await _sites.Desk.EntriesAsync(_sites.Desk.Tenant),
            entry => entry.Act == LedgerAct.LineChanged);
        Assert.Equal("site.added", told.What.Query);
        Assert.Equal([id], told.What.Shown);
    }

    [Fact]
    public async Task Site_ThatIsNotWhatItMustBe_IsRefusedWithAllReasonsAtOnce()
    {
        JsonElement refused = await _sites.OwnAsync(HttpMethod.Post, "sites", HttpStatusCode.BadRequest, new
        {
            name = "",
            timeZone = "../../../etc/passwd",
            senderName = new string('x', 101),
            address = new[] { "1", "2", "3", "4", "5" },
            phone = "one\ntwo",
        });

        Assert.Equal(["address", "name", "phone", "senderName", "timeZone"],
            refused.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order());
        // What no page has room for is told now, while somebody is there who can change it.
        refused = await _sites.OwnAsync(HttpMethod.Post, "sites", HttpStatusCode.BadRequest,
            new { name = "Harbour", timeZone = "UTC", senderName = new string('W', 100) });
        Assert.Equal(["senderName"], refused.GetProperty("errors").EnumerateObject().Select(field => field.Name));
        Assert.Empty(await _sites.Desk.Installation.Store.Sites.ListAsync(
            _sites.Desk.Tenant, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Pacific Standard Time")]
    [InlineData("/etc/localtime")]
    [InlineData("America/../UTC")]
    [InlineData("Mars/Olympus_Mons")]
    [InlineData("")]
    public async Task TimeZone_ThatIsNoIanaName_IsRefused(string zone)
    {
        JsonElement refused = await _sites.OwnAsync(HttpMethod.Post, "sites", HttpStatusCode.BadRequest,
            new { name = "Harbour", timeZone = zone });

        Assert.Equal("timeZone", Assert.Single(refused.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task Name_OfAnotherSite_IsTakenWithinThePracticeAlone()
    {
        await _sites.AddAsync("Main Street");
        Guid harbour = await _sites.AddAsync("Harbour");
        Guid other = (await _sites.OperateAsync(HttpMethod.Post, "tenants", HttpStatusCode.Created,
            new { name = "South Clinic" })).GetProperty("id").GetGuid();

        JsonElement taken = await _sites.OwnAsync(HttpMethod.Post, "sites", HttpStatusCode.Conflict,
            new { name = "MAIN street", timeZone = "UTC" });
        await _sites.OwnAsync(HttpMethod.Patch, $"sites/{harbour}", HttpStatusCode.Conflict,
            new { name = "Main Street" }, "*");

        Assert.Equal("taken", taken.GetProperty("code").GetString());
        await _sites.OperateAsync(HttpMethod.Post, $"tenants/{other}/sites", HttpStatusCode.Created,
            new { name = "Main Street", timeZone = "UTC" });
    }

    [Fact]
    public async Task Change_AsksForTheVersionThatWasSeen_AndKeepsWhatItDoesNotName()
    {
        Guid id = await _sites.AddAsync("Main Street", senderName: "North Clinic at Main Street");
        string path = $"sites/{id}";

        await _sites.OwnAsync(HttpMethod.Patch, path, (HttpStatusCode)428, new { name = "Hill" });
        await _sites.OwnAsync(
            HttpMethod.Patch, path, HttpStatusCode.PreconditionFailed, new { name = "Hill" }, "\"7\"");
        await _sites.OwnAsync(HttpMethod.Patch, path, HttpStatusCode.BadRequest, new { }, "\"1\"");
        JsonElement changed = await _sites.OwnAsync(
            HttpMethod.Patch, path, body: new { timeZone = "America/Chicago" }, match: "\"1\"");
        await _sites.OwnAsync(
            HttpMethod.Patch, path, HttpStatusCode.PreconditionFailed, new { name = "Hill" }, "\"1\"");

        Assert.Equal(("Main Street", "America/Chicago", "North Clinic at Main Street", 2), (
            changed.GetProperty("name").GetString(), changed.GetProperty("timeZone").GetString(),
            changed.GetProperty("senderName").GetString(), changed.GetProperty("version").GetInt32()));
        JsonElement cleared = await _sites.OwnAsync(
            HttpMethod.Patch, path, body: new { senderName = "" }, match: "\"2\"");
        Assert.Equal("", cleared.GetProperty("senderName").GetString());
    }

    [Fact]
    public async Task Site_WithALineOnIt_IsNotRemoved()
    {
        Guid id = await _sites.AddAsync("Main Street");
        Guid line = await _sites.LineAsync(TestFolder.Number);
        JsonElement placed = await _sites.OwnAsync(HttpMethod.Patch, $"lines/{line}", body: new { site = id });
        Assert.Equal(id, placed.GetProperty("site").GetGuid());

        await _sites.OwnAsync(HttpMethod.Delete, $"sites/{id}", (HttpStatusCode)428);
        JsonElement refused = await _sites.OwnAsync(
            HttpMethod.Delete, $"sites/{id}", HttpStatusCode.Conflict, match: "\"1\"");

        Assert.Equal("site-in-use", refused.GetProperty("code").GetString());
        JsonElement free = await _sites.OwnAsync(HttpMethod.Patch, $"lines/{line}", body: new { site = Guid.Empty });
        Assert.Equal(JsonValueKind.Null, free.GetProperty("site").ValueKind);
        await _sites.OwnAsync(HttpMethod.Delete, $"sites/{id}", HttpStatusCode.NoContent, match: "\"1\"");
        await _sites.OwnAsync(HttpMethod.Get, $"sites/{id}", HttpStatusCode.NotFound);
        await _sites.OwnAsync(HttpMethod.Patch, $"lines/{line}", HttpStatusCode.BadRequest, new { site = id });
        Assert.Equal(["site.added", "line.placed", "site.removed", "line.placed", "site.removed"],
            from entry in await _sites.Desk.EntriesAsync(_sites.Desk.Tenant)
            where entry.Act == LedgerAct.LineChanged
            select entry.What.Query);
    }

    [Fact]
    public async Task Operator_TendsTheSitesOfAPractice_AndGivesALineOne()
    {
        string tenant = $"tenants/{_sites.Desk.Tenant}";
        Guid id = (await _sites.OperateAsync(HttpMethod.Post, $"{tenant}/sites", HttpStatusCode.Created,
            new { name = "Main Street", timeZone = "Europe/Berlin" })).GetProperty("id").GetGuid();
        JsonElement line = await _sites.OperateAsync(HttpMethod.Post, $"{tenant}/lines", HttpStatusCode.Created,
            new { number = "+15557770001", site = id });
        Assert.Equal(id, line.GetProperty("site").GetGuid());
        string path = $"{tenant}/lines/{line.GetProperty("id").GetString()}";
        await _sites.OperateAsync(HttpMethod.Patch, $"{tenant}/sites/{id}", body: new { name = "Hill" }, match: "*");

        Assert.Equal("Hill", (await _sites.OperateAsync(HttpMethod.Get, $"{tenant}/sites/{id}"))
            .GetProperty("name").GetString());
        await _sites.OperateAsync(HttpMethod.Delete, $"{tenant}/sites/{id}", HttpStatusCode.Conflict, match: "*");
        await _sites.OperateAsync(HttpMethod.Patch, path, HttpStatusCode.BadRequest, new { });
        await _sites.OperateAsync(HttpMethod.Patch, path, body: new { site = Guid.Empty });
        await _sites.OperateAsync(HttpMethod.Delete, $"{tenant}/sites/{id}", HttpStatusCode.NoContent, match: "*");
        Assert.Empty((await _sites.OperateAsync(HttpMethod.Get, $"{tenant}/sites")).GetProperty("sites")
            .EnumerateArray());
        await _sites.OperateAsync(HttpMethod.Get, $"tenants/{Guid.NewGuid()}/sites", HttpStatusCode.NotFound);
        await _sites.OperateAsync(HttpMethod.Post, $"{tenant}/lines", HttpStatusCode.BadRequest,
            new { number = "+15557770002", site = Guid.NewGuid() });
        // An operator has no sites of its own.
        await _sites.OperateAsync(HttpMethod.Get, "sites", HttpStatusCode.Forbidden);
    }

    /// <summary>A line that is closed and added again stands where the operator says now.</summary>
    [Fact]
    public async Task Line_OpenedAgain_StandsAtTheSiteThatIsNamed()
    {
        string tenant = $"tenants/{_sites.Desk.Tenant}";
        Guid id = await _sites.AddAsync("Main Street");
        Guid line = await _sites.LineAsync(TestFolder.Number);
        await _sites.OperateAsync(HttpMethod.Patch, $"{tenant}/lines/{line}", body: new { state = "closed" });

        JsonElement opened = await _sites.OperateAsync(HttpMethod.Post, $"{tenant}/lines", HttpStatusCode.Created,
            new { number = TestFolder.Number, site = id });

        Assert.Equal((line, id), (opened.GetProperty("id").GetGuid(), opened.GetProperty("site").GetGuid()));
    }

    [Fact]
    public async Task Sites_AreSeenByThePractice_AndChangedByWhoRunsIt()
    {
        Guid id = await _sites.AddAsync("Main Street");
        (_, string clerk) = await _sites.Desk.PersonAsync(Role.FrontDesk);
        await _sites.AskAsync(clerk, HttpMethod.Get, "sites", HttpStatusCode.OK);
        await _sites.AskAsync(clerk, HttpMethod.Post, "sites", HttpStatusCode.Forbidden,
            new { name = "Hill", timeZone = "UTC" });
        await _sites.AskAsync(clerk, HttpMethod.Delete, $"sites/{id}", HttpStatusCode.Forbidden, match: "*");

        // A program that sees one inbox: the sites are everybody's.
        Guid program = Guid.NewGuid();
        Guid line = await _sites.LineAsync(TestFolder.Number);
        string secret = await _sites.Desk.Programs.CreateAsync(program, _sites.Desk.Tenant, "EHR",
            [Scopes.LinesRead, Scopes.LinesManage], $"{line}", TestContext.Current.CancellationToken);
        using HttpResponseMessage signed = await _sites.Desk.TokenAsync($"{program}", secret);
        string token = (await Desk.JsonAsync(signed)).GetProperty("access_token").GetString()!;
        using HttpResponseMessage seen = await _sites.Desk.SendAsync(HttpMethod.Get, "/api/v1/sites", token: token);
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        using HttpResponseMessage refused = await _sites.Desk.SendAsync(
            HttpMethod.Patch, $"/api/v1/sites/{id}", new { name = "Hill" }, token: token, match: "*");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(1, (await _sites.Desk.Installation.Store.Sites.FindAsync(
            _sites.Desk.Tenant, id, TestContext.Current.CancellationToken))!.Version);
    }
}
