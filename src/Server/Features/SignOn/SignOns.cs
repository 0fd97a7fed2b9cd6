// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Store.Access;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.SignOn;

/// <summary>The way to the identity provider and back: authorization code flow with PKCE (OpenID Connect Core 1.0
/// §3.1, RFC 7636, RFC 9700). A state counts once, in the browser that began it.</summary>
internal sealed class SignOns(
    AccessDatabase database, AccessKeys keys, SignOnProviders providers, Issuers issuers, IdTokenCheck tokens,
    TimeProvider time)
{
    /// <summary>Our choice: time to sign in there, with a second factor.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const string FlowColumn = "sign-on.flow";

    /// <summary>Our limit: codes have some hundred characters.</summary>
    private const int CodeCharsMax = 4096;

    /// <summary>Begins one. Null if the practice has no single sign-on.</summary>
    /// <param name="flow">What for; nonce, verifier and browser are filled in here.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SignOnException">The provider can't be asked.</exception>
    public async Task<SignOnStart?> BeginAsync(SignOnFlow flow, CancellationToken cancellation)
    {
        if (await providers.FindAsync(flow.Tenant, cancellation).ConfigureAwait(false) is not { } settings)
        {
            return null;
        }

        IssuerMetadata metadata = await issuers.MetadataAsync(settings.Issuer, cancellation).ConfigureAwait(false);
        string state = SecretCode.Make();
        string browser = SecretCode.Make();
        SignOnFlow whole = flow with
        {
            Nonce = SecretCode.Make(),
            Verifier = SecretCode.Make(),
            Browser = HashOf(browser),
            BegunAt = time.GetUtcNow(),
        };
        await KeepAsync(state, whole, cancellation).ConfigureAwait(false);
        // max_age makes the provider say when the person last showed who it is (OpenID Connect Core 1.0 §2).
        bool isAgain = whole.Purpose != SignOnPurpose.SignIn;
        Dictionary<string, string?> query = new()
        {
            ["response_type"] = "code",
            ["client_id"] = settings.ClientId,
            ["redirect_uri"] = whole.Redirect.AbsoluteUri,
            ["scope"] = settings.Claim == SignOnSettings.EmailClaim ? "openid email" : "openid",
            ["state"] = state,
            ["nonce"] = whole.Nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(whole.Verifier))),
            ["code_challenge_method"] = "S256",
            ["max_age"] = isAgain ? "0" : $"{Sessions.AbsoluteEnd.TotalSeconds:0}",
        };
        if (isAgain)
        {
            query["prompt"] = "login";
        }

        return new SignOnStart(
            new Uri(QueryHelpers.AddQueryString(metadata.Authorization.AbsoluteUri, query)), browser);
    }

    /// <summary>Takes a state, once; null if it is none, was used, has ended, or began in another browser.</summary>
    public async Task<SignOnFlow?> TakeAsync(string? state, string? browser, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(state) || string.IsNullOrEmpty(browser))
        {
            return null;
        }

        byte[] hash = SecretCode.Hash(state);
        SignOnFlow? flow = await database.WriteAsync(
            async (context, cancel) =>
            {
                SignOnFlowRow? row = await context.SignOnFlows
                    .SingleOrDefaultAsync(row => row.StateHash == hash, cancel).ConfigureAwait(false);
                if (row is null)
                {
                    return null;
                }

                context.SignOnFlows.Remove(row);
                return row.EndsAt <= time.GetUtcNow() ? null : JsonSerializer.Deserialize<SignOnFlow>(
                    keys.OpenBytes(row.FlowId, FlowColumn, row.SealedFlow));
            },
            cancellation).ConfigureAwait(false);
        return flow is not null && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(flow.Browser), Encoding.ASCII.GetBytes(HashOf(browser))) ? flow : null;
    }

    /// <summary>Changes the code for an id_token, and checks it.</summary>
    /// <param name="flow">As it was taken.</param>
    /// <param name="code">What the provider sent by the browser.</param>
    /// <param name="issuer">Who the answer says it is from (RFC 9207); null if it does not say.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SignOnException">It is none, or the provider can't be asked.</exception>
    public async Task<(SignOnSettings Settings, IdTokenClaims Claims)> EndAsync(
        SignOnFlow flow, string? code, string? issuer, CancellationToken cancellation)
    {
        SignOnSettings settings = await providers.FindAsync(flow.Tenant, cancellation).ConfigureAwait(false)
            ?? throw new SignOnException("the practice has no single sign-on any more");
        IssuerMetadata metadata = await issuers.MetadataAsync(settings.Issuer, cancellation).ConfigureAwait(false);
        if (issuer is not null && issuer != metadata.Issuer)
        {
            throw new SignOnException("the answer is of another issuer");
        }

        if (code is not { Length: > 0 and <= CodeCharsMax })
        {
            throw new SignOnException("the provider sent no code");
        }

        byte[] answer = await issuers.SendAsync(
            Request(metadata, settings, flow, code), cancellation).ConfigureAwait(false);
        DateTimeOffset from = flow.Purpose == SignOnPurpose.SignIn ? flow.BegunAt - Sessions.AbsoluteEnd : flow.BegunAt;
        return (settings, await tokens.CheckAsync(
            IdTokenOf(answer), new IdTokenDemand(metadata, settings.ClientId, flow.Nonce, from), cancellation)
            .ConfigureAwait(false));
    }

    private static HttpRequestMessage Request(
        IssuerMetadata metadata, SignOnSettings settings, SignOnFlow flow, string code)
    {
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = flow.Redirect.AbsoluteUri,
            ["code_verifier"] = flow.Verifier,
        };
        HttpRequestMessage request = new(HttpMethod.Post, metadata.Token);
        if (metadata.TakesBasic)
        {
            // RFC 6749 §2.3.1: both form-encoded, then as RFC 7617 says.
            string pair = $"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(settings.Secret)}";
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }
        else
        {
            form["client_id"] = settings.ClientId;
            form["client_secret"] = settings.Secret;
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private static string IdTokenOf(byte[] answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            return document.RootElement.GetProperty("id_token").GetString() is { Length: > 0 } token ? token
                : throw new SignOnException("the provider sent no id_token");
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new SignOnException("the provider's tokens can't be read");
        }
    }

    private Task<bool> KeepAsync(string state, SignOnFlow flow, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        Guid id = Guid.CreateVersion7(now);
        return database.WriteAsync(
            async (context, cancel) =>
            {
                await context.SignOnFlows.Where(row => row.EndsAt <= now).ExecuteDeleteAsync(cancel)
                    .ConfigureAwait(false);
                context.SignOnFlows.Add(new SignOnFlowRow
                {
                    FlowId = id,
                    StateHash = SecretCode.Hash(state),
                    TenantId = flow.Tenant,
                    SealedFlow = keys.Seal(id, FlowColumn, JsonSerializer.SerializeToUtf8Bytes(flow)),
                    EndsAt = now + Lifetime,
                });
                return true;
            },
            cancellation);
    }

    private static string HashOf(string secret) => Convert.ToBase64String(SecretCode.Hash(secret));
}
