// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Durable;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Checking;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Retention;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Access;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Server.Tests.Retention;

/// <summary>P1, P3: what retention makes due is gone for good, everywhere, and the ledger keeps that it is.</summary>
public sealed class EraseDueTests
{
    [Fact]
    public async Task P1_EraseDue_TakesTheMonthAndNothingElse_AndTheInstallationIsWhole()
    {
        using TestFolder folder = new();
        string backup = Path.Combine(folder.Path, "keys-before");
        Guid tenant;
        MovableTime clock = new();
        await using (Desk desk = await Desk.StartAsync(folder, clock))
        {
            tenant = desk.Tenant;
            FaxRecord old = await desk.ReceiveAsync("old", pages: 2);
            string[] oldBlobs = desk.Blobs();
            await desk.MonthsLaterAsync(3);
            FaxRecord young = await desk.ReceiveAsync("young");
            await desk.KeepAsync(2);
            Copy(Path.Combine(folder.Data, "keys"), backup);
            (_, string clerk) = await desk.PersonAsync(Role.FrontDesk);
            await desk.AskAsync(HttpMethod.Get, $"/faxes/{old.FaxId}", clerk);
            TenantUsage used = (await desk.Installation.Store.Usage.FindAsync(tenant, default))!;

            JsonElement erased = await desk.EraseDueAsync();

            JsonElement month = Assert.Single(erased.GetProperty("erased").EnumerateArray());
            Assert.Equal((TestFolder.TenantName, 1L),
                (month.GetProperty("name").GetString(), month.GetProperty("faxes").GetInt64()));
            Assert.Contains("root key", erased.GetProperty("backup").GetString(), StringComparison.Ordinal);
            // At once, before a row or a byte is touched.
            await GoneAsync(desk, clerk, old.FaxId);
            await desk.SweepAsync(left: 1);
            await GoneAsync(desk, clerk, old.FaxId);
            await StubAsync(desk, old, oldBlobs);
            TenantUsage left = (await desk.Installation.Store.Usage.FindAsync(tenant, default))!;
            Assert.Equal(used.StoredPages - 2, left.StoredPages);
            Assert.Equal(left, await desk.Installation.Store.Usage.RecountAsync(tenant, default));
            await LivesAsync(desk, clerk, young.FaxId);
            await LedgerAsync(desk, old);
        }

        await VerifyAsync(folder, clock);
        RefuseOldKeys(folder, backup);
    }

    [Fact]
    public async Task P4_EraseDue_AsksForAFreshSignIn()
    {
        await using Desk desk = await Desk.StartAsync();
        await desk.ReceiveAsync("old");
        await desk.MonthsLaterAsync(3);
        await desk.KeepAsync(2);
        (_, string session) = await desk.PersonAsync(Role.InstallationOperator);
        desk.Time.Advance(AccessPolicy.FreshFor + TimeSpan.FromSeconds(1));
        await desk.AskAsync(HttpMethod.Post, "/keys/erase-due", session, HttpStatusCode.Forbidden);
        Assert.DoesNotContain(desk.Installation.Keys.List(), entry => entry.IsDestroyed);
    }

    [Fact]
    public async Task EraseDue_WithNothingDue_TouchesNoKey()
    {
        await using Desk desk = await Desk.StartAsync();
        await desk.ReceiveAsync("kept");
        await desk.MonthsLaterAsync(30);
        RootGeneration before = desk.Installation.Keys.Source.List()[^1];
        JsonElement erased = await desk.EraseDueAsync();
        Assert.Equal(JsonValueKind.Null, erased.GetProperty("root").ValueKind);
        Assert.Equal([before], desk.Installation.Keys.Source.List());
    }

