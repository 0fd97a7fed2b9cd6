// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Events;
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Webhooks;

/// <summary>A webhook to be made.</summary>
internal sealed record NewWebhookBody(
    [property: Description("An https:// address that the public internet knows.")] string? Url,
    [property: Description("Types of events; all if it is left out.")] IReadOnlyList<string>? Events,
    [property: Description("Only events of faxes of this line; all lines if it is left out.")] Guid? Line)
    : IIdempotentBody;

/// <summary>What of a webhook is to change; what is left out stays.</summary>
internal sealed record WebhookChangeBody(
    string? Url, IReadOnlyList<string>? Events,
    [property: Description("`active`, or `suspended`: its events wait.")] string? State) : IIdempotentBody;

/// <summary>A webhook as programs see it.</summary>
internal sealed record WebhookView(
    Guid Id,
    [property: Description("Null if its keys were destroyed: give it anew.")] string? Url,
    IReadOnlyList<string> Events, Guid? Line, string State, DateTimeOffset CreatedAt,
    [property: Description("Until then the secret before this one signs too; null if there is none.")]
    DateTimeOffset? OldSecretUntil);

/// <summary>All webhooks that the caller may see.</summary>
internal sealed record WebhookListView(IReadOnlyList<WebhookView> Webhooks);

/// <summary>A webhook with its secret, which is shown this once.</summary>
internal sealed record WebhookSecretView(
    WebhookView Webhook,
    [property: Description("Signs by Standard Webhooks; shown this once.")] string Secret);

/// <summary>Deliveries of a webhook, newest event first.</summary>
internal sealed record DeliveryListView(
    IReadOnlyList<DeliveryView> Deliveries,
    [property: Description("Give it as `before` for older ones; null at the end.")] long? Next);

/// <summary>An event on its way to a webhook.</summary>
internal sealed record DeliveryView(
    [property: Description("The event's sequence.")] long Sequence,
    [property: Description("What it tells, as in `fax.received`.")] string? Type,
    [property: Description("`waiting`, `leased` (under way), `done` or `failed` (given up; may be replayed).")]
    string State,
    [property: Description("When it is sent next; null if it is done or given up.")] DateTimeOffset? DueAt,
    int Attempts)
{
    public static DeliveryView Of(DeliveryRecord delivery, int? kind) => new(
        delivery.Sequence, kind is { } known ? EventNames.NameOf(known) : null,
        delivery.State.ToString().ToLowerInvariant(),
        delivery.State is JobState.Waiting ? delivery.DueAt : null, delivery.Attempt);
}

/// <summary>How each attempt of a delivery went.</summary>
internal sealed record AttemptListView(IReadOnlyList<AttemptView> Attempts);

/// <summary>How one attempt went.</summary>
internal sealed record AttemptView(
    int Attempt, DateTimeOffset StartedAt, long DurationMs,
    [property: Description("The receiver's HTTP status; null if there was no answer.")] int? Status,
    [property: Description("Why there was no answer: `address-refused`, `not-reached`, `too-slow`, `no-secret`; null "
        + "if there was one.")]
    string? Fault)
{
    public static AttemptView Of(DeliveryAttempt attempt) => new(
        attempt.Attempt, attempt.StartedAt, attempt.DurationMs, attempt.Status,
        attempt.Fault == (int)WebhookFault.None ? null : EnumWord.Of((WebhookFault)attempt.Fault));
}
