// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Model;

/// <summary>What an outgoing fax needs besides its fax: when it is due, to whom, and who is calling now.</summary>
internal sealed class SendingRow
{
    public Guid TenantId { get; set; }

    public Guid FaxId { get; set; }

    public SendingState State { get; set; }

    public int Priority { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset DueAt { get; set; }

    public Guid? BroadcastId { get; set; }

    /// <summary>The fax's own, once more: one call a destination is decided on this table alone.</summary>
    public byte[] RemoteTag { get; set; } = [];

    public Guid? TrunkId { get; set; }

    public bool TrunkFixed { get; set; }

    public bool AnyStation { get; set; }

    public byte[]? SealedCover { get; set; }

    public Guid? LeaseOwner { get; set; }

    /// <summary>Counts claims; with the owner it names a lease.</summary>
    public int Attempt { get; set; }

    /// <summary>The owner counts it up while it lives. Others take a lease over once they saw it stand still for long
    /// enough on their own clock: no two clocks are ever compared.</summary>
    public long Beat { get; set; }

    /// <summary>Attempts before this number do not count against the tries any more.</summary>
    public int CountedFrom { get; set; }

    public DateTimeOffset? CancelAskedAt { get; set; }

    public int? Cause { get; set; }
}

/// <summary>One try of an outgoing fax, written before the call is placed.</summary>
internal sealed class AttemptRow
{
    public Guid TenantId { get; set; }

    public Guid FaxId { get; set; }

    public int Number { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Null while it goes on, and after a crash until somebody resolved it.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public Guid TrunkId { get; set; }

    public Guid CallId { get; set; }

    public int Rung { get; set; }

    public int PagesBefore { get; set; }

    public int PagesAfter { get; set; }

    public int PageBegun { get; set; }

    public int? PageInDoubt { get; set; }

    public int? PageRepeated { get; set; }

    public int? Cause { get; set; }

    public int? Outcome { get; set; }

    public int? EndReason { get; set; }

    public int? SipStatus { get; set; }

    public int? RateBps { get; set; }

    public bool? Ecm { get; set; }

    public int? RetryAfterS { get; set; }

    public byte[]? SealedReport { get; set; }
}

/// <summary>A number that a tenant faxes to: whether somebody made sure of it, what it is called, and what was learned
/// of it.</summary>
internal sealed class DestinationRow
{
    public Guid TenantId { get; set; }

    public Guid DestinationId { get; set; }

    public byte[] NumberTag { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[] SealedNumber { get; set; } = [];

    public byte[]? SealedName { get; set; }

    public byte[]? SealedStationId { get; set; }

    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>The account that gave it a second time; null if it is not known.</summary>
    public Guid? ConfirmedBy { get; set; }

    public DateTimeOffset? VerifiedAt { get; set; }

    /// <summary>The person who made sure whose it is; null if it is not known.</summary>
    public Guid? VerifiedBy { get; set; }

    public int Rung { get; set; }

    public DateTimeOffset? RungLearnedAt { get; set; }
}
