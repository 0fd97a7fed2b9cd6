// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Durable;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tree;
using Hermetic.Ledger.Witness;
using Hermetic.TestKit.Durable;
using Microsoft.Extensions.Time.Testing;

namespace Hermetic.Ledger.Tests.Witness;

public sealed class WitnessTests : IDisposable
{
    private static readonly NaiveTree Tree = NaiveTree.OfSize(100);
    private static readonly NaiveTree Fork = new([.. Tree.Entries.Select(entry => entry.Reverse().ToArray())]);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly SimulatedFiles _files = new();
    private readonly NoteSigner _log = TestLog.Signer();
    private readonly NoteSigner _key = TestLog.WitnessSigner();
    private LogWitness? _witness;

    private LogWitness Witness => _witness ??= new LogWitness(_files, _key, [_log.VerifierKey], _time);

    [Fact]
    public void Request_WrittenAndRead_IsTheSame()
    {
        AddCheckpoint request = Request(10, 50);
        Assert.True(AddCheckpoint.TryParse(request.ToBytes(), out AddCheckpoint? read, out string reason), reason);
        Assert.Equal(request.OldSize, read!.OldSize);
        Assert.Equal(request.Proof, read.Proof);
        Assert.Equal(request.Note, read.Note);
    }

    [Fact]
    public void Growth_WithGoodProofs_IsCosignedEachTime()
    {
        int known = 0;
        foreach (int size in new[] { 0, 1, 10, 10, 64, 100 })
        {
            WitnessAnswer answer = Witness.Answer(Request(known, size).ToBytes());
            Assert.Equal(WitnessStatus.Cosigned, answer.Status);
            Assert.True(Checkpoint.TryOpen(
                TestLog.Note(_log, Tree, size), _log.VerifierKey, out SignedCheckpoint? checkpoint, out _));
            SignedCheckpoint cosigned = checkpoint!.WithCosignatures(
                Encoding.UTF8.GetBytes(answer.Body), [_key.VerifierKey]);
            Assert.True(cosigned.Note.IsSignedBy(_key.VerifierKey, out string reason), reason);
            Assert.True(cosigned.Note.IsSignedBy(_log.VerifierKey, out reason), reason);
            Assert.Equal(1_800_000_000, Cosignature.Time(cosigned.Note.Signatures[1]));
            known = size;
        }
    }

    [Fact]
    public void Cosignatures_OfOthersOrOfOtherTrees_AreLeftOut()
    {
        Assert.True(Checkpoint.TryOpen(
            TestLog.Note(_log, Tree, 5), _log.VerifierKey, out SignedCheckpoint? checkpoint, out _));
        using NoteSigner stranger = TestLog.WitnessSigner("stranger.example", 3);
        string text = checkpoint!.Note.Text;
        string answer = stranger.Cosign(text, _time.GetUtcNow()).ToLine()
            + _key.Cosign(text.Replace("5", "6", StringComparison.Ordinal), _time.GetUtcNow()).ToLine();
        Assert.Equal(checkpoint, checkpoint.WithCosignatures(Encoding.UTF8.GetBytes(answer), [_key.VerifierKey]),
            (a, b) => a!.Note.ToBytes().AsSpan().SequenceEqual(b!.Note.ToBytes()));
        Assert.Same(checkpoint, checkpoint.WithCosignatures("nonsense"u8, [_key.VerifierKey]));
    }

    [Fact]
    public void OldSize_NotTheOneCosignedLast_IsAConflictWithThatSize()
    {
        Witness.Answer(Request(0, 10).ToBytes());
        WitnessAnswer answer = Witness.Answer(Request(0, 50).ToBytes());
        Assert.Equal((WitnessStatus.Conflict, "10\n"), (answer.Status, answer.Body));
        answer = Witness.Answer(Request(20, 50).ToBytes());
        Assert.Equal((WitnessStatus.Conflict, "10\n"), (answer.Status, answer.Body));
    }

