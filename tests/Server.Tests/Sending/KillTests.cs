// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.TestKit.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermetic.Server.Tests.Sending;

/// <summary>A fax survives a kill at every point: it arrives whole, no page whose confirmation was durable is sent
/// again, and the one page that may be there twice is said.</summary>
public abstract class KilledSender
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private protected static async Task FinishAsync(TestFolder folder, List<IReadOnlyList<string>> runs, string told)
    {
        runs.Add(await RunAsync(folder, "none", 1));
        told += ":\n" + string.Join("\n--\n", runs.Select(run => string.Join('\n', run)));
        Assert.Contains("survived", runs[^1]);
        Assert.DoesNotContain(runs.SelectMany(run => run), line => line.StartsWith("fault", StringComparison.Ordinal));
        await using Installation installation = await Installation.OpenAsync(
            folder.Settings, TimeProvider.System, TestContext.Current.CancellationToken);
        Guid tenant = (await Arrivals.RouteAsync(installation)).Tenant;
        SendingRecord sending = Assert.Single(
            await installation.Store.Sendings.ListAsync(new(tenant, 10), default));
        Assert.True(sending.State == SendingState.Done, $"{sending.State}, {told}");
        FaxRecord fax = (await installation.Store.Faxes.FindAsync(tenant, sending.FaxId, default))!;
        Assert.True((fax.State, fax.PagesConfirmed) == (FaxState.Sent, 3), told);
        List<AttemptRecord> attempts = await installation.Store.Attempts.ListAsync(tenant, fax.FaxId, default);
        Assert.True(attempts.TrueForAll(one => one.End is not null), told);
        AssertDelivered(runs, attempts, told);
        await AssertReceiptAsync(installation, fax);
    }

    // Whatever was killed, the receipt tells of every page, by the call that the page was confirmed in.
    private static async Task AssertReceiptAsync(Installation installation, FaxRecord fax)
    {
        await installation.ForReceipts(NullLogger.Instance).StepAsync(default);
        ReceiptShelf shelf = new(installation.Keys, installation.Sealer, installation.Blobs);
        int number = await shelf.NewestAsync(fax.TenantId, fax.FaxId, default)
            ?? throw new InvalidOperationException("there is no receipt");
        byte[] file = await installation.Reader.OpenReceiptAsync(new EntryActor("test", "", "", ""),
            new EntryReason("test"), fax.TenantId, fax.FaxId, number, default);
        ReceiptReport report = ReceiptCheck.Check(file, installation.ReceiptKeys);
        Assert.Empty(report.Findings);
        Assert.Equal((ReceiptResult.Sent, 3), (report.Receipt!.Result, report.Receipt.Pages.Count));
    }

    private static void AssertDelivered(
        List<IReadOnlyList<string>> runs, List<AttemptRecord> attempts, string told)
    {
        int[] delivered =
        [
            .. runs.SelectMany(run => run)
                .Where(line => line.StartsWith("delivered", StringComparison.Ordinal))
                .Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)),
        ];
        // In order, but for one step back a kill.
        for (int page = 1; page <= 3; page++)
        {
            int times = delivered.Count(one => one == page);
            int said = attempts.Count(one => one.Begun.PageRepeated == page);
            Assert.True(times >= 1, $"page {page} is lost, {told}");
            Assert.True(times <= 1 + said, $"page {page} went out {times} times and that is not said, {told}");
        }

        Assert.True(delivered.Zip(delivered.Skip(1)).All(pair => pair.Second == pair.First + 1
            || pair.Second == pair.First), told);
    }

    private protected static async Task<IReadOnlyList<string>> RunAsync(TestFolder folder, string step, int count)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "../../CrashHost/release/Hermetic.CrashHost.dll");
        await using PeerProcess host = PeerProcess.Start(
            "dotnet", [program, folder.SettingsFile, step, $"{count}", "sending"]);
        await host.WaitForExitAsync(s_patience, TestContext.Current.CancellationToken);
        return [.. host.Output];
    }
}

public sealed class SenderKilledAtANamedPointTests : KilledSender
{
    public static TheoryData<string, int> NamedPoints()
    {
        TheoryData<string, int> data = [];
        foreach (SendingStep step in Enum.GetValues<SendingStep>())
        {
            data.Add(step.ToString(), 1);
            if (step is SendingStep.PageBegun or SendingStep.PageAnswered or SendingStep.PageConfirmed)
            {
                data.Add(step.ToString(), 2);
                data.Add(step.ToString(), 3);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(NamedPoints))]
    public async Task Sender_KilledAtANamedPoint_SendsTheFaxOnce(string step, int count)
    {
        using TestFolder folder = new();
        IReadOnlyList<string> first = await RunAsync(folder, step, count);
        Assert.DoesNotContain("survived", first);
        await FinishAsync(folder, [first], $"{step} {count}");
    }
}

public sealed class SenderKilledAgainTests : KilledSender
{
    [Fact]
    public async Task Sender_KilledAgainAndAgain_SendsTheFaxOnce()
    {
        // The second kill of a pair falls into what is made of the first one.
        for (int seed = 0; seed < 3; seed++)
        {
            Random random = new(seed);
            using TestFolder folder = new();
            List<IReadOnlyList<string>> runs = [];
            for (int kill = 0; kill < 2; kill++)
            {
                runs.Add(await RunAsync(folder, "any", 1 + random.Next(12)));
            }

            await FinishAsync(folder, runs, $"seed {seed}");
        }
    }
}
