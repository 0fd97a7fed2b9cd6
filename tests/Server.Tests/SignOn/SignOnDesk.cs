// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.SignOn;
using Hermetic.Server.Tests.Access;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Hermetic.Server.Tests.SignOn;

/// <summary>A server whose practice signs in by a provider, and a browser that goes between the two.</summary>
internal sealed class SignOnDesk : IAsyncDisposable
{
    private readonly HttpClient _browser = new(
        new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    private SignOnDesk(Desk desk) => Desk = desk;

    public Desk Desk { get; }

    public string Address => Desk.Server.HttpAddresses[0];

    public static async Task<SignOnDesk> StartAsync(
        MovableTime time, string issuer, string claim = SignOnSettings.EmailClaim, string? privateOrigin = null)
    {
        string origin = privateOrigin ?? new Uri(issuer).GetLeftPart(UriPartial.Authority);
        SignOnDesk desk = new(await Desk.StartAsync(
            $", \"signOn\": {{ \"privateOrigins\": [ \"{origin}\" ] }}", clock: time));
        (_, string administrator) = await desk.Desk.PersonAsync(Role.TenantAdministrator);
        using HttpResponseMessage answer = await desk.Desk.SendAsync(HttpMethod.Put, "/api/v1/sign-on",
            Settings(issuer, claim), session: administrator);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return desk;
    }

    public static object Settings(string issuer, string claim = SignOnSettings.EmailClaim) => new
    {
        issuer,
        clientId = OpenIddictProvider.ClientId,
        secret = OpenIddictProvider.Secret,
        domains = new[] { "clinic.example" },
        claim,
    };

    /// <summary>An account that nobody has enrolled for; its id and one-time code.</summary>
    public async Task<(Guid Id, string Code)> InviteAsync(string name, Guid? tenant = null)
    {
        Guid id = Guid.NewGuid();
        string? code = await Desk.Accounts.CreateAsync(
            id, tenant ?? Desk.Tenant, name, Role.Clinician, InboxList.All, CancellationToken.None);
        return (id, Assert.IsType<string>(code));
    }

    /// <summary>Asks to be sent to the provider; where, and the browser's cookie.</summary>
    public async Task<(Uri Address, string Cookie)> BeginAsync(
        string path = "/api/v1/session/sign-on", object? body = null, string? session = null)
    {
        using HttpResponseMessage answer = await Desk.SendAsync(
            HttpMethod.Post, path, body ?? new { tenant = Desk.Tenant }, session: session);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonElement told = await Desk.JsonAsync(answer);
        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        return (new Uri(told.GetProperty("address").GetString()!), cookie.Split(';')[0]);
    }

    public static Dictionary<string, StringValues> QueryOf(Uri address) => QueryHelpers.ParseQuery(address.Query);

    /// <summary>Lets the provider sign the person in; where it sends the browser back to.</summary>
    public async Task<Uri> VisitAsync(Uri address)
    {
        using HttpResponseMessage answer = await _browser.GetAsync(address, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!;
    }

    /// <summary>Comes back; the session's secret, or null if nobody was let in.</summary>
    public async Task<(HttpStatusCode Status, string? Session)> ReturnAsync(Uri address, string? cookie)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using HttpResponseMessage answer = await _browser.SendAsync(request, TestContext.Current.CancellationToken);
        string? session = answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies)
            ? cookies.FirstOrDefault(one => one.StartsWith(SessionCookie.Name + "=", StringComparison.Ordinal))
            : null;
        return (answer.StatusCode, session?.Split(';')[0][(SessionCookie.Name.Length + 1)..]);
    }

    /// <summary>All of it.</summary>
    public async Task<(HttpStatusCode Status, string? Session)> SignInAsync(
        string path = "/api/v1/session/sign-on", object? body = null, string? session = null)
    {
        (Uri address, string cookie) = await BeginAsync(path, body, session);
        return await ReturnAsync(await VisitAsync(address), cookie);
    }

    /// <summary>Who a session is of.</summary>
    public async Task<JsonElement> WhoAsync(string session)
    {
        using HttpResponseMessage answer = await Desk.SendAsync(HttpMethod.Get, "/api/v1/session", session: session);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await Desk.JsonAsync(answer);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await Desk.DisposeAsync();
    }
}
