// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Tests.Access;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A clerk's day, in a real browser.</summary>
public sealed class FrontDeskTests : IAsyncLifetime
{
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalDesk.StartAsync();

    public async ValueTask DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Clerk_WithAOneTimeLink_EnrolsAndComesByPasskey()
    {
        Guid account = Guid.NewGuid();
        string? code = await _portal.Desk.Accounts.CreateAsync(
            account, _portal.Desk.Tenant, "ann", Role.FrontDesk, InboxList.All, CancellationToken.None);
        IPage page = await _portal.OpenAsync();
        await HasAuthenticatorAsync(page);

        await page.GotoAsync($"/enrol#{code!}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(page.Locator("#name")).ToHaveTextAsync("ann");
        Assert.DoesNotContain(code!, page.Url, StringComparison.Ordinal);
        await PortalDesk.LookAsync(page, "enrol");
        byte[] secret = Desk.FromBase32(
            (await page.Locator("#secret").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal));
        await page.GetByLabel("Six digits that it shows").FillAsync(_portal.Desk.CodeOf(secret));
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Desk.Password);
        await page.GetByLabel("The password again").FillAsync(Desk.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up my account" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();

        _portal.Desk.Time.Advance(TimeSpan.FromSeconds(TotpCode.StepSeconds));
        await page.GetByLabel("Name").FillAsync("ann");
        await page.GetByLabel("Password").FillAsync(Desk.Password);
        await page.GetByLabel("Six digits of the authenticator").FillAsync(_portal.Desk.CodeOf(secret));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/inbox");
        await page.GetByRole(AriaRole.Link, new() { Name = "Front desk" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.Locator("#notices")).ToContainTextAsync("The passkey is added");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await page.WaitForURLAsync("**/inbox");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task P3_Clerk_SeesAFaxArriveAndReadsIt_EachLookIsInTheLedger()
    {
        (IPage page, Guid account) = await _portal.OpenAsAsync(Role.FrontDesk);
        int handedOut = 0;
        page.Response += (_, answer) =>
        {
            if (answer.Ok && answer.Url.Contains("/pages/", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref handedOut);
            }
        };
        await page.GotoAsync("/inbox");
        await Expect(page.GetByText("Nothing has come yet")).ToBeVisibleAsync();
        await PortalDesk.LookAsync(page, "inbox-empty");

        await _portal.ReceiveAsync(pages: 3);
        await Expect(page.Locator(".grid-row")).ToHaveCountAsync(1);
        await Expect(page.Locator(".grid-row")).ToContainTextAsync("+15550177");
        _portal.Desk.Time.Advance(TimeSpan.FromMinutes(1));
        await _portal.ReceiveAsync(pages: 1, caller: "+15550188");
        await Expect(page.Locator(".grid-row").First).ToContainTextAsync("+15550188");
        await PortalDesk.LookAsync(page, "inbox");

        await page.Locator(".grid-row").Nth(1).ClickAsync();
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 3");
        await PortalDesk.LookAsync(page, "fax");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 2 of 3");
        await page.Keyboard.PressAsync("End");
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 3 of 3");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        List<EntryBody> entries = await _portal.Desk.EntriesAsync(_portal.Desk.Tenant);
        Assert.Equal(handedOut, entries.Count(entry => entry.Who.Account == account.ToString()
            && entry.Act is LedgerAct.Page or LedgerAct.Thumbnail));
        Assert.True(handedOut >= 6, $"three pages and three small pictures were shown, and {handedOut} handed out");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task P1_AfterSignOut_BackAndTheCacheGiveNothing()
    {
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        await _portal.ReceiveAsync();
        await page.GotoAsync("/inbox");
        await page.Locator(".grid-row").First.ClickAsync();
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 1");
        string fax = page.Url;

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in");
        await page.GoBackAsync();
        await page.WaitForURLAsync("**/sign-in?next=*");
        await page.GotoAsync(fax);
        await page.WaitForURLAsync("**/sign-in?next=*");

        Assert.Empty(await page.EvaluateAsync<string[]>("() => caches.keys()"));
        Assert.Equal(0, await page.EvaluateAsync<int>(
            "async () => (await navigator.serviceWorker.getRegistrations()).length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("() => sessionStorage.length"));
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Markup_InANumber_IsTextEverywhere()
    {
        const string Hostile = "<img src=x onerror=alert(1)>";
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        await _portal.ReceiveAsync(caller: Hostile);

        await page.GotoAsync("/inbox");
        await Expect(page.Locator(".grid-row")).ToContainTextAsync(Hostile);
        await page.Locator(".grid-row").First.ClickAsync();
        await Expect(page.Locator("#title")).ToContainTextAsync(Hostile);

        Assert.Equal(0, await page.Locator("main img").CountAsync());
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Pages_OfEveryKind_HaveNoAccessibilityViolation()
    {
        await _portal.ReceiveAsync(pages: 2);
        _portal.Desk.Time.Advance(TimeSpan.FromMinutes(1));
        await _portal.ReceiveAsync(caller: "+15550188", isCut: true);
        foreach ((bool isDark, bool isNarrow) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk, isDark: isDark, isNarrow: isNarrow);
            string suffix = $"-{(isDark ? "dark" : "light")}-{(isNarrow ? "narrow" : "wide")}";
            foreach (string path in new[] { "/sign-in", "/enrol", "/account", "/inbox" })
            {
                await page.GotoAsync(path);
                await page.WaitForLoadStateAsync(LoadState.Load);
                await Accessibility.JudgeAsync(page, path.TrimStart('/') + suffix);
            }

            await Expect(page.Locator(".grid-row")).ToHaveCountAsync(2);
            await page.Locator(".grid-row").Last.ClickAsync();
            await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 2");
            await Accessibility.JudgeAsync(page, "fax" + suffix);
            await page.Context.CloseAsync();
        }

        Assert.Empty(_portal.Complaints);
    }

    // A passkey's device that a person touches as soon as it is asked (WebAuthn §11, virtual authenticators).
    private static async Task HasAuthenticatorAsync(IPage page)
    {
        ICDPSession debugger = await page.Context.NewCDPSessionAsync(page);
        await debugger.SendAsync("WebAuthn.enable");
        await debugger.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
