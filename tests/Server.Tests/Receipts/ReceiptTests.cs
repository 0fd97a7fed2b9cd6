// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Documents;
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Notes;
using Hermetic.Server.Features.Receipts;
using Hermetic.TestKit.Pages;

namespace Hermetic.Server.Tests.Receipts;

public sealed class ReceiptTests
{
    [Fact]
    public async Task P6_Receipt_OfASentFax_FitsWithTwoKeysAndNothingElse()
    {
        await using SentFax fax = await SentFax.SendAsync();
        byte[] file = await fax.IssueAsync();
        ReceiptReport report = ReceiptCheck.Check(file, fax.Keys);
        Assert.Empty(report.Findings);
        Receipt receipt = report.Receipt!;
        Assert.Equal(fax.Receipt.Attempts, receipt.Attempts);
        Assert.Equal(fax.Receipt.Pages, receipt.Pages);
        Assert.Equal((fax.Receipt.From, fax.Receipt.To), (receipt.From, receipt.To));
        Assert.Equal((fax.Receipt.SubmittedAt, fax.Receipt.CompletedAt), (receipt.SubmittedAt, receipt.CompletedAt));
        Assert.Equal(SentFax.Answering, receipt.To.StationId);
        Assert.Equal((14_400, true, "MMR"),
            (receipt.Attempts[1].Rate, receipt.Attempts[1].Ecm, receipt.Attempts[1].Compression));

        // The other machine's own pages are those of the receipt; another page is not.
        EncodedPage[] received = [.. fax.Received.Select(Encode)];
        Assert.Empty(ReceiptCheck.ComparePages(receipt, received));
        Assert.Equal(["page 1", "page 2"],
            ReceiptCheck.ComparePages(receipt, [received[1], received[0]]).Select(finding => finding.Place));
        Assert.Equal(["page 2"], ReceiptCheck.ComparePages(receipt, received[..1]).Select(finding => finding.Place));
        Assert.Equal(["page 3"],
            ReceiptCheck.ComparePages(receipt, [.. received, received[0]]).Select(finding => finding.Place));
    }

