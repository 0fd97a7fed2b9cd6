// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Hermetic.Server.Features.Access;
using Microsoft.AspNetCore.Routing;

namespace Hermetic.Server.Tests.Access;

/// <summary>P4: a walk over the route table of a running server. An endpoint that is added tomorrow is walked to
/// tomorrow.</summary>
public sealed partial class RouteWalkTests : IAsyncLifetime
{
    private Desk _desk = null!;

    public async ValueTask InitializeAsync() => _desk = await Desk.StartAsync();

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public void P4_Walk_SeesTheEndpointsThatThereAre()
    {
        List<(HttpMethod Method, string Path, string Scope)> guarded = Guarded();

        Assert.Contains(guarded, one => one.Path == "/api/v1/session" && one.Method == HttpMethod.Get);
        Assert.Contains(guarded, one => one.Scope == Scopes.ChangesApprove);
        Assert.True(guarded.Count >= 10, $"only {guarded.Count} endpoints ask for a scope");
    }

    [Fact]
    public async Task P4_Strangers_AreRefusedEverywhere()
    {
        string[] garbage =
        [
            "x", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", new string('A', 5000), SecretCode.Make(),
        ];

        foreach ((HttpMethod method, string path, _) in Guarded())
        {
            await RefusedAsync(method, path, HttpStatusCode.Unauthorized);
            foreach (string one in garbage)
            {
                await RefusedAsync(method, path, HttpStatusCode.Unauthorized, token: one);
                await RefusedAsync(method, path, HttpStatusCode.Unauthorized, session: one);
            }
        }
    }

    [Fact]
    public async Task P4_EndedTokens_AreRefusedEverywhere()
    {
        string[] all = [.. Scopes.OfPrograms];
        (Guid ended, string endedToken) = await _desk.ProgramAsync(all);
        (Guid renewed, string renewedToken) = await _desk.ProgramAsync(all);
        (_, string old) = await _desk.ProgramAsync(all);
        _desk.Time.Advance(TokenServer.TokenLifetime + TimeSpan.FromSeconds(1));
        (_, string living) = await _desk.ProgramAsync(all);
        await _desk.Programs.EndAsync(_desk.Tenant, ended, CancellationToken.None);
        await _desk.Programs.EndTokensAsync(_desk.Tenant, renewed, CancellationToken.None);

        foreach ((HttpMethod method, string path, _) in Guarded())
        {
            await RefusedAsync(method, path, HttpStatusCode.Unauthorized, token: endedToken);
            await RefusedAsync(method, path, HttpStatusCode.Unauthorized, token: renewedToken);
            await RefusedAsync(method, path, HttpStatusCode.Unauthorized, token: old);
        }

        // It was the end that was refused, not the token.
        await RefusedAsync(HttpMethod.Get, "/api/v1/session", HttpStatusCode.Forbidden, token: living);
    }

    [Fact]
    public async Task P4_EndedSessions_AreRefusedEverywhere()
    {
        (_, string idle) = await _desk.PersonAsync(Role.TenantAdministrator);
        _desk.Time.Advance(Sessions.IdleEnd + TimeSpan.FromSeconds(1));
        (Guid suspended, string suspendedSession) = await _desk.PersonAsync(Role.TenantAdministrator);
        (_, string signedOut) = await _desk.PersonAsync(Role.TenantAdministrator);
        using HttpResponseMessage there = await _desk.SendAsync(
            HttpMethod.Get, "/api/v1/session", session: suspendedSession);
        Assert.Equal(HttpStatusCode.OK, there.StatusCode);
        await _desk.Accounts.SuspendAsync(suspended, CancellationToken.None);
        using HttpResponseMessage bye = await _desk.SendAsync(
            HttpMethod.Delete, "/api/v1/session", session: signedOut);
        Assert.Equal(HttpStatusCode.NoContent, bye.StatusCode);

        foreach ((HttpMethod method, string path, _) in Guarded())
        {
            await RefusedAsync(method, path, HttpStatusCode.Unauthorized, session: idle);
            await RefusedAsync(method, path, HttpStatusCode.Unauthorized, session: suspendedSession);
            await RefusedAsync(method, path, HttpStatusCode.Unauthorized, session: signedOut);
        }
    }

    [Fact]
    public async Task P4_OtherSitesPages_CanNotUseASession()
    {
        (_, string session) = await _desk.PersonAsync(Role.TenantAdministrator);

        foreach ((HttpMethod method, string path, _) in Guarded())
        {
            await RefusedAsync(method, path, HttpStatusCode.Unauthorized, session: session, site: "cross-site");
            await RefusedAsync(method, path, HttpStatusCode.Unauthorized, session: session, site: "same-site");
        }
    }

    [Fact]
    public async Task P4_WrongScope_IsRefusedEverywhere()
    {
        Dictionary<string, string> without = [];
        foreach (string scope in Scopes.All)
        {
            string[] others = [.. Scopes.OfPrograms.Where(other => other != scope)];
            without[scope] = (await _desk.ProgramAsync(others)).Token;
        }

        foreach ((HttpMethod method, string path, string scope) in Guarded())
        {
            await RefusedAsync(method, path, HttpStatusCode.Forbidden, token: without[scope]);
        }
    }

    [Fact]
    public async Task P4_WrongRole_IsRefusedEverywhere()
    {
        Dictionary<Role, string> sessions = [];
        foreach (Role role in Enum.GetValues<Role>())
        {
            sessions[role] = (await _desk.PersonAsync(role)).Session;
        }

        foreach ((HttpMethod method, string path, string scope) in Guarded())
        {
            foreach (Role role in Enum.GetValues<Role>().Where(role => !Scopes.OfRole[role].Contains(scope)))
            {
                await RefusedAsync(method, path, HttpStatusCode.Forbidden, session: sessions[role]);
            }
        }
    }

    /// <summary>Every endpoint that asks for a scope, once for each of its methods, with ids for its ids.</summary>
    private List<(HttpMethod Method, string Path, string Scope)> Guarded() =>
    [
        .. from endpoint in _desk.Server.Web.Endpoints.OfType<RouteEndpoint>()
           let rule = endpoint.Metadata.GetMetadata<AccessRule>()
           where rule?.Scope is not null
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           select (new HttpMethod(method), Filled(endpoint.RoutePattern.RawText!), rule!.Scope!),
    ];

    private static string Filled(string pattern) => "/" + Parameter().Replace(pattern, part =>
        part.Value.Contains(":int", StringComparison.Ordinal) || part.Value.Contains(":long", StringComparison.Ordinal)
            ? "1" : Guid.NewGuid().ToString()).TrimStart('/');

    private static ByteArrayContent Document()
    {
        ByteArrayContent document = new("%PDF-"u8.ToArray());
        document.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return document;
    }

    private async Task RefusedAsync(
        HttpMethod method, string path, HttpStatusCode status, string? token = null, string? session = null,
        string? site = null)
    {
        // Routing itself refuses a type that no endpoint takes, of whoever is signed in.
        object? body = method == HttpMethod.Get || method == HttpMethod.Head ? null
            : path.EndsWith("/uploads", StringComparison.Ordinal) ? Document() : new { };
        using HttpResponseMessage answer = await _desk.SendAsync(method, path, body, token, session, site);

        Assert.True(answer.StatusCode == status, $"{method} {path}: {answer.StatusCode}, not {status}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
