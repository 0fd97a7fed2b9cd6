// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Receiving;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Receiving;
using Hermetic.Store;
using Hermetic.Telephony;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermetic.Server.Tests.Api;

/// <summary>An installation of two practices, the first with two lines, served over HTTP as the product serves it: on
/// Kestrel, on a port of its own. Only who signs in is the test's.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly TestFolder _folder;
    private readonly StorageGate _storage;
    private readonly List<HttpClient> _clients = [];
    private readonly Dispatcher _dispatcher;
    private int _calls;

    private ApiHost(TestFolder folder, Installation installation, StorageGate storage, WebHost web,
        IReadOnlyList<NumberRoute> routes, Dispatcher dispatcher, Outbox outbox)
    {
        (_dispatcher, Outbox) = (dispatcher, outbox);
        (_folder, Installation, _storage, Web, Routes) = (folder, installation, storage, web, routes);
        Address = new Uri(web.Addresses[0]);
    }

    public Installation Installation { get; }

    public WebHost Web { get; }

    /// <summary>The queue. Nothing calls: what is in it stays there until it is taken back.</summary>
    public Outbox Outbox { get; }

    /// <summary>Two lines of the first practice, then one of the second.</summary>
    public IReadOnlyList<NumberRoute> Routes { get; }

    public Uri Address { get; }

    public Guid Tenant => Routes[0].Tenant;

    public Guid OtherTenant => Routes[2].Tenant;

    public string Folder => _folder.Path;

    /// <summary>All files of the installation but its locks, which are empty and can't be read while they are
    /// held.</summary>
    public IEnumerable<string> Files() => Directory.GetFiles(Folder, "*", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith("lock", StringComparison.Ordinal));

    public static async Task<ApiHost> StartAsync(
        TimeProvider? time = null, Action<IServiceCollection>? services = null, string quotas = "{}")
    {
        TestFolder folder = new();
        string text = await File.ReadAllTextAsync(folder.SettingsFile);
        await File.WriteAllTextAsync(folder.SettingsFile, text.Replace(
            $"[ \"{TestFolder.Number}\" ] }} ]",
            $"[ \"{TestFolder.Number}\", \"+15551235\" ], \"quotas\": {quotas} }}, "
            + "{ \"name\": \"South Clinic\", \"numbers\": [ \"+15554321\" ] } ]",
            StringComparison.Ordinal));
        Installation installation = await Installation.OpenAsync(folder.Settings, time ?? TimeProvider.System, default);
        IReadOnlyList<(byte[] Tag, NumberRoute Route)> found = await new Provisioning(installation).RunAsync(default);
        ReceivingContext context = installation.ForLine(null);
        NumberRoutes routes = new(context.Keys.Routing);
        routes.Replace(found);
        StorageGate storage = new(new StorageProbe(context, found[0].Route.Tenant).RunAsync,
            () => installation.Ledger.Refusal, installation.Time, NullLogger<StorageGate>.Instance);
        Reception reception = new(context, routes, storage, "", NullLogger<Reception>.Instance);
        SendingContext sending = installation.ForSending(folder.Settings.Line);
        Dispatcher dispatcher = new(sending, new NoLine());
        Outbox outbox = new(sending, dispatcher);
        WebHost web = await WebHost.StartAsync(installation, reception, NullLoggerFactory.Instance, default, more =>
        {
            TestSignIn.Add(more);
            more.AddSingleton<OutboxDoor>(() => outbox);
            services?.Invoke(more);
        });
        return new ApiHost(
            folder, installation, storage, web, [.. found.Select(one => one.Route)], dispatcher, outbox);
    }

    /// <summary>A client of its own connections for somebody; for nobody if null.</summary>
    public HttpClient Client(TestSignIn? who)
    {
        HttpClient client = new() { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = who?.Header;
        _clients.Add(client);
        return client;
    }

    /// <summary>Somebody of the first practice with all its scopes.</summary>
    public TestSignIn Clerk(string scopes = "faxes.read faxes.send lines.read ledger.read webhooks.manage "
        + "address-book.read address-book.manage usage.read") => new(Tenant, scopes);

    /// <summary>Takes a fax of so many pages in; its record.</summary>
    public async Task<FaxRecord> ReceiveAsync(int line = 0, int pages = 1, string caller = Arrivals.Caller)
    {
        Arrivals call = new(
            Installation.ForLine(null), Routes[line], $"call-{Interlocked.Increment(ref _calls)}", caller);
        for (int i = 0; i < pages; i++)
        {
            await call.ArriveAsync(i, Arrivals.Page(i + 1));
        }

        HashSet<Guid> before = [.. (await ListAsync()).Where(fax => fax.State != FaxState.Receiving)
            .Select(fax => fax.FaxId)];
        await call.EndAsync(CallOutcome.Completed, pages);
        Assert.Empty(call.Faults);
        return Assert.Single(await ListAsync(), fax => !before.Contains(fax.FaxId));

        Task<List<FaxRecord>> ListAsync() =>
            Installation.Store.Faxes.ListAsync(new FaxList(Routes[line].Tenant, 200), default);
    }

    /// <summary>What the ledger tells of a tenant, up to now.</summary>
    public async Task<IReadOnlyList<EntryBody>> EntriesAsync(Guid? tenant = null)
    {
        long end = await Installation.Journal.AppendAsync(OtherTenant, new EntryBody
        {
            At = Installation.Time.GetUtcNow(),
            Act = LedgerAct.SystemRead,
            Who = new EntryActor("test", "", "", ""),
            What = new EntryObject(""),
            Why = new EntryReason("test"),
            Result = LedgerResult.Allowed,
        }, default);
        await Installation.Ledger.IntegratedAsync(end, default);
        byte[] tag = Installation.Journal.TenantTag(tenant ?? Tenant);
        List<EntryBody> entries = [];
        for (long i = 0; i < end; i++)
        {
            Assert.True(EntryEnvelope.TryDecode(Installation.Ledger.Read(i)!, out EntryEnvelope? leaf, out _));
            if (leaf!.TenantTag.Span.SequenceEqual(tag))
            {
                entries.Add(Installation.Journal.Read(tenant ?? Tenant, i)!.Body!);
            }
        }

        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Web.DisposeAsync();
        await _dispatcher.DisposeAsync();
        await _storage.DisposeAsync();
        await Installation.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>A line that nobody may call on.</summary>
internal sealed class NoLine : ISendingLine
{
    public Task<CallReport> SendAsync(OutgoingFax fax, CancellationToken cancellation) =>
        throw new InvalidOperationException("nothing is called in this test");
}

internal static class ApiAnswers
{
    public static async Task<JsonNode> JsonAsync(this HttpClient client, string path)
    {
        using HttpResponseMessage answer = await client.GetAsync(path);
        return await answer.JsonAsync(200);
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage answer, int status)
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>The answer is this problem, in the form that all problems have.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage answer, int status, string code)
    {
        JsonNode problem = await answer.JsonAsync(status);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal((code, status, $"urn:hermetic:problem:{code}"),
            ((string)problem["code"]!, (int)problem["status"]!, (string)problem["type"]!));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        return problem;
    }
}
