// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A clerk works through the inbox, in a real browser.</summary>
public sealed class HandlingTests : IAsyncLifetime
{
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalDesk.StartAsync();

    public async ValueTask DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Faxes_AreChosenMarkedAndTakenBack_ByTheKeyboardAlone()
    {
        IPage page = await InboxAsync(4);
        await Expect(page.Locator("#waiting")).ToHaveTextAsync("4 new, 0 open");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Shift+X");
        await Expect(page.Locator("#chosen")).ToHaveTextAsync("2 faxes chosen");
        await Expect(page.Locator(".grid-row[aria-selected=true]")).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("e");
        await Expect(page.Locator("#notices")).ToContainTextAsync("2 faxes marked done.");
        await Expect(page.Locator(".grid-row.done .handling")).ToHaveTextAsync(["Done", "Done"]);
        await Expect(page.Locator("#waiting")).ToHaveTextAsync("2 new, 0 open");
        await PortalDesk.LookAsync(page, "inbox-handled");
        await page.Keyboard.PressAsync("u");
        await Expect(page.Locator("#notices")).ToContainTextAsync("Taken back.");
        await Expect(page.Locator(".grid-row.new")).ToHaveCountAsync(4);
        await page.Keyboard.PressAsync("k");
        await page.Keyboard.PressAsync("m");
        await Expect(page.Locator(".grid-row").Nth(1).Locator(".handling")).ToHaveTextAsync("New \u00b7 You");
        await Expect(page.Locator("#waiting")).ToHaveTextAsync("4 new, 0 open, 1 of them yours");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Faxes_AreChosenByMouse_TaggedAndFoundByTheirTag()
    {
        IPage page = await InboxAsync(4);
        await page.Locator(".grid-row input").Nth(0).ClickAsync();
        await page.Locator(".grid-row input").Nth(2).ClickAsync(
            new LocatorClickOptions { Modifiers = [KeyboardModifier.Shift] });
        await Expect(page.Locator("#chosen")).ToHaveTextAsync("3 faxes chosen");
        await page.GetByLabel("Tag for the chosen faxes").FillAsync("Referral");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add tag" }).ClickAsync();
        await Expect(page.Locator(".grid-row .tag")).ToHaveTextAsync(["Referral", "Referral", "Referral"]);
        await page.GetByLabel("Tag", new() { Exact = true }).FillAsync("REFERRAL");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".grid-row")).ToHaveCountAsync(3);
        Assert.EndsWith("/inbox#tag=REFERRAL", page.Url, StringComparison.Ordinal);
        await page.ReloadAsync();
        await Expect(page.Locator(".grid-row")).ToHaveCountAsync(3);
        await page.Locator("#filters select[name=handling]").SelectOptionAsync("done");
        await Expect(page.GetByText("No fax fits this filter")).ToBeVisibleAsync();
        Assert.Contains("handling=done", page.Url, StringComparison.Ordinal);
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Viewer_ShowsWorkBesideThePages_AndWhatAColleagueDoesMeanwhile()
    {
        IPage page = await InboxAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 1");
        ILocator open = page.Locator("#states button[value=open]");
        await Expect(open).ToHaveAttributeAsync("aria-pressed", "true");
        await page.GetByLabel("New tag").FillAsync("urgent");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.Locator("#tags")).ToContainTextAsync("urgent");
        await page.GetByLabel("New note").FillAsync("<b>called back</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep the note" }).ClickAsync();
        await Expect(page.Locator("#notes .note")).ToHaveTextAsync("<b>called back</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "To me" }).ClickAsync();
        await Expect(page.Locator("#take")).ToBeHiddenAsync();
        IReadOnlyList<string> found = await Accessibility.ViolationsAsync(page);
        Assert.True(found.Count == 0, string.Join('\n', found));
        await PortalDesk.LookAsync(page, "fax-handled");
        await page.GetByRole(AriaRole.Button, new() { Name = "Strike out note 1" }).ClickAsync();
        await Expect(page.Locator("#notes del")).ToHaveTextAsync("<b>called back</b>");

        (IPage other, _) = await _portal.OpenAsAsync(Role.Clinician);
        await other.GotoAsync("/inbox");
        await Expect(other.Locator(".grid-row .tag")).ToHaveTextAsync("urgent");
        await Expect(other.Locator("#list")).ToBeFocusedAsync();
        await other.Keyboard.PressAsync("e");
        await Expect(other.Locator(".grid-row.done")).ToHaveCountAsync(1);
        await Expect(page.Locator("#states button[value=done]")).ToHaveAttributeAsync("aria-pressed", "true");
        List<EntryBody> entries = await _portal.Desk.EntriesAsync(_portal.Desk.Tenant);
        Assert.Equal(5, entries.Count(entry => entry.Act == LedgerAct.HandlingChanged));
        Assert.Empty(_portal.Complaints);
    }

    private async Task<IPage> InboxAsync(int faxes)
    {
        for (int i = 0; i < faxes; i++)
        {
            _portal.Desk.Time.Advance(TimeSpan.FromMinutes(1));
            await _portal.ReceiveAsync(caller: $"+1555019{i}");
        }

        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        await page.GotoAsync("/inbox");
        await Expect(page.Locator(".grid-row")).ToHaveCountAsync(faxes);
        await Expect(page.Locator("#list")).ToBeFocusedAsync();
        await Expect(page.Locator("#list")).ToBeFocusedAsync();
        return page;
    }
}
