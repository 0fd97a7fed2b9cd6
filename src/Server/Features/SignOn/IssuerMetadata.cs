// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Hermetic.Server.Features.SignOn;

/// <summary>What is known of an identity provider.</summary>
/// <param name="Issuer">Its name.</param>
/// <param name="Authorization">Where a browser goes.</param>
/// <param name="Token">Where a code is changed for tokens.</param>
/// <param name="KeySet">Where its keys are.</param>
/// <param name="TakesBasic">Whether a client may show its secret by HTTP Basic.</param>
internal sealed record IssuerMetadata(string Issuer, Uri Authorization, Uri Token, Uri KeySet, bool TakesBasic);

/// <summary>Asks identity providers for their metadata and keys (OpenID Connect Discovery 1.0 §4), and keeps the
/// answers for a while.</summary>
internal sealed class Issuers(SignOnReach reach, TimeProvider time) : IDisposable
{
    /// <summary>Our choice: as long as providers' own caching headers say, in the order of magnitude.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>Our limit: a key that nobody knows makes us ask again, and no more often than so.</summary>
    public static readonly TimeSpan KeysAskedInterval = TimeSpan.FromSeconds(30);

    /// <summary>NIST SP 800-57 Part 1 §5.6.1.1: below it RSA has less than 112 bits of security.</summary>
    private const int RsaBitsMin = 2048;

    private readonly HttpMessageInvoker _http = reach.Open();
    private readonly ConcurrentDictionary<string, (IssuerMetadata Metadata, DateTimeOffset At)> _metadata = new();
    private readonly ConcurrentDictionary<string, (IReadOnlyList<SecurityKey> Keys, DateTimeOffset At)> _keys = new();

    /// <summary>A provider's metadata.</summary>
    /// <exception cref="SignOnException">It can't be asked, or its answer is none.</exception>
    public async Task<IssuerMetadata> MetadataAsync(string issuer, CancellationToken cancellation)
    {
        if (_metadata.TryGetValue(issuer, out (IssuerMetadata Metadata, DateTimeOffset At) known)
            && time.GetUtcNow() - known.At < KeptFor)
        {
            return known.Metadata;
        }

        if (!reach.TryAddress(issuer, out _))
        {
            throw new SignOnException("the issuer's address is none that may be asked", isProvider: true);
        }

        byte[] answer = await SendAsync(new HttpRequestMessage(
            HttpMethod.Get, issuer.TrimEnd('/') + "/.well-known/openid-configuration"), cancellation)
            .ConfigureAwait(false);
        IssuerMetadata metadata = Parse(issuer, answer);
        _metadata[issuer] = (metadata, time.GetUtcNow());
        return metadata;
    }

    /// <summary>A provider's keys for signatures; asked for anew if one is missing in those that were kept.</summary>
    public async Task<IReadOnlyList<SecurityKey>> KeysAsync(
        IssuerMetadata metadata, bool oneIsMissing, CancellationToken cancellation)
    {
        TimeSpan age = oneIsMissing ? KeysAskedInterval : KeptFor;
        if (_keys.TryGetValue(metadata.Issuer, out (IReadOnlyList<SecurityKey> Keys, DateTimeOffset At) known)
            && time.GetUtcNow() - known.At < age)
        {
            return known.Keys;
        }

        byte[] answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, metadata.KeySet), cancellation)
            .ConfigureAwait(false);
        IReadOnlyList<SecurityKey> keys;
        try
        {
            keys = [.. new JsonWebKeySet(Encoding.UTF8.GetString(answer)).GetSigningKeys().Where(IsStrong)];
        }
        catch (Exception failure) when (failure is ArgumentException or JsonException or FormatException
            or CryptographicException)
        {
            throw new SignOnException("the provider's keys can't be read", isProvider: true);
        }

        _keys[metadata.Issuer] = (keys, time.GetUtcNow());
        return keys;
    }

    /// <summary>Sends a request; the body of an answer 200.</summary>
    /// <exception cref="SignOnException">There is none such.</exception>
    public async Task<byte[]> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = new(SignOnReach.AnswerTimeout, time);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using (request)
            {
                using HttpResponseMessage answer = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
                return (int)answer.StatusCode == 200
                    ? await ReadAsync(answer, either.Token).ConfigureAwait(false)
                    : throw new SignOnException($"the provider answered {(int)answer.StatusCode}", isProvider: true);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SignOnException("the provider did not answer in time", isProvider: true);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new SignOnException("the provider can't be reached, or may not be", isProvider: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        Stream body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using MemoryStream read = new();
        byte[] part = new byte[8192];
        int count;
        while ((count = await body.ReadAsync(part, cancellation).ConfigureAwait(false)) > 0)
        {
            if (read.Length + count > SignOnReach.AnswerBytesMax)
            {
                throw new SignOnException("the provider's answer is too long", isProvider: true);
            }

            read.Write(part, 0, count);
        }

        return read.ToArray();
    }

    private IssuerMetadata Parse(string issuer, byte[] answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            JsonElement root = document.RootElement;
            // §4.3: whoever names himself otherwise is somebody else.
            if (root.GetProperty("issuer").GetString() != issuer)
            {
                throw new SignOnException("the provider names itself otherwise than it is named", isProvider: true);
            }

            bool takesBasic = !root.TryGetProperty("token_endpoint_auth_methods_supported", out JsonElement methods)
                || methods.EnumerateArray().Any(method => method.GetString() == "client_secret_basic");
            return new IssuerMetadata(issuer, Address("authorization_endpoint"), Address("token_endpoint"),
                Address("jwks_uri"), takesBasic);

            Uri Address(string name) => reach.TryAddress(root.GetProperty(name).GetString(), out Uri? address) ? address
                : throw new SignOnException($"the provider's {name} is no address that may be used", isProvider: true);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new SignOnException("the provider's metadata can't be read", isProvider: true);
        }
    }

    private static bool IsStrong(SecurityKey key) => key is not SymmetricSecurityKey
        && (key is not JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.Octet })
        && (key is not (RsaSecurityKey or JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.RSA })
            || key.KeySize >= RsaBitsMin);
}
