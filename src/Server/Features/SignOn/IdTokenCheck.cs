// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hermetic.Server.Features.SignOn;

/// <summary>What an id_token has to say for this one sign-on.</summary>
/// <param name="Metadata">Who has to have signed it.</param>
/// <param name="ClientId">For whom.</param>
/// <param name="Nonce">That it was made for this one.</param>
/// <param name="AuthenticatedFrom">The person has to have shown to the provider who it is then or later.</param>
internal sealed record IdTokenDemand(
    IssuerMetadata Metadata, string ClientId, string Nonce, DateTimeOffset AuthenticatedFrom);

/// <summary>What an id_token said.</summary>
/// <param name="Subject">The person, at this issuer.</param>
/// <param name="AuthenticatedAt">When the person last showed who it is.</param>
/// <param name="Token">All of it.</param>
internal sealed record IdTokenClaims(string Subject, DateTimeOffset AuthenticatedAt, JsonWebToken Token);

/// <summary>Checks an id_token (OpenID Connect Core 1.0 §3.1.3.7). Signature, issuer, audience and type of algorithm
/// are the library's to check; what it leaves to us is below.</summary>
internal sealed class IdTokenCheck(Issuers issuers, TimeProvider time)
{
    /// <summary>Our limit: how far the provider's clock may be from ours.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(1);

    /// <summary>Our limit: a token is made while we wait for it.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(10);

    /// <summary>OpenID Connect Core 1.0 §2: at most 255 characters.</summary>
    private const int SubjectCharsMax = 255;

    private const int TokenCharsMax = 64 * 1024; // our limit: a person with many groups

    // RFC 8725 §3.1: what we take, and nothing that a token asks for: no `none`, and no HMAC, whose key a client has.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <exception cref="SignOnException">It is not what it has to be.</exception>
    public async Task<IdTokenClaims> CheckAsync(string token, IdTokenDemand demand, CancellationToken cancellation)
    {
        TokenValidationResult result = await ValidateAsync(token, demand, false, cancellation).ConfigureAwait(false);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException
            or SecurityTokenInvalidSignatureException)
        {
            // The provider may have a new key since.
            result = await ValidateAsync(token, demand, true, cancellation).ConfigureAwait(false);
        }

        if (!result.IsValid || result.SecurityToken is not JsonWebToken read)
        {
            throw new SignOnException($"the id_token was refused ({result.Exception?.GetType().Name})");
        }

        return CheckClaims(read, demand);
    }

    private async Task<TokenValidationResult> ValidateAsync(
        string token, IdTokenDemand demand, bool keyIsMissing, CancellationToken cancellation) =>
        await new JsonWebTokenHandler { MaximumTokenSizeInBytes = TokenCharsMax }.ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                ValidIssuer = demand.Metadata.Issuer,
                ValidAudience = demand.ClientId,
                ValidAlgorithms = Algorithms,
                IssuerSigningKeys = await issuers.KeysAsync(demand.Metadata, keyIsMissing, cancellation)
                    .ConfigureAwait(false),
                RequireSignedTokens = true,
                RequireExpirationTime = true,
                LifetimeValidator = IsLiving,
            }).ConfigureAwait(false);

    // By our clock, which the library does not ask.
    private bool IsLiving(
        DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + SkewMax && (notBefore is not { } begin || begin <= now + SkewMax);
    }

    private IdTokenClaims CheckClaims(JsonWebToken token, IdTokenDemand demand)
    {
        DateTimeOffset now = time.GetUtcNow();
        Require(token.Subject is { Length: > 0 and <= SubjectCharsMax }, "has no subject");
        Require(Text(token, "nonce") is { } nonce && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(nonce), Encoding.UTF8.GetBytes(demand.Nonce)), "is not for this sign-on");
        string? party = Text(token, "azp");
        Require(party is null ? token.Audiences.Count() == 1 : party == demand.ClientId, "is for another party");
        DateTimeOffset issued = Instant(token, "iat");
        Require(issued <= now + SkewMax && issued >= now - AgeMax, "was not made now");
        DateTimeOffset authenticated = Instant(token, "auth_time");
        Require(authenticated <= now + SkewMax && authenticated >= demand.AuthenticatedFrom - SkewMax,
            "tells of a sign-in that is too old");
        return new IdTokenClaims(token.Subject, authenticated < now ? authenticated : now, token);
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SignOnException($"the id_token {otherwise}");
        }
    }

    private static string? Text(JsonWebToken token, string name) =>
        token.TryGetPayloadValue(name, out string? value) ? value : null;

    private static DateTimeOffset Instant(JsonWebToken token, string name) =>
        token.TryGetPayloadValue(name, out long seconds) && seconds is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new SignOnException($"the id_token does not say {name}");
}
