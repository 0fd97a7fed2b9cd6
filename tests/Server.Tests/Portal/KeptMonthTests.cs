// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Keys;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Access;
using Hermetic.Vault.Sealing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>What a practice is told of how long its faxes are kept, over the API and in a real browser.</summary>
public sealed class KeptMonthTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Administrator_SeesWhatIsKept_AndWhichMonthIsErased(bool isDarkAndNarrow)
    {
        await using PortalDesk portal = await PortalDesk.StartAsync();
        Desk desk = portal.Desk;
        await portal.ReceiveAsync(pages: 2);
        KeyEpoch old = new(2025, 3, Provisioning.DefaultRetention);
        desk.Installation.Keys.Ensure(desk.Tenant, old);
        await desk.Installation.Destructions.DestroyAsync(
            new DestructionOrder(desk.Tenant, old, "the operator", "older than the practice keeps", false));
        string now = $"{desk.Time.GetUtcNow():yyyy-MM}";

        (_, string session) = await desk.PersonAsync(Role.TenantAdministrator);
        using HttpResponseMessage answer = await desk.SendAsync(
            HttpMethod.Get, "/api/v1/usage/months", session: session);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonElement[] months = [.. (await Desk.JsonAsync(answer)).GetProperty("months").EnumerateArray()];
        Assert.Equal([(now, 1L, 2L, "kept"), ("2025-03", 0L, 0L, "erased")],
            from month in months
            select (month.GetProperty("month").GetString(), month.GetProperty("faxes").GetInt64(),
                month.GetProperty("pages").GetInt64(), month.GetProperty("state").GetString()));
        Assert.Equal([JsonValueKind.Null, JsonValueKind.String],
            months.Select(month => month.GetProperty("erasedAt").ValueKind));

        (IPage page, _) = await portal.OpenAsAsync(
            Role.TenantAdministrator, isDark: isDarkAndNarrow, isNarrow: isDarkAndNarrow);
        await page.GotoAsync("/practice");
        await page.GetByText("What is kept of each month").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "March 2025" })).ToContainTextAsync("Erased");
        await Expect(page.Locator("#months tr").First).ToContainTextAsync("Kept");
        await Accessibility.JudgeAsync(page, isDarkAndNarrow ? "kept-dark-narrow" : "kept");
        Assert.Empty(portal.Complaints);
    }

    [Fact]
    public async Task Practice_SeesItsOwnMonthsAlone()
    {
        await using Desk desk = await Desk.StartAsync();
        KeyEpoch old = new(2024, 7, Provisioning.DefaultRetention);
        desk.Installation.Keys.Ensure(Guid.NewGuid(), old);
        (_, string session) = await desk.PersonAsync(Role.TenantAdministrator);
        using HttpResponseMessage answer = await desk.SendAsync(
            HttpMethod.Get, "/api/v1/usage/months", session: session);
        Assert.DoesNotContain("2024-07", await answer.Content.ReadAsStringAsync(
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (_, string clerk) = await desk.PersonAsync(Role.FrontDesk);
        using HttpResponseMessage refused = await desk.SendAsync(
            HttpMethod.Get, "/api/v1/usage/months", session: clerk);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }
}
