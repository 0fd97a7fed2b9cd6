// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.TestKit.Durable;

namespace Hermetic.Ledger.Tests.Log;

/// <summary>The power goes, the process dies, the disk fills up or fails: nothing acknowledged is lost, and the tree
/// never forks. Every failure names its seed and its operation.</summary>
public sealed class CrashTests
{
    [Fact]
    public void PowerCut_AtEveryOperation_LosesNothingAcknowledgedAndNeverForks()
    {
        long operations = Operations(steps: 25);
        Assert.InRange(operations, 150, 3000);
        for (long cut = 1; cut <= operations; cut++)
        {
            CrashAndCheck((int)cut, cut, powerCut: true);
        }
    }

    [Fact]
    public void Kill_AtEveryOperation_LosesNothingAcknowledgedAndNeverForks()
    {
        for (long cut = 1; cut <= Operations(steps: 25); cut += 3)
        {
            CrashAndCheck((int)cut, cut, powerCut: false);
        }
    }

    [Fact]
    public void PowerCuts_OneAfterAnotherFromSeeds_LoseNothingAcknowledgedAndNeverFork()
    {
        for (int seed = 1000; seed < 1150; seed++)
        {
            Random random = new(seed);
            using LogRun run = new(seed);
            for (int round = 0; round < 5; round++)
            {
                string about = $"seed {seed}, round {round}";
                // The start after a crash may itself be cut.
                run.Files.CutAt(run.Files.Operations + 1 + random.Next(random.Next(2) == 0 ? 20 : 200));
                UntilCut(() =>
                {
                    run.OpenAndCheck(about);
                    run.Work(15);
                });
                run.Files.Restart(random.Next(4) == 0 ? null : random.Next());
            }
            run.OpenAndCheck($"seed {seed}, at the end");
        }
    }

    [Theory]
    [InlineData(DurableFault.NoSpace)]
    [InlineData(DurableFault.InputOutput)]
    public void Fault_AtEveryOperation_RefusesAppendsUntilOpenedAgainAndLosesNothing(DurableFault fault)
    {
        long operations = Operations(steps: 12);
        int refused = 0;
        for (long at = 4; at <= operations; at++)
        {
            string about = $"{fault} at operation {at}";
            using LogRun run = new(1);
            run.Create();
            run.Open();
            run.Files.FailAt(at, fault, stays: at % 2 == 0);
            try
            {
                run.Work(12);
            }
            catch (DurableException e)
            {
                Assert.Equal(fault, e.Fault);
            }
            if (run.Core.Refusal is { } refusal)
            {
                refused++;
                run.Files.Heal();
                int before = run.Acknowledged;
                LedgerRefusedException again = Assert.Throws<LedgerRefusedException>(() => run.Commit(1));
                Assert.Contains("until it is opened again", again.Message, StringComparison.Ordinal);
                Assert.Throws<LedgerRefusedException>(() => { run.Core.AddCosignatures([], []); });
                Assert.Equal(before, run.Acknowledged);
            }
            run.Files.Restart((int)at % 3 == 0 ? null : (int)at);
            run.OpenAndCheck(about);
            run.Commit(3);
            // What the failed flush left in the system's memory only is gone now.
            run.Files.Restart((int)at);
            run.OpenAndCheck(about + ", and the power went");
        }
        Assert.True(refused > operations / 3, $"{refused} of {operations}");
    }

    private static void CrashAndCheck(int seed, long cut, bool powerCut)
    {
        string about = $"seed {seed}, cut at operation {cut}";
        using LogRun run = new(1) { Files = new SimulatedFiles(seed) };
        run.Files.CutAt(cut);
        UntilCut(() =>
        {
            run.Create();
            run.Open();
            run.Work(25);
        });
        run.Files.Restart(powerCut ? seed : null);
        run.OpenAndCheck(about);
        run.Work(6);
        run.Files.Restart(powerCut ? seed + 1 : null);
        run.OpenAndCheck(about + ", once more");
    }

    private static long Operations(int steps)
    {
        using LogRun run = new(1);
        run.Create();
        run.Open();
        run.Work(steps);
        return run.Files.Operations;
    }

    private static void UntilCut(Action body)
    {
        try
        {
            body();
        }
        catch (PowerCutException)
        {
            // As planned.
        }
    }
}
