// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Webhooks;
using Hermetic.Server.Portal;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Server.Tests.Trunks;
using Hermetic.Telephony;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hermetic.Server.Tests.Portal;

/// <summary>The portal in a language that is not English, in a real browser: nothing is left in English but data and
/// what the server says, and the longer words find room.</summary>
public sealed class OtherLanguageTests : IAsyncLifetime
{
    private static readonly Language English = Languages.Ours().All[0];

    // What a page shows as it is: names, addresses, codes.
    private static readonly string[] Data =
    [
        "Hermetic", TestFolder.TenantName, "STATION 555 0177", "carrier-a", "UDP", "https://", "/scalar",
        "America/New_York", "test.example/ledger", "P1", "P2", "P3", "P4",
    ];

    private static readonly string Judge = File.ReadAllText(
        Path.Combine(PortalSource.Root, "tests/Server.Tests/Portal/language-judge.js"));

    private FaxEndpoint _far = null!;
    private PortalDesk _portal = null!;

    public async ValueTask InitializeAsync()
    {
        _far = await FarSide.StartAsync();
        _portal = await PortalDesk.StartAsync(FarSide.Trunk(_far.Listening[0].Address), services => services
            .AddSingleton(new Languages([English, PseudoLanguage.Of(English)]))
            .AddSingleton(new WebhookReach { MayConnect = _ => true, TakesPlainHttp = true }));
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        await _far.DisposeAsync();
    }

