// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Documents.Tiff;
using Hermetic.Ledger.Notes;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Tests.Sandbox;

namespace Hermetic.Server.Tests.Receipts;

/// <summary>What is previewed, what is sent, what is shown of it later, and what the receipt signs are the same pages:
/// through the API of a whole server, over a sandbox line.</summary>
public sealed class IssuedReceiptTests(SandboxDesk desk) : IClassFixture<SandboxDesk>
{
    private const string Number = "+15555550100";
    private static readonly object s_cover = new
    {
        toName = "Dr. Someone",
        fromName = "Front desk",
        phone = "+1 212 555 0101",
        subject = "As discussed",
        message = "Two pages follow.\nThank you.",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P6_Job_SentWithACoverPage_IsWhatWasPreviewedAndWhatTheReceiptSigns()
    {
        using HttpResponseMessage preview = await desk.Http.PostAsJsonAsync(
            SandboxDesk.At("jobs/preview?format=tiff"),
            new { upload = await desk.UploadAsync(2), line = desk.LineId, number = Number, cover = s_cover },
            Cancellation);
        byte[] previewed = await preview.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.True(preview.IsSuccessStatusCode, Encoding.UTF8.GetString(previewed));
        Guid job = await desk.SendAsync(Number, 2, s_cover);
        JsonNode done = await desk.AfterAsync(job, 1);
        Assert.Equal(("done", 3), ((string)done["state"]!, (int)done["pagesConfirmed"]!));

        EncodedPage[] shown = await ShownAsync(job, 3);
        DateTimeOffset at = (DateTimeOffset)done["attempts"]![0]!["startedAt"]!;
        AssertSame(Composed(at), shown);
        // The clock stands: the preview was of the same minute.
        AssertSame(await ReadAsync(previewed), shown);

        ReceiptReport report = ReceiptCheck.Check(await desk.ReceiptAsync(job), await KeysAsync());
        Assert.Empty(report.Findings);
        Receipt receipt = report.Receipt!;
        Assert.Equal((ReceiptResult.Sent, 3, job), (receipt.Result, receipt.PageCount, receipt.Fax));
        Assert.Equal(new ReceiptStation(TestFolder.TenantName, SandboxDesk.Line, SandboxDesk.Line), receipt.From);
        Assert.Equal(new ReceiptStation("Dr. Someone", Number, Number), receipt.To);
        Assert.Equal(("Completed", 3), (Assert.Single(receipt.Attempts).Outcome, receipt.Attempts[0].PagesConfirmed));
        Assert.Empty(ReceiptCheck.ComparePages(receipt, shown));

        byte[] pdf = await desk.BytesAsync($"jobs/{job}/receipt?format=pdf");
        Assert.StartsWith("%PDF", Encoding.ASCII.GetString(pdf, 0, 4), StringComparison.Ordinal);
        Assert.Equal(await desk.ReceiptAsync(job), await desk.ReceiptAsync(job));
    }

    [Fact]
    public async Task P6_Job_ThatTookTwoCalls_HasPageNumbersThatGoOnAndAReceiptOfBoth()
    {
        Guid job = await desk.SendAsync("+15555550104", pages: 2);
        await desk.AfterAsync(job, 1);
        desk.Time.Advance(TimeSpan.FromMinutes(1));
        JsonNode done = await desk.AfterAsync(job, 2);
        Assert.Equal("done", (string)done["state"]!);
        ReceiptReport report = ReceiptCheck.Check(await desk.ReceiptAsync(job), await KeysAsync());
        Assert.Empty(report.Findings);
        Assert.Equal([(1, 1), (2, 2)], report.Receipt!.Pages.Select(page => (page.Number, page.Attempt)));
        Assert.Equal([1, 1], report.Receipt.Attempts.Select(call => call.PagesConfirmed));

        // Page 2 of 2, at the time of the second call.
        EncodedPage[] shown = await ShownAsync(job, 2);
        Assert.Empty(ReceiptCheck.ComparePages(report.Receipt, shown));
        (ComposedFax? second, Refusal? refusal) = ComposedFax.Compose(FaxDocument.Of(SandboxDesk.PagesOf(2)),
            HeaderOf("+15555550104", (DateTimeOffset)done["attempts"]![1]!["startedAt"]!));
        Assert.Null(refusal);
        Assert.True(second!.Encode(1).HasSameRows(shown[1]));
    }

    [Fact]
    public async Task P6_Job_ThatWasGivenUp_HasAReceiptOfWhatWasTried()
    {
        Guid job = await desk.SendAsync("+15555550106");
        await desk.AfterAsync(job, 1);
        ReceiptReport report = ReceiptCheck.Check(await desk.ReceiptAsync(job), await KeysAsync());
        Assert.Empty(report.Findings);
        Assert.Equal((ReceiptResult.Failed, "NoSuchNumber"),
            (report.Receipt!.Result, Assert.Single(report.Receipt.Attempts).Outcome));
    }

    [Fact]
    public async Task P3_PagesAndReceipts_AreEachADisclosure()
    {
        Guid job = await desk.SendAsync(Number);
        await desk.AfterAsync(job, 1);
        await desk.ReceiptAsync(job);
        await desk.BytesAsync($"jobs/{job}/pages/1?format=png");
        long end = await desk.Server.Installation.Journal.AppendAsync(Guid.NewGuid(), new Ledger.Entries.EntryBody
        {
            At = desk.Time.GetUtcNow(),
            Act = Ledger.Entries.LedgerAct.SystemRead,
            Who = new Ledger.Entries.EntryActor("test", "", "", ""),
            What = new Ledger.Entries.EntryObject(""),
            Why = new Ledger.Entries.EntryReason("test"),
            Result = Ledger.Entries.LedgerResult.Allowed,
        }, Cancellation);
        await desk.Server.Installation.Ledger.IntegratedAsync(end, Cancellation);
        JsonNode told = (await desk.Http.GetFromJsonAsync<JsonNode>(
            SandboxDesk.At($"faxes/{job}/disclosures"), Cancellation))!;
        Assert.Equal(["delivery", "export", "page"],
            told["disclosures"]!.AsArray().Select(one => (string)one!["act"]!).Order());
    }

    [Theory]
    [InlineData("", "cover.toName")]
    [InlineData("x", "number")]
    public async Task Preview_OfAJobThatCouldNotBeMade_SaysWhy(string to, string field)
    {
        using HttpResponseMessage answer = await desk.Http.PostAsJsonAsync(SandboxDesk.At("jobs/preview"), new
        {
            upload = await desk.UploadAsync(1),
            line = desk.LineId,
            number = field == "number" ? "nobody" : Number,
            cover = new { toName = to },
        }, Cancellation);
        Assert.NotNull((await desk.ReadAsync(answer, HttpStatusCode.BadRequest))["errors"]![field]);
    }

    [Fact]
    public async Task Job_WhoseCoverPageCanNotBePrinted_IsRefusedWhenItIsHandedOver()
    {
        using HttpResponseMessage answer = await desk.Http.PostAsJsonAsync(SandboxDesk.At("jobs"), new
        {
            upload = await desk.UploadAsync(1),
            line = desk.LineId,
            number = Number,
            cover = new { toName = "\u05d0\u05d1" },
        }, Cancellation);
        JsonNode problem = await desk.ReadAsync(answer, HttpStatusCode.UnprocessableEntity);
        Assert.Contains("the recipient", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    private async Task<ReceiptKeys> KeysAsync()
    {
        JsonNode head = (await desk.Http.GetFromJsonAsync<JsonNode>(
            SandboxDesk.At("ledger/checkpoint"), Cancellation))!;
        Assert.True(VerifierKey.TryParse((string)head["verifierKey"]!, out VerifierKey? ledger, out _));
        Assert.True(VerifierKey.TryParse((string)head["receiptsKey"]!, out VerifierKey? receipts, out _));
        return new ReceiptKeys(receipts!, ledger!);
    }

    private async Task<EncodedPage[]> ShownAsync(Guid job, int count)
    {
        EncodedPage[] pages = new EncodedPage[count];
        for (int i = 0; i < count; i++)
        {
            pages[i] = PageTiff.Parse(await desk.BytesAsync($"jobs/{job}/pages/{i + 1}")).Page;
        }

        return pages;
    }

    private static HeaderText HeaderOf(string to, DateTimeOffset at) => new()
    {
        At = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById("America/New_York")),
        From = TestFolder.TenantName,
        FromNumber = SandboxDesk.Line,
        To = to,
    };

    private static EncodedPage[] Composed(DateTimeOffset at)
    {
        (ComposedFax? fax, Refusal? refusal) = ComposedFax.Compose(
            FaxDocument.Of(SandboxDesk.PagesOf(2)), HeaderOf(Number, at), new CoverSheet
            {
                Template = new CoverTemplate
                {
                    Practice = TestFolder.TenantName,
                    Phone = "+1 212 555 0101",
                    Fax = SandboxDesk.Line,
                },
                To = "Dr. Someone",
                ToNumber = Number,
                From = "Front desk",
                Subject = "As discussed",
                Notes = "Two pages follow.\nThank you.",
            });
        Assert.Null(refusal);
        return [.. Enumerable.Range(0, 3).Select(index => fax!.Encode(index))];
    }

    private static async Task<EncodedPage[]> ReadAsync(byte[] tiff)
    {
        DocumentOutcome read = await FaxDocument.OpenAsync(
            new ReadOnlyMemory<byte>[] { tiff }, new DocumentOptions(), Cancellation);
        Assert.True(read.Document is not null, read.Refusal?.ToString());
        return [.. read.Document.Pages];
    }

    private static void AssertSame(EncodedPage[] expected, EncodedPage[] pages)
    {
        Assert.Equal(expected.Length, pages.Length);
        Assert.All(expected, (page, index) => Assert.True(page.HasSameRows(pages[index]), $"page {index + 1}"));
    }
}
