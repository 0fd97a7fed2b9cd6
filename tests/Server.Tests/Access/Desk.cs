// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.Journal;
using Hermetic.Server.Hosting;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermetic.Server.Tests.Access;

/// <summary>A person as a test plays it.</summary>
internal sealed record Person(Guid Id, string Name, string Password, byte[] Secret);

/// <summary>A running server, spoken to over real HTTP, and the clock that it goes by.</summary>
internal sealed class Desk : IAsyncDisposable
{
    public const string Password = "a sentence nobody else types";

    private readonly TestFolder _folder;
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseCookies = false,
        // Where there is TLS, the certificate is one that the server has just made for itself.
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
    });

    private readonly bool _isFolderOurs;

    private Desk(TestFolder folder, bool isFolderOurs, MovableTime time, HermeticServer server) =>
        (_folder, _isFolderOurs, Time, Server) = (folder, isFolderOurs, time, server);

    public MovableTime Time { get; }

    public HermeticServer Server { get; }

    public TestFolder Folder => _folder;

    public Installation Installation => Server.Installation;

    public Guid Tenant => Provisioning.IdOf(Installation.Keys, Provisioning.NameColumn, TestFolder.TenantName);

    public Accounts Accounts => new(Installation.Access, Installation.AccessKeys, Time);

    public Sessions Sessions => new(Installation.Access, Time);

    public Programs Programs => new(Installation.Access, Installation.AccessKeys, Time);

    /// <param name="more">More of the configuration, a comma first.</param>
    /// <param name="http">More of how HTTP is served, a comma first.</param>
    /// <param name="clock">One that others go by too; a new one if null.</param>
    /// <param name="change">Changes the configuration's text.</param>
    /// <param name="services">Puts parts in the place of others.</param>
    public static Task<Desk> StartAsync(
        string more = "", string http = "", MovableTime? clock = null, Func<string, string>? change = null,
        Action<IServiceCollection>? services = null)
    {
        TestFolder folder = new(more, null, http);
        if (change is not null)
        {
            File.WriteAllText(folder.SettingsFile, change(File.ReadAllText(folder.SettingsFile)));
        }

        return StartAsync(folder, true, clock ?? new(), services);
    }

    /// <summary>On a folder that stays when the server ends.</summary>
    public static Task<Desk> StartAsync(TestFolder folder, MovableTime clock) => StartAsync(folder, false, clock);

    private static async Task<Desk> StartAsync(
        TestFolder folder, bool isFolderOurs, MovableTime time, Action<IServiceCollection>? services = null)
    {
        HermeticServer server = await HermeticServer.StartAsync(folder.Settings, time, NullLoggerFactory.Instance,
            null, null, TestContext.Current.CancellationToken, services);
        return new Desk(folder, isFolderOurs, time, server);
    }

    /// <summary>Sends a request; with a bearer token or a session's secret, if there is one.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, object? body = null, string? token = null, string? session = null,
        string? site = null, string? match = null)
    {
        using HttpRequestMessage request = new(method, new Uri(new Uri(Server.HttpAddresses[0]), path));
        request.Content = body is null ? null : body as HttpContent ?? JsonContent.Create(body);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (session is not null)
        {
            request.Headers.Add("Cookie", $"{SessionCookie.Name}={session}");
        }

        if (path.Contains("passkey", StringComparison.Ordinal))
        {
            // As browsers do.
            request.Headers.Add("Origin", Server.HttpAddresses[0]);
        }

        if (match is not null)
        {
            request.Headers.Add("If-Match", match);
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Enrols over HTTP, as a person does.</summary>
    public async Task<Person> EnrolAsync(string code, string password = Password)
    {
        using HttpResponseMessage begun = await SendAsync(HttpMethod.Post, "/api/v1/enrolment/begin", new { code });
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        JsonElement offer = await JsonAsync(begun);
        byte[] secret = FromBase32(offer.GetProperty("secret").GetString()!);
        using HttpResponseMessage ended = await SendAsync(HttpMethod.Post, "/api/v1/enrolment/complete",
            new { code, password, authenticatorCode = CodeOf(secret) });
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        string name = offer.GetProperty("name").GetString()!;
        AccountRow account = (await Accounts.FindAsync(name))!;
        return new Person(account.AccountId, name, password, secret);
    }

    /// <summary>Signs in over HTTP, a step of the clock later so that the code is a new one; the session's
    /// secret.</summary>
    public async Task<string> SignInAsync(Person person)
    {
        Time.Advance(TimeSpan.FromSeconds(TotpCode.StepSeconds));
        using HttpResponseMessage answer = await TrySignInAsync(person.Name, person.Password, CodeOf(person.Secret));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return SessionOf(answer);
    }

    public Task<HttpResponseMessage> TrySignInAsync(string name, string password, string code) =>
        SendAsync(HttpMethod.Post, "/api/v1/session", new { name, password, code });

    public string CodeOf(byte[] secret) =>
        TotpCode.Of(secret, Time.GetUtcNow().ToUnixTimeSeconds() / TotpCode.StepSeconds);

    public static string SessionOf(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("Set-Cookie"))
        .Split(';')[0][(SessionCookie.Name.Length + 1)..];

    /// <summary>A session of somebody of a role, without the way over enrolment.</summary>
    public async Task<(Guid Account, string Session)> PersonAsync(
        Role role, string inboxes = InboxList.All, Guid? practice = null)
    {
        Guid id = Guid.NewGuid();
        Guid? tenant = role == Role.InstallationOperator ? null : practice ?? Tenant;
        await Accounts.CreateAsync(id, tenant, $"{role}-{id}", role, inboxes, CancellationToken.None);
        await Installation.Access.WriteAsync(
            (context, cancel) => context.Accounts.Where(row => row.AccountId == id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, (int)AccountState.Active), cancel),
            CancellationToken.None);
        return (id, await Sessions.BeginAsync(id, CancellationToken.None));
    }

    /// <summary>A program with these scopes, and a token for it over HTTP.</summary>
    public Task<(Guid Program, string Token)> ProgramAsync(params string[] scopes) => ProgramAsync(Tenant, scopes);

    /// <summary>The same of any practice.</summary>
    public async Task<(Guid Program, string Token)> ProgramAsync(Guid practice, params string[] scopes)
    {
        Guid id = Guid.NewGuid();
        string secret = await Programs.CreateAsync(
            id, practice, "EHR", scopes, InboxList.All, CancellationToken.None);
        using HttpResponseMessage answer = await TokenAsync(id.ToString(), secret);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (id, (await JsonAsync(answer)).GetProperty("access_token").GetString()!);
    }

    public Task<HttpResponseMessage> TokenAsync(string id, string secret, string? scope = null)
    {
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = id,
            ["client_secret"] = secret,
        };
        if (scope is not null)
        {
            form["scope"] = scope;
        }

        return SendAsync(HttpMethod.Post, TokenServer.Path, new FormUrlEncodedContent(form));
    }

    /// <summary>The entries of the ledger that tell of access, of a tenant or with null of the installation.</summary>
    public async Task<List<EntryBody>> EntriesAsync(Guid? tenant)
    {
        long last = await Installation.Journal.AppendAsync(Tenant, new EntryBody
        {
            At = Time.GetUtcNow(),
            Act = LedgerAct.SystemRead,
            Who = new EntryActor("test", "", "", ""),
            What = new EntryObject(""),
            Why = new EntryReason("operations"),
            Result = LedgerResult.Allowed,
        }, TestContext.Current.CancellationToken);
        await Installation.Ledger.IntegratedAsync(last, TestContext.Current.CancellationToken);
        List<EntryBody> found = [];
        for (long index = 0; index < last; index++)
        {
            if (Installation.Journal.Read(tenant ?? Journal.Installation, index)?.Body is { } body)
            {
                found.Add(body);
            }
        }

        return found;
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
        if (_isFolderOurs)
        {
            _folder.Dispose();
        }
    }

    public static byte[] FromBase32(string text)
    {
        List<byte> bytes = [];
        int bits = 0, held = 0;
        foreach (char one in text)
        {
            held = (held << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(one, StringComparison.Ordinal);
            bits += 5;
            if (bits >= 8)
            {
                bytes.Add((byte)(held >> (bits - 8)));
                bits -= 8;
                held &= (1 << bits) - 1;
            }
        }

        return [.. bytes];
    }
}
