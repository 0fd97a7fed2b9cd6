// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Tiff;
using Hermetic.Ledger.Entries;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Tests.Sandbox;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A clerk sends faxes, in a real browser; they go through queue, SIP and T.38 to the sandbox's
/// station.</summary>
public sealed class SendingTests : IAsyncLifetime
{
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalDesk.StartAsync();

    public async ValueTask DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Clerk_SendsTwoDocumentsWithACover_SeesThemGoAndTakesTheReceipt()
    {
        (IPage page, Guid account) = await _portal.OpenAsAsync(Role.FrontDesk);
        int handedOut = 0;
        page.Response += (_, answer) => handedOut += answer.Ok
            && (answer.Url.Contains("/pages/", StringComparison.Ordinal)
                || answer.Url.Contains("/jobs/preview", StringComparison.Ordinal)) ? 1 : 0;
        await page.GotoAsync("/send");
        await FillAsync(page, "+15555550100", ("referral.tif", 2), ("results.tif", 1));
        await page.GetByLabel("The number again").FillAsync("+1 555 555 0100");
        await page.GetByLabel("Put a cover page").CheckAsync();
        await page.GetByLabel("For", new() { Exact = true }).FillAsync("Dr. <b>Someone</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the exact pages" }).ClickAsync();
        await Expect(page.Locator("#preview")).ToHaveAttributeAsync("aria-label", "Page 1 of 4");
        await PortalDesk.LookAsync(page, "send");
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(page.Locator("#preview")).ToHaveAttributeAsync("aria-label", "Page 2 of 4");

