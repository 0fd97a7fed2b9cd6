// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text.Json;
using Hermetic.Ledger.Entries;
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Tests.Access;

/// <summary>Programs come in by client credentials, and for exactly what was given to them.</summary>
public sealed class ProgramTests : IAsyncLifetime
{
    private Desk _desk = null!;

    public async ValueTask InitializeAsync() => _desk = await Desk.StartAsync();

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task P4_Token_IsForTheScopesThatWereGiven()
    {
        Guid id = Guid.NewGuid();
        string secret = await _desk.Programs.CreateAsync(
            id, _desk.Tenant, "EHR", [Scopes.FaxesRead, Scopes.LinesRead], "", CancellationToken.None);

        using HttpResponseMessage part = await _desk.TokenAsync(id.ToString(), secret, Scopes.LinesRead);
        using HttpResponseMessage more = await _desk.TokenAsync(id.ToString(), secret, Scopes.FaxesSend);

        Assert.Equal(HttpStatusCode.OK, part.StatusCode);
        Assert.Equal("no-store", part.Headers.CacheControl?.ToString());
        JsonElement token = await Desk.JsonAsync(part);
        Assert.Equal("Bearer", token.GetProperty("token_type").GetString());
        Assert.InRange(token.GetProperty("expires_in").GetInt32(), 1, 600);
        Assert.Equal(HttpStatusCode.BadRequest, more.StatusCode);
        Assert.Equal("invalid_scope", (await Desk.JsonAsync(more)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task P4_UnknownClientAndWrongSecret_AreRefusedAlike()
    {
        Guid id = Guid.NewGuid();
        await _desk.Programs.CreateAsync(id, _desk.Tenant, "EHR", [Scopes.FaxesRead], "", CancellationToken.None);

        using HttpResponseMessage unknown = await _desk.TokenAsync(Guid.NewGuid().ToString(), SecretCode.Make());
        using HttpResponseMessage wrong = await _desk.TokenAsync(id.ToString(), SecretCode.Make());

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(unknown.StatusCode, wrong.StatusCode);
        Assert.Equal(await unknown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains(await _desk.EntriesAsync(_desk.Tenant), entry => entry.Act == LedgerAct.SignIn
            && entry.Result == LedgerResult.Denied && entry.Who.Account == id.ToString());
    }

    [Fact]
    public async Task P4_Token_InTheAddress_IsNone()
    {
        (_, string token) = await _desk.ProgramAsync(Scopes.FaxesRead);

        using HttpResponseMessage answer = await _desk.SendAsync(
            HttpMethod.Get, $"/api/v1/session?access_token={token}");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task P4_Token_TellsNothingToWhoFindsIt()
    {
        (Guid program, string token) = await _desk.ProgramAsync(Scopes.FaxesRead);

        Assert.Equal(5, token.Split('.').Length);
        Assert.DoesNotContain(token.Split('.'), part => System.Text.Encoding.UTF8
            .GetString(Convert.FromBase64String(Padded(part))).Contains(program.ToString(), StringComparison.Ordinal));
    }

    private static string Padded(string part)
    {
        string text = part.Replace('-', '+').Replace('_', '/');
        return text.PadRight((text.Length + 3) / 4 * 4, '=');
    }
}
