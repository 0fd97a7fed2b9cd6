// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Checking;
using Hermetic.Server.Features.Splitting;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Access;
using Hermetic.Server.Tests.Checking;
using Hermetic.Server.Tests.Retention;
using Hermetic.Store;

namespace Hermetic.Server.Tests.Splitting;

/// <summary>P1: what is split off a fax goes with that fax's month, whenever it was split off; and a check of the
/// installation knows it.</summary>
public sealed class SplitRetentionTests
{
    private static readonly string[] s_contents = ["/pages/1", "/pages/1/thumbnail", "/document"];

    [Fact]
    public async Task P1_EraseDue_TakesThePartsWithTheMonthOfTheirFax()
    {
        using TestFolder folder = new();
        MovableTime clock = new();
        await using (Desk desk = await Desk.StartAsync(folder, clock))
        {
            FaxRecord old = await desk.ReceiveAsync("old", pages: 3);
            await desk.MonthsLaterAsync(1);
            // In the month after it, which has keys of its own.
            (_, string clerk) = await desk.PersonAsync(Role.FrontDesk);
            Guid[] parts = await SplitAsync(desk, clerk, old, [1, 2], [3]);
            Assert.All(await desk.Installation.Store.Faxes.FindAllAsync(desk.Tenant, parts, default), part =>
                Assert.Equal((old.KeyEpoch, old.BegunAt), (part.KeyEpoch, part.BegunAt)));
            await desk.MonthsLaterAsync(2);
            FaxRecord young = await desk.ReceiveAsync("young");
            Assert.Equal(7, desk.Blobs().Length);
            await desk.KeepAsync(2);
            JsonElement erased = await desk.EraseDueAsync();
            Assert.Equal(3, Assert.Single(erased.GetProperty("erased").EnumerateArray())
                .GetProperty("faxes").GetInt64());
            (_, clerk) = await desk.PersonAsync(Role.FrontDesk);
            // At once, before a row or a byte is touched.
            await GoneAsync(desk, clerk, [old.FaxId, .. parts]);
            await desk.AskAsync(HttpMethod.Post, $"/faxes/{old.FaxId}/split", clerk, HttpStatusCode.Gone,
                new { parts = new[] { new { pages = new[] { 1 } } } }, "*");
            await desk.SweepAsync(left: 1);
            await GoneAsync(desk, clerk, [old.FaxId, .. parts]);
            foreach (FaxRecord part in await desk.Installation.Store.Faxes.FindAllAsync(desk.Tenant, parts, default))
            {
                Assert.Equal(FaxState.Erased, part.State);
                Assert.Null(part.SealedRemoteNumber);
                Assert.Null(part.RemoteTag);
            }

            Assert.Equal(1, (await desk.Installation.Store.Usage.FindAsync(desk.Tenant, default))!.StoredPages);
            await desk.AskAsync(HttpMethod.Get, $"/faxes/{young.FaxId}", clerk);
        }

        CheckReport report = await InstallationVerifier.VerifyAsync(
            folder.Settings, "os-user test", clock, _ => { }, TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
    }

    [Fact]
    public async Task Check_PassesOverParts_AndNamesOneWhoseFaxDoesNotFit()
    {
        await using SmallInstallation world = await SmallInstallation.MakeAsync();
        Guid tenant = world.Pages[0].TenantId;
        FaxRecord fax = (await world.Open.Store.Faxes.FindAsync(tenant, world.Pages[0].FaxId, default))!;
        SplitOutcome made = await FaxSplitting.Of(world.Open).SplitAsync(new SplitOrder(
            new EntryActor("test", "test", "", ""), Guid.NewGuid(), new EntryReason("operations"), fax, [[1], [2, 1]]));
        Assert.Empty((await world.CheckAsync()).Findings);
        await world.OpenAsync();
        Assert.Equal(1, world.Execute("UPDATE pages SET origin_page = 3 WHERE fax_id = $fax AND number = 2",
            ("$fax", made.Parts[1].Fax.ToByteArray(bigEndian: true))));
        CheckFinding finding = Assert.Single((await world.CheckColumnsAsync()).Findings);
        Assert.Contains($"fax {made.Parts[1].Fax}", finding.Place, StringComparison.Ordinal);
        Assert.Equal(1, world.Execute("UPDATE pages SET origin_page = 1 WHERE fax_id = $fax AND number = 2",
            ("$fax", made.Parts[1].Fax.ToByteArray(bigEndian: true))));
        Assert.Empty((await world.CheckColumnsAsync()).Findings);
        // Another fax of the same line, but not of the same time.
        FaxRecord other = (await world.Open.Store.Faxes.ListAsync(new FaxList(tenant), default))
            .Find(one => one.BegunAt != fax.BegunAt)!;
        Assert.Equal(2, world.Execute("UPDATE fax_parts SET origin_id = $other",
            ("$other", other.FaxId.ToByteArray(bigEndian: true))));
        Assert.Equal(2, (await world.CheckColumnsAsync()).Findings.Count);
    }

    private static async Task<Guid[]> SplitAsync(Desk desk, string clerk, FaxRecord fax, params int[][] parts)
    {
        JsonElement made = await desk.AskAsync(HttpMethod.Post, $"/faxes/{fax.FaxId}/split", clerk,
            HttpStatusCode.Created, new { parts = parts.Select(pages => new { pages }).ToArray() }, "\"0\"");
        return [.. made.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("fax").GetGuid())];
    }

    private static async Task GoneAsync(Desk desk, string clerk, Guid[] faxes)
    {
        foreach (string path in faxes.SelectMany(fax => s_contents.Select(content => $"/faxes/{fax}{content}")))
        {
            JsonElement problem = await desk.AskAsync(HttpMethod.Get, path, clerk, HttpStatusCode.Gone);
            Assert.Equal("erased", problem.GetProperty("code").GetString());
        }
    }
}
