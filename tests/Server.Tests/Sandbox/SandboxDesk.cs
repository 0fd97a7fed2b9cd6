// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Hermetic.Documents;
using Hermetic.Documents.Tiff;
using Hermetic.Protocol.T30;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Hosting;
using Hermetic.Server.Tests.Access;
using Hermetic.Server.Tests.Receiving;
using Hermetic.TestKit.Pages;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Tests.Sandbox;

/// <summary>A whole server with a practice in New York that has a sandbox line, a trunk that must hear nothing, and a
/// program that faxes over the API. Its clock stands until a test moves it.</summary>
public sealed class SandboxDesk : IAsyncLifetime
{
    public const string Line = "+15555550190";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private readonly UdpClient _trunk = new(new IPEndPoint(IPAddress.Loopback, 0));
    // Tests of a class run one after the other.
    private readonly Dictionary<string, Guid> _once = [];
    private readonly ErrorLog _errors = new();
    private readonly ILoggerFactory _logs;
    private TestFolder? _folder;
    private HermeticServer? _server;
    private HttpClient? _http;

    public SandboxDesk() => _logs = LoggerFactory.Create(builder => builder.AddProvider(_errors));

    internal MovableTime Time { get; } = new();

    internal HermeticServer Server => _server!;

    internal HttpClient Http => _http!;

    /// <summary>Datagrams that came to the trunk.</summary>
    public int TrunkHeard => _trunk.Available;

    /// <summary>The sandbox line's id.</summary>
    public Guid LineId { get; private set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        int port = ((IPEndPoint)_trunk.Client.LocalEndPoint!).Port;
        _folder = new TestFolder($$"""
            , "trunks": [ { "name": "far", "host": "127.0.0.1", "port": {{port}}, "firstOffer": "t38" } ]
            """);
        string text = await File.ReadAllTextAsync(_folder.SettingsFile, Cancellation);
        await File.WriteAllTextAsync(_folder.SettingsFile, text.Replace(
            $"[ \"{TestFolder.Number}\" ] }}",
            $"[ \"{TestFolder.Number}\" ], \"sandbox\": [ \"{Line}\" ], \"timeZone\": \"America/New_York\" }}",
            StringComparison.Ordinal), Cancellation);
        _server = await HermeticServer.StartAsync(
            _folder.Settings, Time, _logs, Cancellation);
        _http = await SignedInAsync(_server);
        JsonNode lines = (await _http.GetFromJsonAsync<JsonNode>(At("lines"), Cancellation))!;
        LineId = (Guid)lines["lines"]!.AsArray().Single(line => (string)line!["number"]! == Line)!["id"]!;
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _logs.Dispose();
        _folder?.Dispose();
        _trunk.Dispose();
    }

    internal static Uri At(string path) => new($"/api/v1/{path}", UriKind.Relative);

    /// <summary>The pages of the document that <see cref="UploadAsync"/> uploads.</summary>
    internal static IReadOnlyList<EncodedPage> PagesOf(int count) =>
        [.. Enumerable.Range(1, count).Select(number => PageTiff.Parse(
            Arrivals.TiffOf(Arrivals.Page(number).Top(200))).Page)];

    internal async Task<Guid> UploadAsync(int pages)
    {
        using ByteArrayContent file = new(PageTiff.Write(
            [.. PagesOf(pages).Select(page => (page, new PageQuality(page.Rows, 0, 0, 0)))]));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/tiff");
        using HttpResponseMessage answer = await Http.PostAsync(At("uploads"), file, Cancellation);
        return (Guid)(await ReadAsync(answer, HttpStatusCode.Created))["id"]!;
    }

    /// <summary>Sends a document from the sandbox line; the number is given twice.</summary>
    internal async Task<Guid> SendAsync(string number, int pages = 1, object? cover = null)
    {
        using HttpResponseMessage answer = await Http.PostAsJsonAsync(At("jobs"), new
        {
            upload = await UploadAsync(pages),
            line = LineId,
            number,
            numberAgain = number,
            cover,
        }, Cancellation);
        return (Guid)(await ReadAsync(answer, HttpStatusCode.Created))["id"]!;
    }

    /// <summary>One job to each number, all of them at once, for all tests of a class together.</summary>
    internal async Task<Dictionary<string, Guid>> OnceAsync(IEnumerable<(string Number, int Pages)> faxes)
    {
        if (_once.Count == 0)
        {
            foreach ((string number, int pages) in faxes)
            {
                _once[number] = await SendAsync(number, pages);
            }
        }

        return _once;
    }

    /// <summary>Waits for the end of so many tries.</summary>
    internal async Task<JsonNode> AfterAsync(Guid job, int tries)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(s_patience);
        while (true)
        {
            using HttpResponseMessage answer = await Http.GetAsync(At($"jobs/{job}"), patience.Token);
            JsonNode now = await ReadAsync(answer, HttpStatusCode.OK);
            if ((string)now["state"]! != "calling" && now["attempts"]!.AsArray().Count >= tries)
            {
                return now;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    internal async Task<byte[]> BytesAsync(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(At(path), Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        return await answer.Content.ReadAsByteArrayAsync(Cancellation);
    }

    /// <summary>A receipt, once it is issued.</summary>
    internal async Task<byte[]> ReceiptAsync(Guid job)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(s_patience);
        while (true)
        {
            using HttpResponseMessage answer = await Http.GetAsync(At($"jobs/{job}/receipt"), patience.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return await answer.Content.ReadAsByteArrayAsync(patience.Token);
            }

            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            await Task.Delay(50, patience.Token);
        }
    }

    internal async Task<JsonNode> ReadAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        string text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode == status, $"{text}\n{_errors}");
        return JsonNode.Parse(text)!;
    }

    private async Task<HttpClient> SignedInAsync(HermeticServer server)
    {
        Installation installation = server.Installation;
        Guid id = Guid.NewGuid();
        string secret = await new Programs(installation.Access, installation.AccessKeys, Time).CreateAsync(id,
            Provisioning.IdOf(installation.Keys, Provisioning.NameColumn, TestFolder.TenantName), "EHR",
            [Scopes.FaxesSend, Scopes.FaxesRead, Scopes.LinesRead, Scopes.LedgerRead], InboxList.All, Cancellation);
        HttpClient http = new() { BaseAddress = new Uri(server.HttpAddresses[0]) };
        using FormUrlEncodedContent form = new(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = id.ToString(),
            ["client_secret"] = secret,
        });
        using HttpResponseMessage answer = await http.PostAsync(
            new Uri(TokenServer.Path, UriKind.Relative), form, Cancellation);
        JsonNode token = await ReadAsync(answer, HttpStatusCode.OK);
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", (string)token["access_token"]!);
        return http;
    }
}
