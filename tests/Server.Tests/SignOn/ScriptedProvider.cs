// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hermetic.Server.Tests.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hermetic.Server.Tests.SignOn;

/// <summary>An identity provider that misbehaves on cue: its tokens are made by hand.</summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly MovableTime _time;
    private WebApplication _app = null!;

    private ScriptedProvider(MovableTime time) => _time = time;

    public RSA Key { get; private set; } = RSA.Create(2048);

    public string KeyId { get; private set; } = "key-1";

    /// <summary>What the token endpoint answers.</summary>
    public string Tokens { get; set; } = "{}";

    /// <summary>What the metadata says, over what is true.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>What the metadata ends with: more than anybody reads.</summary>
    public int Padding { get; set; }

    public int Asked { get; private set; }

    public string Issuer => _app.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<ScriptedProvider> StartAsync(MovableTime time)
    {
        ScriptedProvider provider = new(time);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        provider._app = builder.Build();
        provider._app.Run(provider.AnswerAsync);
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>A new key in the place of the one that there was.</summary>
    public void Rotate()
    {
        Key.Dispose();
        (Key, KeyId) = (RSA.Create(2048), "key-2");
    }

    /// <summary>The claims of a token that is in order.</summary>
    public Dictionary<string, object> Claims(string nonce) => new()
    {
        ["iss"] = Issuer,
        ["aud"] = OpenIddictProvider.ClientId,
        ["sub"] = "person-1",
        ["email"] = "ann@clinic.example",
        ["email_verified"] = true,
        ["nonce"] = nonce,
        ["iat"] = _time.GetUtcNow().ToUnixTimeSeconds(),
        ["exp"] = _time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
        ["auth_time"] = _time.GetUtcNow().ToUnixTimeSeconds(),
    };

    /// <summary>A token by hand: header and claims as they are given, and what <paramref name="sign"/> makes of
    /// them.</summary>
    public static string Token(object header, object claims, Func<byte[], byte[]> sign)
    {
        string text = $"{Encode(header)}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";

        static string Encode(object part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
    }

    public string Signed(object claims, RSA? key = null, string? kid = null) => Token(
        new { alg = "RS256", kid = kid ?? KeyId }, claims,
        bytes => (key ?? Key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Key.Dispose();
    }

    private Task AnswerAsync(HttpContext http)
    {
        Asked++;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(http.Request.Path.Value switch
        {
            "/.well-known/openid-configuration" => JsonSerializer.Serialize(new Dictionary<string, string>
            {
                ["issuer"] = Metadata.GetValueOrDefault("issuer", Issuer),
                ["authorization_endpoint"] =
                    Metadata.GetValueOrDefault("authorization_endpoint", Issuer + "/authorize"),
                ["token_endpoint"] = Metadata.GetValueOrDefault("token_endpoint", Issuer + "/token"),
                ["jwks_uri"] = Metadata.GetValueOrDefault("jwks_uri", Issuer + "/keys"),
            }) + new string(' ', Padding),
            "/keys" => KeySet(),
            "/token" => Tokens,
            _ => "{}",
        });
    }

    private string KeySet()
    {
        RSAParameters key = Key.ExportParameters(false);
        return JsonSerializer.Serialize(new
        {
            keys = new[]
            {
                new
                {
                    kty = "RSA",
                    use = "sig",
                    kid = KeyId,
                    n = Base64Url.EncodeToString(key.Modulus),
                    e = Base64Url.EncodeToString(key.Exponent),
                },
            },
        });
    }
}
