// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Portal;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>What a page's frame lets the browser fetch ahead is what its script asks for, and is asked for once: twice
/// would be two disclosures of what was looked at once.</summary>
public sealed class PreloadTests : IAsyncLifetime
{
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalDesk.StartAsync();

    public async ValueTask DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task P3_FirstAnswer_IsFetchedAheadAndOnce()
    {
        await _portal.ReceiveAsync();
        (IPage page, Guid account) = await _portal.OpenAsAsync(Role.FrontDesk);
        ConcurrentQueue<string> asked = new();
        page.Request += (_, request) => asked.Enqueue(request.Url);

        await page.GotoAsync("/inbox");
        await Expect(page.Locator(".grid-row")).ToHaveCountAsync(1);
        await Expect(page.Locator("#waiting")).Not.ToBeEmptyAsync();
        Assert.Single(asked, url => url.EndsWith(AheadOf("/inbox"), StringComparison.Ordinal));
        Assert.Single(asked, url => url.Contains("/api/v1/faxes?", StringComparison.Ordinal));
        List<EntryBody> entries = await _portal.Desk.EntriesAsync(_portal.Desk.Tenant);
        Assert.Single(entries, entry => entry.Act == LedgerAct.List && entry.Who.Account == $"{account}");

        // The first time that it is opened changes it, and what changed is asked for again.
        await page.Locator(".grid-row").First.ClickAsync();
        await Expect(page.Locator("#states button[value=open]")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.GotoAsync("/inbox");
        await Expect(page.Locator(".grid-row")).ToHaveCountAsync(1);
        asked.Clear();
        await page.Locator(".grid-row").First.ClickAsync();
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 1");
        await Expect(page.Locator("#states button[value=open]")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Single(asked, url => url.EndsWith($"/api/v1{new Uri(page.Url).AbsolutePath}", StringComparison.Ordinal));
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Filtered_AsksForNothingAhead()
    {
        await _portal.ReceiveAsync();
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        ConcurrentQueue<string> asked = new();
        page.Request += (_, request) => asked.Enqueue(request.Url);

        await page.GotoAsync("/inbox?handling=done");

        await Expect(page.GetByText("No fax fits this filter")).ToBeVisibleAsync();
        Assert.DoesNotContain(asked, url => url.EndsWith(AheadOf("/inbox"), StringComparison.Ordinal));
    }

    private static string AheadOf(string path) => PortalPage.All.Single(page => page.Path == path).Ahead!;
}