    [Fact]
    public async Task Stranger_ReadsItsLanguage_AndWhatIsTypedIsKept()
    {
        IPage page = await _portal.OpenAsync(isNarrow: true, language: PseudoLanguage.Tag);
        await page.GotoAsync("/sign-in");
        await page.Locator("#sign-in button[type=submit]").ClickAsync();
        await Expect(page.Locator("#sign-in .fault")).ToHaveTextAsync(
            PseudoLanguage.Of(English.Say("password.name-password-and-the-six")));
        await JudgeAsync(page, "sign-in");
        await GoAndJudgeAsync(page, "/enrol");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Clerk_ReadsEveryPageInItsLanguage()
    {
        await _portal.ReceiveAsync(pages: 2);
        _portal.Desk.Time.Advance(TimeSpan.FromMinutes(1));
        await _portal.ReceiveAsync(caller: "+15550188", isCut: true);
        IPage page = await OpenAsync(Role.FrontDesk);
        await page.GotoAsync("/inbox");
        await Expect(page.Locator(".grid-row")).ToHaveCountAsync(2);
        await Expect(page.Locator("#waiting")).Not.ToBeEmptyAsync();
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("m");
        await Expect(page.Locator(".notice")).ToHaveCountAsync(1);
        await JudgeAsync(page, "inbox");
        await page.Locator(".grid-row").Last.ClickAsync();
        await Expect(page.Locator("#sheet")).ToHaveAttributeAsync("aria-label",
            PseudoLanguage.Of(English.Say("any.page-of")).Replace("{page}", "1", StringComparison.Ordinal)
                .Replace("{pages}", "2", StringComparison.Ordinal));
        await Expect(page.Locator("#facts dd")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator("#handling")).ToBeVisibleAsync();
        string fax = new Uri(page.Url).AbsolutePath;
        await JudgeAsync(page, "fax");
        await page.GotoAsync($"{fax}/copy");
        await Expect(page.Locator("#pages li")).ToHaveCountAsync(2);
        await page.Locator("#middle").ClickAsync();
        await JudgeAsync(page, "copy");
        await page.GotoAsync($"{fax}/split");
        await page.Locator(".begin").ClickAsync();
        await JudgeAsync(page, "split");
        await page.Locator("#go").ClickAsync();
        await Expect(page.Locator("#made-parts li")).ToHaveCountAsync(2);
        await JudgeAsync(page, "split-made");
        await GoAndJudgeAsync(page, fax);
        await GoAndJudgeAsync(page, $"/faxes/{Guid.NewGuid()}");
        await GoAndJudgeAsync(page, "/account");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Sender_ReadsEveryPageInItsLanguage()
    {
        IPage page = await OpenAsync(Role.FrontDesk);
        await page.GotoAsync("/address-book");
        await AskAsync(page, "/address-book",
            new { name = "Ńàɱé", number = "+15555550100", groups = Array.Empty<string>() });
        string line = (await AskAsync(page, "/lines")).GetProperty("lines").EnumerateArray()
            .Single(one => one.GetProperty("number").GetString() == PortalDesk.SandboxLine)
            .GetProperty("id").GetString()!;
        string upload = await page.EvaluateAsync<string>("""
            async file => (await (await fetch('/api/v1/uploads', {
              method: 'POST', headers: { 'Content-Type': 'image/tiff' },
              body: Uint8Array.from(atob(file), one => one.charCodeAt(0)),
            })).json()).id
            """, Convert.ToBase64String(Arrivals.TiffOf(Arrivals.Page(1))));
        JsonElement held = await AskAsync(page, "/jobs", new { upload, line, number = "+15555550108" });
        JsonElement busy = await AskAsync(page, "/jobs",
            new { upload, line, number = "+15555550101", numberAgain = "+15555550101" });
        JsonElement many = await AskAsync(page, "/broadcasts",
            new { upload, line, numbers = new[] { "+15555550106", "+15555550109" } });
        await GoAndJudgeAsync(page, "/address-book", "#entries tr");
        await GoAndJudgeAsync(page, $"/outbox/{held.GetProperty("id").GetString()}", "#facts dd");
        await page.GotoAsync($"/outbox/{busy.GetProperty("id").GetString()}");
        await Expect(page.Locator("#words")).ToHaveTextAsync(PseudoLanguage.Of(English.Say("cause.busy")));
        await JudgeAsync(page, "job-busy");
        await GoAndJudgeAsync(page, $"/broadcasts/{many.GetProperty("id").GetString()}", "#jobs li");
        await GoAndJudgeAsync(page, "/outbox", ".grid-row");
        await page.GotoAsync($"/send?upload={upload}");
        await page.Locator("#documents .calm").WaitForAsync();
        await page.Locator("[name=cover]").CheckAsync();
        await page.Locator("#to").PressSequentiallyAsync("z");
        await page.Locator("#found [role=option]").WaitForAsync();
        await JudgeAsync(page, "send");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Administrator_ReadsEveryPageInItsLanguage()
    {
        IPage page = await OpenAsync(Role.TenantAdministrator);
        await page.GotoAsync("/practice");
        await Expect(page.Locator("#lines tr")).ToHaveCountAsync(2);
        await AskAsync(page, "/sites", new { name = "Ńàɱé", timeZone = "America/New_York" });
        await AskAsync(page, "/webhooks", new { url = "https://127.0.0.1:9/" });
        await page.ReloadAsync();
        await page.Locator("#hooks button").First.WaitForAsync();
        await page.Locator("#months-part summary").ClickAsync();
        await Expect(page.Locator("#months tr")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator("main [aria-busy]")).ToHaveCountAsync(0);
        await JudgeAsync(page, "practice");
        await GoAndJudgeAsync(page, "/people", "#accounts tr");
        // There has to be a second person for anything to wait for one.
        await _portal.OpenEnrolledAsync(Role.TenantAdministrator, "Ðåṽé");
        await AskAsync(page, "/accounts", new { name = "Ńàɱé", role = "FrontDesk", inboxes = new[] { "all" } });
        await GoAndJudgeAsync(page, "/approvals", "#waiting li");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Officer_ReadsEveryPageInItsLanguage()
    {
        await _portal.ReceiveAsync();
        IPage page = await OpenAsync(Role.PrivacyOfficer);
        await page.GotoAsync("/inbox");
        await page.Locator(".grid-row").First.ClickAsync();
        await Expect(page.Locator("#seen-list li")).Not.ToHaveCountAsync(0);
        await JudgeAsync(page, "fax-seen");
        string fax = new Uri(page.Url).AbsolutePath.Split('/')[^1];
        await GoAndJudgeAsync(page, $"/privacy?fax={fax}", "#who-rows tr");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Operator_ReadsItsPageInItsLanguage()
    {
        IPage page = await OpenAsync(Role.InstallationOperator);
        await page.GotoAsync("/installation");
        await page.Locator("#keys tr").First.WaitForAsync();
        await page.Locator("#examine").ClickAsync();
        await page.Locator("#doctor li").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Locator("#trunks tr").WaitForAsync();
        await page.Locator("#practices details").First.WaitForAsync();
        await JudgeAsync(page, "installation");
        Assert.Empty(_portal.Complaints);
    }

    [Fact]
    public async Task Page_AsksNobodyForALanguageThatIsNotThere()
    {
        await using PortalDesk portal = await PortalDesk.StartAsync();
        foreach ((PortalDesk desk, string tag) in new[] { (portal, "en"), (_portal, PseudoLanguage.Tag) })
        {
            IPage page = await desk.OpenAsync(language: PseudoLanguage.Tag);
            IResponse answer = (await page.GotoAsync("/sign-in"))!;
            Assert.Equal((int)HttpStatusCode.OK, answer.Status);
            Assert.Equal(tag, await page.Locator("html").GetAttributeAsync("lang"));
            Assert.Equal(tag, await answer.HeaderValueAsync("content-language"));
            Assert.Contains("Accept-Language", await answer.HeaderValueAsync("vary"), StringComparison.Ordinal);
        }
    }

    private async Task<IPage> OpenAsync(Role role)
    {
        (IPage page, _) = await _portal.OpenAsAsync(role, isNarrow: true, language: PseudoLanguage.Tag);
        return page;
    }

    // As a page's own script does.
    private static async Task<JsonElement> AskAsync(IPage page, string path, object? body = null) =>
        (await page.EvaluateAsync("""
            async ([path, body]) => {
              const answer = await fetch('/api/v1' + path, body === null ? {} : {
                method: 'POST', headers: { 'Content-Type': 'application/json' }, body,
              });
              if (!answer.ok) throw new Error(await answer.text());
              return answer.json();
            }
            """, new[] { path, body is null ? null : JsonSerializer.Serialize(body) }))!.Value;

    private static async Task GoAndJudgeAsync(IPage page, string path, string there = "h1")
    {
        await page.GotoAsync(path);
        await page.Locator(there).First.WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.Load);
        await Expect(page.Locator("[aria-busy]")).ToHaveCountAsync(0);
        await JudgeAsync(page, path.Split('/', '?')[1]);
    }

    private static async Task JudgeAsync(IPage page, string name)
    {
        await PortalDesk.LookAsync(page, $"{name}-pseudo");
        Assert.Equal(PseudoLanguage.Tag, await page.Locator("html").GetAttributeAsync("lang"));
        string[] found = await page.EvaluateAsync<string[]>(Judge, Data);
        Assert.True(found.Length == 0, $"{name}:\n{string.Join('\n', found)}");
    }
}