    [Fact]
    public async Task AFaxThatIsStillAtWork_HoldsItsMonth()
    {
        await using Desk desk = await Desk.StartAsync();
        FaxRecord fax = await desk.ReceiveAsync("old");
        await desk.Installation.Store.Jobs.AddAsync(new NewJob(desk.Tenant, Guid.NewGuid(), 99, fax.FaxId,
            desk.Time.GetUtcNow(), DateTimeOffset.MaxValue.AddYears(-1)), default);
        await desk.MonthsLaterAsync(3);
        await desk.KeepAsync(2);
        (_, string session) = await desk.PersonAsync(Role.InstallationOperator);
        (_, string administrator) = await desk.PersonAsync(Role.TenantAdministrator);

        JsonElement due = await desk.AskAsync(HttpMethod.Get, "/keys/due", session);
        Assert.Equal("job",
            Assert.Single(due.GetProperty("months").EnumerateArray()).GetProperty("waitsFor").GetString());
        JsonElement months = await desk.AskAsync(HttpMethod.Get, "/usage/months", administrator);
        Assert.Equal("job", months.GetProperty("months").EnumerateArray()
            .Last().GetProperty("waitsFor").GetString());
        JsonElement erased = await desk.AskAsync(HttpMethod.Post, "/keys/erase-due", session);
        Assert.Empty(erased.GetProperty("erased").EnumerateArray());
        Assert.Single(erased.GetProperty("held").EnumerateArray());
        Assert.DoesNotContain(desk.Installation.Keys.List(), entry => entry.IsDestroyed);
    }

    [Fact]
    public async Task P3_EraseDue_LedgerCannotWrite_DestroysNothing()
    {
        await using Desk desk = await Desk.StartAsync();
        await desk.ReceiveAsync("old");
        await desk.MonthsLaterAsync(3);
        await desk.KeepAsync(2);
        (_, string session) = await desk.PersonAsync(Role.InstallationOperator);
        await desk.Installation.Ledger.DisposeAsync();
        await desk.AskAsync(HttpMethod.Post, "/keys/erase-due", session, HttpStatusCode.ServiceUnavailable);
        Assert.DoesNotContain(desk.Installation.Keys.List(), entry => entry.IsDestroyed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnOrderThatWasCut_IsResolvedAtTheNextStart_AndSwept(bool keysDestroyed)
    {
        using TestFolder folder = new();
        MovableTime clock = new();
        FaxRecord fax;
        KeyEpoch epoch;
        await using (Desk desk = await Desk.StartAsync(folder, clock))
        {
            fax = await desk.ReceiveAsync("old");
            Assert.True(KeyEpoch.TryDecode(fax.KeyEpoch, out epoch));
            await desk.MonthsLaterAsync(3);
            KeyEpoch other = new(2020, 1, Provisioning.DefaultRetention);
            desk.Installation.Keys.Ensure(desk.Tenant, other);
            await File.WriteAllTextAsync(Path.Combine(folder.Data, "key-destruction"),
                $"{desk.Tenant} {epoch}\n{desk.Tenant} {other}\n", TestContext.Current.CancellationToken);
            if (keysDestroyed)
            {
                desk.Installation.Keys.Destroy([(desk.Tenant, epoch), (desk.Tenant, other)]);
            }
        }

        await using Desk again = await Desk.StartAsync(folder, clock);
        await again.SweepAsync(left: keysDestroyed ? 0 : 1);
        Assert.Equal(Enumerable.Repeat(keysDestroyed ? LedgerResult.Allowed : LedgerResult.Failed, 2),
            (await again.OwnEntriesAsync()).Where(entry => entry.Act == LedgerAct.KeyDestroyed)
                .Select(entry => entry.Result));
        Assert.False(File.Exists(Path.Combine(folder.Data, "key-destruction")));
        FaxRecord left = (await again.Installation.Store.Faxes.FindAsync(again.Tenant, fax.FaxId, default))!;
        Assert.Equal(keysDestroyed ? FaxState.Erased : FaxState.Received, left.State);
        Assert.Equal(keysDestroyed ? 0 : 1, again.Blobs().Length);
    }

    [Fact]
    public async Task ASweepThatWasCutBetweenRowsAndBytes_IsFinishedByTheNextStart()
    {
        using TestFolder folder = new();
        MovableTime clock = new();
        await using (Desk desk = await Desk.StartAsync(folder, clock))
        {
            FaxRecord fax = await desk.ReceiveAsync("old", pages: 3);
            await desk.Installation.Store.Retention.EraseAsync(desk.Tenant, [fax.FaxId],
                new NewEvent((int)FaxEventKind.Erased, clock.GetUtcNow()), default);
            Assert.Equal(3, desk.Blobs().Length);
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        await using Desk again = await Desk.StartAsync(folder, clock);
        Recovery recovery = new(again.Installation.ForLine(null));
        await recovery.SweepOrphansAsync([again.Tenant], clock.GetUtcNow(), default);
        Assert.Empty(again.Blobs());
    }

    [Fact]
    public async Task Readers_WhileTheMonthGoes_AreToldSo_AndNeverOfAFaultOfOurs()
    {
        await using Desk desk = await Desk.StartAsync();
        FaxRecord fax = await desk.ReceiveAsync("old");
        await desk.MonthsLaterAsync(3);
        await desk.KeepAsync(2);
        (_, string clerk) = await desk.PersonAsync(Role.FrontDesk);
        using CancellationTokenSource over = new();
        Task<HashSet<HttpStatusCode>>[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            HashSet<HttpStatusCode> seen = [];
            while (!over.IsCancellationRequested)
            {
                using HttpResponseMessage page = await desk.SendAsync(
                    HttpMethod.Get, $"/api/v1/faxes/{fax.FaxId}/pages/1", session: clerk);
                seen.Add(page.StatusCode);
            }

            return seen;
        }))];
        await desk.EraseDueAsync();
        await desk.Server.Web.Erasure.StepAsync(default);
        await over.CancelAsync();
        foreach (HashSet<HttpStatusCode> seen in await Task.WhenAll(readers))
        {
            Assert.Subset(new HashSet<HttpStatusCode> { HttpStatusCode.OK, HttpStatusCode.Gone }, seen);
        }

        await GoneAsync(desk, clerk, fax.FaxId);
    }

