// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Tests.Notes;

public sealed class TlogProofTests
{
    private static readonly NaiveTree Tree = NaiveTree.OfSize(300);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(0, 300, true)]
    [InlineData(255, 256, false)]
    [InlineData(299, 300, true)]
    public void Proof_WrittenAndRead_ShowsItsEntryAndNoOther(int index, int size, bool extra)
    {
        using NoteSigner log = TestLog.Signer();
        using NoteSigner witness = TestLog.WitnessSigner();
        TlogProof proof = Make(log, witness, index, size, extra);
        byte[] bytes = proof.ToBytes();
        Assert.StartsWith($"c2sp.org/tlog-proof@v1\n{(extra ? "extra AQID\n" : "")}index {index}\n",
            Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.True(TlogProof.TryParse(bytes, out TlogProof? read, out string reason), reason);
        Assert.Equal(bytes, read!.ToBytes());
        VerifierKey[] witnesses = [witness.VerifierKey];
        byte[] entry = Tree.Entries[index];
        Assert.True(read.Shows(entry, log.VerifierKey, witnesses, 1, out reason), reason);
        Assert.False(read.Shows(Tree.Entries[(index + 1) % 300], log.VerifierKey, witnesses, 1, out _));
        Assert.False(read.Shows(entry, log.VerifierKey, witnesses, 2, out reason));
        Assert.Equal("1 of the witnesses signed, 2 are asked for", reason);
        Assert.False(read.Shows(entry, witness.VerifierKey, witnesses, 0, out _)
            && read.Shows(entry, TestLog.Signer(seed: 9).VerifierKey, witnesses, 0, out _));
    }

    [Fact]
    public void Proof_WithAnyByteFlipped_ShowsNothingOrIsNoProof()
    {
        using NoteSigner log = TestLog.Signer();
        using NoteSigner witness = TestLog.WitnessSigner();
        byte[] bytes = Make(log, witness, 77, 300, extra: false).ToBytes();
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] flipped = [.. bytes];
            flipped[at] ^= 1;
            Assert.False(
                TlogProof.TryParse(flipped, out TlogProof? proof, out _)
                    && proof!.Shows(Tree.Entries[77], log.VerifierKey, [witness.VerifierKey], 1, out _),
                $"byte {at}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2sp.org/tlog-proof@v1\n\n")]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 0\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 00\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -1\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra ?\nindex 0\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AQID\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAQID\n\n")]
    public void Proof_Malformed_IsRefusedWithAReason(string head)
    {
        using NoteSigner log = TestLog.Signer();
        byte[] bytes = [.. Encoding.UTF8.GetBytes(head), .. TestLog.Note(log, Tree, 1)];
        Assert.False(TlogProof.TryParse(bytes, out _, out string reason));
        Assert.NotEmpty(reason);
    }

    private static TlogProof Make(NoteSigner log, NoteSigner witness, int index, int size, bool extra)
    {
        Checkpoint checkpoint = new(TestLog.Origin, size, Tree.Root(size));
        SignedNote note = new(checkpoint.Text, [log.Sign(checkpoint.Text), witness.Cosign(checkpoint.Text, Now)]);
        return new TlogProof(index, TreeProof.Inclusion(Tree, index, size), note, extra ? [1, 2, 3] : null);
    }
}
