// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Features.SignOn;
using Hermetic.Server.Tests.Access;

namespace Hermetic.Server.Tests.SignOn;

/// <summary>Tokens and answers that are not what they have to be: each by hand, and none lets anybody in.</summary>
public sealed class HostileProviderTests : IAsyncLifetime
{
    private readonly MovableTime _time = new();
    private ScriptedProvider _provider = null!;
    private SignOnDesk _desk = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await ScriptedProvider.StartAsync(_time);
        _desk = await SignOnDesk.StartAsync(_time, _provider.Issuer);
        await _desk.InviteAsync("ann@clinic.example");
    }

    public async ValueTask DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Token_InOrder_LetsIn()
    {
        Assert.NotNull((await TryAsync(nonce => _provider.Signed(_provider.Claims(nonce)))).Session);
    }

    [Theory]
    [InlineData("iss", "http://elsewhere.example")]
    [InlineData("iss", null)]
    [InlineData("aud", "somebody else")]
    [InlineData("aud", null)]
    [InlineData("azp", "somebody else")]
    [InlineData("nonce", "of another sign-on")]
    [InlineData("nonce", null)]
    [InlineData("sub", "")]
    [InlineData("sub", null)]
    [InlineData("exp", -61L)]
    [InlineData("exp", null)]
    [InlineData("nbf", 61L)]
    [InlineData("iat", 61L)]
    [InlineData("iat", -660L)]
    [InlineData("iat", null)]
    [InlineData("auth_time", 61L)]
    [InlineData("auth_time", null)]
    [InlineData("auth_time", "yesterday")]
    [InlineData("email_verified", "false")]
    [InlineData("email_verified", null)]
    public async Task P4_Claim_ThatIsNotAsItMustBe_LetsNobodyIn(string claim, object? value)
    {
        (HttpStatusCode status, string? session) = await TryAsync(nonce =>
        {
            Dictionary<string, object> claims = _provider.Claims(nonce);
            claims.Remove(claim);
            if (value is not null)
            {
                claims[claim] = value is long seconds ? _time.GetUtcNow().ToUnixTimeSeconds() + seconds : value;
            }

            return _provider.Signed(claims);
        });

        Assert.Equal((HttpStatusCode.Unauthorized, null), (status, session));
    }

    [Fact]
    public async Task P4_TwoAudiences_LetNobodyInWithoutAParty()
    {
        Assert.Null((await TryAsync(nonce => _provider.Signed(new Dictionary<string, object>(_provider.Claims(nonce))
        {
            ["aud"] = new[] { OpenIddictProvider.ClientId, "somebody else" },
        }))).Session);
    }

    [Fact]
    public async Task P4_TokenThatNobodySigned_LetsNobodyIn()
    {
        foreach (string algorithm in new[] { "none", "None", "" })
        {
            Assert.Null((await TryAsync(nonce => ScriptedProvider.Token(
                new { alg = algorithm }, _provider.Claims(nonce), static _ => []))).Session);
        }

        Assert.Null((await TryAsync(nonce => ScriptedProvider.Token(
            new { alg = "RS256", kid = _provider.KeyId }, _provider.Claims(nonce), static _ => []))).Session);
    }

    [Fact]
    public async Task P4_TokenSignedByWhatIsNoSecret_LetsNobodyIn()
    {
        byte[] open = Encoding.ASCII.GetBytes(_provider.Key.ExportSubjectPublicKeyInfoPem());
        byte[] client = Encoding.ASCII.GetBytes(OpenIddictProvider.Secret);
        foreach (byte[] key in new[] { open, client })
        {
            Assert.Null((await TryAsync(nonce => ScriptedProvider.Token(new { alg = "HS256", kid = _provider.KeyId },
                _provider.Claims(nonce), bytes => HMACSHA256.HashData(key, bytes)))).Session);
        }
    }

    [Fact]
    public async Task P4_TokenOfAnotherKey_LetsNobodyIn()
    {
        using RSA other = RSA.Create(2048);

        Assert.Null((await TryAsync(nonce => _provider.Signed(_provider.Claims(nonce), other))).Session);
        Assert.Null((await TryAsync(nonce => _provider.Signed(_provider.Claims(nonce), other, "key-9"))).Session);
        // A key that the token brings along is its maker's.
        RSAParameters own = other.ExportParameters(false);
        Assert.Null((await TryAsync(nonce => ScriptedProvider.Token(
            new
            {
                alg = "RS256",
                jwk = new { kty = "RSA", n = Convert.ToBase64String(own.Modulus!), e = "AQAB" },
                jku = _provider.Issuer + "/elsewhere",
            },
            _provider.Claims(nonce),
            bytes => other.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))).Session);
    }

    [Fact]
    public async Task P4_TokenThatWasChanged_LetsNobodyIn()
    {
        Assert.Null((await TryAsync(nonce =>
        {
            string[] parts = _provider.Signed(_provider.Claims(nonce)).Split('.');
            Dictionary<string, object> claims = _provider.Claims(nonce);
            claims["auth_time"] = 1;
            string other = _provider.Signed(claims).Split('.')[1];
            return $"{parts[0]}.{other}.{parts[2]}";
        })).Session);
    }

    [Fact]
    public async Task Key_ThatIsNew_IsAskedForAndTheOldOneForgotten()
    {
        Assert.NotNull((await TryAsync(nonce => _provider.Signed(_provider.Claims(nonce)))).Session);
        using RSA old = RSA.Create(_provider.Key.ExportParameters(true));
        _provider.Rotate();
        _time.Advance(Issuers.KeysAskedInterval);

        Assert.NotNull((await TryAsync(nonce => _provider.Signed(_provider.Claims(nonce)))).Session);
        Assert.Null((await TryAsync(nonce => _provider.Signed(_provider.Claims(nonce), old, "key-1"))).Session);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"id_token\":7}")]
    [InlineData("{\"id_token\":\"\"}")]
    [InlineData("{\"id_token\":\"a.b\"}")]
    [InlineData("{\"id_token\":\"a.b.c\"}")]
    [InlineData("{\"access_token\":\"a.b.c\"}")]
    public async Task P4_AnswerThatIsNoToken_LetsNobodyIn(string answer)
    {
        (Uri address, string cookie) = await _desk.BeginAsync();
        _provider.Tokens = answer;

        Assert.Equal((HttpStatusCode.Unauthorized, null), await _desk.ReturnAsync(Back(address), cookie));
    }

    [Fact]
    public async Task P4_AnswerOfAnotherIssuer_LetsNobodyIn()
    {
        (Uri address, string cookie) = await _desk.BeginAsync();
        _provider.Tokens = TokensOf(_provider.Signed(_provider.Claims(Nonce(address))));

        Assert.Null((await _desk.ReturnAsync(
            new Uri(Back(address) + "&iss=https%3A%2F%2Felsewhere.example"), cookie)).Session);
    }

    [Theory]
    [InlineData("issuer", "https://elsewhere.example")]
    [InlineData("authorization_endpoint", "http://elsewhere.example/authorize")]
    [InlineData("authorization_endpoint", "javascript:alert(1)")]
    [InlineData("token_endpoint", "https://10.0.0.1/token")]
    [InlineData("jwks_uri", "http://127.0.0.1:1/keys")]
    [InlineData("jwks_uri", "file:///etc/passwd")]
    public async Task P4_MetadataThatLeadElsewhere_AreNotFollowed(string name, string value)
    {
        _provider.Metadata[name] = value;

        await UnavailableAsync();
    }

    [Fact]
    public async Task P4_MetadataWithoutEnd_AreNotRead()
    {
        _provider.Padding = SignOnReach.AnswerBytesMax;

        await UnavailableAsync();
    }

    [Theory]
    [InlineData("http://idp.example/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://user@idp.example/")]
    [InlineData("https://idp.example/?x=1")]
    [InlineData("https://idp.example/#x")]
    [InlineData("idp.example")]
    [InlineData("")]
    public async Task P4_IssuerThatMayNotBeAsked_IsRefused(string issuer)
    {
        (_, string administrator) = await _desk.Desk.PersonAsync(Role.TenantAdministrator);
        using HttpResponseMessage answer = await _desk.Desk.SendAsync(
            HttpMethod.Put, "/api/v1/sign-on", SignOnDesk.Settings(issuer), session: administrator);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await Desk.JsonAsync(answer)).GetProperty("errors").TryGetProperty("issuer", out _));
    }

    [Fact]
    public async Task P4_NameThatLeadsToThisMachine_IsNotAsked()
    {
        (_, string administrator) = await _desk.Desk.PersonAsync(Role.TenantAdministrator);
        string issuer = $"https://localhost:{new Uri(_provider.Issuer).Port}";
        using HttpResponseMessage answer = await _desk.Desk.SendAsync(
            HttpMethod.Put, "/api/v1/sign-on", SignOnDesk.Settings(issuer), session: administrator);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        await UnavailableAsync();

        Assert.Equal(0, _provider.Asked);
    }

    private async Task UnavailableAsync()
    {
        using HttpResponseMessage answer = await _desk.Desk.SendAsync(
            HttpMethod.Post, "/api/v1/session/sign-on", new { tenant = _desk.Desk.Tenant });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("sign-on-unavailable", (await Desk.JsonAsync(answer)).GetProperty("code").GetString());
    }

    private async Task<(HttpStatusCode Status, string? Session)> TryAsync(Func<string, string> token)
    {
        (Uri address, string cookie) = await _desk.BeginAsync();
        _provider.Tokens = TokensOf(token(Nonce(address)));
        return await _desk.ReturnAsync(Back(address), cookie);
    }

    private static string Nonce(Uri address) => SignOnDesk.QueryOf(address)["nonce"].ToString();

    private static string TokensOf(string token) => JsonSerializer.Serialize(new { id_token = token });

    // The provider's own way back is a redirection; a hostile one says whatever it likes.
    private static Uri Back(Uri address) => new(
        $"{SignOnDesk.QueryOf(address)["redirect_uri"]}?code=x&state={SignOnDesk.QueryOf(address)["state"]}");
}
