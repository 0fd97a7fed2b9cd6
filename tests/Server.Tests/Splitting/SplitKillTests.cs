// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Checking;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Splitting;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.TestKit.Peers;

namespace Hermetic.Server.Tests.Splitting;

/// <summary>A process that is killed while it splits a fax leaves all parts or none, and the fax as it came.</summary>
public sealed class SplitKillTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, int> NamedPoints() => new()
    {
        { nameof(SplitStep.PageOpened), 1 },
        { nameof(SplitStep.PageOpened), 3 },
        { nameof(SplitStep.BlobDurable), 1 },
        { nameof(SplitStep.BlobDurable), 4 },
        { nameof(SplitStep.Told), 1 },
        { nameof(SplitStep.Recorded), 1 },
        { "never", 1 },
    };

    [Theory]
    [MemberData(nameof(NamedPoints))]
    public async Task P2_KilledAtANamedPoint_AllPartsAreThereOrNone(string step, int count)
    {
        using TestFolder folder = new();
        string program = Path.Combine(AppContext.BaseDirectory, "../../CrashHost/release/Hermetic.CrashHost.dll");
        await using (PeerProcess host = PeerProcess.Start(
            "dotnet", [program, folder.SettingsFile, step, $"{count}", "splitting"]))
        {
            await host.WaitForExitAsync(s_patience, Cancellation);
            Assert.Contains("ready", host.Output);
            Assert.DoesNotContain(host.Output, line => line.StartsWith("fault", StringComparison.Ordinal));
            Assert.Equal(step == "never", host.Output.Contains("survived"));
        }

        await using (Installation installation = await Installation.OpenAsync(
            folder.Settings, TimeProvider.System, Cancellation))
        {
            Guid tenant = (await new Provisioning(installation).RunAsync(default))[0].Route.Tenant;
            await new Recovery(installation.ForLine(null)).SweepOrphansAsync(
                [tenant], DateTimeOffset.UtcNow.AddMinutes(1), default);
            await CheckAsync(installation, tenant, step is nameof(SplitStep.Recorded) or "never");
        }

        CheckReport report = await InstallationVerifier.VerifyAsync(
            folder.Settings, "os-user test", TimeProvider.System, _ => { }, Cancellation);
        Assert.Empty(report.Findings);
    }

    private static async Task CheckAsync(Installation installation, Guid tenant, bool isSplit)
    {
        List<FaxRecord> faxes = await installation.Store.Faxes.ListAsync(new FaxList(tenant), default);
        FaxRecord fax = faxes[^1];
        Assert.Equal((FaxState.Received, 3, isSplit ? FaxHandling.Done : FaxHandling.New),
            (fax.State, fax.PagesStored, fax.Handling));
        List<FaxPart> parts = await installation.Store.Splits.ListAsync(tenant, [fax.FaxId], default);
        Assert.Equal(isSplit ? ["1,2", "2,3"] : [], parts.Select(part => string.Join(',', part.Pages)));
        Assert.Equal(parts.Select(part => part.FaxId), faxes[..^1].Select(part => part.FaxId));
        List<byte[]> pages = await PagesAsync(installation, tenant, fax.FaxId, 3);
        foreach (FaxPart part in parts)
        {
            Assert.Equal(part.Pages.Select(page => pages[page - 1]),
                await PagesAsync(installation, tenant, part.FaxId, part.Pages.Count));
        }

        int blobs = 0;
        await foreach (Vault.Blobs.BlobEntry _ in installation.Blobs.ListAsync(tenant, null, default))
        {
            blobs++;
        }

        Assert.Equal(faxes.Sum(one => one.PagesStored), blobs);
        TenantUsage used = (await installation.Store.Usage.FindAsync(tenant, default))!;
        Assert.Equal((long)blobs, used.StoredPages);
        // A person hears of all of it, or of nothing.
        Assert.Equal(parts.Count, (await installation.Store.Events.ListAsync(tenant, 0, 99, default))
            .Count(told => told.Kind == (int)FaxEventKind.SplitOff));
    }

    private static async Task<List<byte[]>> PagesAsync(Installation installation, Guid tenant, Guid fax, int count)
    {
        List<byte[]> pages = [];
        for (int page = 1; page <= count; page++)
        {
            pages.Add(await installation.Reader.OpenPageAsync(
                new EntryActor("test", "test", "", ""), new EntryReason("test"), tenant, fax, page, default));
        }

        return pages;
    }
}
