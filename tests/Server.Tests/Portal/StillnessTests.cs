// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>What a clerk aims at stays where it is: neither the page as it fills, nor a fax that comes meanwhile, takes
/// a click away.</summary>
public sealed class StillnessTests : IAsyncLifetime
{
    // What moved without anybody's doing (Layout Instability API): what, and from where to where.
    private const string Watch =
        """
        window.moved = "";
        const at = rect => `${rect.x},${rect.y} ${rect.width}x${rect.height}`;
        new PerformanceObserver(list => {
          for (const shift of list.getEntries().filter(one => !one.hadRecentInput)) {
            for (const { node, previousRect: from, currentRect: to } of shift.sources) {
              window.moved += `${node?.id || node?.className || node?.parentElement?.id}: ${at(from)} to ${at(to)}; `;
            }
          }
        }).observe({ type: "layout-shift", buffered: true });
        """;

    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalDesk.StartAsync();

    public async ValueTask DisposeAsync() => await _portal.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Inbox_AsItFills_MovesNothing(bool isNarrow)
    {
        await _portal.ReceiveAsync();
        await _portal.OpenEnrolledAsync(Role.FrontDesk, "maximiliana featherstonehaugh-cholmondeley");
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk, isNarrow: isNarrow);
        await page.Context.AddInitScriptAsync(Watch);

        await page.GotoAsync("/inbox");
        await Expect(page.Locator(".grid-row")).ToHaveCountAsync(1);
        await Expect(page.Locator("#waiting")).Not.ToBeEmptyAsync();
        await Expect(page.Locator("#filters option", new() { HasText = "maximiliana" })).ToHaveCountAsync(1);
        await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");

        Assert.Equal("", await page.EvaluateAsync<string>("() => window.moved"));
    }

    /// <summary>On a telephone: faxes are on the first screen, filters behind a button, and what can be done with
    /// chosen faxes comes over the page, not into it.</summary>
    [Fact]
    public async Task Telephone_ShowsFaxesFirst_AndMovesNoneOfThem()
    {
        await _portal.ReceiveAsync();
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk, isNarrow: true);
        await page.GotoAsync("/inbox");
        ILocator row = page.Locator(".grid-row");
        await Expect(row).ToHaveCountAsync(1);
        LocatorBoundingBoxResult before = (await row.BoundingBoxAsync())!;
        Assert.InRange(before.Y + before.Height, 1, PortalDesk.Screens[1].Height / 2);
        await Expect(page.Locator("#filters")).ToBeHiddenAsync();
        await Expect(page.Locator("#bulk")).ToBeHiddenAsync();

        await row.Locator("input").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Mark done" })).ToBeEnabledAsync();
        await Expect(page.Locator("#bulk")).ToBeInViewportAsync();
        LocatorBoundingBoxResult after = (await row.BoundingBoxAsync())!;
        Assert.Equal((before.X, before.Y), (after.X, after.Y));
        await Accessibility.JudgeAsync(page, "inbox-chosen-narrow");

        ILocator fold = page.GetByRole(AriaRole.Button, new() { Name = "Filters" });
        await fold.ClickAsync();
        await Expect(fold).ToHaveAttributeAsync("aria-expanded", "true");
        await page.Locator("#filters select[name=handling]").SelectOptionAsync("done");
        await Expect(fold).ToHaveTextAsync("Filters (1)");
        await Expect(row).ToHaveCountAsync(0);
        await Accessibility.JudgeAsync(page, "inbox-unfolded-narrow");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Press_WhileAFaxComes_IsAClickAllTheSame()
    {
        await _portal.ReceiveAsync();
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        await page.GotoAsync("/inbox");
        await Expect(page.Locator("#waiting")).Not.ToBeEmptyAsync();
        ILocator row = page.Locator(".grid-row");
        string? aimed = await row.GetAttributeAsync("data-id");
        LocatorBoundingBoxResult place = (await row.Locator("input").BoundingBoxAsync())!;

        await page.Mouse.MoveAsync(place.X + (place.Width / 2), place.Y + (place.Height / 2));
        await page.Mouse.DownAsync();
        _portal.Desk.Time.Advance(TimeSpan.FromMinutes(1));
        await _portal.ReceiveAsync(caller: "+15550188");
        await Expect(page.Locator("#waiting")).ToContainTextAsync("2 new");
        Assert.Equal(1, await row.CountAsync());
        await page.Mouse.UpAsync();

        await Expect(row).ToHaveCountAsync(2);
        await Expect(page.Locator("#chosen")).ToHaveTextAsync("1 fax chosen");
        await Expect(row.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(row.Nth(1)).ToHaveAttributeAsync("data-id", aimed!);
        Assert.Empty(_portal.Complaints);
    }
}
