// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Model;

// As Rows.cs: what each column is stands in docs/formats/store.md.

/// <summary>Somebody's address that events are sent to.</summary>
internal sealed class WebhookRow
{
    public Guid TenantId { get; set; }

    public Guid WebhookId { get; set; }

    public ServiceState State { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Bit n is set for events of kind n; 0 for all.</summary>
    public long Kinds { get; set; }

    public Guid? LineId { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[] SealedAddress { get; set; } = [];

    public byte[] SealedSecret { get; set; } = [];

    public byte[]? SealedOldSecret { get; set; }

    /// <summary>Until then the old secret signs too.</summary>
    public DateTimeOffset? OldSecretUntil { get; set; }
}

/// <summary>One event on its way to one webhook.</summary>
internal sealed class DeliveryRow
{
    public Guid TenantId { get; set; }

    public Guid WebhookId { get; set; }

    public long Sequence { get; set; }

    public JobState State { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it may be claimed, as with a job.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Counts claims since it was made, and goes on when it is replayed.</summary>
    public int Attempt { get; set; }

    /// <summary>Where the count stood when it was last asked for: retries are counted from here.</summary>
    public int AttemptBase { get; set; }

    public Guid? LeaseOwner { get; set; }
}

/// <summary>How one attempt went.</summary>
internal sealed class DeliveryAttemptRow
{
    public Guid TenantId { get; set; }

    public Guid WebhookId { get; set; }

    public long Sequence { get; set; }

    public int Attempt { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public long DurationMs { get; set; }

    /// <summary>The HTTP status; null if there was none.</summary>
    public int? Status { get; set; }

    /// <summary>Why there was none, as the caller's code.</summary>
    public int Fault { get; set; }
}

/// <summary>A request that must not be carried out twice.</summary>
internal sealed class RequestRow
{
    public Guid TenantId { get; set; }

    public byte[] KeyTag { get; set; } = [];

    public byte[] RequestTag { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>While it is under way: when somebody else may carry it out.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>The HTTP status of its answer; null while it is under way.</summary>
    public int? Status { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[]? SealedAnswer { get; set; }
}
