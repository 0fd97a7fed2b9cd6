// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Ledger.Notes;
using Hermetic.Ledger.Tree;

namespace Hermetic.Ledger.Tests.Notes;

public sealed class NoteTests
{
    // The example that Go's sumdb/note is documented with: another implementation's key, text and signature.
    private const string NeumannKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string NeumannSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private const string NeumannText =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";

    private const string NeumannLine = "— PeterNeumann "
        + "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    // A checkpoint as a public log served it, cosigned by public witnesses.
    private const string Public =
        "arche2025h1.staging.ct.transparency.dev\n"
        + "1432088532\n"
        + "U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n"
        + "\n"
        + "— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGR"
        + "EPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n"
        + "— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzb"
        + "C3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
        + "— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzw"
        + "Z2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==\n"
        + "— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX"
        + "9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n";

    private const string PublicLogKey =
        "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f";

    private const string PublicWitnessKey =
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";

    [Fact]
    public void Note_OfAnotherImplementation_Verifies()
    {
        SignedNote note = Parse($"{NeumannText}\n{NeumannLine}");
        Assert.Equal(NeumannText, note.Text);
        Assert.True(note.IsSignedBy(Key(NeumannKey), out string reason), reason);
    }

    [Fact]
    public void Signer_WithAnotherImplementationsKey_WritesTheSameLine()
    {
        byte[] seed = Convert.FromBase64String(NeumannSeed)[1..];
        using NoteSigner signer = new("PeterNeumann", NoteKeyType.Ed25519, seed);
        Assert.Equal(NeumannKey, signer.VerifierKey.ToString());
        Assert.Equal(NeumannLine, signer.Sign(NeumannText).ToLine());
    }

