// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Sending;
using Hermetic.Store;
using Hermetic.Telephony;
using Hermetic.TestKit.Peers.PostgreSql;

namespace Hermetic.Server.Tests.Sending;

/// <summary>Issue 5, to be shown 3: a thousand jobs to ten numbers, two dispatchers, clocks that jump, far ends that
/// are busy and fail. In simulated time, from a seed.</summary>
public abstract class QueueSimulation
{
    private const int Numbers = 10;
    private static readonly SendingLimits s_limits = new() { CallsPerTenantMax = 7 };
    private static readonly (string, int)[] s_trunks = [("first", 5), ("second", 3)];

    private protected static async Task RunAsync(string store, int seed, bool dies, int jobs)
    {
        Random random = new(seed);
        await using SendingWorld world = await SendingWorld.OpenAsync(store);
        await world.StartAsync(s_limits, s_trunks);
        await world.StartAsync(s_limits, s_trunks);
        foreach ((string name, int callsMax) in s_trunks)
        {
            world.Network.TrunkLimits[name] = callsMax;
        }

        world.Network.Next = _ => Any(random);
        Dictionary<int, (Guid Id, string Number, int Pages, int Priority)> faxes = [];
        await Parallel.ForEachAsync(Enumerable.Range(0, jobs), new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) =>
            {
                int pages = 1 + (i % 3 == 0 ? i % 4 : 0);
                int priority = i % 7 == 0 ? 1 : 0;
                SubmittedSending submitted = await world.SubmitAsync(i, NumberOf(i), pages,
                    new SendingTerms { NumberGivenTwice = true, Priority = priority });
                lock (faxes)
                {
                    faxes[i] = (submitted.FaxId, NumberOf(i), pages, priority);
                }
            });
        int steps = 0;
        await world.UntilAsync(async () =>
        {
            steps++;
            if (dies && steps == Math.Min(40, jobs / 10))
            {
                world.Processes[1].Die();
                await world.StartAsync(s_limits, s_trunks);
            }

            foreach (SendingWorld.Process process in world.Processes.Where(_ => random.Next(20) == 0))
            {
                process.Time.Skew = TimeSpan.FromMinutes(random.Next(-90, 90));
            }

            return steps % 10 == 0 && await IsOverAsync(world);
        }, 4000);

        string told = $"seed {seed}, {steps} steps, {world.Network.Placed.Count} calls";
        Assert.True(world.Network.Breaches.Count == 0, $"{string.Join("; ", world.Network.Breaches)}; {told}");
        Assert.True(world.Network.CallsAtOnceMax == s_limits.CallsPerTenantMax, told);
        await AssertEachOnceAsync(world, faxes, told);
        AssertInOrder(world, faxes, told);
    }

    private static string NumberOf(int fax) => $"+1555010{fax % Numbers}";

    private static Script Any(Random random)
    {
        lock (random)
        {
            return random.Next(100) switch
            {
                < 8 => new Script(CallOutcome.Busy),
                < 12 => new Script(CallOutcome.NoAnswer, Seconds: 30),
                < 15 => new Script(CallOutcome.Unreachable),
                < 20 => new Script(CallOutcome.FaxFailed, T30EndReason.LineLost, random.Next(3), 10),
                < 22 => new Script(CallOutcome.Busy) { RetryAfter = TimeSpan.FromSeconds(400) },
                _ => Script.Good,
            };
        }
    }

    private static async Task<bool> IsOverAsync(SendingWorld world) =>
        (await world.Store.Sendings.ListAsync(new(world.Route.Tenant, 1000), default))
            .All(one => one.State is not (SendingState.Waiting or SendingState.Calling));

    private static async Task AssertEachOnceAsync(SendingWorld world,
        Dictionary<int, (Guid Id, string Number, int Pages, int Priority)> faxes, string told)
    {
        foreach ((int number, (Guid id, _, int pages, _)) in faxes)
        {
            OutboxFax fax = await world.FindAsync(id);
            // What fails all its tries fails; the seeds make that rare, and then no page of it is there twice either.
            Assert.True(fax.Sending.State is SendingState.Done or SendingState.Failed, told);
            Assert.True(fax.Fax.PagesConfirmed == pages || fax.Sending.State == SendingState.Failed, told);
            for (int page = 1; page <= pages; page++)
            {
                int times = world.Network.Delivered.GetValueOrDefault((number, page));
                Assert.True(times == (page <= fax.Fax.PagesConfirmed ? 1 : 0),
                    $"fax {number}, page {page}: {times} times, {fax.Fax.PagesConfirmed} confirmed; {told}");
            }
        }

        int whole = faxes.Count(fax => world.Network.Delivered.ContainsKey((fax.Key, fax.Value.Pages)));
        Assert.True(whole > faxes.Count * 0.95, told);
    }

    // Of each number, first tries go by priority, then in the order of their submission.
    private static void AssertInOrder(SendingWorld world,
        Dictionary<int, (Guid Id, string Number, int Pages, int Priority)> faxes, string told)
    {
        foreach (IGrouping<string, (string Number, int Fax, string)> calls in
            world.Network.Placed.GroupBy(call => call.Number))
        {
            int[] first = [.. calls.Select(call => call.Fax).Distinct()];
            int[] expected = [.. first.OrderByDescending(fax => faxes[fax].Priority).ThenBy(fax => faxes[fax].Id)];
            Assert.True(first.SequenceEqual(expected), $"{calls.Key}: not in order; {told}");
        }
    }
}

public sealed class SqliteSimulationTests : QueueSimulation
{
    [Fact]
    public Task ThousandJobs_TwoDispatchersOnOneStore_AreEachConfirmedOnce() =>
        RunAsync("", seed: 11, dies: false, 1000);

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    [InlineData(24)]
    public Task Jobs_OfWhichAProcessDies_AreEachConfirmedOnce(int seed) => RunAsync("", seed, dies: true, 100);
}

public sealed class PostgreSqlSimulationTests : QueueSimulation
{
    [Fact]
    public async Task ThousandJobs_TwoProcessesOfWhichOneDies_AreEachConfirmedOnce()
    {
        await using PostgreSqlPeer peer = await PostgreSqlPeer.StartAsync();
        string password = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(password, PostgreSqlPeer.Password, TestContext.Current.CancellationToken);
            File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await RunAsync(await SectionAsync(peer, password), seed: 12, dies: true, 1000);
        }
        finally
        {
            File.Delete(password);
        }
    }

    private static async Task<string> SectionAsync(PostgreSqlPeer peer, string password)
    {
        string connection = string.Join(';', (await peer.CreateDatabaseAsync()).Split(';')
            .Where(part => !part.StartsWith("Password", StringComparison.OrdinalIgnoreCase)));
        return $$"""
            , "store": { "kind": "postgresql", "connection": "{{connection}}", "passwordFile": "{{password}}" }
            """;
    }
}