    [Fact]
    public void Fork_OfTheSameSize_IsAConflict()
    {
        Witness.Answer(Request(0, 10).ToBytes());
        AddCheckpoint fork = new(10, [], TestLog.Note(_log, Fork, 10));
        Assert.Equal(WitnessStatus.Conflict, Witness.Answer(fork.ToBytes()).Status);
        Assert.Equal(Tree.Root(10), Witness.Known(_log.VerifierKey).Root);
    }

    [Fact]
    public void Fork_OfALargerSize_IsUnprocessableWhateverProofItBrings()
    {
        Witness.Answer(Request(0, 10).ToBytes());
        foreach (IReadOnlyList<TreeHash> proof in new[]
            { TreeProof.Consistency(Fork, 10, 50), TreeProof.Consistency(Tree, 10, 50), [] })
        {
            AddCheckpoint fork = new(10, proof, TestLog.Note(_log, Fork, 50));
            Assert.Equal(WitnessStatus.Unprocessable, Witness.Answer(fork.ToBytes()).Status);
        }
        Assert.Equal(10, Witness.Known(_log.VerifierKey).Size);
    }

    [Fact]
    public void Rollback_ToASmallerTree_IsRefused()
    {
        Witness.Answer(Request(0, 50).ToBytes());
        Assert.Equal(WitnessStatus.Conflict, Witness.Answer(Request(0, 10).ToBytes()).Status);
        AddCheckpoint backwards = new(50, [], TestLog.Note(_log, Tree, 10));
        Assert.Equal(WitnessStatus.BadRequest, Witness.Answer(backwards.ToBytes()).Status);
    }

    [Fact]
    public void FirstRequest_WithAProof_IsUnprocessable()
    {
        AddCheckpoint request = new(0, [TreeHash.Empty], TestLog.Note(_log, Tree, 10));
        Assert.Equal(WitnessStatus.Unprocessable, Witness.Answer(request.ToBytes()).Status);
    }