    [Fact]
    public async Task P1_LedgerEntry_OfAReceipt_HoldsNothingOfAPerson()
    {
        await using SentFax fax = await SentFax.SendAsync();
        byte[] file = await fax.IssueAsync();
        ReceiptReport report = ReceiptCheck.Check(file, fax.Keys);
        EntryBody body = fax.Installation.Journal.Read(fax.Tenant, report.Index!.Value)!.Body!;
        Assert.Equal(report.Entry, body);
        Assert.Equal((LedgerAct.Sent, fax.Receipt.Fax.ToString(), LedgerResult.Allowed),
            (body.Act, body.What.Fax, body.Result));
        string text = Encoding.ASCII.GetString(EntryBodyJson.Encode(body));
        string[] personal = ["555", "Nowhere", "Pharmacy", "Clinic"];
        Assert.All(personal, word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        Assert.StartsWith("receipt sha256 ", Assert.Single(body.What.Shown), StringComparison.Ordinal);

        // Two receipts of one fax have two hashes: nobody can try numbers out against one.
        ReceiptReport again = ReceiptCheck.Check(await fax.IssueAsync(), fax.Keys);
        Assert.True(again.Holds);
        Assert.NotEqual(body.What.Shown, again.Entry!.What.Shown);
    }

    [Fact]
    public async Task P6_Receipt_EachChangedByte_IsNamed()
    {
        await using SentFax fax = await SentFax.SendAsync();
        byte[] file = await fax.IssueAsync();
        ReceiptFile parts = ReceiptFile.Cut(file)!;
        (string Place, int End)[] places = PlacesOf(parts, file.Length);
        for (int at = 0; at < file.Length; at++)
        {
            foreach (byte bit in (byte[])[0x01, 0x20, 0x80])
            {
                byte[] changed = [.. file];
                changed[at] ^= bit;
                ReceiptReport report = ReceiptCheck.Check(changed, fax.Keys);
                string place = Array.Find(places, place => at < place.End).Place;
                Assert.True(report.Findings.Any(finding => finding.Place == "signature"), $"byte {at} goes unseen");

                // A newline that is gone parts the file elsewhere, and what is beside it is named.
                Assert.True(file[at] == '\n' ? report.Findings.Count > 0
                    : report.Findings.Any(finding => finding.Place == place
                        || (place == "salt" && finding.Place == "entry")),
                    $"byte {at}, in {place}: {string.Join("; ", report.Findings)}");
            }
        }
    }

    [Fact]
    public async Task P6_Receipt_CutOrGrown_DoesNotFit()
    {
        await using SentFax fax = await SentFax.SendAsync();
        byte[] file = await fax.IssueAsync();
        for (int length = 0; length < file.Length; length += 7)
        {
            Assert.False(ReceiptCheck.Check(file.AsMemory(0, length), fax.Keys).Holds);
        }

        Assert.False(ReceiptCheck.Check((byte[])[.. file, (byte)'\n'], fax.Keys).Holds);
        Assert.Equal(["file"], PlacesFound([.. file, .. new byte[SignedNote.NoteBytesMax]], fax.Keys));
        byte[] line = Encoding.UTF8.GetBytes(SignedNoteOf(file).Signatures[0].ToLine());
        Assert.False(ReceiptCheck.Check((byte[])[.. file, .. line], fax.Keys).Holds);
    }

    [Fact]
    public async Task P6_Receipt_WithPartsOfAnother_DoesNotFit()
    {
        // Whoever has the receipts' key and not the ledger's can't give one fax the entry of another.
        await using SentFax fax = await SentFax.SendAsync();
        ReceiptFile mine = ReceiptFile.Cut(await fax.IssueAsync())!;
        ReceiptFile theirs = ReceiptFile.Cut(await fax.IssueAsync(fax.Receipt with { Fax = Guid.NewGuid() }))!;
        NoteSigner signer = fax.Installation.Receipts;
        Assert.True(TlogProof.TryParse(theirs.Proof.Span, out TlogProof? proof, out _));
        byte[] forged = ReceiptFile.Write(mine.Content.Span, theirs.Entry.Span,
            Convert.FromBase64String(Encoding.ASCII.GetString(theirs.Salt.Span)), proof!, signer);
        Assert.Equal(["content"],
            ReceiptCheck.Check(forged, fax.Keys).Findings.Select(finding => finding.Place).Distinct());
        forged = ReceiptFile.Write(mine.Content.Span, mine.Entry.Span,
            Convert.FromBase64String(Encoding.ASCII.GetString(mine.Salt.Span)), proof!, signer);
        Assert.Equal(["entry"],
            ReceiptCheck.Check(forged, fax.Keys).Findings.Select(finding => finding.Place).Distinct());
    }

    [Fact]
    public async Task P6_Receipt_AnotherInstallationsKeys_DoNotFit()
    {
        await using SentFax fax = await SentFax.SendAsync();
        await using SentFax other = await SentFax.SendAsync();
        byte[] file = await fax.IssueAsync();
        Assert.Equal(["signature"], PlacesFound(file, fax.Keys with { Receipts = other.Keys.Receipts }));
        Assert.Equal(["proof"], PlacesFound(file, fax.Keys with { Ledger = other.Keys.Ledger }));
        Assert.Equal(fax.Keys, ReceiptKeys.PairOf([fax.Keys.Ledger, fax.Keys.Receipts]));
        Assert.Null(ReceiptKeys.PairOf([fax.Keys.Ledger]));
        Assert.Null(ReceiptKeys.PairOf([fax.Keys.Receipts, fax.Keys.Receipts]));
    }

    [Fact]
    public async Task P6_Receipt_AnIndependentVerifier_AgreesOnEach()
    {
        await using SentFax fax = await SentFax.SendAsync();
        byte[] file = await fax.IssueAsync();
        ReceiptFile parts = ReceiptFile.Cut(file)!;
        using PeerFiles files = new(fax.Received);
        List<(string Path, string Expected)> cases = [(files.Save(file), "ok")];
        int from = 0;
        foreach ((string place, int end) in PlacesOf(parts, file.Length))
        {
            // A digit behind the middle of each part, turned into its neighbour; where base64 has none, a letter.
            int at = from + ((end - from) / 2);
            ReadOnlySpan<byte> half = file.AsSpan(at, end - at);
            int digit = half.IndexOfAnyInRange((byte)'0', (byte)'8');
            at += digit >= 0 ? digit : half.IndexOfAnyInRange((byte)'a', (byte)'y');
            byte[] changed = [.. file];
            changed[at]++;
            cases.Add((files.Save(changed), place));
            from = end;
        }

        string[] said = await files.PeerAsync(fax.Keys, [.. cases.Select(one => one.Path)]);
        Assert.StartsWith($"ok {fax.Receipt.Fax} 2 of 2, entry ", said[0], StringComparison.Ordinal);
        for (int i = 1; i < said.Length; i++)
        {
            string place = cases[i].Expected == "salt" ? "entry" : cases[i].Expected;
            Assert.True(said[i].StartsWith($"bad {place}: ", StringComparison.Ordinal), $"{place}: {said[i]}");
        }
    }

    [Fact]
    public async Task P6_Receipt_APageThatWasNotSent_IsFoundByTheIndependentVerifier()
    {
        await using SentFax fax = await SentFax.SendAsync();
        using PeerFiles files = new([fax.Received[1], fax.Received[0]]);
        string[] said = await files.PeerAsync(fax.Keys, [files.Save(await fax.IssueAsync())]);
        Assert.StartsWith("bad page 1: ", said[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, ReceiptResult.Failed, LedgerResult.Failed)]
    [InlineData(1, ReceiptResult.Partial, LedgerResult.Allowed)]
    public async Task Receipt_OfAFaxThatWasGivenUp_SaysHowFarItCame(int pages, ReceiptResult result, LedgerResult entry)
    {
        await using SentFax fax = await SentFax.SendAsync();
        Receipt receipt = fax.Receipt with { Result = result, Pages = [.. fax.Receipt.Pages.Take(pages)] };
        ReceiptReport report = ReceiptCheck.Check(await fax.IssueAsync(receipt), fax.Keys);
        Assert.True(report.Holds);
        Assert.Equal((result, pages, entry),
            (report.Receipt!.Result, report.Receipt.Pages.Count, report.Entry!.Result));
        Assert.Empty(ReceiptCheck.ComparePages(report.Receipt, [.. fax.Received.Select(Encode)]));
    }

    [Fact]
    public async Task Receipt_ThatClaimsMoreThanItsPages_IsNotWritten()
    {
        await using SentFax fax = await SentFax.SendAsync();
        Receipt[] wrong =
        [
            fax.Receipt with { Pages = [fax.Receipt.Pages[0]] },
            fax.Receipt with { Result = ReceiptResult.Failed },
            fax.Receipt with { PageCount = 0 },
            fax.Receipt with { Attempts = [] },
            fax.Receipt with { Pages = [fax.Receipt.Pages[0], fax.Receipt.Pages[1] with { Number = 3 }] },
            fax.Receipt with { Pages = [fax.Receipt.Pages[1], fax.Receipt.Pages[0]] },
            fax.Receipt with { Pages = [.. fax.Receipt.Pages.Select(page => page with { Attempt = 3 })] },
            fax.Receipt with { To = fax.Receipt.To with { Name = new('x', 257) } },
            fax.Receipt with { To = fax.Receipt.To with { Name = "half \uD800" } },
        ];
        foreach (Receipt receipt in wrong)
        {
            ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => fax.IssueAsync(receipt));
            Assert.DoesNotContain("555", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Receipt_AsPdf_IsReadByPoppler()
    {
        await using SentFax fax = await SentFax.SendAsync();
        byte[] file = await fax.IssueAsync();
        (byte[]? pdf, Refusal? refusal) = ReceiptPdf.Make(file, fax.Keys);
        Assert.Null(refusal);
        using PeerFiles files = new(fax.Received);
        string text = await files.TextOfAsync(pdf!);
        string[] words =
        [
            "Transmission receipt", "All 2 pages were sent and confirmed", fax.Receipt.Fax.ToString(), SentFax.To,
            "Pharmacy <of> Nówhere", SentFax.Answering, "the far end is busy (486)", "14400 bit/s, MMR",
            fax.Receipt.Pages[1].Sha256, fax.Keys.Ledger.Name, "2026-11-24 23:08:00 UTC",
        ];
        Assert.All(words, word => Assert.Contains(word, text, StringComparison.Ordinal));
        file[100] ^= 1;
        Assert.Equal(RefusalCode.Malformed, ReceiptPdf.Make(file, fax.Keys).Refusal!.Code);
    }

    private static (string Place, int End)[] PlacesOf(ReceiptFile parts, int length)
    {
        int header = parts.Header.Length + 1, content = header + parts.Content.Length + 1;
        int entry = content + parts.Entry.Length + 1, salt = entry + parts.Salt.Length + 1;
        return [("header", header), ("content", content), ("entry", entry), ("salt", salt),
            ("proof", salt + parts.Proof.Length), ("signature", length)];
    }

    private static string[] PlacesFound(byte[] file, ReceiptKeys keys) =>
        [.. ReceiptCheck.Check(file, keys).Findings.Select(finding => finding.Place)];

    private static SignedNote SignedNoteOf(byte[] file)
    {
        Assert.True(SignedNote.TryParse(file, out SignedNote? note, out _));
        return note!;
    }

    private static EncodedPage Encode(PageBitmap page)
    {
        EncodedPageBuilder builder = new(page.Format);
        for (int y = 0; y < page.Rows; y++)
        {
            builder.WriteRow(page.Row(y));
        }

        return builder.Finish();
    }
}