    [Fact]
    public async Task Automatic_ErasesByItself_AndSaysWho()
    {
        await using Desk desk = await Desk.StartAsync(", \"retention\": { \"erase\": \"automatic\" }");
        FaxRecord fax = await desk.ReceiveAsync("old");
        await desk.MonthsLaterAsync(3);
        await desk.Server.Web.Erasing.StepAsync(default);
        Assert.DoesNotContain(desk.Installation.Keys.List(), entry => entry.IsDestroyed);
        await desk.KeepAsync(2);
        await desk.Server.Web.Erasing.StepAsync(default);
        await desk.Server.Web.Erasure.StepAsync(default);
        Assert.Equal(FaxState.Erased,
            (await desk.Installation.Store.Faxes.FindAsync(desk.Tenant, fax.FaxId, default))!.State);
        EntryBody ordered = Assert.Single(await desk.OwnEntriesAsync(),
            entry => entry.Act == LedgerAct.KeyDestruction);
        Assert.Equal(("system", "retention"), (ordered.Who.Account, ordered.Who.Role));
    }

    [Fact]
    public async Task Automatic_LooksAtTheStart_AndOnceADay()
    {
        await using Desk desk = await Desk.StartAsync();
        await desk.ReceiveAsync("old");
        await desk.MonthsLaterAsync(3);
        await desk.ReceiveAsync("young");
        await desk.KeepAsync(2);
        FakeTimeProvider days = new();
        using CancellationTokenSource end = new();
        DailyErasing erasing = new(
            new DueErasing(desk.Installation,
                new DueMonths(desk.Installation.Keys, desk.Installation.Store, desk.Time)),
            desk.Server.Web.Erasure, days, NullLogger.Instance);
        Task running = erasing.RunAsync(end.Token);
        await UntilDestroyedAsync(desk, 1);
        await desk.MonthsLaterAsync(3);
        days.Advance(DailyErasing.Interval - TimeSpan.FromSeconds(1));
        Assert.Single(desk.Installation.Keys.List(), entry => entry.IsDestroyed);
        days.Advance(TimeSpan.FromSeconds(1));
        await UntilDestroyedAsync(desk, 2);
        await end.CancelAsync();
        await running;
    }

