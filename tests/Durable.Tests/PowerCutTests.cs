// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.TestKit.Durable;

namespace Hermetic.Durable.Tests;

/// <summary>The simulated disk is as bad as it says, and the writes that last do last on it.</summary>
public sealed class PowerCutTests
{
    private const int Seeds = 50;

    [Fact]
    public void Cut_UnflushedWrites_AreLostInSomeSeedsAndKeptInOthers()
    {
        HashSet<string> left = [];
        for (int seed = 0; seed < 200; seed++)
        {
            SimulatedFiles files = new();
            files.Replace("a", "....."u8);
            using (IDurableFile file = files.Open("a", DurableOpen.Existing))
            {
                file.Write(0, "1"u8);
                file.Write(2, "23"u8);
            }
            files.Restart(seed);
            left.Add(Encoding.ASCII.GetString(files.Bytes("a")));
        }
        // Nothing, all, the second without the first, and the second torn.
        Assert.Superset(new HashSet<string> { ".....", "1.23.", "..23.", "1.2..", "1...." }, left);
    }

    [Fact]
    public void Cut_NameNotFlushed_IsLostInSomeSeeds()
    {
        int there = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedFiles files = new();
            files.EnsureFolder("f");
            using (IDurableFile file = files.Open("f/a", DurableOpen.CreateNew))
            {
                file.Write(0, "1"u8);
                file.Flush();
            }
            files.Restart(seed);
            there += files.Exists("f/a") ? 1 : 0;
        }
        Assert.InRange(there, 1, Seeds - 1);
    }

    [Fact]
    public void Restart_WithoutACut_LosesNothingButHandlesAndLocks()
    {
        SimulatedFiles files = new();
        IDurableFile file = files.Open("a", DurableOpen.CreateNew);
        IDisposable held = files.Lock("lock");
        file.Write(0, "1"u8);
        files.Restart(null);
        Assert.Equal("1"u8.ToArray(), files.Bytes("a"));
        Assert.Throws<InvalidOperationException>(() => file.Write(0, "2"u8));
        using IDisposable again = files.Lock("lock");
        held.Dispose();
        Assert.Throws<DurableException>(() => files.Lock("lock"));
    }

    [Fact]
    public void FailedFlush_FollowedByAGoodOne_StillLosesTheWrite()
    {
        int lost = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedFiles files = new(seed);
            files.Replace("a", "old"u8);
            using (IDurableFile file = files.Open("a", DurableOpen.Existing))
            {
                file.Write(0, "new"u8);
                files.FailAt(files.Operations + 1, DurableFault.InputOutput);
                Assert.Throws<DurableException>(file.Flush);
                file.Flush();
            }
            Assert.Equal("new"u8.ToArray(), files.Bytes("a"));
            files.Restart(seed);
            lost += files.Bytes("a").AsSpan().SequenceEqual("old"u8) ? 1 : 0;
        }
        Assert.InRange(lost, 1, Seeds - 1);
    }

    [Fact]
    public void Replace_CutAtEveryOperation_LeavesTheOldOrTheNewFileAndNeverLosesWhatReturned()
    {
        byte[] oldBytes = [.. Enumerable.Repeat((byte)'o', 3000)];
        byte[] newBytes = [.. Enumerable.Repeat((byte)'n', 2000)];
        bool sawOld = false, sawNew = false;
        for (int cut = 1; cut < 30; cut++)
        {
            for (int seed = 0; seed < Seeds; seed++)
            {
                SimulatedFiles files = new(seed);
                files.EnsureFolder("f");
                files.Replace("f/a", oldBytes);
                files.CutAt(files.Operations + cut);
                bool returned = Try(() => files.Replace("f/a", newBytes));
                files.Restart(seed);
                files.SweepOrphans("");
                byte[] left = files.Bytes("f/a");
                Assert.True(left.AsSpan().SequenceEqual(newBytes) || left.AsSpan().SequenceEqual(oldBytes),
                    $"cut {cut}, seed {seed}: {left.Length} bytes");
                Assert.True(!returned || left.AsSpan().SequenceEqual(newBytes), $"cut {cut}, seed {seed}");
                Assert.Single(files.Files);
                sawOld |= left.Length == oldBytes.Length;
                sawNew |= !returned && left.Length == newBytes.Length;
            }
        }
        Assert.True(sawOld && sawNew);
    }

    [Fact]
    public void EnsureFolder_CutAfterItReturned_Stays()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedFiles files = new(seed);
            files.CreateFolder("a");
            files.EnsureFolder("a/b/c");
            files.Restart(seed);
            Assert.True(files.Exists("a/b/c"), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(DurableFault.NoSpace)]
    [InlineData(DurableFault.InputOutput)]
    public void Replace_FailingAtEveryOperation_KeepsTheOldFileOrHasTheNew(DurableFault fault)
    {
        for (int at = 1; at <= 6; at++)
        {
            SimulatedFiles files = new(at);
            files.Replace("a", "old"u8);
            files.FailAt(files.Operations + at, fault);
            DurableException? failed = null;
            try
            {
                files.Replace("a", "new"u8);
            }
            catch (DurableException e)
            {
                failed = e;
            }
            Assert.True(at <= 5 ? failed?.Fault == fault : failed is null, $"operation {at}");
            Assert.Equal(at < 5 ? "old"u8.ToArray() : "new"u8.ToArray(), files.Bytes("a"));
        }
    }

    private static bool Try(Action body)
    {
        try
        {
            body();
            return true;
        }
        catch (PowerCutException)
        {
            return false;
        }
    }
}
