// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>The days of those who fax little: privacy officer, administrator and operator, in a real browser.</summary>
public sealed class RoleDayTests : IAsyncLifetime
{
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync() => _portal = await PortalDesk.StartAsync();

    public async ValueTask DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task PrivacyOfficer_ReviewsBrokenGlass_AndLearnsWhoSawAFax()
    {
        await _portal.ReceiveAsync();
        (IPage clerk, _) = await _portal.OpenAsAsync(Role.Clinician, inboxes: Guid.NewGuid().ToString());
        (IPage page, _) = await _portal.OpenAsAsync(Role.PrivacyOfficer);
        await page.GotoAsync("/");
        await page.WaitForURLAsync("**/privacy");
        await Expect(page.Locator("#glass-none")).ToBeVisibleAsync();

        await page.GotoAsync("/inbox");
        await page.Locator(".grid-row").First.ClickAsync();
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 1");
        string fax = new Uri(page.Url).AbsolutePath;
        await clerk.GotoAsync(fax);
        await clerk.GetByLabel("Why do you need it now?").FillAsync("She is in front of me <b>now</b> and can't speak");
        await clerk.GetByRole(AriaRole.Button, new() { Name = "Open with this reason" }).ClickAsync();
        await Expect(clerk.Locator("#sheet")).ToHaveAttributeAsync("aria-label", "Page 1 of 1");

        await page.GotoAsync("/privacy");
        await Expect(page.Locator("#glass blockquote"))
            .ToHaveTextAsync("She is in front of me <b>now</b> and can't speak");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write down what you found" }).ClickAsync();
        await page.GetByLabel("Note").FillAsync("She was in the ambulance; it was right");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write it down" }).ClickAsync();
        await Expect(page.Locator("#glass-none")).ToBeVisibleAsync();

        await page.GetByLabel("Reference of the fax").FillAsync(fax.Split('/')[^1]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Look into the ledger" }).ClickAsync();
        await Expect(page.Locator("#who-words")).ToContainTextAsync("2 people or programs");
        await Expect(page.Locator("#who-rows")).ToContainTextAsync("with broken glass");
        await Expect(page.Locator("#who-rows")).ToContainTextAsync("(Clinician)");
        IDownload proof = await page.RunAndWaitForDownloadAsync(
            () => page.Locator("#who-rows button").First.ClickAsync());
        Assert.StartsWith("c2sp.org/tlog-proof@v1",
            await File.ReadAllTextAsync(await proof.PathAsync()), StringComparison.Ordinal);
        await Accessibility.JudgeAsync(page, "privacy");
        await JudgeElsewhereAsync(page, "/privacy");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Administrator_InvitesAClerk_AndASecondOneApproves()
    {
        (IPage page, _) = await _portal.OpenEnrolledAsync(Role.TenantAdministrator, "carol");
        (IPage second, _) = await _portal.OpenEnrolledAsync(Role.TenantAdministrator, "dave");
        await page.GotoAsync("/");
        await page.WaitForURLAsync("**/practice");
        await Expect(page.Locator("#lines tr")).ToHaveCountAsync(2);
        await Accessibility.JudgeAsync(page, "practice");
        await page.GetByRole(AriaRole.Link, new() { Name = "People" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Invite a person" }).ClickAsync();
        await page.GetByLabel("Name to sign in with").FillAsync("bob <i>the clerk</i>");
        await Accessibility.JudgeAsync(page, "invite");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for it" }).ClickAsync();
        await Expect(page.Locator("#notices")).ToContainTextAsync("A second person has to approve it");
        await page.GotoAsync("/approvals");
        await Expect(page.Locator("#waiting")).ToContainTextAsync("Asked for by you");
        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).CountAsync());

        await second.GotoAsync("/approvals");
        await Expect(second.Locator("#waiting")).ToContainTextAsync("Invite bob <i>the clerk</i>");
        await Accessibility.JudgeAsync(second, "approvals");
        await second.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(second.Locator(".secret")).ToContainTextAsync("/enrol#");
        await PortalDesk.LookAsync(second, "one-time-link");
        string link = await second.Locator(".secret").InnerTextAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "I have handed it on" }).ClickAsync();
        await Expect(second.Locator("#empty")).ToBeVisibleAsync();

        IPage bob = await _portal.OpenAsync();
        await bob.GotoAsync(link.Trim());
        await bob.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(bob.Locator("#name")).ToHaveTextAsync("bob <i>the clerk</i>");
        await page.GotoAsync("/people");
        await Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "bob <i>the clerk</i>" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Suspend: bob" }).ClickAsync();
        await Expect(page.Locator("#accounts")).ToContainTextAsync("Suspended");
        await Accessibility.JudgeAsync(page, "people");
        await JudgeElsewhereAsync(page, "/people", "/practice", "/approvals");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Operator_MakesAPractice_LooksAtKeysAndAsksTheDoctor_AndSeesNoFax()
    {
        (IPage page, _) = await _portal.OpenAsAsync(Role.InstallationOperator);
        await page.GotoAsync("/");
        await page.WaitForURLAsync("**/installation");
        await Expect(page.Locator("#keys tr").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New practice" }).ClickAsync();
        await page.GetByLabel("Its name").FillAsync("South <b>Clinic</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(page.Locator("#practices")).ToContainTextAsync("South <b>Clinic</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Examine it now" }).ClickAsync();
        await Expect(page.Locator("#doctor-words")).ToContainTextAsync("Examined");
        await Expect(page.Locator("#doctor")).ToContainTextAsync("P4: no open door");
        await Accessibility.JudgeAsync(page, "installation");
        await JudgeElsewhereAsync(page, "/installation");
        foreach (string path in new[] { "/inbox", "/send", "/outbox", "/privacy" })
        {
            IResponse? answer = await page.GotoAsync(path);
            Assert.Equal(403, answer!.Status);
        }

        Assert.Empty(_portal.Complaints);
    }

    // The same person in the dark, and on a telephone.
    private static async Task JudgeElsewhereAsync(IPage page, params string[] paths)
    {
        foreach (string path in paths)
        {
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await page.SetViewportSizeAsync(PortalDesk.Screens[1].Width, PortalDesk.Screens[1].Height);
            await page.GotoAsync(path);
            await page.WaitForLoadStateAsync(LoadState.Load);
            await Expect(page.Locator("main[aria-busy]")).ToHaveCountAsync(0);
            await Accessibility.JudgeAsync(page, path.TrimStart('/') + "-dark-narrow");
        }
    }
}
