// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Sandbox;
using Hermetic.Server.Tests.Trunks;
using Hermetic.Telephony;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>The operator tries a trunk, in a real browser and over real SIP and T.38.</summary>
public sealed class TestCallTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Operator_TriesATrunk_AndReadsWhatCameOfIt(bool isDarkAndNarrow)
    {
        SandboxStation others = new();
        await using FaxEndpoint far = await FarSide.StartAsync(call => call.DialledNumber == FarSide.FaxMachine
            ? IncomingDecision.Accept(new T30Settings { StationId = "<b>222</b>", RateMax = 9600 }, new NoPages())
            : others.Decide(call));
        await using PortalDesk portal = await PortalDesk.StartAsync(FarSide.Trunk(far.Listening[0].Address));
        (IPage page, _) = await portal.OpenAsAsync(
            Role.InstallationOperator, isDark: isDarkAndNarrow, isNarrow: isDarkAndNarrow);
        string kind = isDarkAndNarrow ? "-dark-narrow" : "";
        await page.GotoAsync("/installation");
        ILocator open = page.GetByRole(AriaRole.Button, new() { Name = "Test call: carrier-a" });
        await open.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        ILocator dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Test call on carrier-a" });
        ILocator number = dialog.GetByLabel("Number of a fax machine");
        ILocator words = dialog.GetByRole(AriaRole.Status);

        await number.FillAsync("9-911");
        await page.Keyboard.PressAsync("Enter");
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("emergency and service numbers");
        await Expect(number).ToHaveValueAsync("9-911");
        await Accessibility.JudgeAsync(page, $"test-call-refused{kind}");

        await number.FillAsync(FarSide.FaxMachine);
        await page.Keyboard.PressAsync("Enter");
        await Expect(words).ToContainTextAsync("this trunk carries faxes");
        await Expect(page.Locator("#test-facts")).ToContainTextAsync("b 222 /b");
        await Expect(page.Locator("#test-facts")).ToContainTextAsync("9,600 bit/s");
        await Accessibility.JudgeAsync(page, $"test-call-works{kind}");

        await number.FillAsync(FarSide.Busy);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Call" }).ClickAsync();
        await Expect(words).ToContainTextAsync("The line is busy.");
        await Accessibility.JudgeAsync(page, $"test-call-busy{kind}");

        await number.FillAsync(FarSide.Silent);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Call" }).ClickAsync();
        await Expect(words).ToContainTextAsync("Connected by T.38");
        await Accessibility.JudgeAsync(page, $"test-call-under-way{kind}");
        await page.Keyboard.PressAsync("Enter"); // the focus is on "Hang up"
        await Expect(words).ToContainTextAsync("Ended here");
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(open).ToBeFocusedAsync();
        Assert.Empty(portal.Complaints);
    }

    /// <summary>A test call sends none.</summary>
    private sealed class NoPages : IPageSink
    {
        public void BeginPage(in ReceivedPageInfo page) => Assert.Fail("a page came");

        public void WriteRow(ReadOnlySpan<byte> row) => Assert.Fail("a row came");

        public void EndPage(in PageQuality quality) => Assert.Fail("a page ended");

        public void AbandonPage(in PageQuality quality) => Assert.Fail("a page was cut");
    }
}
