// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using Hermetic.Server.Features.Access;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hermetic.Server.Http;

/// <summary>Carries a request that has an Idempotency-Key out once: whoever sends it again gets the first answer again.
/// The key is the account's own, and forgotten after <see cref="KeptFor"/>.</summary>
/// <remarks>What was carried out and the note that it was are two transactions: a server that dies between them lets
/// the request be carried out again, once <see cref="UnderWayMax"/> is over. What must not happen twice even then (a
/// fax) has a key of its own in its own transaction.</remarks>
internal sealed class IdempotencyKeys(FaxStore store, KeyStore keys, Sealer sealer, TimeProvider time)
    : IEndpointFilter
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>Our limit, in characters: a UUID and more fits.</summary>
    public const int KeyCharsMax = 200;

    /// <summary>Our choice: how long an answer is kept.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>Our limit: a request that has no answer by then has died.</summary>
    public static readonly TimeSpan UnderWayMax = TimeSpan.FromMinutes(1);

    private const string KeyPurpose = "api.idempotency-key";
    private const string RequestPurpose = "api.request";
    private const int RetryAfterSeconds = 1; // our choice: what has a key is quickly done

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        // Filters run too where the body could not be read: then there is nothing to carry out.
        if (http.Response.StatusCode >= StatusCodes.Status400BadRequest || ReadKey(http) is not { } key)
        {
            return await next(context).ConfigureAwait(false);
        }

        Caller caller = Caller.Of(http);
        EqualityTagKey tags = keys.Tags(caller.OwnTenant);
        byte[] tag = tags.Tag(KeyPurpose, $"{caller.Account}\n{key}");
        DateTimeOffset now = time.GetUtcNow();
        BegunRequest begun = await store.Requests.BeginAsync(
            caller.OwnTenant, tag, tags.Tag(RequestPurpose, RequestOf(context)), now, now + UnderWayMax, now - KeptFor,
            http.RequestAborted).ConfigureAwait(false);
        return begun.State switch
        {
            RequestState.Begun => await CarryOutAsync(context, next, caller.OwnTenant, tag).ConfigureAwait(false),
            RequestState.Done => Again(http, caller.OwnTenant, tag, begun),
            RequestState.UnderWay =>
                throw new ProblemException(ProblemCode.KeyInUse) { RetryAfterSeconds = RetryAfterSeconds },
            _ => throw new ProblemException(ProblemCode.KeyReused),
        };
    }

    /// <summary>The key of a request; null if it has none.</summary>
    /// <exception cref="ProblemException">It is not what a key must be.</exception>
    public static string? ReadKey(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(Header, out Microsoft.Extensions.Primitives.StringValues values))
        {
            return null;
        }

        string key = values.ToString();
        return values.Count != 1 || key.Length is 0 or > KeyCharsMax || key.Any(letter => letter is < '!' or > '~')
            ? throw ProblemException.Field(Header, $"takes 1 to {KeyCharsMax} visible ASCII characters")
            : key;
    }

    // Method, path and query, and what was read of the body: the same request however its JSON is spaced.
    private static byte[] RequestOf(EndpointFilterInvocationContext context)
    {
        HttpRequest request = context.HttpContext.Request;
        string head = $"{request.Method} {request.Path}{request.QueryString}\n";
        return
        [
            .. Encoding.UTF8.GetBytes(head),
            .. context.Arguments.OfType<IIdempotentBody>().SelectMany(body =>
                JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), JsonSerializerOptions.Web)),
        ];
    }

    private async Task<object?> CarryOutAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, Guid tenant, byte[] tag)
    {
        object? result;
        try
        {
            result = await next(context).ConfigureAwait(false);
        }
        catch
        {
            // It came to nothing: with the same key it may be put right and tried again.
            await store.Requests.ForgetAsync(tenant, tag, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        int status = (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        SealingKey key = keys.Ensure(tenant, KeyEpoch.At(time.GetUtcNow(), Provisioning.DefaultRetention)).Sealing;
        byte[]? answer = (result as IValueHttpResult)?.Value is not { } value ? null
            : sealer.Seal(key, BindingOf(tenant, tag), JsonSerializer.SerializeToUtf8Bytes(
                value, value.GetType(), JsonSerializerOptions.Web));
        await store.Requests.FinishAsync(tenant, tag, status, key.Epoch.Encoded, answer, CancellationToken.None)
            .ConfigureAwait(false);
        return result;
    }

    private IResult Again(HttpContext http, Guid tenant, byte[] tag, BegunRequest begun)
    {
        http.Response.Headers[ReplayedHeader] = "true";
        return begun.SealedAnswer is null
            ? Results.StatusCode(begun.Status ?? StatusCodes.Status200OK)
            : Results.Text(keys.OpenObject(begun.SealedAnswer, BindingOf(tenant, tag)),
                "application/json; charset=utf-8", begun.Status);
    }

    private static ObjectBinding BindingOf(Guid tenant, byte[] tag) =>
        new(tenant, new Guid(tag.AsSpan(0, 16), bigEndian: true), 0, ObjectKind.Field);
}

/// <summary>A body that is a part of what its request asks for.</summary>
internal interface IIdempotentBody;

/// <summary>Marks endpoints that take an Idempotency-Key, for the OpenAPI document.</summary>
internal sealed record TakesIdempotencyKey;

internal static class IdempotencyWords
{
    /// <summary>It takes an Idempotency-Key.</summary>
    public static RouteHandlerBuilder WithIdempotency(this RouteHandlerBuilder endpoint, IdempotencyKeys keys) =>
        endpoint.AddEndpointFilter(keys).WithMetadata(new TakesIdempotencyKey());
}
