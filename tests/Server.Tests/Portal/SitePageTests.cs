// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Server.Features.Access;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A practice's sites, kept by its administrator in a real browser.</summary>
public sealed class SitePageTests : IAsyncLifetime
{
    private const string Name = "Main <b>Street</b>";
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalDesk.StartAsync();

    public async ValueTask DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Administrator_MakesASite_PutsALineThere_AndRemovesIt()
    {
        (IPage page, _) = await _portal.OpenAsAsync(Role.TenantAdministrator);
        await page.GotoAsync("/practice");
        await Expect(page.Locator("#sites-none")).ToBeVisibleAsync();
        await Button(page, "New site").ClickAsync();
        ILocator form = page.GetByRole(AriaRole.Dialog, new() { Name = "New site" });
        await Expect(form.GetByLabel("Time zone")).ToHaveValueAsync("America/New_York");
        await form.GetByLabel("Name", new() { Exact = true }).FillAsync(Name);
        await form.GetByLabel("Time zone").FillAsync("Nowhere/Town");
        await form.GetByLabel("Address").FillAsync("1 Main Street\nSpringfield");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(form.GetByRole(AriaRole.Alert)).ToHaveTextAsync(
            "Time zone takes the IANA name of a time zone, as in America/New_York.");
        await Expect(form.GetByLabel("Address")).ToHaveValueAsync("1 Main Street\nSpringfield");
        await Accessibility.JudgeAsync(page, "site-form");
        await form.GetByLabel("Time zone").FillAsync("America/Chicago");
        await page.Keyboard.PressAsync("Enter");
        ILocator site = page.Locator("#sites tr");
        await Expect(site).ToContainTextAsync("America/Chicago");
        await Expect(site).ToContainTextAsync("0 lines");

        await Button(page, $"Change: {TestFolder.Number}").ClickAsync();
        await page.Locator("#line").GetByLabel("Site").SelectOptionAsync(Name);
        await Accessibility.JudgeAsync(page, "line-form");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(site).ToContainTextAsync("1 line");
        await Expect(page.Locator("#lines")).ToContainTextAsync(Name);
        await Expect(Button(page, $"Change: {TestFolder.Number}")).ToBeFocusedAsync();
        await Button(page, $"Remove: {Name}").ClickAsync();
        await Expect(page.Locator("#notices")).ToContainTextAsync("Lines stand at it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close this message" }).First.ClickAsync();
        await Accessibility.JudgeAsync(page, "practice-sites");

        await Button(page, $"Change: {TestFolder.Number}").ClickAsync();
        await page.Locator("#line").GetByLabel("Site").SelectOptionAsync("None: the practice as a whole");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(site).ToContainTextAsync("0 lines");
        await Button(page, $"Remove: {Name}").ClickAsync();
        await Expect(page.Locator("#sites-none")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(site).ToContainTextAsync("1 Main Street");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.SetViewportSizeAsync(PortalDesk.Screens[1].Width, PortalDesk.Screens[1].Height);
        await page.ReloadAsync();
        await Expect(page.Locator("#sites tr")).ToHaveCountAsync(1);
        await page.Locator("#sites-title").ScrollIntoViewIfNeededAsync();
        await Accessibility.JudgeAsync(page, "practice-sites-dark-narrow");
        await Button(page, $"Change: {Name}").ClickAsync();
        await Accessibility.JudgeAsync(page, "site-form-dark-narrow");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Site_ThatTwoPeopleChange_IsWrittenOverByNobodyUnseen()
    {
        (IPage page, _) = await _portal.OpenAsAsync(Role.TenantAdministrator);
        (IPage other, _) = await _portal.OpenAsAsync(Role.TenantAdministrator);
        await page.GotoAsync("/practice");
        await Button(page, "New site").ClickAsync();
        await page.Locator("#site").GetByLabel("Name", new() { Exact = true }).FillAsync("North");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Button(page, "Change: North").ClickAsync();
        await page.GetByLabel("Telephone").FillAsync("555 0100");

        await other.GotoAsync("/practice");
        await Button(other, "Change: North").ClickAsync();
        await other.GetByLabel("Sender’s name").FillAsync("Northern Clinic");
        await other.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(other.Locator("#sites")).ToContainTextAsync("Northern Clinic");

        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        ILocator alert = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);
        await Expect(alert).ToContainTextAsync("Somebody changed this site since you opened it");
        await Expect(alert).ToContainTextAsync("Northern Clinic");
        await Expect(page.GetByLabel("Telephone")).ToHaveValueAsync("555 0100");
        await Accessibility.JudgeAsync(page, "site-conflict");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("#sites")).ToContainTextAsync("555 0100");
        await Expect(page.Locator("#sites")).ToContainTextAsync("Northern Clinic");

        // What the other one sees is old by now: it is not removed as it was.
        await Button(other, "Remove: North").ClickAsync();
        await Expect(other.Locator("#notices")).ToContainTextAsync("Somebody changed this site since it was shown");
        await Expect(other.Locator("#sites")).ToContainTextAsync("555 0100");
        Assert.Empty(_portal.Complaints);
    }

    [Theory]
    [InlineData(nameof(Role.FrontDesk))]
    [InlineData(nameof(Role.Clinician))]
    [InlineData(nameof(Role.PrivacyOfficer))]
    [InlineData(nameof(Role.InstallationOperator))]
    public async Task Site_MadeByWhoMayNot_IsRefusedByTheServer(string role)
    {
        (_, string session) = await _portal.Desk.PersonAsync(Enum.Parse<Role>(role));
        using HttpResponseMessage page = await _portal.Desk.SendAsync(HttpMethod.Get, "/practice", session: session);
        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        using HttpResponseMessage made = await _portal.Desk.SendAsync(HttpMethod.Post, "/api/v1/sites",
            new { name = "North", timeZone = "America/Chicago" }, session: session);
        Assert.Equal(HttpStatusCode.Forbidden, made.StatusCode);
    }

    private static ILocator Button(IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
