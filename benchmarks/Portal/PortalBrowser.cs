// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Hermetic.Benchmarks.Desk;
using Hermetic.Server.Features.Access;
using Microsoft.Playwright;

namespace Hermetic.Benchmarks.Portal;

/// <summary>A row of the inbox, in milliseconds of the Unix epoch.</summary>
/// <param name="At">It was on screen.</param>
/// <param name="Heard">The page heard that its fax is there.</param>
/// <param name="Asked">The page asked for it.</param>
/// <param name="Answered">The answer was there.</param>
internal sealed record SeenRow(double At, double Heard, double Asked, double Answered);

/// <summary>The inbox as it was loaded, in milliseconds from the start of the navigation.</summary>
/// <param name="At">Its first rows were on screen.</param>
/// <param name="Frame">The page without its rows was there.</param>
/// <param name="Asked">The page asked for the faxes.</param>
/// <param name="Answered">The answer was there.</param>
internal sealed record LoadedInbox(double At, double Frame, double Asked, double Answered);

/// <summary>Debian's chromium, signed in: one page that stays in the inbox, one that comes and goes.</summary>
internal sealed class PortalBrowser : IAsyncDisposable
{
    // A reader looks at a page for longer than this; the next one is fetched meanwhile.
    private const int ReadingMs = 400;

    private const string FirstRow = "the first row is on screen";

    // What is shown is told from within the page, at the frame that shows it. That it is there goes over the console:
    // to wait for it in the page, Playwright puts a script of its own there, 15 ms of those that were measured.
    private const string Script =
        $$"""
        window.seen = {};
        window.turns = [];
        const heard = {};
        const now = () => performance.timeOrigin + performance.now();
        performance.setResourceTimingBufferSize(100000);
        window.EventSource = class extends window.EventSource {
          constructor(...how) {
            super(...how);
            this.addEventListener('fax.received', told => { heard[JSON.parse(told.data).fax] ??= now(); });
          }
        };
        // When the first rows were on screen, when the frame was there, and from when to when the faxes were asked for.
        window.inboxLoaded = () => {
          const frame = performance.getEntriesByType('navigation')[0].responseEnd;
          const { startTime: asked, responseEnd: answered } =
            performance.getEntriesByType('resource').find(one => one.name.includes('/api/v1/faxes?'));
          return { at: window.firstRow, frame, asked, answered };
        };
        // When a row was on screen, when its event was heard, and from when to when the page asked for it.
        window.rowsSeen = () => Object.fromEntries(Object.entries(window.seen).map(([number, { id, at }]) => {
          const asked = performance.getEntriesByType('resource').findLast(one => one.name.endsWith(id)
            && performance.timeOrigin + one.responseEnd <= at + 2); // clocks of a page are coarse
          const [from, to] = !asked ? [at, at]
            : [asked.startTime, asked.responseEnd].map(one => performance.timeOrigin + one);
          return [number, { at, heard: Math.min(heard[id] ?? at, at), asked: from, answered: to }];
        }));
        let pressed = 0;
        addEventListener('keydown', () => { pressed = performance.now(); }, true);
        new MutationObserver(changes => {
          const rows = document.querySelectorAll('.grid-row');
          if (rows.length > 0 && window.firstRow === undefined) {
            window.firstRow = null;
            requestAnimationFrame(() => {
              window.firstRow = performance.now();
              console.debug('{{FirstRow}}');
            });
          }
          for (const row of rows) {
            const number = row.querySelector('.who a')?.textContent.split(' ')[0];
            if (!number || number in window.seen || !row.textContent.includes('Received')) continue;
            window.seen[number] = { id: row.dataset.id, at: 0 };
            requestAnimationFrame(() => { window.seen[number].at = now(); });
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
            // A certificate that it trusts, as a clinic's is: from a server of another a browser keeps no script.
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                $"--ignore-certificate-errors-spki-list={await KeyHashAsync(new Uri(desk.Http))}",
            ],
        });
        return new PortalBrowser(playwright, browser, await OpenAsync(desk, browser), await OpenAsync(desk, browser));
    }

    // In a window of its own: what lies behind another tab is drawn once a second.
    private static async Task<IPage> OpenAsync(ServingDesk desk, IBrowser browser)
    {
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = desk.Http,
            ViewportSize = new ViewportSize { Width = 1366, Height = 768 },
        });
        await context.AddCookiesAsync([new Cookie
        {
            Name = SessionCookie.Name, Value = desk.Sessions[0].Secret, Url = desk.Http, Secure = true,
            HttpOnly = true, SameSite = SameSiteAttribute.Strict,
        }]);
        await context.AddInitScriptAsync(Script);
        return await context.NewPageAsync();
    }

    // Of the certificate that the server made for itself a moment ago.
    private static async Task<string> KeyHashAsync(Uri server)
    {
        using TcpClient client = new();
        await client.ConnectAsync(server.Host, server.Port);
        string hash = "";
        using SslStream tls = new(client.GetStream(), false, (_, shown, _, _) =>
        {
            using X509Certificate2 certificate = new(shown!);
            hash = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
            return hash.Length > 0;
        });
        await tls.AuthenticateAsClientAsync(server.Host);
        return hash;
    }

    /// <summary>Opens the inbox that stays.</summary>
    public Task WatchAsync() => OpenInboxAsync(_staying);

    /// <summary>When each number's row was on screen.</summary>
    public async Task<IReadOnlyDictionary<string, SeenRow>> SeenAsync()
    {
        string seen = await _staying.EvaluateAsync<string>("() => JSON.stringify(window.rowsSeen())");
        return JsonSerializer.Deserialize<Dictionary<string, SeenRow>>(seen, JsonSerializerOptions.Web)!;
    }

    /// <summary>Loads the inbox anew, until its first rows were on screen.</summary>
    public async Task<LoadedInbox> LoadInboxAsync()
    {
        await OpenInboxAsync(_going);
        string loaded = await _going.EvaluateAsync<string>("() => JSON.stringify(window.inboxLoaded())");
        return JsonSerializer.Deserialize<LoadedInbox>(loaded, JsonSerializerOptions.Web)!;
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

    private static Task<IConsoleMessage> OpenInboxAsync(IPage page) => page.RunAndWaitForConsoleMessageAsync(
        () => page.GotoAsync("/inbox", new() { WaitUntil = WaitUntilState.Commit }),
        new() { Predicate = said => said.Text == FirstRow });

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
