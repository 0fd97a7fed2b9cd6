// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store.Model;

// What each column is, and why it may be in the clear if it is: docs/formats/store.md. Tests hold the two together.
// A property whose name starts with Sealed holds bytes that only the vault can open; one that ends in Tag holds the
// 32 bytes of a keyed hash.

internal sealed class TenantRow
{
    public Guid TenantId { get; set; }

    public ServiceState State { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[] SealedName { get; set; } = [];

    /// <summary>The sequence number of the tenant's newest event. Whoever writes an event locks this row first, so
    /// that numbers become visible in order.</summary>
    public long EventSequence { get; set; }

    /// <summary>Pages of its faxes that are here: of what came in once the fax ended, of what goes out at once.
    /// Changed in the transaction of what changes it.</summary>
    public long StoredPages { get; set; }

    /// <summary>The bytes of their sealed objects.</summary>
    public long StoredOctets { get; set; }

    /// <summary>The day (UTC, counted from 1970) that <see cref="OutgoingCount"/> counts.</summary>
    public int OutgoingDay { get; set; }

    /// <summary>Faxes that were asked for on that day.</summary>
    public int OutgoingCount { get; set; }

    /// <summary>Whole months that its faxes are kept behind the month that they came in; null until somebody says
    /// otherwise.</summary>
    public int? RetentionMonths { get; set; }

    /// <summary>Counts changes of that: who changes it says which version it has seen.</summary>
    public int RetentionVersion { get; set; }

    /// <summary>The account that asked for it; null if nobody ever did.</summary>
    public Guid? RetentionSetBy { get; set; }
}

internal sealed class LineRow
{
    public Guid TenantId { get; set; }

    public Guid LineId { get; set; }

    public ServiceState State { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public int RetentionClass { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[] NumberTag { get; set; } = [];

    public byte[] SealedNumber { get; set; } = [];

    public byte[]? SealedName { get; set; }

    /// <summary>Where it stands; null for the tenant as a whole.</summary>
    public Guid? SiteId { get; set; }
}

/// <summary>Which line a dialled number leads to. The one table that does not start with the tenant: before it is read
/// nobody knows the tenant.</summary>
internal sealed class RouteRow
{
    public byte[] RoutingTag { get; set; } = [];

    public Guid TenantId { get; set; }

    public Guid LineId { get; set; }
}

internal sealed class CallRow
{
    public Guid TenantId { get; set; }

    public Guid CallId { get; set; }

    public Guid? LineId { get; set; }

    public Guid TrunkId { get; set; }

    public FaxDirection Direction { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public int? EndReason { get; set; }

    public int? RateBps { get; set; }

    public bool? Ecm { get; set; }

    public long PacketsReceived { get; set; }

    public long PacketsRecovered { get; set; }

    public long PacketsLost { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[] CallTag { get; set; } = [];

    public byte[]? SealedRemoteNumber { get; set; }

    public byte[]? SealedStationId { get; set; }
}

internal sealed class FaxRow
{
    public Guid TenantId { get; set; }

    public Guid FaxId { get; set; }

    public Guid? LineId { get; set; }

    public Guid? CallId { get; set; }

    public FaxDirection Direction { get; set; }

    public FaxState State { get; set; }

    /// <summary>Counts every change of the row, so that a reader can see that it moved.</summary>
    public long RowVersion { get; set; }

    public int? ReasonCode { get; set; }

    public int RetentionClass { get; set; }

    public int PagesStored { get; set; }

    public int PagesConfirmed { get; set; }

    public DateTimeOffset BegunAt { get; set; }

    public DateTimeOffset? ReceivedAt { get; set; }

    public DateTimeOffset? ConfirmedAt { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[] IdempotencyTag { get; set; } = [];

    public byte[]? RemoteTag { get; set; }

    public byte[]? SealedRemoteNumber { get; set; }

    public byte[]? SealedStationId { get; set; }

    public byte[]? SealedSubject { get; set; }

    public byte[]? SealedFileName { get; set; }

    /// <summary>The whole fax that holds what this one has of it.</summary>
    public Guid? SupersededBy { get; set; }

    public FaxHandling Handling { get; set; }

    /// <summary>Counts what people changed of how it is handled; not that somebody opened it.</summary>
    public int HandlingVersion { get; set; }

    public Guid? AssigneeId { get; set; }

    public byte[]? SealedLabels { get; set; }

    /// <summary>The number of its newest note; 0 if there is none.</summary>
    public int NotesWritten { get; set; }

    public int NotesStruck { get; set; }
}

internal sealed class PageRow
{
    public Guid TenantId { get; set; }

    public Guid FaxId { get; set; }

    public int Number { get; set; }

    public PageState State { get; set; }

    public Guid BlobId { get; set; }

    public long ByteLength { get; set; }

    public int Rows { get; set; }

    public int WidthPels { get; set; }

    public int ResolutionXDpi { get; set; }

    public int ResolutionYDpi { get; set; }

    public int BadRows { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[] ObjectHash { get; set; } = [];

    public byte[]? ContentTag { get; set; }

    public byte[]? SealedSent { get; set; }

    public DateTimeOffset StoredAt { get; set; }

    /// <summary>Of a fax that was split off another: which page of that one it is.</summary>
    public int? OriginPage { get; set; }
}

internal sealed class JobRow
{
    public Guid TenantId { get; set; }

    public Guid JobId { get; set; }

    public int Kind { get; set; }

    public Guid? FaxId { get; set; }

    public JobState State { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it may be claimed: while it waits, when it is due; while it is leased, when the lease runs out.
    /// One column, so that one index finds both.</summary>
    public DateTimeOffset DueAt { get; set; }

    public int Attempt { get; set; }

    public Guid? LeaseOwner { get; set; }

    public int? ReasonCode { get; set; }
}

internal sealed class EventRow
{
    public Guid TenantId { get; set; }

    public long Sequence { get; set; }

    public int Kind { get; set; }

    public Guid? FaxId { get; set; }

    /// <summary>The broadcast that it is about, if it is about one.</summary>
    public Guid? BroadcastId { get; set; }

    public DateTimeOffset OccurredAt { get; set; }

    public bool Sent { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public int Attempt { get; set; }

    public Guid? LeaseOwner { get; set; }

    /// <summary>When it may be claimed, as with a job.</summary>
    public DateTimeOffset DueAt { get; set; }

    public uint KeyEpoch { get; set; }

    public byte[]? SealedBody { get; set; }
}
