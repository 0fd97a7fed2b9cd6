// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>An address that events are sent to.</summary>
/// <param name="TenantId">Whose events.</param>
/// <param name="WebhookId">Unique in the tenant; made by the caller.</param>
/// <param name="State">Active, suspended (its events wait), or closed: taken away, and not listed.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Kinds">Bit n is set for events of kind n; 0 for all.</param>
/// <param name="LineId">Only events of faxes of this line; null for all.</param>
/// <param name="KeyEpoch">The epoch whose key seals the fields below.</param>
/// <param name="SealedAddress">The address, sealed: it may hold a token of the receiver's.</param>
/// <param name="SealedSecret">What signs, sealed.</param>
/// <param name="SealedOldSecret">What signed before, sealed; null if there is none.</param>
/// <param name="OldSecretUntil">Until when the old one signs too.</param>
public sealed record WebhookRecord(
    Guid TenantId, Guid WebhookId, ServiceState State, DateTimeOffset CreatedAt, long Kinds, Guid? LineId,
    uint KeyEpoch, byte[] SealedAddress, byte[] SealedSecret, byte[]? SealedOldSecret = null,
    DateTimeOffset? OldSecretUntil = null);

/// <summary>An event on its way to a webhook. A lease is known by its owner and <paramref name="Attempt"/>, which
/// counts claims; <paramref name="AttemptBase"/> is where it stood when the delivery was last asked for.</summary>
public sealed record DeliveryRecord(
    Guid TenantId, Guid WebhookId, long Sequence, JobState State, DateTimeOffset CreatedAt, DateTimeOffset DueAt,
    int Attempt, int AttemptBase, Guid? LeaseOwner);

/// <summary>How one attempt went.</summary>
/// <param name="Attempt">Its number, from 1.</param>
/// <param name="StartedAt">When.</param>
/// <param name="DurationMs">How long the receiver took.</param>
/// <param name="Status">The HTTP status; null if there was no answer.</param>
/// <param name="Fault">Why there was no answer, as the caller's code; 0 if there was one.</param>
public sealed record DeliveryAttempt(int Attempt, DateTimeOffset StartedAt, long DurationMs, int? Status, int Fault);

/// <summary>What is known of a request that has a key.</summary>
public enum RequestState
{
    /// <summary>It is new: carry it out, and say how it went.</summary>
    Begun = 1,

    /// <summary>It is being carried out.</summary>
    UnderWay = 2,

    /// <summary>It was carried out; its answer is here.</summary>
    Done = 3,

    /// <summary>Its key was used for another request.</summary>
    Another = 4,
}

/// <summary>What came of beginning a request.</summary>
/// <param name="State">What is known of it.</param>
/// <param name="Status">The HTTP status of its answer, if it is done.</param>
/// <param name="SealedAnswer">Its answer, sealed, if it is done and has one.</param>
public sealed record BegunRequest(RequestState State, int? Status = null, byte[]? SealedAnswer = null);
