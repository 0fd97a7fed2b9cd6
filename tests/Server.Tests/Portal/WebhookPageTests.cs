// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Webhooks;
using Hermetic.Server.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A practice's webhooks, kept by its administrator in a real browser, and a receiver of theirs.</summary>
public sealed class WebhookPageTests : IAsyncLifetime
{
    private WebhookReceiver _receiver = null!;
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        // The receiver is on this machine, without TLS.
        _portal = await PortalDesk.StartAsync(services: services => services.AddSingleton(
            new WebhookReach { MayConnect = _ => true, TakesPlainHttp = true }));
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Administrator_MakesAWebhook_LooksAtItsDeliveries_AndSendsOneAgain()
    {
        (IPage page, _) = await _portal.OpenAsAsync(Role.TenantAdministrator);
        await page.GotoAsync("/practice");
        string secret = await MakeAsync(page);
        string name = _receiver.Address;
        await Expect(Button(page, $"Deliveries: {name}")).ToBeVisibleAsync();
        Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);

        _receiver.Answers.Enqueue(500);
        await _portal.ReceiveAsync();
        await Button(page, $"Deliveries: {name}").ClickAsync();
        ILocator failed = page.Locator("#delivery-list details", new() { HasText = "Waiting" })
            .Filter(new() { HasText = "1 try" });
        await LookUntilAsync(page, failed);
        await failed.Locator("summary").First.ClickAsync();
        await Expect(page.Locator("#delivery-list")).ToContainTextAsync("answered 500 after");
        await Expect(page.Locator("#delivery-list details[open] summary code")).ToHaveTextAsync("fax.received");
        await Accessibility.JudgeAsync(page, "webhook-deliveries");
        int before = _receiver.All.Count;
        await page.Locator("#delivery-list details[open]")
            .GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await LookUntilAsync(page, page.Locator("#delivery-list details", new() { HasText = "2 tries" }));
        Assert.True(_receiver.All.Count > before);
        Assert.All(_receiver.All, got => Assert.True(got.IsSignedBy(secret)));
        await page.Keyboard.PressAsync("Escape");
        await Expect(Button(page, $"Deliveries: {name}")).ToBeFocusedAsync();
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Administrator_PausesAWebhook_GivesItANewSecret_AndRemovesIt()
    {
        (IPage page, _) = await _portal.OpenAsAsync(Role.TenantAdministrator, isDark: true, isNarrow: true);
        await page.GotoAsync("/practice");
        string secret = await MakeAsync(page, "-dark-narrow");
        string name = _receiver.Address;
        await Button(page, $"Pause: {name}").ClickAsync();
        await Expect(page.Locator("#hooks")).ToContainTextAsync("Paused");
        await Button(page, $"Change: {name}").ClickAsync();
        await page.GetByLabel("All of them").UncheckAsync();
        await page.GetByLabel("fax.received", new() { Exact = true }).CheckAsync();
        await page.Locator("#hook").GetByLabel("Address").FillAsync("ftp://elsewhere");
        await Button(page, "Save").ClickAsync();
        ILocator alert = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert);
        await Expect(alert).ToContainTextAsync("Address takes an https:// address of the public internet");
        await Expect(page.GetByLabel("fax.received", new() { Exact = true })).ToBeCheckedAsync();
        await Accessibility.JudgeAsync(page, "webhook-form-dark-narrow");
        await page.Locator("#hook").GetByLabel("Address").FillAsync(name);
        await Button(page, "Save").ClickAsync();
        await Expect(page.Locator("#hooks")).ToContainTextAsync("fax.received, of all lines");

        await Button(page, $"New secret: {name}").ClickAsync();
        await Accessibility.JudgeAsync(page, "webhook-sure-dark-narrow");
        await Button(page, "Make it").ClickAsync();
        await Expect(page.Locator(".secret")).ToContainTextAsync("whsec_");
        Assert.NotEqual(secret, await page.Locator(".secret").InnerTextAsync());
        await Button(page, "I have handed it on").ClickAsync();
        await Expect(page.Locator("#hooks")).ToContainTextAsync("the secret before this one signs too");
        await Button(page, $"Remove: {name}").ClickAsync();
        await Button(page, "Cancel").ClickAsync();
        await Expect(page.Locator("#hooks")).ToContainTextAsync(name);
        await Button(page, $"Remove: {name}").ClickAsync();
        await Button(page, "Remove it").ClickAsync();
        await Expect(page.Locator("#hooks")).ToContainTextAsync("None: nobody is told by itself.");
        Assert.Empty(_portal.Complaints);
    }

    [Theory]
    [InlineData(nameof(Role.FrontDesk))]
    [InlineData(nameof(Role.PrivacyOfficer))]
    [InlineData(nameof(Role.InstallationOperator))]
    public async Task Webhook_MadeByWhoMayNot_IsRefusedByTheServer(string role)
    {
        (_, string session) = await _portal.Desk.PersonAsync(Enum.Parse<Role>(role));
        using HttpResponseMessage made = await _portal.Desk.SendAsync(HttpMethod.Post, "/api/v1/webhooks",
            new { url = _receiver.Address }, session: session);
        Assert.Equal(HttpStatusCode.Forbidden, made.StatusCode);
    }

    private async Task<string> MakeAsync(IPage page, string screen = "")
    {
        await Button(page, "New webhook").ClickAsync();
        await Button(page, "Save").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("Give the address that is to hear of it.");
        await page.Locator("#hook").GetByLabel("Address").FillAsync(_receiver.Address);
        await Accessibility.JudgeAsync(page, $"webhook-new{screen}");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".secret")).ToContainTextAsync("whsec_");
        await Expect(Button(page, "Copy")).ToBeVisibleAsync();
        await Accessibility.JudgeAsync(page, $"webhook-secret{screen}");
        string secret = await page.Locator(".secret").InnerTextAsync();
        await Button(page, "I have handed it on").ClickAsync();
        await Expect(page.Locator(".secret")).ToHaveCountAsync(0);
        return secret.Trim();
    }

    private static async Task LookUntilAsync(IPage page, ILocator there)
    {
        while (await there.CountAsync() == 0)
        {
            await page.WaitForTimeoutAsync((float)WebhookPump.LookInterval.TotalMilliseconds);
            await Button(page, "Look again").ClickAsync();
            await Expect(page.Locator("#deliveries-part[aria-busy]")).ToHaveCountAsync(0);
        }
    }

    private static ILocator Button(IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
