// SPDX-License-Identifier: Apache-2.0
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hermetic.Documents;
using Hermetic.Documents.Tiff;
using Hermetic.Ledger.Entries;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Tests.Access;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A clerk writes on a copy of a fax, redacts it, and sends it on or answers, in a real browser.</summary>
public sealed class CopyTests : IAsyncLifetime
{
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalDesk.StartAsync();

    public async ValueTask DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Clerk_RedactsAndWrites_TheCopyIsBurnedAndTheFaxStays()
    {
        await _portal.ReceiveAsync(pages: 2);
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        await page.GotoAsync("/inbox");
        await page.Locator(".grid-row").First.ClickAsync();
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 2");
        string fax = new Uri(page.Url).Segments[^1];
        byte[] before = await BytesAsync(page, $"/api/v1/faxes/{fax}/pages/1?format=tiff");
        await page.GetByRole(AriaRole.Link, new() { Name = "Write on a copy" }).ClickAsync();
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 2");
        await page.GetByLabel("Page 2 goes with the copy").UncheckAsync();

        LocatorBoundingBoxResult box = (await page.Locator("#marks").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync((float)(box.X + (box.Width * 0.2f)), (float)(box.Y + 20));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync((float)(box.X + (box.Width * 0.6f)), (float)(box.Y + 120), new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Black box 1" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Shift+ArrowDown");
        await page.GetByRole(AriaRole.Button, new() { Name = "Words", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Put it in the middle" }).ClickAsync();
        await page.GetByLabel("Words", new() { Exact = true }).FillAsync("Dose corrected <b>twice</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put them there" }).ClickAsync();
        await Expect(page.Locator("#summary")).ToHaveTextAsync("1 page, 2 marks");
        await Accessibility.JudgeAsync(page, "copy");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send this copy" }).ClickAsync();
        await page.WaitForURLAsync("**/send?upload=*");
        await Expect(page.Locator("#documents")).ToContainTextAsync("1 page");

        await page.GetByLabel("Number, or a name").FillAsync("+15555550100");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByLabel("Line").SelectOptionAsync(new SelectOptionValue { Label = PortalDesk.SandboxLine });
        await page.GetByLabel("The number again").FillAsync("+15555550100");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send 1 page" }).ClickAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("Sent");
        string sent = new Uri(page.Url).Segments[^1];

        EncodedPage copy = PageTiff.Parse(await BytesAsync(page, $"/api/v1/faxes/{sent}/pages/1?format=tiff")).Page;
        EncodedPage kept = PageTiff.Parse(await BytesAsync(page, $"/api/v1/faxes/{fax}/pages/1?format=tiff")).Page;
        Assert.True(kept.HasSameRows(PageTiff.Parse(before).Page));
        Assert.True(IsBlack(copy, 0.25, 0.55, (20.0 / box.Height) + 0.01, 0.1), "what is redacted is black");
        Assert.False(copy.HasSameRows(kept));
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Clerk_Replies_ToWhereTheFaxCameFrom()
    {
        await _portal.ReceiveAsync(caller: "+15555550100");
        (IPage page, _) = await _portal.OpenAsAsync(Role.Clinician);
        await page.GotoAsync("/inbox");
        await page.Locator(".grid-row").First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Reply" }).ClickAsync();
        await Expect(page.Locator("#recipients li")).ToContainTextAsync("+15555550100");
        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Forward" }).ClickAsync();
        await Expect(page.Locator("#documents")).ToContainTextAsync("1 page");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task P4_Copies_TakeNothingThatIsNotTheCallersAndTellTheLedger()
    {
        await _portal.ReceiveAsync(pages: 2);
        Desk desk = _portal.Desk;
        (Guid clerk, string session) = await desk.PersonAsync(Role.FrontDesk);
        (_, string elsewhere) = await desk.PersonAsync(Role.FrontDesk, inboxes: Guid.NewGuid().ToString());
        JsonNode list = (await AskAsync(desk, HttpMethod.Get, "faxes", session)).Body!;
        string fax = (string)list["faxes"]![0]!["id"]!;

        object both = new { pages = new[] { new { fax, page = 2 }, new { fax, page = 1 } } };
        (int status, JsonNode? made) = await AskAsync(desk, HttpMethod.Post, "uploads/copies", session, both);
        Assert.Equal((201, 2), (status, (int)made!["pages"]!));
        Assert.Equal(2, (await desk.EntriesAsync(desk.Tenant)).Count(
            entry => entry.Act == LedgerAct.Page && entry.Who.Account == clerk.ToString()));

        (int foreign, JsonNode? no) = await AskAsync(desk, HttpMethod.Post, "uploads/copies", elsewhere, both);
        object missing = new { pages = new[] { new { fax = Guid.NewGuid().ToString(), page = 1 } } };
        (int absent, JsonNode? nothing) =
            await AskAsync(desk, HttpMethod.Post, "uploads/copies", elsewhere, missing);
        Assert.Equal((404, 404), (foreign, absent));
        Assert.Equal(nothing!.ToJsonString(), no!.ToJsonString());

        object beyond = new { pages = new[] { new { fax, page = 3 } } };
        Assert.Equal(400, (await AskAsync(desk, HttpMethod.Post, "uploads/copies", session, beyond)).Status);
        object wrong = new { pages = new[] { new { fax, page = 1, marks = new[] { new { kind = "redaction" } } } } };
        Assert.Equal(400, (await AskAsync(desk, HttpMethod.Post, "uploads/copies", session, wrong)).Status);
    }

    private static async Task<(int Status, JsonNode? Body)> AskAsync(
        Desk desk, HttpMethod method, string path, string session, object? body = null)
    {
        using HttpResponseMessage answer = await desk.SendAsync(method, $"/api/v1/{path}", body, session: session);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonNode>(
            TestContext.Current.CancellationToken));
    }

    private static async Task<byte[]> BytesAsync(IPage page, string path)
    {
        IAPIResponse answer = await page.APIRequest.GetAsync(path);
        Assert.True(answer.Ok, await answer.TextAsync());
        return await answer.BodyAsync();
    }

    private static bool IsBlack(EncodedPage page, double left, double right, double top, double height)
    {
        using IRowSource rows = page.OpenRows();
        byte[] row = new byte[page.Format.RowBytes];
        for (int y = 0; rows.TryReadRow(row); y++)
        {
            if (y < top * page.Rows || y > Math.Min(top + height, 1) * page.Rows)
            {
                continue;
            }

            for (int x = (int)(left * page.Format.WidthPels); x < right * page.Format.WidthPels; x++)
            {
                if ((row[x >> 3] & (0x80 >> (x & 7))) == 0)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
