// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Tests.Access;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Telephony;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Hermetic.Server.Tests.Portal;

/// <summary>A running server with TLS, and Debian's chromium in front of it. What the browser complains of (content
/// policy, scripts) is kept, and fails the test at its end.</summary>
internal sealed class PortalDesk : IAsyncDisposable
{
    // Wide as a desk's screen, and as a telephone.
    public static readonly (string Name, int Width, int Height)[] Screens = [("wide", 1366, 768), ("narrow", 390, 800)];

    // One browser for all tests of this program: what a test sees is in contexts of its own, which nothing leaves.
    private static readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> Shared = new(LaunchAsync);

    private readonly IBrowser _browser;
    private readonly List<IBrowserContext> _contexts = [];
    private readonly List<string> _complaints = [];
    private int _calls;

    private PortalDesk(Desk desk, IBrowser browser) => (Desk, _browser) = (desk, browser);

    public Desk Desk { get; }

    /// <summary>What the browser complained of so far.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    // WebAuthn takes no address for a site, so it is called by its name.
    public string Origin => Desk.Server.HttpAddresses[0].Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>The number of the practice's sandbox line: what goes out from it reaches nobody.</summary>
    public const string SandboxLine = "+15555550190";

    /// <param name="more">More of the configuration, a comma first.</param>
    /// <param name="services">Puts parts in the place of others.</param>
    public static async Task<PortalDesk> StartAsync(string more = "", Action<IServiceCollection>? services = null)
    {
        Desk desk = await Desk.StartAsync(more, services: services, change: text => text
            .Replace("\"clearText\": true", "\"clearText\": false", StringComparison.Ordinal)
            .Replace($"[ \"{TestFolder.Number}\" ] }}",
                $"[ \"{TestFolder.Number}\" ], \"sandbox\": [ \"{SandboxLine}\" ] }}", StringComparison.Ordinal));
        return new PortalDesk(desk, (await Shared.Value).Browser);
    }

    /// <summary>Ends the browser, if a test began it.</summary>
    public static async Task CloseBrowserAsync()
    {
        if (Shared.IsValueCreated)
        {
            (IPlaywright driver, IBrowser browser) = await Shared.Value;
            await browser.DisposeAsync();
            driver.Dispose();
        }
    }

    /// <summary>A browser of its own: no cookies, no cache.</summary>
    public async Task<IPage> OpenAsync(bool isDark = false, bool isNarrow = false, string language = "en-US")
    {
        (string _, int width, int height) = Screens[isNarrow ? 1 : 0];
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Origin,
            IgnoreHTTPSErrors = true, // the certificate is the server's own, made a moment ago
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = language,
            TimezoneId = "America/New_York",
        });
        lock (_contexts)
        {
            _contexts.Add(context);
        }

        // Patience, not a goal: a busy machine may take its time.
        context.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        IPage page = await context.NewPageAsync();
        page.PageError += (_, error) => Complain(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase)
                || message.Text.Contains("Trusted", StringComparison.Ordinal))
            {
                Complain(message.Text);
            }
        };
        return page;
    }

    /// <summary>A browser in which somebody of a role is signed in.</summary>
    public async Task<(IPage Page, Guid Account)> OpenAsAsync(
        Role role, string inboxes = InboxList.All, bool isDark = false, bool isNarrow = false,
        string language = "en-US")
    {
        (Guid account, string session) = await Desk.PersonAsync(role, inboxes);
        return (await OpenInAsync(session, isDark, isNarrow, language), account);
    }

    /// <summary>The same of somebody who came all the way over enrolment, and so may approve.</summary>
    public async Task<(IPage Page, Person Person)> OpenEnrolledAsync(Role role, string name)
    {
        string? code = await Desk.Accounts.CreateAsync(
            Guid.NewGuid(), Desk.Tenant, name, role, InboxList.All, CancellationToken.None);
        Person person = await Desk.EnrolAsync(code!);
        return (await OpenInAsync(await Desk.SignInAsync(person), false, false), person);
    }

    private async Task<IPage> OpenInAsync(string session, bool isDark, bool isNarrow, string language = "en-US")
    {
        IPage page = await OpenAsync(isDark, isNarrow, language);
        await page.Context.AddCookiesAsync([new Cookie
        {
            Name = SessionCookie.Name, Value = session, Url = Origin, Secure = true, HttpOnly = true,
            SameSite = SameSiteAttribute.Strict,
        }]);
        return page;
    }

    /// <summary>A fax of so many pages comes in.</summary>
    public async Task ReceiveAsync(int pages = 1, string caller = Arrivals.Caller, bool isCut = false)
    {
        NumberRoute route = await Arrivals.RouteAsync(Desk.Installation);
        Arrivals call = new(Desk.Installation.ForLine(null), route,
            $"portal-{Interlocked.Increment(ref _calls).ToString(CultureInfo.InvariantCulture)}", caller);
        for (int i = 0; i < pages; i++)
        {
            await call.ArriveAsync(i, Arrivals.Page(i + 1));
        }

        await call.EndAsync(isCut ? CallOutcome.Cancelled : CallOutcome.Completed, pages);
        Assert.Empty(call.Faults);
    }

    /// <summary>Keeps a picture of the page beside the test, for people to look at.</summary>
    public static async Task LookAsync(IPage page, string name)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "screens");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IBrowserContext context in _contexts)
        {
            await context.CloseAsync();
        }

        await Desk.DisposeAsync();
    }

    private static async Task<(IPlaywright Driver, IBrowser Browser)> LaunchAsync()
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            // Tests run as root in a container, where chromium's own sandbox can't start.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        });
        return (playwright, browser);
    }

    private void Complain(string words)
    {
        lock (_complaints)
        {
            _complaints.Add(words);
        }
    }
}