    [Fact]
    public void Checkpoint_OfAPublicLog_OpensWithItsKeyAndItsWitness()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Public);
        Assert.True(
            Checkpoint.TryOpen(bytes, Key(PublicLogKey), out SignedCheckpoint? opened, out string reason), reason);
        Assert.Equal(1_432_088_532, opened!.Checkpoint.Size);
        Assert.Equal("U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=", opened.Checkpoint.Root.ToString());
        Assert.True(opened.Note.IsSignedBy(Key(PublicWitnessKey), out reason), reason);
        Assert.Equal(0x6A122120, Cosignature.Time(opened.Note.Signatures[3]));
        Assert.Equal(bytes, opened.Note.ToBytes());
        Assert.False(opened.Note.IsSignedBy(Key(NeumannKey), out reason));
        Assert.Equal("no signature by PeterNeumann", reason);
    }

    [Fact]
    public void Checkpoint_WithAnyByteOfTextOrItsLineFlipped_DoesNotOpen()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Public);
        VerifierKey log = Key(PublicLogKey);
        int text = Public.IndexOf("\n\n", StringComparison.Ordinal) + 2;
        int line = Encoding.UTF8.GetByteCount(Public[..Public.IndexOf(" ui8G", StringComparison.Ordinal)]);
        foreach (int at in Enumerable.Range(0, text).Concat(Enumerable.Range(line, 93)))
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] flipped = [.. bytes];
                flipped[at] ^= (byte)(1 << bit);
                Assert.False(Checkpoint.TryOpen(flipped, log, out _, out _), $"byte {at}, bit {bit}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\n\n")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name AAAAAAA=")]
    [InlineData("text\n\n- name AAAAAAA=\n")]
    [InlineData("text\n\n— name\n")]
    [InlineData("text\n\n—  AAAAAAA=\n")]
    [InlineData("text\n\n— na+me AAAAAAA=\n")]
    [InlineData("text\n\n— na\u00A0me AAAAAAA=\n")]
    [InlineData("text\n\n— name AAAA\n")]
    [InlineData("text\n\n— name AAAAAA==\n")]
    [InlineData("text\n\n— name AAAAAAB=\n")]
    [InlineData("text\n\n— name AAAA AAA=\n")]
    [InlineData("text\n\n— name AAAAAAA= \n")]
    [InlineData("text\n\n— name AAAAAAA=\n— name\n")]
    [InlineData("te\txt\n\n— name AAAAAAA=\n")]
    [InlineData("te\0xt\n\n— name AAAAAAA=\n")]
    [InlineData("text\r\n\r\n— name AAAAAAA=\r\n")]
    public void Note_Malformed_IsRefusedWithAReason(string text)
    {
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out _, out string reason));
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void Note_NotUtf8OrTooLongOrWithTooManySignatures_IsRefused()
    {
        Assert.True(SignedNote.TryParse("text\n\n— name AAAAAAA=\n"u8, out _, out _));
        Assert.False(SignedNote.TryParse([(byte)'t', 0xC3, .. "\n\n— name AAAAAAA=\n"u8], out _, out _));
        string text = "text\n\n" + string.Concat(Enumerable.Repeat("— name AAAAAAA=\n", 64));
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(text + "— name AAAAAAA=\n"), out _, out _));
        byte[] huge = Encoding.UTF8.GetBytes(new string('x', SignedNote.NoteBytesMax) + "\n\n— name AAAAAAA=\n");
        Assert.False(SignedNote.TryParse(huge, out _, out _));
    }

    [Fact]
    public void Note_WithAGoodAndABadLineOfOneKey_IsNotSigned()
    {
        string bad = NeumannLine.Replace("ZJku", "ZJkv", StringComparison.Ordinal);
        Assert.False(Parse($"{NeumannText}\n{NeumannLine}{bad}").IsSignedBy(Key(NeumannKey), out string reason));
        Assert.Equal("the signature by PeterNeumann does not fit the text", reason);
    }

    [Fact]
    public void VerifierKey_WithAnyCharacterChanged_IsRefused()
    {
        Assert.Equal(NeumannKey, Key(NeumannKey).ToString());
        for (int i = 0; i < NeumannKey.Length; i++)
        {
            string changed = NeumannKey[..i] + (char)(NeumannKey[i] + 1) + NeumannKey[(i + 1)..];
            Assert.False(VerifierKey.TryParse(changed, out _, out string reason), changed);
            Assert.NotEmpty(reason);
            Assert.False(VerifierKey.TryParse(NeumannKey[..i], out _, out _));
        }
    }

    [Theory]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "")]
    [InlineData("a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n", "")]
    [InlineData("a\n9223372036854775807\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "")]
    [InlineData("a\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "no tree size")]
    [InlineData("a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "no tree size")]
    [InlineData("a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "no tree size")]
    [InlineData("a\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "no tree size")]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF=\n", "no hash")]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", "no hash")]
    [InlineData("a\n0\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n", "empty tree")]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "three lines")]
    [InlineData("\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "three lines")]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nb\n", "three lines")]
    public void Checkpoint_Text_ParsesOrSaysWhyNot(string text, string reason)
    {
        Assert.Equal(reason.Length == 0, Checkpoint.TryParse(text, out Checkpoint? checkpoint, out string said));
        Assert.Contains(reason, said, StringComparison.Ordinal);
        Assert.Equal(reason.Length == 0 ? text : null, checkpoint?.Text);
    }

    [Fact]
    public void Checkpoint_SignedByAnotherOriginsKey_DoesNotOpen()
    {
        using NoteSigner signer = new("a.example", NoteKeyType.Ed25519, new byte[32]);
        Checkpoint foreign = new("b.example", 0, TreeHash.Empty);
        byte[] bytes = new SignedNote(foreign.Text, [signer.Sign(foreign.Text)]).ToBytes();
        Assert.False(Checkpoint.TryOpen(bytes, signer.VerifierKey, out _, out string reason));
        Assert.Equal("signed by the key of another origin", reason);
    }

    private static VerifierKey Key(string text) =>
        VerifierKey.TryParse(text, out VerifierKey? key, out string reason)
            ? key! : throw new ArgumentException(reason);

    private static SignedNote Parse(string text) =>
        SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out SignedNote? note, out string reason)
            ? note! : throw new ArgumentException(reason);
}
