// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Hermetic.Documents;
using Hermetic.Documents.Composing;
using Hermetic.Documents.Tiff;
using Hermetic.Ledger.Notes;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Receipts;
using Hermetic.Server.Tests.Access;
using Hermetic.Server.Tests.Sandbox;

namespace Hermetic.Server.Tests.Sites;

/// <summary>What goes out from a line that stands at a site: by the hashes of the rows that went on the line, which the
/// receipt has.</summary>
public sealed class SentFromSiteTests
{
    private const string To = "+15555550100";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly string[] s_address = ["1 Main Street", "Springfield"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P6_Pages_SayTheSitesZoneAndSender_AndThePracticesWithoutASite()
    {
        await using SiteDesk sites = await SiteDesk.StartAsync();
        (_, string token) = await sites.Desk.ProgramAsync(Scopes.FaxesSend, Scopes.FaxesRead, Scopes.LedgerRead);
        Guid line = await sites.LineAsync(SiteDesk.Sandbox);
        (Receipt receipt, DateTimeOffset at) = await SendAsync(sites, token, line);
        Assert.Empty(ReceiptCheck.ComparePages(receipt, Composed(
            TestFolder.TenantName, "America/New_York", at, [], SiteDesk.Sandbox)));

        JsonElement site = await sites.OwnAsync(HttpMethod.Post, "sites", HttpStatusCode.Created, new
        {
            name = "Main Street",
            timeZone = "Asia/Kathmandu",
            senderName = "Mountain Clinic",
            address = s_address,
            phone = "+1 555 0100 ext. 7",
        });
        await sites.OwnAsync(HttpMethod.Patch, $"lines/{line}", body: new { site = site.GetProperty("id").GetGuid() });
        (receipt, at) = await SendAsync(sites, token, line);

        EncodedPage[] expected = Composed("Mountain Clinic", "Asia/Kathmandu", at, s_address, "+1 555 0100 ext. 7");
        Assert.Empty(ReceiptCheck.ComparePages(receipt, expected));
        // Or the comparison would tell nothing.
        Assert.NotEmpty(ReceiptCheck.ComparePages(receipt, Composed(
            "Mountain Clinic", "America/New_York", at, s_address, "+1 555 0100 ext. 7")));

        // A site without a sender's name sends in the practice's.
        await sites.OwnAsync(HttpMethod.Patch, $"sites/{site.GetProperty("id").GetGuid()}",
            body: new { senderName = "", address = Array.Empty<string>(), phone = "" }, match: "*");
        (receipt, at) = await SendAsync(sites, token, line);
        Assert.Empty(ReceiptCheck.ComparePages(receipt, Composed(
            TestFolder.TenantName, "Asia/Kathmandu", at, [], SiteDesk.Sandbox)));
    }

    private static async Task<(Receipt Receipt, DateTimeOffset At)> SendAsync(SiteDesk sites, string token, Guid line)
    {
        using ByteArrayContent file = new(PageTiff.Write(
            [.. SandboxDesk.PagesOf(1).Select(page => (page, new PageQuality(page.Rows, 0, 0, 0)))]));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/tiff");
        Guid upload = (await AskAsync(HttpMethod.Post, "uploads", file)).GetProperty("id").GetGuid();
        string job = (await AskAsync(HttpMethod.Post, "jobs", new
        {
            upload,
            line,
            number = To,
            numberAgain = To,
            cover = new { toName = "Dr. Someone" },
        })).GetProperty("id").GetString()!;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(s_patience);
        while (true)
        {
            using HttpResponseMessage answer = await sites.Desk.SendAsync(
                HttpMethod.Get, $"/api/v1/jobs/{job}/receipt", token: token);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                JsonElement done = await AskAsync(HttpMethod.Get, $"jobs/{job}");
                JsonElement keys = await AskAsync(HttpMethod.Get, "ledger/checkpoint");
                ReceiptReport report = ReceiptCheck.Check(
                    await answer.Content.ReadAsByteArrayAsync(patience.Token), KeysOf(keys));
                Assert.Empty(report.Findings);
                return (report.Receipt!,
                    done.GetProperty("attempts")[0].GetProperty("startedAt").GetDateTimeOffset());
            }

            await Task.Delay(50, patience.Token);
        }

        async Task<JsonElement> AskAsync(HttpMethod method, string path, object? body = null)
        {
            using HttpResponseMessage answer = await sites.Desk.SendAsync(
                method, $"/api/v1/{path}", body, token: token);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
            return await Desk.JsonAsync(answer);
        }
    }

    private static ReceiptKeys KeysOf(JsonElement head)
    {
        Assert.True(VerifierKey.TryParse(
            head.GetProperty("verifierKey").GetString()!, out VerifierKey? ledger, out _));
        Assert.True(VerifierKey.TryParse(
            head.GetProperty("receiptsKey").GetString()!, out VerifierKey? receipts, out _));
        return new ReceiptKeys(receipts!, ledger!);
    }

    private static EncodedPage[] Composed(
        string from, string zone, DateTimeOffset at, IReadOnlyList<string> address, string phone)
    {
        (ComposedFax? fax, Refusal? refusal) = ComposedFax.Compose(
            FaxDocument.Of(SandboxDesk.PagesOf(1)),
            new HeaderText
            {
                At = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone)),
                From = from,
                FromNumber = SiteDesk.Sandbox,
                To = To,
            },
            new CoverSheet
            {
                Template = new CoverTemplate
                {
                    Practice = from,
                    Address = address,
                    Phone = phone,
                    Fax = SiteDesk.Sandbox,
                },
                To = "Dr. Someone",
                ToNumber = To,
            });
        Assert.Null(refusal);
        return [.. Enumerable.Range(0, 2).Select(index => fax!.Encode(index))];
    }
}
