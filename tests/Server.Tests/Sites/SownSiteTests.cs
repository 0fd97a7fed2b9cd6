// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Server.Features.Sites;
using Hermetic.Server.Hosting;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Sites;

/// <summary>Sites that the settings sow: what was never there is made, and what the API made of it since
/// stays.</summary>
public sealed class SownSiteTests
{
    private const string Settings = $$"""
        , "sites": [ { "name": "Main Street", "timeZone": "America/Chicago", "phone": "+1 555 0100",
          "numbers": [ "{{TestFolder.Number}}" ] },
          { "name": "Harbour", "timeZone": "UTC", "numbers": [ "{{SiteDesk.Sandbox}}" ] } ]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sites_OfTheSettings_AreThere_WithTheirLines()
    {
        await using SiteDesk sites = await SiteDesk.StartAsync(Settings);

        JsonElement main = await FindAsync(sites, "Main Street");
        Assert.Equal(("America/Chicago", "+1 555 0100", 1), (main.GetProperty("timeZone").GetString(),
            main.GetProperty("phone").GetString(), main.GetProperty("version").GetInt32()));
        Assert.Equal(main.GetProperty("id").GetGuid(),
            (await sites.SeenAsync(TestFolder.Number)).GetProperty("site").GetGuid());
        Assert.Equal((await FindAsync(sites, "Harbour")).GetProperty("id").GetGuid(),
            (await sites.SeenAsync(SiteDesk.Sandbox)).GetProperty("site").GetGuid());
    }

    [Fact]
    public async Task Sites_RenamedMovedAndRemoved_StaySoAtTheNextStart()
    {
        await using SiteDesk sites = await SiteDesk.StartAsync(Settings);
        string main = (await FindAsync(sites, "Main Street")).GetProperty("id").GetString()!;
        string harbour = (await FindAsync(sites, "Harbour")).GetProperty("id").GetString()!;
        await sites.OwnAsync(HttpMethod.Patch, $"sites/{main}", body: new { name = "Hill" }, match: "*");
        await sites.OwnAsync(HttpMethod.Patch, $"lines/{await sites.LineAsync(SiteDesk.Sandbox)}",
            body: new { site = Guid.Empty });
        await sites.OwnAsync(HttpMethod.Delete, $"sites/{harbour}", HttpStatusCode.NoContent, match: "*");
        string before = (await sites.OwnAsync(HttpMethod.Get, "sites")).GetRawText();
        string lines = (await sites.OwnAsync(HttpMethod.Get, "lines")).GetRawText();

        await new Provisioning(sites.Desk.Installation).RunAsync(Cancellation);

        Assert.Equal(before, (await sites.OwnAsync(HttpMethod.Get, "sites")).GetRawText());
        Assert.Equal(lines, (await sites.OwnAsync(HttpMethod.Get, "lines")).GetRawText());
    }

    /// <summary>A practice that was there before: its sites are made, and take the lines that stand nowhere; a site of
    /// the same name is the practice's own.</summary>
    [Fact]
    public async Task Sites_AddedToTheSettingsLater_TakeTheLinesThatStandNowhere()
    {
        using TestFolder folder = new();
        string text = await File.ReadAllTextAsync(folder.SettingsFile, Cancellation);
        await SaveAsync($", \"sandbox\": [ \"{SiteDesk.Sandbox}\" ]");
        Guid own;
        await using (Installation before = await Installation.OpenAsync(
            folder.Settings, TimeProvider.System, Cancellation))
        {
            await new Provisioning(before).RunAsync(Cancellation);
            SiteRecord made = new SiteBook(before.Keys, before.Store, TimeProvider.System).Make(
                TenantOf(before), own = Guid.NewGuid(), new SiteEntry("HARBOUR", "UTC", "", [], ""));
            await before.Store.Sites.AddAsync(made, [LineOf(before, SiteDesk.Sandbox)], 9, Cancellation);
        }

        await SaveAsync($", \"sandbox\": [ \"{SiteDesk.Sandbox}\" ]{Settings}");
        await using Installation after = await Installation.OpenAsync(
            folder.Settings, TimeProvider.System, Cancellation);
        await new Provisioning(after).RunAsync(Cancellation);

        SiteBook book = new(after.Keys, after.Store, TimeProvider.System);
        List<SiteRecord> sites = await after.Store.Sites.ListAsync(TenantOf(after), Cancellation);
        Assert.Equal(["HARBOUR", "Main Street"], sites.Select(site => book.Open(site)!.Name).Order());
        Dictionary<Guid, Guid?> places = (await after.Store.Tenants.ListLinesAsync(TenantOf(after), Cancellation))
            .ToDictionary(line => line.LineId, line => line.SiteId);
        Assert.Equal(own, places[LineOf(after, SiteDesk.Sandbox)]);
        Assert.Equal(sites.Single(site => site.SiteId != own).SiteId, places[LineOf(after, TestFolder.Number)]);

        Task SaveAsync(string more) => File.WriteAllTextAsync(folder.SettingsFile, text.Replace(
            $"[ \"{TestFolder.Number}\" ] }}", $"[ \"{TestFolder.Number}\" ]{more} }}", StringComparison.Ordinal),
            Cancellation);
    }

    private static Guid TenantOf(Installation installation) =>
        Provisioning.IdOf(installation.Keys, Provisioning.NameColumn, TestFolder.TenantName);

    private static Guid LineOf(Installation installation, string number) =>
        Provisioning.IdOf(installation.Keys, Provisioning.NumberColumn, number);

    private static async Task<JsonElement> FindAsync(SiteDesk sites, string name) =>
        (await sites.OwnAsync(HttpMethod.Get, "sites")).GetProperty("sites").EnumerateArray()
            .Single(site => site.GetProperty("name").GetString() == name);
}
