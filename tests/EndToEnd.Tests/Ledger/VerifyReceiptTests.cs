// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text.Json;
using Hermetic.Cli.Verify;
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Documents.Tiff;
using Hermetic.Durable;
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Notes;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using Hermetic.Server.Features.Receipts;
using Hermetic.TestKit.Pages;

namespace Hermetic.EndToEnd.Tests.Ledger;

/// <summary>`hermetic verify receipt`, as it answers.</summary>
public sealed class VerifyReceiptTests : IAsyncDisposable
{
    private static readonly Guid Fax = Guid.Parse("0197c1e4-5a1c-7c3e-9f00-1234567890ab");

    private readonly LedgerFolder _ledger = new();
    private readonly NoteSigner _signer = new(
        LedgerFolder.Origin + ReceiptFile.KeySuffix, NoteKeyType.Ed25519, RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task P6_Receipt_FitsAndSaysWhat()
    {
        string file = _ledger.Save("a.receipt", await IssueAsync(Pages(2)));
        (int exit, string said, _) = await VerifyAsync(file);
        Assert.Equal((0, $"fits: fax {Fax}, 2 of 2 pages confirmed, entry 0 of the ledger of {LedgerFolder.Origin}\n"),
            (exit, said));
        (exit, said, _) = await VerifyAsync(file, Tiff("fax.tif", Pages(2)));
        Assert.Equal(0, exit);
        Assert.EndsWith(", and its pages are those that were sent\n", said, StringComparison.Ordinal);
        (exit, said, _) = await VerifyAsync(file, json: true);
        JsonElement json = JsonDocument.Parse(said).RootElement;
        Assert.Equal((0, true, Fax), (exit, json.GetProperty("fits").GetBoolean(), json.GetProperty("fax").GetGuid()));
    }

    [Fact]
    public async Task P6_Receipt_ChangedFileOrPage_IsNamed()
    {
        byte[] receipt = await IssueAsync(Pages(2));
        string file = _ledger.Save("a.receipt", receipt);
        (int exit, string said, _) = await VerifyAsync(file, Tiff("other.tif", [Pages(2)[0], Pages(3)[2]]));
        Assert.Equal((VerifyExit.DoesNotFit, "page 2: it is not the page that was sent\nDOES NOT FIT: page 2\n"),
            (exit, said));
        int at = receipt.AsSpan().IndexOf("\"pageCount\":2"u8) + 12;
        receipt[at] = (byte)'3';
        (exit, said, _) = await VerifyAsync(_ledger.Save("b.receipt", receipt));
        Assert.Equal(VerifyExit.DoesNotFit, exit);
        Assert.Contains("content: ", said, StringComparison.Ordinal);
        Assert.EndsWith("DOES NOT FIT: signature, content\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipt_WhatCanNotBeUsed_HasAnExitCodeOfItsOwn()
    {
        string file = _ledger.Save("a.receipt", await IssueAsync(Pages(1)));
        (int exit, _, string errors) = await RunAsync(file, null, false, [_signer.VerifierKey]);
        Assert.Equal(VerifyExit.Usage, exit);
        Assert.Contains("give --key twice", errors, StringComparison.Ordinal);
        Assert.Equal(VerifyExit.CannotRead, (await VerifyAsync(_ledger.In("nothing"))).Exit);
        Assert.Equal(VerifyExit.CannotRead, (await VerifyAsync(file, _ledger.In("nothing"))).Exit);
        Assert.Equal(VerifyExit.CannotRead,
            (await VerifyAsync(file, _ledger.Save("no.tif", "II*\0nonsense"u8.ToArray()))).Exit);
        Assert.Equal(VerifyExit.DoesNotFit,
            (await VerifyAsync(_ledger.Save("c.receipt", "nonsense"u8.ToArray()))).Exit);
    }

    public ValueTask DisposeAsync()
    {
        _signer.Dispose();
        return _ledger.DisposeAsync();
    }

    private async Task<byte[]> IssueAsync(EncodedPage[] pages)
    {
        DateTimeOffset at = new(2026, 11, 24, 23, 0, 0, TimeSpan.Zero);
        byte[] content = ReceiptJson.Encode(new()
        {
            Fax = Fax,
            Result = ReceiptResult.Sent,
            From = new("Clinic of Invented Medicine", "+1 555 010 0100", "+1 555 010 0100"),
            To = new("Pharmacy of Nowhere", "+1 555 010 0199", "+1 555 010 0199"),
            SubmittedAt = at,
            CompletedAt = at.AddMinutes(1),
            PageCount = pages.Length,
            Attempts = [Attempt(at, pages.Length)],
            Pages = [.. pages.Select((page, index) =>
                ReceiptPage.Of(index + 1, 1, new SentPage(page.Format, page.Rows, PageRowsHash.Of(page))))],
            Nonce = RandomNumberGenerator.GetBytes(ReceiptJson.NonceBytes),
        });
        EntryBody body = new()
        {
            At = at.AddMinutes(1),
            Act = LedgerAct.Sent,
            Who = new EntryActor("system", "", "", ""),
            What = new EntryObject(Fax.ToString(), null, "", [ReceiptFile.NameOf(content)]),
            Why = new EntryReason("operations"),
            Result = LedgerResult.Allowed,
        };
        byte[] salt = RandomNumberGenerator.GetBytes(EntryContent.SaltBytes);
        byte[] leaf = EntrySealing.Seal(body, new byte[16], new OpenSealer(), _ => [.. salt]);
        long index = await _ledger.Log.AppendAsync(leaf, default);
        await _ledger.Log.IntegratedAsync(index, default);
        return ReceiptFile.Write(
            content, EntryBodyJson.Encode(body), salt, _ledger.Log.Prove(index, leaf)!, _signer);
    }

    private static ReceiptAttempt Attempt(DateTimeOffset at, int pages) => new()
    {
        At = at,
        DurationMs = 40_000,
        Outcome = "Completed",
        Reason = "the fax went through",
        Clause = "T.30 §3.2.5",
        PagesConfirmed = pages,
        StationId = "+1 555 010 0199",
        Modulation = "V17At14400",
        Rate = 14_400,
        Ecm = true,
        Compression = "MMR",
        FramesRepeated = 0,
        TrainingFailures = 0,
    };

    private static EncodedPage[] Pages(int count) =>
        [.. SyntheticFax.Pages(PageKind.Text, FaxResolution.Standard, count).Select(Encode)];

    private static EncodedPage Encode(PageBitmap page)
    {
        EncodedPageBuilder builder = new(page.Format);
        for (int y = 0; y < page.Rows; y++)
        {
            builder.WriteRow(page.Row(y));
        }

        return builder.Finish();
    }

    private string Tiff(string name, EncodedPage[] pages)
    {
        DiskFiles folder = new(Path.GetDirectoryName(_ledger.In(name))!);
        using IDurableFile file = folder.Open(name, DurableOpen.CreateOrTruncate);
        FaxTiffWriter tiff = new(file);
        for (int i = 0; i < pages.Length; i++)
        {
            tiff.Put(i, pages[i], new PageQuality(pages[i].Rows, 0, 0, 0));
        }

        return _ledger.In(name);
    }

    private Task<(int Exit, string Said, string Errors)> VerifyAsync(
        string file, string? pages = null, bool json = false) =>
        RunAsync(file, pages, json, [_ledger.Signer.VerifierKey, _signer.VerifierKey]);

    private static async Task<(int Exit, string Said, string Errors)> RunAsync(
        string file, string? pages, bool json, VerifierKey[] keys)
    {
        StringWriter output = new(), error = new();
        int exit = await new VerifyReceiptCommand(
            file, pages, keys, new VerifyTrust { Json = json }, output, error).RunAsync(default);
        return (exit, output.ToString(), error.ToString());
    }

    /// <summary>Seals nothing: here it is the commitment that counts.</summary>
    private sealed class OpenSealer : IEntrySealer
    {
        public byte[] Seal(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> content) => content.ToArray();
    }
}
