// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Ledger.Notes;
using Hermetic.TestKit.Durable;

namespace Hermetic.Ledger.Tests.Log;

public sealed class SignerFileTests
{
    // The private key that Go's sumdb/note is documented with.
    private const string Neumann = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

    private readonly SimulatedFiles _files = new();

    [Fact]
    public void Key_OfAnotherImplementation_IsReadAndWrittenTheSame()
    {
        byte[] text = Encoding.ASCII.GetBytes(Neumann);
        Assert.True(SignerText.TryRead(text, out NoteSigner? signer, out string reason), reason);
        using (signer)
        {
            Assert.Equal("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                signer!.VerifierKey.ToString());
        }
        byte[] seed = Convert.FromBase64String(Neumann[^44..])[1..];
        Assert.Equal(Neumann + "\n", Encoding.ASCII.GetString(
            SignerText.Write("PeterNeumann", NoteKeyType.Ed25519, seed)));
    }

    [Fact]
    public void Key_CreatedAndLoaded_IsTheSameAndSurvivesAPowerCut()
    {
        using NoteSigner made = Create();
        _files.Restart(1);
        using NoteSigner loaded = SignerFile.Load(_files, "ledger.key", NoteKeyType.Ed25519);
        Assert.Equal(made.VerifierKey.ToString(), loaded.VerifierKey.ToString());
        Assert.Equal(made.Sign("text\n").ToLine(), loaded.Sign("text\n").ToLine());
        Assert.Equal(DurableFault.Exists, Assert.Throws<DurableException>(() => { Create(); }).Fault);
    }

    [Fact]
    public void P3_KeyMissing_IsRefusedWithWhatToDoAndNothingIsMade()
    {
        SigningKeyException e = Assert.Throws<SigningKeyException>(() => { Load(); });
        Assert.Contains("'ledger.key' is missing", e.Message, StringComparison.Ordinal);
        Assert.Contains("Put it back from its backup", e.Message, StringComparison.Ordinal);
        Assert.Empty(_files.Files);
    }

    [Fact]
    public void P3_KeyWithAnyByteFlipped_IsRefusedOrIsOfAnotherNameAndNeverInTheMessage()
    {
        using NoteSigner made = Create();
        byte[] text = _files.Bytes("ledger.key");
        string secret = Encoding.ASCII.GetString(text)[^45..^1];
        for (int at = 0; at < text.Length - 1; at++)
        {
            _files.Flip("ledger.key", at, 1);
            SigningKeyException e = Assert.Throws<SigningKeyException>(() => { Load(); });
            Assert.Contains("can't be read", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(secret[5..20], e.Message, StringComparison.Ordinal);
            _files.Flip("ledger.key", at, 1);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRIVATE+KEY+")]
    [InlineData("PRIVATE+KEY+a b+00000000+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")]
    [InlineData("PRIVATE+KEY++00000000+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")]
    [InlineData("PRIVATE+KEY+PeterNeumann+c74f20a4+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")]
    [InlineData("PRIVATE+KEY+PeterNeumann+c74f20a3+BYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")]
    public void Hostile_KeyThatIsNone_IsRefusedWithAReason(string text)
    {
        Assert.False(SignerText.TryRead(Encoding.ASCII.GetBytes(text), out NoteSigner? signer, out string reason));
        Assert.Null(signer);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void Key_ForAnotherUse_IsRefused()
    {
        using NoteSigner made = Create();
        Assert.Throws<SigningKeyException>(
            () => { SignerFile.Load(_files, "ledger.key", NoteKeyType.Cosignature); });
    }

    private NoteSigner Create() => SignerFile.Create(_files, "ledger.key", TestLog.Origin, NoteKeyType.Ed25519,
        count => [.. Enumerable.Range(1, count).Select(i => (byte)i)]);

    private NoteSigner Load() => SignerFile.Load(_files, "ledger.key", NoteKeyType.Ed25519);
}
