// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Hermetic.Ledger.Entries;

namespace Hermetic.Ledger.Tests.Entries;

public sealed class EntryTests
{
    private static readonly byte[] Tag = [.. Enumerable.Repeat((byte)0xA7, 16)];

    private static readonly Gen<string> Word = Gen.String[Gen.Char[(char)0x20, (char)0xD7FF], 1, 40];

    private static readonly Gen<EntryBody> Bodies =
        from milliseconds in Gen.Long[0, 4_000_000_000_000]
        from act in Gen.Enum<LedgerAct>()
        from result in Gen.Enum<LedgerResult>()
        from words in Word.Array[8]
        from page in Gen.Int[0, 900]
        from shown in Word.Array[0, 20]
        from broken in Gen.Bool
        select new EntryBody
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
            Act = act,
            Who = new EntryActor(words[0], words[1], words[2], words[3]),
            What = new EntryObject(words[4], page == 0 ? null : page, words[5], shown),
            Why = new EntryReason(words[6], broken, "because " + words[7]),
            Result = result,
        };

    private static EntryBody Example => new()
    {
        At = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123),
        Act = LedgerAct.Page,
        Who = new EntryActor("acc-17", "nurse", "192.0.2.9", "ses-3"),
        What = new EntryObject("fax-000042", 2),
        Why = new EntryReason("treatment", BreakGlass: true, "Müller, unconscious"),
        Result = LedgerResult.Allowed,
    };

    [Fact]
    public void Body_InTheDocument_IsWhatIsWritten() => Assert.Equal(
        """{"at":"2027-01-15T08:00:00.123Z","act":"Page","who":{"account":"acc-17","role":"nurse","address":"""
        + "\"192.0.2.9\",\"session\":\"ses-3\"},\"what\":{\"fax\":\"fax-000042\",\"page\":2,\"query\":\"\","
        + "\"shown\":[]},"
        + "\"why\":{\"purpose\":\"treatment\",\"breakGlass\":true,\"reason\":\"M\\u00FCller, unconscious\"},"
        + "\"result\":\"Allowed\"}",
        Encoding.ASCII.GetString(EntryBodyJson.Encode(Example)));

    [Fact]
    public void Entry_SealedAndOpened_IsTheSame() => Bodies.Sample(body =>
    {
        Vault vault = new();
        byte[] leaf = EntrySealing.Seal(body, Tag, vault, RandomNumberGenerator.GetBytes);
        OpenedEntry opened = EntrySealing.Open(leaf, vault);
        Assert.Equal("", opened.Reason);
        Assert.Equal(body, opened.Body);
        Assert.True(EntryEnvelope.TryDecode(leaf, out EntryEnvelope? envelope, out _));
        Assert.Equal(body.At.ToUnixTimeSeconds() / 3600, envelope!.Hour);
        Assert.Equal(leaf, envelope.Encode());
        Assert.True(EntryContent.Fits(envelope, opened.Salt.Span, EntryBodyJson.Encode(body)));
        Assert.False(EntryContent.Fits(
            envelope, opened.Salt.Span, EntryBodyJson.Encode(body with { At = body.At.AddMilliseconds(1) })));
    }, iter: 300);

    [Fact]
    public void P6_TheSameBodyTwice_GivesLeavesThatShareNothingButHourAndTenant()
    {
        Vault vault = new();
        byte[] one = EntrySealing.Seal(Example, Tag, vault, RandomNumberGenerator.GetBytes);
        byte[] two = EntrySealing.Seal(Example, Tag, vault, RandomNumberGenerator.GetBytes);
        Assert.Equal(one[..EntryEnvelope.BoundBytes], two[..EntryEnvelope.BoundBytes]);
        Assert.NotEqual(one[EntryEnvelope.BoundBytes..], two[EntryEnvelope.BoundBytes..]);
        Assert.NotEqual(one[EntryEnvelope.BoundBytes..EntryEnvelope.HeaderBytes],
            two[EntryEnvelope.BoundBytes..EntryEnvelope.HeaderBytes]);
        Assert.Equal(-1, one.AsSpan().IndexOf("acc-17"u8));
    }

    [Fact]
    public void P6_BodiesOfDifferentLength_GiveLeavesOfOneLength()
    {
        Vault vault = new();
        string[] reasons = ["x", "a reason of some words", new string('y', 70)];
        int[] lengths = [.. reasons.Select(reason => EntrySealing.Seal(
            Example with { Why = new EntryReason("treatment", true, reason) }, Tag, vault,
            RandomNumberGenerator.GetBytes).Length).Distinct()];
        Assert.True(lengths.Length <= 2, string.Join(' ', lengths));
        Assert.All(lengths, length => Assert.Equal(
            0, (length - EntryEnvelope.HeaderBytes - Vault.OverheadBytes) % 256));
    }

    [Fact]
    public void P6_KeyDestroyed_LeavesTheLeafWholeAndTheBodyGone()
    {
        Vault vault = new();
        byte[] leaf = EntrySealing.Seal(Example, Tag, vault, RandomNumberGenerator.GetBytes);
        byte[] before = [.. leaf];
        vault.Destroyed = true;
        OpenedEntry opened = EntrySealing.Open(leaf, vault);
        Assert.Null(opened.Body);
        Assert.Contains("key is gone", opened.Reason, StringComparison.Ordinal);
        Assert.Equal(before, leaf);
    }

    [Fact]
    public void Hostile_AnyFlippedByteOfALeaf_DoesNotOpen()
    {
        Vault vault = new();
        byte[] leaf = EntrySealing.Seal(Example, Tag, vault, RandomNumberGenerator.GetBytes);
        for (int at = 0; at < leaf.Length; at++)
        {
            byte[] flipped = [.. leaf];
            flipped[at] ^= (byte)(1 << (at % 8));
            OpenedEntry opened = EntrySealing.Open(flipped, vault);
            Assert.True(opened.Body is null && opened.Reason.Length > 0, $"byte {at}");
        }
        for (int length = 0; length < leaf.Length; length += 7)
        {
            Assert.Null(EntrySealing.Open(leaf.AsMemory(0, length), vault).Body);
        }
    }

    [Fact]
    public void Hostile_BodyThatAnInsiderSealedToAnotherCommitment_DoesNotOpen()
    {
        Vault vault = new();
        byte[] leaf = EntrySealing.Seal(Example, Tag, vault, RandomNumberGenerator.GetBytes);
        Assert.True(EntryEnvelope.TryDecode(leaf, out EntryEnvelope? envelope, out _));
        byte[] content = EntryContent.Encode(new byte[32], EntryBodyJson.Encode(Example with { Act = LedgerAct.List }));
        byte[] forged = (envelope! with { Sealed = vault.Seal(envelope!.Header(), content) }).Encode();
        OpenedEntry opened = EntrySealing.Open(forged, vault);
        Assert.Null(opened.Body);
        Assert.Equal("the body is not the one that the leaf commits to", opened.Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[[[[[[")]
    [InlineData("{\"at\":1}")]
    public void Hostile_BodyThatIsNone_IsRefused(string text)
    {
        Assert.False(EntryBodyJson.TryDecode(Encoding.UTF8.GetBytes(text), out EntryBody? body, out string reason));
        Assert.Null(body);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void Hostile_BodyInAnyOtherForm_IsRefused()
    {
        string good = Encoding.ASCII.GetString(EntryBodyJson.Encode(Example));
        Assert.True(EntryBodyJson.TryDecode(Encoding.UTF8.GetBytes(good), out _, out _));
        string[] others =
        [
            good + " ", " " + good, good + "x", good.Replace(":", ": ", StringComparison.Ordinal),
            good.Replace("\\u00FC", "ü", StringComparison.Ordinal),
            good.Replace("\\u00FC", "\\u00fc", StringComparison.Ordinal),
            good.Replace("\"Page\"", "\"0\"", StringComparison.Ordinal),
            good.Replace("\"Page\"", "\"Nothing\"", StringComparison.Ordinal),
            good.Replace("\"page\":2", "\"page\":2.0", StringComparison.Ordinal),
            good.Replace("\"page\":2", "\"page\":0", StringComparison.Ordinal),
            good.Replace("\"page\":2", "\"page\":99999999999", StringComparison.Ordinal),
            good.Replace("\"page\":2", "\"page\":2,\"page\":2", StringComparison.Ordinal),
            good.Replace("\"shown\":[]", "\"shown\":[1]", StringComparison.Ordinal),
            good.Replace("\"shown\":[]", "\"shown\":[null]", StringComparison.Ordinal),
            good.Replace("\"shown\":[]", "\"shown\":{}", StringComparison.Ordinal),
            good.Replace("acc-17", "", StringComparison.Ordinal),
            good.Replace("acc-17", new string('a', 129), StringComparison.Ordinal),
            good.Replace("acc-17", "\\uD800", StringComparison.Ordinal),
            good.Replace("08:00", "25:00", StringComparison.Ordinal),
            good.Replace("M\\u00FCller, unconscious", " ", StringComparison.Ordinal),
            good.Replace("{\"at\"", "{\"more\":1,\"at\"", StringComparison.Ordinal),
        ];
        foreach (string other in others)
        {
            Assert.False(EntryBodyJson.TryDecode(Encoding.UTF8.GetBytes(other), out _, out _), other);
        }
    }

    [Fact]
    public void Body_OverALimit_IsNotWrittenAndTheFieldIsNamed()
    {
        (EntryBody Body, string Field)[] bad =
        [
            (Example with { At = Example.At.AddTicks(1) }, "at "),
            (Example with { At = Example.At.ToOffset(TimeSpan.FromHours(2)) }, "at "),
            (Example with { Act = (LedgerAct)99 }, "act "),
            (Example with { Who = Example.Who with { Account = "" } }, "who.account "),
            (Example with { Who = Example.Who with { Session = "\uD800" } }, "who.session "),
            (Example with { What = new EntryObject("f", 0) }, "what.page "),
            (Example with { What = new EntryObject("f", null, new string('q', 1001), []) }, "what.query "),
            (Example with { What = new EntryObject("f", null, "", [.. Enumerable.Repeat("x", 201)]) }, "what.shown "),
            (Example with { Why = new EntryReason("") }, "why.purpose "),
            (Example with { Why = new EntryReason("", BreakGlass: true) }, "why.reason "),
        ];
        foreach ((EntryBody body, string field) in bad)
        {
            ArgumentException e = Assert.Throws<ArgumentException>(() => EntryBodyJson.Encode(body));
            Assert.StartsWith(field, e.Message, StringComparison.Ordinal);
        }
        string[] full = [.. Enumerable.Repeat(new string('\u0416', 128), 200)];
        Assert.Throws<ArgumentException>(
            () => EntryBodyJson.Encode(Example with { What = new EntryObject("", null, "", full) }));
    }

    [Fact]
    public void Body_Logged_SaysNothingOfAPerson() =>
        Assert.Equal("entry body (Page, Allowed)", $"{Example}");

    /// <summary>AES-GCM under one key: what the vault does, as far as the ledger sees it.</summary>
    private sealed class Vault : IEntrySealer, IEntryOpener
    {
        public const int OverheadBytes = 12 + 16;

        private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

        public bool Destroyed { get; set; }

        public byte[] Seal(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> content)
        {
            byte[] result = new byte[OverheadBytes + content.Length];
            RandomNumberGenerator.Fill(result.AsSpan(0, 12));
            using AesGcm aes = new(_key, 16);
            aes.Encrypt(result.AsSpan(0, 12), content, result.AsSpan(28), result.AsSpan(12, 16), associatedData);
            return result;
        }

        public byte[]? Open(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedContent)
        {
            if (Destroyed || sealedContent.Length < OverheadBytes)
            {
                return null;
            }
            byte[] content = new byte[sealedContent.Length - OverheadBytes];
            try
            {
                using AesGcm aes = new(_key, 16);
                aes.Decrypt(sealedContent[..12], sealedContent[28..], sealedContent[12..28], content, associatedData);
                return content;
            }
            catch (AuthenticationTagMismatchException)
            {
                return null;
            }
        }
    }
}
