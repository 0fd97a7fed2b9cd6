// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tiles;
using Hermetic.Ledger.Tree;
using Hermetic.TestKit.Durable;
using Hermetic.TestKit.Peers;
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Ledger.Tests.Log;

public sealed class LedgerLogTests : IDisposable
{
    private const StringComparison Order = StringComparison.Ordinal;

    private static readonly TimeSpan Interval = new LedgerSettings().IntegrationInterval;

    private readonly FakeTimeProvider _time = new();
    private readonly SimulatedFiles _files = new();
    private readonly NoteSigner _signer = TestLog.Signer();

    [Fact]
    public async Task Append_ByManyWriters_GivesEachAnIndexOfItsOwnAndSharesFlushes()
    {
        const int Writers = 64, Each = 50;
        await using LedgerLog log = OpenNew();
        long flushes = _files.Flushes;
        long[][] indices = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            List<long> mine = [];
            for (int i = 0; i < Each; i++)
            {
                mine.Add(await log.AppendAsync(Entry(writer, i), default));
            }
            return mine.ToArray();
        })));
        flushes = _files.Flushes - flushes;
        Assert.Equal(Enumerable.Range(0, Writers * Each).Select(i => (long)i), indices.SelectMany(i => i).Order());
        Assert.InRange(flushes, 1, (Writers * Each) - 1);
        SignedCheckpoint latest = await IntegrateAsync(log, (Writers * Each) - 1);
        for (int writer = 0; writer < Writers; writer++)
        {
            long index = indices[writer][^1];
            byte[] entry = Entry(writer, Each - 1);
            Assert.Equal(entry, log.Read(index));
            Assert.True(log.Prove(index)!.Shows(entry, _signer.VerifierKey, [], 0, out string reason), reason);
        }
        Assert.Equal(Writers * Each, latest.Checkpoint.Size);
    }

    [Fact]
    public async Task Append_ThenOneInterval_IsInTheTree()
    {
        await using LedgerLog log = OpenNew();
        Assert.Equal(0, await log.AppendAsync("a"u8.ToArray(), default));
        Assert.Null(log.Prove(0));
        Assert.Null(log.Read(0));
        SignedCheckpoint latest = await IntegrateAsync(log, 0);
        Assert.Equal(TreeHash.OfLeaf("a"u8), latest.Checkpoint.Root);
        Assert.Equal("a"u8.ToArray(), log.Read(0));
        Assert.Null(log.Read(1));
        Assert.Null(log.Prove(-1));
        Assert.Equal(latest.Note.ToBytes(), _files.Bytes("checkpoint"));
    }

    [Fact]
    public async Task Dispose_WithEntriesInTheJournal_IntegratesThem()
    {
        LedgerLog log = OpenNew();
        await log.AppendAsync("a"u8.ToArray(), default);
        await log.DisposeAsync();
        await Assert.ThrowsAsync<LedgerRefusedException>(() => log.AppendAsync("b"u8.ToArray(), default));
        await using LedgerLog again = Open();
        Assert.Equal(1, again.Latest.Checkpoint.Size);
        Assert.Equal(1, await again.AppendAsync("b"u8.ToArray(), default));
    }

    [Fact]
    public async Task Entry_OfTheLargestSize_IsTakenAndOneByteMoreIsNot()
    {
        await using LedgerLog log = OpenNew();
        Assert.Equal(0, await log.AppendAsync(new byte[65_535], default));
        Assert.Equal(1, await log.AppendAsync(ReadOnlyMemory<byte>.Empty, default));
        await Assert.ThrowsAsync<ArgumentException>(() => log.AppendAsync(new byte[65_536], default));
        await IntegrateAsync(log, 1);
        Assert.Equal(65_535, log.Read(0)!.Length);
        Assert.Empty(log.Read(1)!);
    }

    [Fact]
    public async Task P3_FullDisk_FailsEveryAppendAndWaiterUntilOpenedAgain()
    {
        LedgerLog log = OpenNew();
        await log.AppendAsync("a"u8.ToArray(), default);
        Task<SignedCheckpoint> waiting = log.IntegratedAsync(99, default);
        _files.FailAt(_files.Operations + 1, DurableFault.NoSpace);
        await Assert.ThrowsAsync<LedgerRefusedException>(() => log.AppendAsync("b"u8.ToArray(), default));
        Assert.Contains("no space left", log.Refusal, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LedgerRefusedException>(() => log.AppendAsync("c"u8.ToArray(), default));
        await Assert.ThrowsAsync<LedgerRefusedException>(() => waiting);
        await log.DisposeAsync();
        await using LedgerLog again = Open();
        Assert.Null(again.Refusal);
        Assert.Equal("a"u8.ToArray(), again.Read(0));
    }

    [Theory]
    [InlineData(DurableFault.NoSpace, "no space left")]
    [InlineData(DurableFault.InputOutput, "the device failed")]
    [InlineData(DurableFault.Denied, "not permitted")]
    public async Task P3_DiskThatFailsInIntegration_RefusesAppendsAndSaysWhich(DurableFault fault, string words)
    {
        await using LedgerLog log = OpenNew();
        await log.AppendAsync("a"u8.ToArray(), default);
        _files.FailAt(_files.Operations + 1, fault, stays: true);
        while (log.Refusal is null)
        {
            _time.Advance(Interval);
            await Task.Delay(5);
        }
        Assert.StartsWith("the ledger takes no entries until it is opened again: integrate: ", log.Refusal, Order);
        Assert.Contains("'tile", log.Refusal, Order);
        Assert.Contains(words, log.Refusal, Order);
        LedgerRefusedException e = await Assert.ThrowsAsync<LedgerRefusedException>(
            () => log.AppendAsync("b"u8.ToArray(), default));
        Assert.Contains(words, e.Message, Order);
        _files.Heal();
        await Assert.ThrowsAsync<LedgerRefusedException>(() => log.AppendAsync("c"u8.ToArray(), default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P3_DiskThatIsMended_TakesAppendsAgainByItself_AndLosesNothing(bool inIntegration)
    {
        await using LedgerLog log = OpenNew();
        await log.AppendAsync("a"u8.ToArray(), default);
        if (!inIntegration)
        {
            await IntegrateAsync(log, 0);
        }
        _files.FailAt(_files.Operations + 1, DurableFault.NoSpace, stays: true);
        if (!inIntegration)
        {
            await Assert.ThrowsAsync<LedgerRefusedException>(() => log.AppendAsync("b"u8.ToArray(), default));
        }
        await PassAsync(() => log.Refusal is not null);
        // Tried, and in vain: it says that too, and takes nothing.
        await PassAsync(() => log.Refusal?.Contains("It was tried: ", Order) == true);
        await Assert.ThrowsAsync<LedgerRefusedException>(() => log.AppendAsync("c"u8.ToArray(), default));
        SignedCheckpoint before = log.Latest;

        _files.Heal();
        await PassAsync(() => log.Refusal is null);
        long index = await log.AppendAsync("d"u8.ToArray(), default);
        await IntegrateAsync(log, index);
        Assert.Equal("a"u8.ToArray(), log.Read(0));
        Assert.Equal("d"u8.ToArray(), log.Read(index));
        Assert.True(log.Latest.Checkpoint.Size > before.Checkpoint.Size);
        Assert.Equal(before.Checkpoint.Root,
            TreeProof.Root(new TileNodes(log.Tiles, log.Latest.Checkpoint.Size), before.Checkpoint.Size));
    }

    [Fact]
    public async Task P3_OlderCopyPutBackWhileItRefuses_IsNotGoneOnWith()
    {
        await using LedgerLog log = OpenNew();
        await log.AppendAsync("a"u8.ToArray(), default);
        await IntegrateAsync(log, 0);
        Dictionary<string, byte[]> older = _files.Files.ToDictionary(path => path, _files.Bytes);
        await log.AppendAsync("b"u8.ToArray(), default);
        await IntegrateAsync(log, 1);
        _files.FailAt(_files.Operations + 1, DurableFault.NoSpace, stays: true);
        await Assert.ThrowsAsync<LedgerRefusedException>(() => log.AppendAsync("c"u8.ToArray(), default));
        _files.Heal();
        foreach (string path in _files.Files.ToArray())
        {
            if (!older.TryGetValue(path, out byte[]? bytes))
            {
                _files.Delete(path);
            }
            else if (!bytes.SequenceEqual(_files.Bytes(path)))
            {
                _files.Replace(path, bytes);
            }
        }
        await PassAsync(() => log.Refusal?.Contains("does not continue the tree of 2 ", Order) == true);
        await Assert.ThrowsAsync<LedgerRefusedException>(() => log.AppendAsync("d"u8.ToArray(), default));
    }

    [Fact]
    public async Task P3_LogThatAnotherProcessHolds_DoesNotOpen()
    {
        string folder = Directory.CreateTempSubdirectory("hermetic-ledger-").FullName;
        try
        {
            DiskFiles disk = new(folder);
            LedgerLog.Create(disk, _signer);
            await using (PeerProcess other = PeerProcess.Start(
                "flock", [Path.Combine(folder, "lock"), "sh", "-c", "echo held; sleep 600"]))
            {
                await other.WaitForOutputAsync("held", TimeSpan.FromMinutes(2));
                DurableException e = Assert.Throws<DurableException>(
                    () => { LedgerLog.Open(disk, _signer, _time, Salt); });
                Assert.Equal(DurableFault.Locked, e.Fault);
            }
            await using LedgerLog log = LedgerLog.Open(disk, _signer, _time, Salt);
            Assert.Equal(0, await log.AppendAsync("a"u8.ToArray(), default));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Cosignatures_OfTheNewestCheckpoint_AreKeptAcrossAStart()
    {
        using NoteSigner witness = TestLog.WitnessSigner();
        LedgerLog log = OpenNew();
        await log.AppendAsync("a"u8.ToArray(), default);
        SignedCheckpoint latest = await IntegrateAsync(log, 0);
        byte[] answer = Encoding.UTF8.GetBytes(witness.Cosign(latest.Note.Text, _time.GetUtcNow()).ToLine());
        Assert.True(log.AddCosignatures(answer, [witness.VerifierKey]).Note.IsSignedBy(witness.VerifierKey, out _));
        await log.DisposeAsync();
        await using LedgerLog again = Open();
        Assert.True(again.Latest.Note.IsSignedBy(witness.VerifierKey, out string reason), reason);
        Assert.True(again.Prove(0)!.Shows("a"u8, _signer.VerifierKey, [witness.VerifierKey], 1, out reason), reason);
    }

    [Fact]
    public async Task Open_TwiceAtATime_IsLockedOut()
    {
        await using LedgerLog log = OpenNew();
        Assert.Equal(DurableFault.Locked, Assert.Throws<DurableException>(Open).Fault);
    }

    [Fact]
    public async Task Open_WhereNoLogIs_IsMissingAndCreateWhereOneIs_Exists()
    {
        Assert.Equal(DurableFault.Missing, Assert.Throws<DurableException>(Open).Fault);
        await OpenNew().DisposeAsync();
        Assert.Equal(
            DurableFault.Exists, Assert.Throws<DurableException>(() => LedgerLog.Create(_files, _signer)).Fault);
        _files.Delete("checkpoint");
        Assert.Equal(
            DurableFault.Exists, Assert.Throws<DurableException>(() => LedgerLog.Create(_files, _signer)).Fault);
    }

    [Fact]
    public async Task Open_WithAnOlderCheckpointPutBack_IsDamage()
    {
        LedgerLog log = OpenNew();
        await log.AppendAsync("a"u8.ToArray(), default);
        await IntegrateAsync(log, 0);
        byte[] old = _files.Bytes("checkpoint");
        await log.DisposeAsync();
        log = Open();
        await log.AppendAsync("b"u8.ToArray(), default);
        await log.DisposeAsync();
        await Open().DisposeAsync();
        _files.Replace("checkpoint", old);
        const string Segment = "journal/00000000000000000002";
        Assert.Equal(Segment, Assert.Throws<LedgerDamagedException>(Open).Place);
        // The journal emptied as well: then the tiles give it away.
        _files.Delete(Segment);
        Assert.Equal("tile/entries/000.p/2", Assert.Throws<LedgerDamagedException>(Open).Place);
    }

    [Fact]
    public async Task Open_WithAnotherKey_IsDamageAndSignsNothing()
    {
        await OpenNew().DisposeAsync();
        byte[] before = _files.Bytes("checkpoint");
        using NoteSigner other = TestLog.Signer(seed: 99);
        Assert.Equal("checkpoint", Assert.Throws<LedgerDamagedException>(
            () => LedgerLog.Open(_files, other, _time, Salt)).Place);
        Assert.Equal(before, _files.Bytes("checkpoint"));
    }

    [Fact]
    public async Task Open_WithARecordSpoiltBeforeAWholeOne_IsDamage()
    {
        LedgerLog log = OpenNew();
        await log.AppendAsync("first"u8.ToArray(), default);
        await log.AppendAsync("second"u8.ToArray(), default);
        _files.Restart(null);
        string segment = _files.Files.Single(path => path.StartsWith("journal/", StringComparison.Ordinal));
        int at = _files.Bytes(segment).AsSpan().IndexOf("first"u8);
        SimulatedFiles copy = _files.Copy();
        copy.Flip(segment, at, 1);
        Assert.Equal(segment, Assert.Throws<LedgerDamagedException>(() => LogCoreOpen(copy)).Place);
        // The last record alone may be torn: then the first is there still.
        copy = _files.Copy();
        copy.Flip(segment, copy.Bytes(segment).Length - 1, 1);
        using LogCore core = LogCoreOpen(copy);
        Assert.Equal(1, core.Latest.Checkpoint.Size);
    }

    [Fact]
    public async Task RealDisk_AppendedAndReopened_ReadsBack()
    {
        string folder = Directory.CreateTempSubdirectory("hermetic-ledger-").FullName;
        try
        {
            DiskFiles disk = new(folder);
            LedgerLog.Create(disk, _signer);
            LedgerLog log = LedgerLog.Open(disk, _signer, _time, Salt);
            await Task.WhenAll(Enumerable.Range(0, 600).Select(i => log.AppendAsync(Entry(0, i), default)));
            await log.DisposeAsync();
            log = LedgerLog.Open(disk, _signer, _time, Salt);
            Assert.Equal(600, log.Latest.Checkpoint.Size);
            Assert.True(log.Prove(599)!.Shows(log.Read(599), _signer.VerifierKey, [], 0, out string reason), reason);
            await log.DisposeAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => _signer.Dispose();

    private async Task PassAsync(Func<bool> until)
    {
        for (int i = 0; !until(); i++)
        {
            Assert.True(i < 10_000, "it never came to that");
            _time.Advance(Interval);
            await Task.Delay(5);
        }
    }

    private static byte[] Entry(int writer, int i) => Encoding.ASCII.GetBytes($"writer {writer} entry {i}");

    private static byte[] Salt(int count) => new byte[count];

    private LogCore LogCoreOpen(SimulatedFiles files) => LogCore.Open(files, _signer, new LedgerSettings(), Salt);

    private LedgerLog OpenNew()
    {
        LedgerLog.Create(_files, _signer);
        return Open();
    }

    private LedgerLog Open() => LedgerLog.Open(_files, _signer, _time, Salt);

    private async Task<SignedCheckpoint> IntegrateAsync(LedgerLog log, long index)
    {
        Task<SignedCheckpoint> waiting = log.IntegratedAsync(index, default);
        while (!waiting.IsCompleted)
        {
            _time.Advance(Interval);
            await Task.WhenAny(waiting, Task.Delay(5));
        }
        return await waiting;
    }
}
