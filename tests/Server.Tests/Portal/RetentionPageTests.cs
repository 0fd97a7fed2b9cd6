// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;
using Hermetic.Server.Tests.Access;
using Hermetic.Server.Tests.Retention;
using Hermetic.Store;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>How long faxes are kept, as the practice's administrator and the installation's operator see it.</summary>
public sealed class RetentionPageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Administrator_ReadsWhatARuleErases_BeforeTwoAgree_AndHoldsAlone(bool isDarkAndNarrow)
    {
        await using PortalDesk portal = await PortalDesk.StartAsync();
        Desk desk = portal.Desk;
        await portal.ReceiveAsync();
        await desk.MonthsLaterAsync(3);
        await portal.OpenEnrolledAsync(Role.PrivacyOfficer, "officer@north.example");
        (IPage page, _) = await portal.OpenAsAsync(
            Role.TenantAdministrator, isDark: isDarkAndNarrow, isNarrow: isDarkAndNarrow);
        await page.GotoAsync("/practice");
        await Expect(page.Locator("#retention-words")).ToContainTextAsync("Until somebody says otherwise");

        await page.Locator("#change-retention").ClickAsync();
        await page.GetByLabel("For a number of months").CheckAsync();
        await page.Locator("#retention input[name=months]").FillAsync("2");
        await Expect(page.Locator("#retention-would")).ToContainTextAsync("1 month with 1 fax will be erased now");
        await Accessibility.JudgeAsync(page, isDarkAndNarrow ? "retention-dark-narrow" : "retention");
        await page.Locator("#retention").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("A second person has to approve it")).ToBeVisibleAsync();
        await Expect(page.Locator("#retention-words")).ToContainTextAsync("Until somebody says otherwise");

        await desk.KeepAsync(2);
        await page.ReloadAsync();
        await Expect(page.Locator("#retention-words")).ToContainTextAsync("1 month with 1 fax");
        await page.GetByText("What is kept of each month").ClickAsync();
        await Expect(page.Locator("#months")).ToContainTextAsync("the operator carries it out");
        await Accessibility.JudgeAsync(page, isDarkAndNarrow ? "due-dark-narrow" : "due");
        await page.Locator("#change-retention").ClickAsync();
        await page.GetByLabel("Until somebody says otherwise").CheckAsync();
        await page.Locator("#retention").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("#retention-words")).ToContainTextAsync("Until somebody says otherwise");
        Assert.Null((await desk.Installation.Store.Tenants.FindAsync(desk.Tenant, default))!.RetentionMonths);
        Assert.Empty(portal.Complaints);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Operator_SeesWhatIsDue_ErasesIt_AndReadsWhatToBackUp(bool isDarkAndNarrow)
    {
        await using PortalDesk portal = await PortalDesk.StartAsync();
        Desk desk = portal.Desk;
        await portal.ReceiveAsync();
        await desk.MonthsLaterAsync(3);
        (IPage page, _) = await portal.OpenAsAsync(
            Role.InstallationOperator, isDark: isDarkAndNarrow, isNarrow: isDarkAndNarrow);
        await page.GotoAsync("/installation");
        await Expect(page.Locator("#due-none")).ToBeVisibleAsync();
        await Expect(page.Locator("#erase-due")).ToBeDisabledAsync();

        await desk.KeepAsync(2);
        await page.ReloadAsync();
        await Expect(page.Locator("#due tr")).ToHaveCountAsync(1);
        await page.Locator("#erase-due").ClickAsync();
        ILocator sure = page.GetByRole(AriaRole.Dialog, new() { Name = "Erase what is due" });
        await Expect(sure).ToContainTextAsync("1 month with 1 fax");
        await Accessibility.JudgeAsync(page, isDarkAndNarrow ? "erase-due-dark-narrow" : "erase-due");
        await sure.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        Assert.DoesNotContain(desk.Installation.Keys.List(), entry => entry.IsDestroyed);

        await page.Locator("#erase-due").ClickAsync();
        await sure.GetByRole(AriaRole.Button, new() { Name = "Erase for good" }).ClickAsync();
        await Expect(page.Locator("#due-done")).ToContainTextAsync("Back up now");
        await Expect(page.Locator("#due-done")).ToContainTextAsync(desk.Folder.KeyFile);
        await Expect(page.Locator("#due-none")).ToBeVisibleAsync();
        await Expect(page.Locator("#keys")).ToContainTextAsync("Destroyed");
        await Accessibility.JudgeAsync(page, isDarkAndNarrow ? "erased-dark-narrow" : "erased");
        Assert.Single(desk.Installation.Keys.List(), entry => entry.IsDestroyed);
        await desk.Server.Web.Erasure.StepAsync(default);
        Assert.Equal(FaxState.Erased, Assert.Single(await desk.Installation.Store.Faxes.ListAsync(
            new FaxList(desk.Tenant, WithErased: true), default)).State);
        Assert.Empty(portal.Complaints);
    }
}
