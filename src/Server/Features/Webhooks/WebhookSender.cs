// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Hermetic.Server.Features.Events;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Hermetic.Vault.Sealing;

namespace Hermetic.Server.Features.Webhooks;

/// <summary>Why an attempt had no answer. The numbers are stored: never renumber.</summary>
internal enum WebhookFault
{
    /// <summary>There was an answer.</summary>
    None = 0,

    /// <summary>The name leads to an address that is not of the public internet.</summary>
    AddressRefused = 1,

    /// <summary>Nobody could be reached, or the connection or its TLS broke.</summary>
    NotReached = 2,

    /// <summary>The answer took too long.</summary>
    TooSlow = 3,

    /// <summary>Its secrets can't be opened.</summary>
    NoSecret = 4,
}

/// <summary>Sends one event to one webhook, signed (Standard Webhooks 1.0).</summary>
internal sealed class WebhookSender(WebhookSecrets secrets, HttpMessageInvoker http, TimeProvider time)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>One attempt; it has always an outcome.</summary>
    public async Task<DeliveryAttempt> SendAsync(
        WebhookRecord webhook, DeliveryRecord delivery, EventView told, CancellationToken cancellation)
    {
        DateTimeOffset startedAt = time.GetUtcNow();
        long began = time.GetTimestamp();
        (int? status, WebhookFault fault) = await TrySendAsync(webhook, told, startedAt, cancellation)
            .ConfigureAwait(false);
        return new DeliveryAttempt(delivery.Attempt, startedAt,
            (long)time.GetElapsedTime(began).TotalMilliseconds, status, (int)fault);
    }

    private async Task<(int? Status, WebhookFault Fault)> TrySendAsync(
        WebhookRecord webhook, EventView told, DateTimeOffset now, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = new(WebhookReach.AnswerTimeout, time);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using HttpRequestMessage request = Request(webhook, told, now.ToUnixTimeSeconds());
            using HttpResponseMessage answer = await http.SendAsync(request, either.Token).ConfigureAwait(false);
            return ((int)answer.StatusCode, WebhookFault.None);
        }
        catch (Exception failure) when (failure is SealedObjectException or VaultKeyException)
        {
            return (null, WebhookFault.NoSecret);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, WebhookFault.TooSlow);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return (null, failure is AddressRefusedException || failure.InnerException is AddressRefusedException
                ? WebhookFault.AddressRefused : WebhookFault.NotReached);
        }
    }

    private HttpRequestMessage Request(WebhookRecord webhook, EventView told, long timestamp)
    {
        // The same at each attempt: by it a receiver knows what it has seen.
        string id = string.Create(CultureInfo.InvariantCulture, $"msg_{webhook.WebhookId:N}_{told.Sequence}");
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(
            new { type = told.Type, timestamp = told.OccurredAt, data = told }, JsonSerializerOptions.Web);
        HttpRequestMessage request = new(HttpMethod.Post, secrets.AddressOf(webhook))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = Json;
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader,
            WebhookSignature.Sign(id, timestamp, body, secrets.SecretsOf(webhook)));
        return request;
    }
}
