// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Cli.Verify;
using Hermetic.Cli.Witness;
using Hermetic.Ledger.Notes;

namespace Hermetic.EndToEnd.Tests.Ledger;

/// <summary>`hermetic verify`, as its command line is parsed and as it answers.</summary>
public sealed class VerifyCommandTests : IAsyncDisposable
{
    private readonly LedgerFolder _ledger = new();

    [Fact]
    public async Task P6_WholeLedgerInUse_Fits()
    {
        await _ledger.AppendAsync(0, 600);
        (int exit, string said, string errors) = Verify(Trust());
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("fits: the tree of 600 entries", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyOfTheFolder_IsUsedAndSaidToProveLittle()
    {
        await _ledger.AppendAsync(0, 3);
        (int exit, _, string errors) = Verify(Trust() with { Key = null });
        Assert.Equal(0, exit);
        Assert.Contains($"key: {_ledger.Signer.VerifierKey}", errors, StringComparison.Ordinal);
        Assert.Contains("proves only that it is whole, not who signed it", errors, StringComparison.Ordinal);
        File.Delete(Path.Combine(_ledger.Path, "vkey"));
        (exit, _, errors) = Verify(Trust() with { Key = null });
        Assert.Equal(VerifyExit.CannotRead, exit);
        Assert.Contains("no --key", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P6_ChangedEntry_IsNamed()
    {
        await _ledger.AppendAsync(0, 600);
        string bundle = Path.Combine(_ledger.Path, "tile/entries/001");
        byte[] bytes = await File.ReadAllBytesAsync(bundle);
        bytes[(44 * (2 + LedgerFolder.Entry(0).Length)) + 5] ^= 1; // entry 300
        await File.WriteAllBytesAsync(bundle, bytes);
        (int exit, string said, _) = Verify(Trust());
        Assert.Equal(VerifyExit.DoesNotFit, exit);
        Assert.Contains("tile/entries/001, entry 300: ", said, StringComparison.Ordinal);
        Assert.Contains("DOES NOT FIT: the first entry that does not fit is 300", said, StringComparison.Ordinal);
        (exit, said, _) = Verify(Trust() with { Json = true });
        Assert.Equal(VerifyExit.DoesNotFit, exit);
        JsonElement json = JsonDocument.Parse(said).RootElement;
        Assert.False(json.GetProperty("fits").GetBoolean());
        Assert.Equal(300, json.GetProperty("findings")[0].GetProperty("entry").GetInt32());
    }

    [Fact]
    public async Task Since_OfThisLedgerFitsAndOfAnotherDoesNot()
    {
        await _ledger.AppendAsync(0, 10);
        string kept = _ledger.Save("kept", _ledger.Log.Latest.Note.ToBytes());
        await _ledger.AppendAsync(10, 300);
        Assert.Equal(0, Verify(Trust(), kept).Exit);
        await using LedgerFolder other = new();
        await other.AppendAsync(100, 10);
        Checkpoint forked = other.Log.Latest.Checkpoint with { Origin = LedgerFolder.Origin };
        byte[] note = new SignedNote(forked.Text, [_ledger.Signer.Sign(forked.Text)]).ToBytes();
        (int exit, string said, _) = Verify(Trust(), _ledger.Save("forked", note));
        Assert.Equal(VerifyExit.DoesNotFit, exit);
        Assert.Contains("the tree of 310 does not continue the one of 10", said, StringComparison.Ordinal);
        Assert.Equal(VerifyExit.CannotRead, Verify(Trust(), _ledger.In("nothing")).Exit);
    }

    [Fact]
    public async Task Quorum_OfWitnesses_IsAskedFor()
    {
        using NoteSigner witness = new("witness.example/w1", NoteKeyType.Cosignature, new byte[32]);
        await _ledger.AppendAsync(0, 3);
        VerifyTrust trust = Trust() with { Witnesses = [witness.VerifierKey], Quorum = 1 };
        (int exit, string said, _) = Verify(trust);
        Assert.Equal(VerifyExit.DoesNotFit, exit);
        Assert.Contains("0 of the witnesses cosigned, 1 are asked for", said, StringComparison.Ordinal);
        string line = witness.Cosign(_ledger.Log.Latest.Note.Text, DateTimeOffset.UnixEpoch).ToLine();
        _ledger.Log.AddCosignatures(System.Text.Encoding.UTF8.GetBytes(line), [witness.VerifierKey]);
        (exit, said, _) = Verify(trust);
        Assert.Equal(0, exit);
        Assert.Contains("cosigned by 1", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task P6_Proof_FitsItsEntryAndNoOther()
    {
        await _ledger.AppendAsync(0, 300);
        byte[] entry = _ledger.Log.Read(200)!;
        string proof = _ledger.Save("a.tlog-proof", _ledger.Log.Prove(200, entry)!.ToBytes());
        Assert.Equal((0, $"fits: entry 200 is in the ledger of {LedgerFolder.Origin}\n"), Proof(proof, null));
        Assert.Equal(0, Proof(proof, _ledger.Save("entry", entry)).Exit);
        Assert.Equal(VerifyExit.DoesNotFit, Proof(proof, _ledger.Save("other", _ledger.Log.Read(201)!)).Exit);
        string bare = _ledger.Save("b.tlog-proof", _ledger.Log.Prove(200)!.ToBytes());
        Assert.Equal(VerifyExit.Usage, Proof(bare, null).Exit);
        Assert.Equal(VerifyExit.DoesNotFit, Proof(_ledger.Save("c", "nonsense"u8.ToArray()), null).Exit);
        Assert.Equal(VerifyExit.CannotRead, Proof(_ledger.In("nothing"), null).Exit);
    }

    [Fact]
    public void NoFolder_CannotBeRead()
    {
        StringWriter error = new();
        VerifyCommand command = new(
            _ledger.In("nothing"), null, Trust(), TimeProvider.System, new StringWriter(), error);
        Assert.Equal(VerifyExit.CannotRead, command.Run(default));
        Assert.Contains("can't be read", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("verify X --key nonsense")]
    [InlineData("verify X --key witness.example/w1+00000000+BAAA")]
    [InlineData("verify X --quorum 1")]
    [InlineData("verify proof X")]
    [InlineData("verify receipt X")]
    [InlineData("verify receipt X --key nonsense")]
    [InlineData("witness --state X")]
    [InlineData("witness --state X --log nonsense")]
    [InlineData("witness --state X --listen here --log nonsense")]
    public void CommandLine_ThatIsWrong_IsRefused(string line) => Assert.NotEmpty(Root().Parse(line).Errors);

    [Fact]
    public void CommandLine_ThatIsRight_IsTaken()
    {
        string key = _ledger.Signer.VerifierKey.ToString();
        foreach (string line in new[]
        {
            "verify X", $"verify X --key {key} --since Y --json", $"verify proof X --key {key} --entry Y",
            $"verify receipt X --key {key} --key {key} --pages Y --json",
            $"witness --state X --log {key} --listen [::1]:8427 --name w.example/1",
        })
        {
            Assert.True(Root().Parse(line).Errors.Count == 0,
                $"{line}: {string.Join("; ", Root().Parse(line).Errors.Select(error => error.Message))}");
        }
    }

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    private static System.CommandLine.RootCommand Root() =>
        new() { VerifyCommandLine.Build(), WitnessCommandLine.Build() };

    private VerifyTrust Trust() => new() { Key = _ledger.Signer.VerifierKey };

    private (int Exit, string Said, string Errors) Verify(VerifyTrust trust, string? since = null)
    {
        StringWriter output = new(), error = new();
        int exit = new VerifyCommand(_ledger.Path, since, trust, TimeProvider.System, output, error).Run(default);
        return (exit, output.ToString(), error.ToString());
    }

    private (int Exit, string Said) Proof(string file, string? entry)
    {
        StringWriter output = new();
        int exit = new VerifyProofCommand(file, entry, Trust(), output, new StringWriter()).Run();
        return (exit, output.ToString());
    }
}