    private static async Task UntilDestroyedAsync(Desk desk, int epochs)
    {
        while (desk.Installation.Keys.List().Count(entry => entry.IsDestroyed) < epochs)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task GoneAsync(Desk desk, string clerk, Guid fax)
    {
        foreach (string path in (string[])["/pages/1", "/pages/1/thumbnail", "/document"])
        {
            JsonElement problem = await desk.AskAsync(
                HttpMethod.Get, $"/faxes/{fax}{path}", clerk, HttpStatusCode.Gone);
            Assert.Equal("erased", problem.GetProperty("code").GetString());
        }
    }

    private static async Task StubAsync(Desk desk, FaxRecord before, string[] blobs)
    {
        (_, string clerk) = await desk.PersonAsync(Role.FrontDesk);
        await desk.AskAsync(HttpMethod.Get, $"/faxes/{before.FaxId}", clerk, HttpStatusCode.Gone);
        Assert.Empty(desk.Blobs().Intersect(blobs));
        FaxRecord stub = (await desk.Installation.Store.Faxes.FindAsync(desk.Tenant, before.FaxId, default))!;
        Assert.Equal((FaxState.Erased, 2, before.BegunAt, before.ReceivedAt),
            (stub.State, stub.PagesStored, stub.BegunAt, stub.ReceivedAt));
        Assert.Null(stub.SealedRemoteNumber);
        Assert.Null(stub.RemoteTag);
        CallRecord call = Assert.Single(await desk.Installation.Store.Calls.FindAllAsync(
            desk.Tenant, [before.CallId!.Value], default));
        Assert.Null(call.Call.SealedRemoteNumber);
        Assert.Null(call.End?.SealedStationId);
        Assert.Equal((int)FaxEventKind.Erased,
            (await desk.Installation.Store.Events.ListAsync(desk.Tenant, 0, 100, default))[^1].Kind);
        // Listed by who asks for such alone.
        JsonElement all = await desk.AskAsync(HttpMethod.Get, "/faxes?superseded=true", clerk);
        Assert.DoesNotContain(all.GetProperty("faxes").EnumerateArray(),
            fax => fax.GetProperty("id").GetGuid() == before.FaxId);
        JsonElement erased = await desk.AskAsync(HttpMethod.Get, "/faxes?state=erased", clerk);
        Assert.Single(erased.GetProperty("faxes").EnumerateArray());
    }

    private static async Task LivesAsync(Desk desk, string clerk, Guid young)
    {
        await desk.AskAsync(HttpMethod.Get, $"/faxes/{young}", clerk);
        (_, string administrator) = await desk.PersonAsync(Role.TenantAdministrator);
        (_, string session) = await desk.PersonAsync(Role.InstallationOperator);
        JsonElement lines = await desk.AskAsync(HttpMethod.Get, "/lines", administrator);
        Assert.Equal(TestFolder.Number,
            Assert.Single(lines.GetProperty("lines").EnumerateArray()).GetProperty("number").GetString());
        JsonElement tenants = await desk.AskAsync(HttpMethod.Get, "/tenants", session);
        Assert.Equal(TestFolder.TenantName,
            Assert.Single(tenants.GetProperty("tenants").EnumerateArray()).GetProperty("name").GetString());
        JsonElement months = await desk.AskAsync(HttpMethod.Get, "/usage/months", administrator);
        Assert.Equal([("kept", 1L, 0L), ("erased", 0L, 1L)],
            from month in months.GetProperty("months").EnumerateArray()
            where month.GetProperty("faxes").GetInt64() + month.GetProperty("erased").GetInt64() > 0
            select (month.GetProperty("state").GetString(), month.GetProperty("faxes").GetInt64(),
                month.GetProperty("erased").GetInt64()));
    }

    private static async Task LedgerAsync(Desk desk, FaxRecord old)
    {
        Assert.True(KeyEpoch.TryDecode(old.KeyEpoch, out KeyEpoch epoch));
        EntryBody[] entries = [.. (await desk.OwnEntriesAsync()).Where(
            entry => entry.Act is LedgerAct.KeyDestruction or LedgerAct.KeyDestroyed)];
        Assert.Equal([LedgerAct.KeyDestruction, LedgerAct.KeyDestroyed], entries.Select(entry => entry.Act));
        Assert.All(entries, entry =>
        {
            Assert.Equal([$"key epoch {epoch}"], entry.What.Shown);
            Assert.Equal(nameof(Role.InstallationOperator), entry.Who.Role);
            Assert.StartsWith("retention: faxes are kept 2 months", entry.Why.Reason, StringComparison.Ordinal);
        });
    }

    private static async Task VerifyAsync(TestFolder folder, MovableTime clock)
    {
        CheckReport report = await InstallationVerifier.VerifyAsync(
            folder.Settings, "os-user test", clock, _ => { }, TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
    }

    // The folder as it was, with the root key as it is now.
    private static void RefuseOldKeys(TestFolder folder, string backup)
    {
        Directory.Delete(Path.Combine(folder.Data, "keys"), recursive: true);
        Copy(backup, Path.Combine(folder.Data, "keys"));
        using IRootKeySource source = InstallationParts.OpenKeySource(folder.Settings);
        VaultKeyException refused = Assert.Throws<VaultKeyException>(
            () => KeyStore.Open(new DiskFiles(folder.Data), source));
        Assert.Equal(KeyFault.FolderOutdated, refused.Fault);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
