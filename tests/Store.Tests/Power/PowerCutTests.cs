// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.TestKit.Disk;
using Hermetic.TestKit.Durable;
using Hermetic.TestKit.Peers;

namespace Hermetic.Store.Tests.Power;

/// <summary>What a real run of the store did to its disk, written down call by call.</summary>
public sealed class RecordedWork : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    internal DiskLog Log { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using MemoryFolder folder = new();
        string data = Directory.CreateDirectory(Path.Combine(folder.Path, "data")).FullName;
        string log = Path.Combine(folder.Path, "log");
        string program = Path.Combine(AppContext.BaseDirectory, "Hermetic.Store.Tests.dll");
        await using PeerProcess work = PeerProcess.Start(
            "dotnet", [program, PowerWork.Command, data], null, DiskShim.Environment(data, log, null));
        int exit = await work.WaitForExitAsync(s_patience);
        Assert.True(exit == 0, work.Describe($"ended with {exit}"));
        Log = DiskLog.Read(log);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The power goes at every flush that SQLite makes for us, before it and behind it; what was not flushed is
/// lost, kept or torn from a seed.</summary>
public sealed class PowerCutTests(RecordedWork work) : IClassFixture<RecordedWork>
{
    private const int SeedsAtAFlush = 4;

    // The proof needs a few of the cuts only.
    private const int ProofEvery = 6;

    [Fact]
    public void Recorder_SeesTheFlushesOfEveryFile()
    {
        // Else the tests below would cut too seldom, or nothing.
        IReadOnlyList<DiskChange> changes = work.Log.Changes;
        Assert.Contains(changes, change => change.IsFlush && change.Path == "hermetic.db");
        Assert.Contains(changes, change => change.IsFlush && change.Path == "hermetic.db-wal");
        Assert.Contains(changes, change => change.IsFlush && change.Path.Length == 0);
        Assert.Contains(changes, change => change.Kind == DiskChangeKind.Delete && change.Path == "hermetic.db-wal");
        Assert.True(changes.Count(change => change.IsFlush) >= 40);
        int moved = changes.Count(change => change.Kind == DiskChangeKind.Write && change.Path == "hermetic.db");
        Assert.True(moved > 1000, $"{moved} pages were moved from the log to the database");
    }

    [Fact]
    public async Task P2_PowerCutAtEveryFlush_LosesNothingThatWasPromised()
    {
        List<string> wrong = await CutAsync(
            CutPoints(), SeedsAtAFlush, _ => true, TestContext.Current.CancellationToken);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(30)));
    }

    [Theory]
    [InlineData("hermetic.db-wal", "lost: ")]
    [InlineData("hermetic.db", "unusable: ")]
    public async Task PowerCut_OfADiskThatSkipsFlushes_IsNoticed(string skipped, string expected)
    {
        // What synchronous=OFF would do. The check above is worth something only if it sees this.
        List<string> wrong = await CutAsync([.. CutPoints().Where((_, i) => i % ProofEvery == 0)], SeedsAtAFlush,
            flush => flush.Path != skipped, TestContext.Current.CancellationToken);
        Assert.Contains(wrong, line => line.Contains(expected, StringComparison.Ordinal));
    }

    private int[] CutPoints() => [.. work.Log.Changes
        .SelectMany((change, i) => change.IsFlush ? new[] { i, i + 1 } : [])
        .Append(work.Log.Changes.Count)
        .Distinct()];

    private async Task<List<string>> CutAsync(
        IReadOnlyList<int> points, int seeds, Func<DiskChange, bool> flushed, CancellationToken cancellation)
    {
        List<string> wrong = [];
        using MemoryFolder folder = new();
        foreach (int point in points)
        {
            // Behind a flush little is left to lose.
            bool before = point < work.Log.Changes.Count && work.Log.Changes[point].IsFlush;
            for (int seed = 0; seed < (before ? seeds : 1); seed++)
            {
                cancellation.ThrowIfCancellationRequested();
                SimulatedFiles disk = work.Log.Play(point, flushed);
                disk.Restart(unchecked((point * 31) + seed));
                folder.Fill(disk);
                IReadOnlyList<string> found = await PowerCheck.FindAsync(folder.Path, MarksBefore(point));
                wrong.AddRange(found.Select(what => $"cut before change {point}, seed {seed}: {what}"));
            }
        }
        return wrong;
    }

    // Of the marks about one thing the last says the most.
    private string[] MarksBefore(int point) => [.. Encoding.ASCII.GetString([.. work.Log.Changes.Take(point)
        .Where(change => change.Path == PowerWork.Marks)
        .SelectMany(change => change.Data)])
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .GroupBy(mark => string.Join(' ', mark.Split(' ').Take(2)))
        .Select(marks => marks.Last())];
}
