// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Tests.Access;

/// <summary>Passkeys over HTTP, with an authenticator that is software.</summary>
public sealed class PasskeyTests : IAsyncLifetime
{
    private Desk _desk = null!;
    private Authenticator _authenticator = null!;

    public async ValueTask InitializeAsync()
    {
        _desk = await Desk.StartAsync();
        _authenticator = new Authenticator("127.0.0.1", _desk.Server.HttpAddresses[0]);
    }

    public ValueTask DisposeAsync()
    {
        _authenticator.Dispose();
        return _desk.DisposeAsync();
    }

    [Fact]
    public async Task P4_Passkey_IsAddedAndSignsIn()
    {
        Guid account = await AddAsync();

        (HttpStatusCode status, string? session) = await SignInAsync(account);

        Assert.Equal(HttpStatusCode.NoContent, status);
        using HttpResponseMessage own = await _desk.SendAsync(HttpMethod.Get, "/api/v1/session", session: session);
        Assert.Equal(account, (await Desk.JsonAsync(own)).GetProperty("account").GetGuid());
    }

    [Fact]
    public async Task P4_Ceremony_CountsOnce()
    {
        Guid account = await AddAsync();
        JsonElement offer = await OfferAsync("/api/v1/session/passkey/options");
        object body = new
        {
            ceremony = offer.GetProperty("ceremony").GetString(),
            credential = _authenticator.Get(offer.GetProperty("options"), account),
        };

        using HttpResponseMessage first = await _desk.SendAsync(HttpMethod.Post, "/api/v1/session/passkey", body);
        using HttpResponseMessage again = await _desk.SendAsync(HttpMethod.Post, "/api/v1/session/passkey", body);

        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    [Fact]
    public async Task P4_PasskeyWhoseOwnerWasNotVerified_IsRefused()
    {
        Guid account = await AddAsync();
        _authenticator.VerifiesUser = false;

        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(account)).Status);
    }

    [Fact]
    public async Task P4_PasskeyOfAnother_IsRefused()
    {
        Guid account = await AddAsync();
        using Authenticator other = new("127.0.0.1", _desk.Server.HttpAddresses[0]);
        JsonElement offer = await OfferAsync("/api/v1/session/passkey/options");

        using HttpResponseMessage answer = await _desk.SendAsync(HttpMethod.Post, "/api/v1/session/passkey", new
        {
            ceremony = offer.GetProperty("ceremony").GetString(),
            credential = other.Get(offer.GetProperty("options"), account),
        });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task P4_PasskeyOfSomebodySuspended_IsRefused()
    {
        Guid account = await AddAsync();
        await _desk.Accounts.SuspendAsync(account, CancellationToken.None);

        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(account)).Status);
    }

    [Fact]
    public async Task P4_PasskeyInAStaleSession_IsNotAdded()
    {
        (_, string session) = await _desk.PersonAsync(Role.Clinician);
        _desk.Time.Advance(AccessPolicy.FreshFor + TimeSpan.FromSeconds(1));

        using HttpResponseMessage answer = await _desk.SendAsync(
            HttpMethod.Post, "/api/v1/session/passkeys/options", session: session);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private async Task<Guid> AddAsync()
    {
        (Guid account, string session) = await _desk.PersonAsync(Role.Clinician);
        JsonElement offer = await OfferAsync("/api/v1/session/passkeys/options", session);
        using HttpResponseMessage added = await _desk.SendAsync(HttpMethod.Post, "/api/v1/session/passkeys", new
        {
            ceremony = offer.GetProperty("ceremony").GetString(),
            credential = _authenticator.Create(offer.GetProperty("options")),
        }, session: session);
        Assert.Equal(HttpStatusCode.NoContent, added.StatusCode);
        return account;
    }

    private async Task<(HttpStatusCode Status, string? Session)> SignInAsync(Guid account)
    {
        JsonElement offer = await OfferAsync("/api/v1/session/passkey/options");
        using HttpResponseMessage answer = await _desk.SendAsync(HttpMethod.Post, "/api/v1/session/passkey", new
        {
            ceremony = offer.GetProperty("ceremony").GetString(),
            credential = _authenticator.Get(offer.GetProperty("options"), account),
        });
        return (answer.StatusCode, answer.IsSuccessStatusCode ? Desk.SessionOf(answer) : null);
    }

    private async Task<JsonElement> OfferAsync(string path, string? session = null)
    {
        using HttpResponseMessage answer = await _desk.SendAsync(HttpMethod.Post, path, session: session);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await Desk.JsonAsync(answer);
    }
}
