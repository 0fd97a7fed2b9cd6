// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Tests.Access;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A session that ends while somebody types: nothing is seen any more, nothing that was typed is
/// lost.</summary>
public sealed class SessionEndTests : IAsyncLifetime
{
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalDesk.StartAsync();

    public async ValueTask DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Clerk_WhoseSessionEndsWhileTyping_SignsInAgainAndLosesNothing()
    {
        (IPage page, Person person) = await _portal.OpenEnrolledAsync(Role.FrontDesk, "erin");
        await page.GotoAsync("/send");
        await SendingTests.FillAsync(page, "+15555550100", ("note.tif", 1));
        await page.GetByLabel("The number again").FillAsync("+15555550100");
        await EndSessionAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send 1 page" }).ClickAsync();

        ILocator again = page.GetByRole(AriaRole.Dialog, new() { Name = "Sign in again to go on" });
        await Expect(page.Locator("#main")).ToBeHiddenAsync();
        await PortalDesk.LookAsync(page, "sign-in-again");
        await Accessibility.JudgeAsync(page, "sign-in-again");
        await FillInAsync(again, person, "something else");
        await Expect(again.Locator(".fault")).ToContainTextAsync("That is not right");
        await FillInAsync(again, person, person.Password);
        await Expect(page.Locator("#state")).ToHaveTextAsync("Sent");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Page_OfASessionThatEnded_IsNotKeptForSomebodyElseNorWhereNothingWasTyped()
    {
        (IPage page, _) = await _portal.OpenEnrolledAsync(Role.FrontDesk, "erin");
        (_, Person other) = await _portal.OpenEnrolledAsync(Role.FrontDesk, "frank");
        await page.GotoAsync("/send");
        await SendingTests.FillAsync(page, "+15555550100", ("note.tif", 1));
        await EndSessionAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send 1 page" }).ClickAsync();
        await FillInAsync(
            page.GetByRole(AriaRole.Dialog, new() { Name = "Sign in again to go on" }), other, other.Password);
        await page.WaitForURLAsync("**/inbox");

        // What was looked for is not what was typed: that page is left.
        await page.Locator("#filters [name=tag]").FillAsync("urgent");
        await EndSessionAsync(page);
        await page.WaitForURLAsync("**/sign-in?next=%2Finbox**");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task NoteBesideAFax_WaitsWithoutTheFax_AndIsKeptOnceItsWriterIsBack()
    {
        await _portal.ReceiveAsync(caller: "+15550190");
        (IPage page, Person person) = await _portal.OpenEnrolledAsync(Role.FrontDesk, "erin");
        await page.GotoAsync("/inbox");
        await Expect(page.Locator(".grid-row")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 1");
        await Expect(page.Locator("#handling")).ToBeVisibleAsync();
        await page.GetByLabel("New note").FillAsync("called back");
        await EndSessionAsync(page, "document.querySelector('#note-form button').click()");

        ILocator again = page.GetByRole(AriaRole.Dialog, new() { Name = "Sign in again to go on" });
        await Expect(again).ToBeVisibleAsync();
        await Expect(page.Locator("#main")).ToBeHiddenAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.getElementById('sheet').width"));
        Assert.DoesNotContain("+15550190", await page.Locator("#main").TextContentAsync(), StringComparison.Ordinal);
        await FillInAsync(again, person, person.Password);

        await Expect(page.Locator("#notes .note")).ToHaveTextAsync("called back");
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 1");
        await Expect(page.Locator("#facts")).ToContainTextAsync("+15550190");
        Assert.NotEqual(0, await page.EvaluateAsync<int>("() => document.getElementById('sheet').width"));
        Assert.Empty(_portal.Complaints);

        // Nothing is typed now: a fax is not left on the screen for whoever comes by.
        await EndSessionAsync(page);
        await page.WaitForURLAsync("**/sign-in?next=*");
    }

    [Fact]
    public async Task MarksOnACopy_WaitWithoutTheFax_AndGoWithItOnceTheirWriterIsBack()
    {
        await _portal.ReceiveAsync(caller: "+15550190");
        (IPage page, Person person) = await _portal.OpenEnrolledAsync(Role.FrontDesk, "erin");
        await page.GotoAsync("/inbox");
        string? fax = await page.Locator(".grid-row").GetAttributeAsync("data-id");
        await page.GotoAsync($"/faxes/{fax}/copy");
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put it in the middle" }).ClickAsync();
        await Expect(page.Locator("#summary")).ToHaveTextAsync("1 page, 1 mark");
        await EndSessionAsync(page, "document.querySelector('#go').click()");

        ILocator again = page.GetByRole(AriaRole.Dialog, new() { Name = "Sign in again to go on" });
        await Expect(again).ToBeVisibleAsync();
        await Expect(page.Locator("#main")).ToBeHiddenAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.getElementById('sheet').width"));
        Assert.Equal(0, await page.Locator("#marks button").CountAsync());
        await FillInAsync(again, person, person.Password);

        await page.WaitForURLAsync("**/send?upload=*");
        await Expect(page.Locator("#documents")).ToContainTextAsync("1 page");
        Assert.Empty(_portal.Complaints);
    }

    private static async Task EndSessionAsync(IPage page, string andThen = "null") =>
        await page.EvaluateAsync($"fetch('/api/v1/session', {{ method: 'DELETE' }}).then(() => {{ {andThen}; }})");

    private async Task FillInAsync(ILocator form, Person person, string password)
    {
        _portal.Desk.Time.Advance(TimeSpan.FromSeconds(TotpCode.StepSeconds));
        await form.GetByLabel("Name").FillAsync(person.Name);
        await form.GetByLabel("Password").FillAsync(password);
        await form.GetByLabel("Six digits").FillAsync(_portal.Desk.CodeOf(person.Secret));
        await form.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }
}
