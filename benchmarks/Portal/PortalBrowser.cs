// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using Hermetic.Benchmarks.Desk;
using Hermetic.Server.Features.Access;
using Microsoft.Playwright;

namespace Hermetic.Benchmarks.Portal;

/// <summary>Debian's chromium, signed in: one page that stays in the inbox, one that comes and goes.</summary>
internal sealed class PortalBrowser : IAsyncDisposable
{
    // A reader looks at a page for longer than this; the next one is fetched meanwhile.
    private const int ReadingMs = 400;

    // What is shown is told from within the page, at the frame that shows it.
    private const string Script =
        """
        window.seen = {};
        window.turns = [];
        let pressed = 0;
        addEventListener('keydown', () => { pressed = performance.now(); }, true);
        new MutationObserver(changes => {
          const rows = document.querySelectorAll('.grid-row');
          if (rows.length > 0 && window.firstRow === undefined) {
            window.firstRow = null;
            requestAnimationFrame(() => { window.firstRow = performance.now(); });
          }
          for (const row of rows) {
            const number = row.querySelector('.who a')?.textContent.split(' ')[0];
            if (!number || number in window.seen || !row.textContent.includes('Received')) continue;
            window.seen[number] = 0;
            requestAnimationFrame(() => { window.seen[number] = performance.timeOrigin + performance.now(); });
          }
          if (changes.some(one => one.attributeName === 'aria-label' && one.target.id === 'sheet') && pressed > 0) {
            const from = pressed;
            pressed = 0;
            requestAnimationFrame(() => window.turns.push(performance.now() - from));
          }
        }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-label'] });
        """;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly IPage _staying;
    private readonly IPage _going;

    private PortalBrowser(IPlaywright playwright, IBrowser browser, IPage staying, IPage going) =>
        (_playwright, _browser, _staying, _going) = (playwright, browser, staying, going);

    public static async Task<PortalBrowser> OpenAsync(ServingDesk desk)
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        });
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = desk.Http,
            IgnoreHTTPSErrors = true, // the certificate is the server's own, made a moment ago
            ViewportSize = new ViewportSize { Width = 1366, Height = 768 },
        });
        await context.AddCookiesAsync([new Cookie
        {
            Name = SessionCookie.Name, Value = desk.Sessions[0].Secret, Url = desk.Http, Secure = true,
            HttpOnly = true, SameSite = SameSiteAttribute.Strict,
        }]);
        await context.AddInitScriptAsync(Script);
        return new PortalBrowser(playwright, browser, await context.NewPageAsync(), await context.NewPageAsync());
    }

    /// <summary>Opens the inbox that stays.</summary>
    public async Task WatchAsync()
    {
        await _staying.GotoAsync("/inbox");
        await _staying.WaitForFunctionAsync("() => window.firstRow > 0");
    }

    /// <summary>When each number's row was on screen, in milliseconds of the Unix epoch.</summary>
    public async Task<IReadOnlyDictionary<string, double>> SeenAsync()
    {
        string seen = await _staying.EvaluateAsync<string>("() => JSON.stringify(window.seen)");
        return JsonSerializer.Deserialize<Dictionary<string, double>>(seen)!;
    }

    /// <summary>Loads the inbox anew; milliseconds until its first rows were on screen.</summary>
    public async Task<double> LoadInboxAsync()
    {
        await _going.GotoAsync("/inbox", new() { WaitUntil = WaitUntilState.Commit });
        await _going.WaitForFunctionAsync("() => window.firstRow > 0");
        return await _going.EvaluateAsync<double>("() => window.firstRow");
    }

    /// <summary>Turns through a fax and back; milliseconds of each turn.</summary>
    public async Task<double[]> TurnPagesAsync(Guid fax, int pages)
    {
        await _going.GotoAsync($"/faxes/{fax}", new() { WaitUntil = WaitUntilState.Commit });
        string first = string.Create(CultureInfo.InvariantCulture, $"Page 1 of {pages}");
        await _going.WaitForFunctionAsync(
            "label => document.querySelector('#sheet')?.getAttribute('aria-label') === label", first);
        for (int i = 1; i < pages; i++)
        {
            await Task.Delay(ReadingMs);
            await _going.Keyboard.PressAsync("ArrowRight");
            await _going.WaitForFunctionAsync("count => window.turns.length === count", i);
        }

        return await _going.EvaluateAsync<double[]>("() => window.turns");
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