        await page.GetByRole(AriaRole.Button, new() { Name = "Send 4 pages" }).ClickAsync();
        await page.WaitForURLAsync("**/outbox/*");
        await Expect(page.Locator("#title")).ToContainTextAsync("+15555550100");
        await Expect(page.Locator("#state")).ToHaveTextAsync("Sent");
        await Expect(page.Locator("#tries tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("#preview")).ToHaveAttributeAsync("aria-label", "Page 1 of 4");
        await PortalDesk.LookAsync(page, "job");
        await page.WaitForLoadStateAsync(LoadState.Load);

        List<EntryBody> entries = await _portal.Desk.EntriesAsync(_portal.Desk.Tenant);
        Assert.Equal(handedOut,
            entries.Count(entry => entry.Who.Account == account.ToString() && entry.Act == LedgerAct.Page));
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Clerk_GivesANewNumberOnce_AndAnotherConfirmsItInTheOutbox()
    {
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        await page.GotoAsync("/send");
        await FillAsync(page, "+15555550108", ("note.tif", 1));
        await page.GetByRole(AriaRole.Button, new() { Name = "Send 1 page" }).ClickAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("Wants its number again");
        await PortalDesk.LookAsync(page, "job-held");

        (IPage other, _) = await _portal.OpenAsAsync(Role.Clinician);
        await other.GotoAsync("/outbox?state=held");
        await other.Locator(".grid-row").First.ClickAsync();
        await other.Locator("#confirm input").FillAsync("+15555550109");
        await other.GetByRole(AriaRole.Button, new() { Name = "It is this number" }).ClickAsync();
        await Expect(other.Locator("#confirm .fault")).ToContainTextAsync("not the number that was given first");
        await other.Locator("#confirm input").FillAsync("+1 (555) 555-0108");
        await other.GetByRole(AriaRole.Button, new() { Name = "It is this number" }).ClickAsync();

        await Expect(page.Locator("#state")).ToHaveTextAsync("Sent");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Clerk_SeesWhyAFaxDidNotGo_AndCorrectsTheNumber()
    {
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        await page.GotoAsync("/send");
        await FillAsync(page, "+15555550106", ("note.tif", 1));
        await page.GetByLabel("The number again").FillAsync("+15555550106");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send 1 page" }).ClickAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("Not sent");
        await PortalDesk.LookAsync(page, "job-failed");
        await page.GotoAsync("/outbox");
        await Expect(page.Locator(".grid-row")).ToContainTextAsync("Not sent");
        await Expect(page.Locator("#summary")).ToHaveTextAsync("1 not sent");
        await PortalDesk.LookAsync(page, "outbox");

        await page.Locator(".grid-row").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Correct the number" }).ClickAsync();
        await page.Locator("#other input").FillAsync("+15555550100");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it there" }).ClickAsync();
        await Expect(page.Locator("#title")).ToContainTextAsync("+15555550100");
        await Expect(page.Locator("#state")).ToHaveTextAsync("Wants its number again");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Clerk_WritesAnAddressAndSendsToItsGroup()
    {
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        await page.GotoAsync("/address-book");
        foreach ((string name, string number) in
            new[] { ("North <i>Pharmacy</i>", "+15555550100"), ("South Pharmacy", "+15555550108") })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "New entry" }).ClickAsync();
            await page.Locator("#entry").GetByLabel("Name").FillAsync(name);
            await page.Locator("#entry").GetByLabel("Number").FillAsync(number);
            await page.Locator("#entry").GetByLabel("Groups").FillAsync("pharmacies");
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = name })).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = $"Make sure: {name}" }).ClickAsync();
            await page.Locator("#verify").GetByLabel("The number again").FillAsync(number);
            await page.GetByRole(AriaRole.Button, new() { Name = "I made sure" }).ClickAsync();
            await Expect(page.Locator("#verify")).ToBeHiddenAsync();
        }

        await Expect(page.GetByText("A person made sure")).ToHaveCountAsync(2);
        await PortalDesk.LookAsync(page, "address-book");
        await page.GotoAsync("/send");
        await page.GetByLabel("Number, or a name").PressSequentiallyAsync("pharmacies");
        await page.GetByRole(AriaRole.Option, new() { Name = "Group pharmacies" }).ClickAsync();
        await page.GetByLabel("Number, or a name").PressSequentiallyAsync("north");
        await Expect(page.Locator("#found [role=option]")).ToContainTextAsync("North <i>Pharmacy</i>");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByLabel("Number, or a name").FillAsync("");
        await UploadAsync(page, ("note.tif", 1));
        await FromTheSandboxAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send 1 page to 1 recipient" }).ClickAsync();
        await page.WaitForURLAsync("**/broadcasts/*");
        await Expect(page.Locator("#words")).ToContainTextAsync("All have ended: 2 sent");
        await PortalDesk.LookAsync(page, "broadcast");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Document_ThatIsNone_IsRefusedInWordsAndNothingElseIsLost()
    {
        (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        await page.GotoAsync("/send");
        await FillAsync(page, "+15555550100", ("good.tif", 1));
        await page.Locator("#files").SetInputFilesAsync(new FilePayload
        {
            Name = "<img src=x onerror=alert(1)>.pdf",
            MimeType = "application/pdf",
            Buffer = [0, 1, 2, 3],
        });
        await Expect(page.Locator("#documents .fault")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send 1 page" }).ClickAsync();
        await Expect(page.Locator("#send > .fault")).ToContainTextAsync("was not taken");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take out <img" }).ClickAsync();
        await page.GetByLabel("The number again").FillAsync("+15555550101");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send 1 page" }).ClickAsync();
        await Expect(page.Locator("#send > .fault")).ToContainTextAsync("not the same number");
        await Expect(page.Locator("#recipients li")).ToHaveCountAsync(1);
        Assert.Equal(0, await page.Locator("main img").CountAsync());
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Pages_OfSending_HaveNoAccessibilityViolation()
    {
        (IPage first, _) = await _portal.OpenAsAsync(Role.FrontDesk);
        await first.GotoAsync("/send");
        await FillAsync(first, "+15555550100", ("note.tif", 1));
        await first.GetByRole(AriaRole.Button, new() { Name = "Send 1 page" }).ClickAsync();
        await first.WaitForURLAsync("**/outbox/*");
        string job = new Uri(first.Url).AbsolutePath;
        foreach ((bool isDark, bool isNarrow) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            (IPage page, _) = await _portal.OpenAsAsync(Role.FrontDesk, isDark: isDark, isNarrow: isNarrow);
            string suffix = $"-{(isDark ? "dark" : "light")}-{(isNarrow ? "narrow" : "wide")}";
            await page.GotoAsync("/outbox");
            await Expect(page.Locator(".grid-row")).ToHaveCountAsync(1);
            await Accessibility.JudgeAsync(page, "outbox" + suffix);
            await page.GotoAsync(job);
            await Expect(page.Locator("#preview")).ToHaveAttributeAsync("aria-label", "Page 1 of 1");
            await Accessibility.JudgeAsync(page, "job" + suffix);
            await page.GotoAsync("/address-book");
            await Expect(page.Locator("#empty")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "New entry" }).ClickAsync();
            await Accessibility.JudgeAsync(page, "address-entry" + suffix);
            await page.GotoAsync("/send");
            await FillAsync(page, "+15555550100", ("note.tif", 1));
            await page.GetByLabel("Put a cover page").CheckAsync();
            await page.GetByLabel("Number, or a name").PressSequentiallyAsync("nobody");
            await Expect(page.Locator("#found [role=option]")).ToBeVisibleAsync();
            await Accessibility.JudgeAsync(page, "send" + suffix);
            await page.Context.CloseAsync();
        }

        Assert.Empty(_portal.Complaints);
    }

    internal static async Task FillAsync(IPage page, string number, params (string Name, int Pages)[] files)
    {
        await UploadAsync(page, files);
        await page.GetByLabel("Number, or a name").FillAsync(number);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#recipients li")).ToHaveCountAsync(1);
        await FromTheSandboxAsync(page);
    }

    private static async Task FromTheSandboxAsync(IPage page) => await page.GetByLabel("Line")
        .SelectOptionAsync(new SelectOptionValue { Label = PortalDesk.SandboxLine });

    private static async Task UploadAsync(IPage page, params (string Name, int Pages)[] files)
    {
        await page.Locator("#files").SetInputFilesAsync(files.Select(file => new FilePayload
        {
            Name = file.Name,
            MimeType = "image/tiff",
            Buffer = PageTiff.Write([.. SandboxDesk.PagesOf(file.Pages)
                .Select(one => (one, new PageQuality(one.Rows, 0, 0, 0)))]),
        }));
        await Expect(page.Locator("#documents .calm")).ToHaveCountAsync(files.Length);
    }
}
