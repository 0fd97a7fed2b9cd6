// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Tests.Access;

namespace Hermetic.Server.Tests.Sites;

/// <summary>A server whose practice has a sandbox line, an administrator and an operator.</summary>
internal sealed class SiteDesk : IAsyncDisposable
{
    public const string Sandbox = "+15555550190";

    private string _operator = "";
    private string _administrator = "";

    private SiteDesk(Desk desk) => Desk = desk;

    public Desk Desk { get; }

    /// <param name="more">More of the practice's settings, a comma first.</param>
    public static async Task<SiteDesk> StartAsync(string more = "")
    {
        SiteDesk made = new(await Desk.StartAsync(change: text => text.Replace(
            $"[ \"{TestFolder.Number}\" ] }}",
            $"[ \"{TestFolder.Number}\" ], \"sandbox\": [ \"{Sandbox}\" ], \"timeZone\": \"America/New_York\"{more} }}",
            StringComparison.Ordinal)));
        made.Desk.Server.Reception.Release();
        (_, made._operator) = await made.Desk.PersonAsync(Role.InstallationOperator);
        (_, made._administrator) = await made.Desk.PersonAsync(Role.TenantAdministrator, "");
        return made;
    }

    public ValueTask DisposeAsync() => Desk.DisposeAsync();

    /// <summary>A site over the API; its id.</summary>
    public async Task<Guid> AddAsync(string name, string timeZone = "America/Los_Angeles", string senderName = "") =>
        (await OwnAsync(HttpMethod.Post, "sites", HttpStatusCode.Created, new { name, timeZone, senderName }))
            .GetProperty("id").GetGuid();

    /// <summary>The id of the line of a number.</summary>
    public async Task<Guid> LineAsync(string number) => (await SeenAsync(number)).GetProperty("id").GetGuid();

    /// <summary>A line as the administrator sees it.</summary>
    public async Task<JsonElement> SeenAsync(string number) => (await OwnAsync(HttpMethod.Get, "lines"))
        .GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("number").GetString() == number);

    /// <summary>A request of the administrator.</summary>
    public Task<JsonElement> OwnAsync(HttpMethod method, string path, HttpStatusCode status = HttpStatusCode.OK,
        object? body = null, string? match = null) => AskAsync(_administrator, method, path, status, body, match);

    /// <summary>A request of the operator.</summary>
    public Task<JsonElement> OperateAsync(HttpMethod method, string path, HttpStatusCode status = HttpStatusCode.OK,
        object? body = null, string? match = null) => AskAsync(_operator, method, path, status, body, match);

    public async Task<JsonElement> AskAsync(string session, HttpMethod method, string path, HttpStatusCode status,
        object? body = null, string? match = null)
    {
        using HttpResponseMessage answer = await Desk.SendAsync(
            method, $"/api/v1/{path}", body, session: session, match: match);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"{method} {path}: {answer.StatusCode}, not {status}: {text}");
        JsonElement found = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        if (found.ValueKind == JsonValueKind.Object && found.TryGetProperty("version", out JsonElement version)
            && path.Contains("sites", StringComparison.Ordinal))
        {
            Assert.Equal($"\"{version}\"", answer.Headers.ETag?.Tag);
        }

        return found;
    }
}
