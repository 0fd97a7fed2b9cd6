// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.TestKit.Peers;

namespace Hermetic.Server.Tests.Receiving;

/// <summary>P2: a process killed by SIGKILL loses no page that it confirmed, and leaves no record that points at
/// nothing.</summary>
public abstract class Killing
{

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private protected static async Task KillAndCheckAsync(TestFolder folder, string step, int count, int seed)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "../../CrashHost/release/Hermetic.CrashHost.dll");
        await using PeerProcess host = PeerProcess.Start("dotnet",
            [program, folder.SettingsFile, step, $"{count}", $"{seed}"]);
        await host.WaitForExitAsync(Patience, TestContext.Current.CancellationToken);
        string told = $"{step} {count}, seed {seed}:\n{string.Join('\n', host.Output)}";
        Assert.Contains("ready", host.Output);
        Assert.DoesNotContain(host.Output, line => line.StartsWith("fault", StringComparison.Ordinal));
        await using Installation installation = await Installation.OpenAsync(
            folder.Settings, TimeProvider.System, TestContext.Current.CancellationToken);
        Guid tenant = (await new Provisioning(installation).RunAsync(default))[0].Route.Tenant;
        Recovery recovery = new(installation.ForLine(null));
        await recovery.EndCutFaxesAsync([tenant], default);
        await recovery.SweepOrphansAsync([tenant], DateTimeOffset.UtcNow.AddMinutes(1), default);
        await AssertConfirmedPagesOpenAsync(installation, tenant, host.Output, told);
        await AssertRecordsHoldAsync(installation, tenant, told);
    }

    private static async Task AssertConfirmedPagesOpenAsync(
        Installation installation, Guid tenant, IReadOnlyCollection<string> output, string told)
    {
        HashSet<string> there = [];
        List<FaxRecord> faxes = await installation.Store.Faxes.ListAsync(
            new FaxList(tenant, 1000, WithSuperseded: true), default);
        foreach (FaxRecord fax in faxes)
        {
            Assert.True(fax.State is FaxState.Received or FaxState.Partial or FaxState.Failed
                or FaxState.Superseded, told);
            for (int page = 1; page <= fax.PagesStored; page++)
            {
                byte[] tiff = await installation.Reader.OpenPageAsync(
                    new EntryActor("test", "test", "", ""), new EntryReason("test"), tenant, fax.FaxId, page, default);
                there.Add(Convert.ToHexString(SHA256.HashData(tiff)));
            }
        }

        foreach (string line in output.Where(line => line.StartsWith("confirmed", StringComparison.Ordinal)))
        {
            Assert.True(there.Contains(line.Split(' ')[3]), $"a confirmed page is lost: {line}\n{told}");
        }
    }

    // No record points at nothing, and nothing lies there that no record points at.
    private static async Task AssertRecordsHoldAsync(Installation installation, Guid tenant, string told)
    {
        List<string> findings = [];
        await foreach (PageFinding finding in installation.Store.Pages.VerifyAsync(tenant, async (page, cancellation) =>
            await installation.Blobs.GetAsync(PageBlob.Of(page.TenantId, page.BlobId), cancellation) is { } bytes
                ? new MemoryStream(bytes) : null, default))
        {
            findings.Add(finding.ToString());
        }

        Assert.True(findings.Count == 0, $"{string.Join('\n', findings)}\n{told}");
        int blobs = 0;
        await foreach (Vault.Blobs.BlobEntry _ in installation.Blobs.ListAsync(tenant, null, default))
        {
            blobs++;
        }

        int pages = (await installation.Store.Faxes.ListAsync(new FaxList(tenant, 1000, WithSuperseded: true), default))
            .Sum(fax => fax.PagesStored);
        Assert.True(blobs == pages, $"{blobs} blobs, {pages} pages\n{told}");
    }
}

public sealed class KillAtNamedPointTests : Killing
{
    public static TheoryData<string, int> NamedPoints()
    {
        TheoryData<string, int> data = [];
        foreach (ReceivingStep step in Enum.GetValues<ReceivingStep>())
        {
            data.Add(step.ToString(), 1);
            data.Add(step.ToString(), 2);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(NamedPoints))]
    public async Task P2_KilledAtANamedPoint_ConfirmedPagesOpen(string step, int count)
    {
        using TestFolder folder = new();
        await KillAndCheckAsync(folder, step, count, seed: 3);
    }
}

/// <summary>A process a seed. Split into classes only so that they run in parallel.</summary>
public abstract class KillAtRandom(int firstSeed) : Killing
{
    private const int Seeds = 50;
    private const int SeedsAFolder = 5;

    [Fact]
    public async Task P2_KilledAtRandom_ConfirmedPagesOpen()
    {
        for (int first = firstSeed; first < firstSeed + Seeds; first += SeedsAFolder)
        {
            // Each start but the first of a folder also recovers from the kill before it.
            using TestFolder folder = new();
            for (int seed = first; seed < first + SeedsAFolder; seed++)
            {
                await KillAndCheckAsync(folder, "any", 1 + new Random(seed).Next(24), seed);
            }
        }
    }
}

public sealed class KillAtRandom0Tests() : KillAtRandom(0);

public sealed class KillAtRandom50Tests() : KillAtRandom(50);

public sealed class KillAtRandom100Tests() : KillAtRandom(100);

public sealed class KillAtRandom150Tests() : KillAtRandom(150);