    [Fact]
    public void Log_ThatIsUnknownOrDidNotSign_IsNotCosigned()
    {
        using NoteSigner other = TestLog.Signer("other.example");
        AddCheckpoint unknown = new(0, [], TestLog.Note(other, Tree, 10));
        Assert.Equal(WitnessStatus.UnknownLog, Witness.Answer(unknown.ToBytes()).Status);
        using NoteSigner impostor = TestLog.Signer(seed: 99);
        AddCheckpoint forged = new(0, [], TestLog.Note(impostor, Tree, 10));
        Assert.Equal(WitnessStatus.Forbidden, Witness.Answer(forged.ToBytes()).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("old\n\n")]
    [InlineData("old 01\n\n")]
    [InlineData("old -1\n\n")]
    [InlineData("new 0\n\n")]
    [InlineData("old 0\nAAAA\n\n")]
    [InlineData("old 0\n\nnothing signed\n")]
    public void Body_Malformed_IsABadRequest(string body) =>
        Assert.Equal(WitnessStatus.BadRequest, Witness.Answer(Encoding.UTF8.GetBytes(body)).Status);

    [Fact]
    public void Body_WithMoreThan63ProofLines_IsABadRequest()
    {
        AddCheckpoint request = Request(0, 10) with { Proof = [.. Enumerable.Repeat(TreeHash.Empty, 64)] };
        Assert.Equal(WitnessStatus.BadRequest, Witness.Answer(request.ToBytes()).Status);
    }

    [Fact]
    public void PowerCut_AtEveryOperation_NeverLetsTheWitnessCosignAFork()
    {
        for (int cut = 1; cut < 40; cut++)
        {
            for (int seed = 0; seed < 10; seed++)
            {
                AssertNoForkAfter(cut, seed);
            }
        }
    }

    [Theory]
    [InlineData(DurableFault.NoSpace)]
    [InlineData(DurableFault.InputOutput)]
    public void P6_FaultAtEveryOperation_NeverLetsACosignatureOutliveItsState(DurableFault fault)
    {
        for (int at = 1; at < 25; at++)
        {
            for (int seed = 0; seed < 8; seed++)
            {
                AssertStateOutlives(fault, at, seed);
            }
        }
    }

    [Fact]
    public void State_ThatCannotBeRead_StopsTheWitnessForThatLog()
    {
        Witness.Answer(Request(0, 10).ToBytes());
        string place = _files.Files.Single(path => path.EndsWith("checkpoint", StringComparison.Ordinal));
        _files.Flip(place, 3, 1);
        Assert.Throws<InvalidDataException>(() => Witness.Answer(Request(0, 50).ToBytes()));
    }

    [Fact]
    public void SecondWitness_OnTheSameFolder_IsLockedOut()
    {
        Witness.Answer(Request(0, 10).ToBytes());
        DurableException e = Assert.Throws<DurableException>(
            () => new LogWitness(_files, _key, [_log.VerifierKey], _time));
        Assert.Equal(DurableFault.Locked, e.Fault);
    }

    public void Dispose()
    {
        _witness?.Dispose();
        _log.Dispose();
        _key.Dispose();
    }

    private static void AssertNoForkAfter(int cut, int seed)
    {
        SimulatedFiles files = new(seed);
        using NoteSigner log = TestLog.Signer();
        using NoteSigner key = TestLog.WitnessSigner();
        FakeTimeProvider time = new();
        int cosigned = 0;
        files.CutAt(cut);
        try
        {
            using LogWitness witness = new(files, key, [log.VerifierKey], time);
            foreach (int size in new[] { 10, 20, 30 })
            {
                AddCheckpoint request = new(
                    cosigned, TreeProof.Consistency(Tree, cosigned, size), TestLog.Note(log, Tree, size));
                Assert.Equal(WitnessStatus.Cosigned, witness.Answer(request.ToBytes()).Status);
                cosigned = size;
            }
        }
        catch (PowerCutException)
        {
            // What was cosigned before has to hold after.
        }
        files.Restart(seed);
        using LogWitness again = new(files, key, [log.VerifierKey], time);
        int known = (int)again.Known(log.VerifierKey).Size;
        Assert.True(known >= cosigned, $"cut {cut}, seed {seed}: {cosigned} cosigned, {known} remembered");
        AddCheckpoint fork = new(known, [], TestLog.Note(log, Fork, Math.Max(known, 1)));
        Assert.True(known == 0 || again.Answer(fork.ToBytes()).Status == WitnessStatus.Conflict);
    }

    /// <summary>After a write that failed, the same is asked again, by the same process or the next one; then the
    /// power goes.</summary>
    private void AssertStateOutlives(DurableFault fault, int at, int seed)
    {
        SimulatedFiles files = new(seed);
        int cosigned = 0;
        files.FailAt(at, fault);
        for (int life = 0; life < 2; life++)
        {
            try
            {
                using LogWitness witness = new(files, _key, [_log.VerifierKey], _time);
                for (int attempt = 0; attempt < 4; attempt++)
                {
                    cosigned = Math.Max(cosigned, Attempt(witness, 10 + (10 * (attempt / 2))));
                }
            }
            catch (DurableException e) when (e.Fault == fault)
            {
                // The lock could not be made: nothing was asked.
            }
            files.Restart(null);
        }
        files.Restart(seed);
        using LogWitness again = new(files, _key, [_log.VerifierKey], _time);
        long known = again.Known(_log.VerifierKey).Size;
        Assert.True(known >= cosigned, $"{fault} at {at}, seed {seed}: {cosigned} cosigned, {known} remembered");
    }

    private int Attempt(LogWitness witness, int size)
    {
        try
        {
            int known = (int)witness.Known(_log.VerifierKey).Size;
            return known <= size && witness.Answer(Request(known, size).ToBytes()).Status == WitnessStatus.Cosigned
                ? size : 0;
        }
        catch (DurableException)
        {
            return 0;
        }
    }

    private AddCheckpoint Request(int oldSize, int size) =>
        new(oldSize, TreeProof.Consistency(Tree, oldSize, size), TestLog.Note(_log, Tree, size));
}
