// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A clerk splits a fax of several patients in a real browser, while a colleague looks at the
/// inbox.</summary>
public sealed class SplitPageTests : IAsyncLifetime
{
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalDesk.StartAsync();

    public async ValueTask DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Clerk_SplitsAFax_TheDocumentsAreInEverybodysInboxAtOnce()
    {
        await _portal.ReceiveAsync(pages: 3);
        (IPage other, _) = await _portal.OpenAsAsync(Role.Clinician);
        await other.GotoAsync("/inbox");
        await Expect(other.Locator(".grid-row")).ToHaveCountAsync(1);
        (IPage page, Guid clerk) = await _portal.OpenAsAsync(Role.FrontDesk);
        string fax = await OpenSplitAsync(page, 3);
        await Expect(page.Locator("#summary")).ToHaveTextAsync("1 document: pages 1–3.");
        await Expect(page.Locator("#go")).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "A new document begins with page 3" }).ClickAsync();
        await Expect(page.Locator("#summary")).ToHaveTextAsync("2 documents: pages 1–2; page 3.");
        await Expect(page.Locator("#pages .belongs")).ToHaveTextAsync(["Document 1", "Document 1", "Document 2"]);
        await Accessibility.JudgeAsync(page, "split");
        await page.GetByRole(AriaRole.Button, new() { Name = "Split into 2 documents" }).ClickAsync();
        await Expect(page.Locator("#made-title")).ToBeFocusedAsync();
        await Expect(page.Locator("#made-parts li")).ToHaveTextAsync(["Document 1: pages 1–2", "Document 2: page 3"]);
        await Accessibility.JudgeAsync(page, "split-made");

        await Expect(other.Locator(".grid-row")).ToHaveCountAsync(3);
        await Expect(other.Locator(".grid-row .part")).ToHaveTextAsync(
            ["Part: pages 1–2", "Part: page 3", "Split into 2"]);
        await Expect(other.Locator(".grid-row .handling")).ToHaveTextAsync(["New", "New", "Done"]);
        await Accessibility.JudgeAsync(other, "inbox-split");
        await other.Locator(".grid-row .who a").Nth(1).ClickAsync();
        await Expect(other.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 1");
        string part = new Uri(other.Url).Segments[^1];
        Assert.Equal(await TiffAsync(other, fax, 3), await TiffAsync(other, part, 1));
        await Expect(other.Locator("#facts")).ToContainTextAsync("another fax: page 3");
        await Accessibility.JudgeAsync(other, "fax-split-off");
        await other.GetByRole(AriaRole.Link, new() { Name = "another fax: page 3" }).ClickAsync();
        await Expect(other.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 3");
        await Expect(other.Locator("#facts .parts li")).ToHaveCountAsync(2);
        await Accessibility.JudgeAsync(other, "fax-split");
        await page.GetByRole(AriaRole.Link, new() { Name = "Document 1: pages 1–2" }).ClickAsync();
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 2");
        List<EntryBody> entries = await _portal.Desk.EntriesAsync(_portal.Desk.Tenant);
        Assert.Equal(2, entries.Count(entry => entry.Act == LedgerAct.HandlingChanged
            && entry.Who.Account == clerk.ToString() && entry.What.Fax == fax));
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Clerk_LeavesAPageOut_ByTheKeyboardAlone_AndTakesTheSplitBack()
    {
        await _portal.ReceiveAsync(pages: 3);
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk, isDark: true, isNarrow: true);
        string fax = await OpenSplitAsync(page, 3);
        await page.GetByLabel("Page 1 goes into a document").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "A new document begins with page 2" }))
            .ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#look-title")).ToHaveTextAsync("Page 2 of 3");
        await Accessibility.JudgeAsync(page, "split-look");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "A new document begins with page 3" }))
            .ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator("#summary")).ToHaveTextAsync("2 documents: page 2; page 3. In none: page 1.");
        await Accessibility.JudgeAsync(page, "split-dark-narrow");
        await page.GetByRole(AriaRole.Button, new() { Name = "Split into 2 documents" }).ClickAsync();
        await Expect(page.Locator("#made-parts li")).ToHaveTextAsync(["Document 1: page 2", "Document 2: page 3"]);
        await Accessibility.JudgeAsync(page, "split-made-dark-narrow");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await page.WaitForURLAsync($"**/faxes/{fax}");
        await Expect(page.Locator("#states button[value=open]")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.GotoAsync("/inbox");
        await Expect(page.Locator(".grid-row")).ToHaveCountAsync(1);
        await Expect(page.Locator(".grid-row .part")).ToHaveCountAsync(0);
        Assert.Empty(_portal.Complaints);
    }

    // From the inbox over the viewer, as a clerk goes; the fax's id.
    private async Task<string> OpenSplitAsync(IPage page, int pages)
    {
        // Its clock stands: ids of one instant would be in any order.
        _portal.Desk.Time.Advance(TimeSpan.FromMinutes(1));
        await page.GotoAsync("/inbox");
        await page.Locator(".grid-row").First.ClickAsync();
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", $"Page 1 of {pages}");
        string fax = new Uri(page.Url).Segments[^1];
        await page.GetByRole(AriaRole.Link, new() { Name = "Split…" }).ClickAsync();
        await Expect(page.Locator("#pages > li")).ToHaveCountAsync(pages);
        // The small pictures that are in sight are there.
        await page.WaitForFunctionAsync("() => document.querySelector('#pages canvas').width === 320");
        return fax;
    }

    private static async Task<byte[]> TiffAsync(IPage page, string fax, int number)
    {
        IAPIResponse answer = await page.APIRequest.GetAsync($"/api/v1/faxes/{fax}/pages/{number}?format=tiff");
        Assert.True(answer.Ok, await answer.TextAsync());
        return await answer.BodyAsync();
    }
}
