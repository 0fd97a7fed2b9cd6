// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>Where a broadcast is. The numbers are stored: never renumber.</summary>
public enum BroadcastState
{
    /// <summary>Its faxes come into the queue one by one; or that was cut, and goes on when it is asked for
    /// again.</summary>
    Submitting = 1,

    /// <summary>All are in the queue, and some have not ended.</summary>
    Sending = 2,

    /// <summary>All have ended.</summary>
    Ended = 3,
}

/// <summary>A fax to many numbers, as it is stored.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="BroadcastId">Unique in the tenant; made by the caller, the same when it is asked for again.</param>
/// <param name="LineId">The line that it goes out from.</param>
/// <param name="State">Where it is.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="Destinations">To how many numbers.</param>
/// <param name="CancelAskedAt">When it was taken back.</param>
/// <param name="EndedAt">When the last of its faxes ended.</param>
public sealed record BroadcastRecord(
    Guid TenantId, Guid BroadcastId, Guid? LineId, BroadcastState State, DateTimeOffset CreatedAt, int Destinations,
    DateTimeOffset? CancelAskedAt = null, DateTimeOffset? EndedAt = null)
{
    /// <summary>The kind of the event at its end. Stored: never renumber.</summary>
    public const int EndedEventKind = 16;
}

/// <summary>A place in a list of broadcasts, which is newest first.</summary>
public sealed record BroadcastCursor(DateTimeOffset CreatedAt, Guid BroadcastId);

/// <summary>An entry of an address book, as it is stored.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="AddressId">Unique in the tenant; made by the caller.</param>
/// <param name="Version">Counts changes from 1.</param>
/// <param name="NumberTag">32 bytes: the number, as its destination's tag.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ChangedAt">When it was changed last.</param>
/// <param name="KeyEpoch">The epoch whose key seals the entry.</param>
/// <param name="SealedEntry">Name, number, note and groups.</param>
public sealed record AddressRecord(
    Guid TenantId, Guid AddressId, int Version, byte[] NumberTag, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt,
    uint KeyEpoch, byte[] SealedEntry);

/// <summary>Which entries of an address book.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Limit">How many, 1 to <see cref="FaxList.LimitMax"/>.</param>
/// <param name="After">Behind which entry to go on, in the order of ids.</param>
/// <param name="NumberTag">Only those of this number.</param>
/// <param name="GroupTag">Only those of this group.</param>
public sealed record AddressList(
    Guid TenantId, int Limit, Guid? After = null, byte[]? NumberTag = null, byte[]? GroupTag = null);

/// <summary>What came of a guarded change.</summary>
public enum ChangeResult
{
    /// <summary>It was made.</summary>
    Changed = 1,

    /// <summary>Somebody else changed it since: look at it anew.</summary>
    Stale = 2,

    /// <summary>This tenant has no such record.</summary>
    Missing = 3,

    /// <summary>There would be too many.</summary>
    Full = 4,
}

/// <summary>An upload, as it is stored.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="UploadId">Unique in the tenant; made by the caller.</param>
/// <param name="AccountId">The account that uploads it.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="OverAt">When it is gone.</param>
/// <param name="DueAt">While it is not whole: when another may begin anew with its key.</param>
/// <param name="KeyTag">32 bytes: who uploads it, and the key that they gave; null for none.</param>
/// <param name="ContentTag">32 bytes: what was uploaded; null until it is whole.</param>
public sealed record UploadRecord(
    Guid TenantId, Guid UploadId, Guid AccountId, DateTimeOffset CreatedAt, DateTimeOffset OverAt,
    DateTimeOffset DueAt, byte[]? KeyTag = null, byte[]? ContentTag = null);

/// <summary>What came of beginning an upload.</summary>
public enum BegunUploadState
{
    /// <summary>It is new: take it in.</summary>
    Begun = 1,

    /// <summary>One with its key is being taken in.</summary>
    UnderWay = 2,

    /// <summary>One with its key is here.</summary>
    There = 3,

    /// <summary>The account has as many as it may.</summary>
    TooMany = 4,
}

/// <summary>What came of beginning an upload.</summary>
/// <param name="State">What.</param>
/// <param name="Known">The one with its key, if there is one; of one that was given up its blobs have to go.</param>
public sealed record BegunUpload(BegunUploadState State, UploadRecord? Known = null);

/// <summary>What a tenant uses.</summary>
/// <param name="StoredPages">Pages of its faxes; those of a call that goes on are not counted yet.</param>
/// <param name="StoredOctets">The bytes of their sealed objects.</param>
/// <param name="OutgoingDay">The day that the next counts, in days from 1970 (UTC).</param>
/// <param name="OutgoingCount">Faxes that were asked for on it.</param>
public sealed record TenantUsage(long StoredPages, long StoredOctets, int OutgoingDay, int OutgoingCount)
{
    /// <summary>Faxes that were asked for on a day.</summary>
    public int OutgoingOn(int day) => OutgoingDay == day ? OutgoingCount : 0;
}

/// <summary>What a tenant may use, as it is checked in the transaction that uses it.</summary>
/// <param name="Day">Today, in days from 1970 (UTC).</param>
/// <param name="OutgoingPerDayMax">Faxes that may be asked for on one day.</param>
/// <param name="StoredPagesMax">Pages of its faxes.</param>
/// <param name="StoredOctetsMax">The bytes of their sealed objects.</param>
public sealed record UsageLimits(int Day, int OutgoingPerDayMax, long StoredPagesMax, long StoredOctetsMax);

/// <summary>What a tenant would use more of than it may.</summary>
public enum UsageKind
{
    OutgoingPerDay = 1,
    StoredPages = 2,
    StoredOctets = 3,
}
