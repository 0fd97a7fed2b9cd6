// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>A fax at its beginning.</summary>
public sealed record NewFax
{
    public required Guid TenantId { get; init; }

    /// <summary>Unique in the tenant; made by the caller.</summary>
    public required Guid FaxId { get; init; }

    public required FaxDirection Direction { get; init; }

    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>32 bytes that are the same whenever this very fax is written again: a keyed hash over the call's
    /// identity and the document's place in it. The second fax with the same tag is the first one.</summary>
    public required byte[] IdempotencyTag { get; init; }

    public Guid? LineId { get; init; }

    public Guid? CallId { get; init; }

    public int RetentionClass { get; init; }

    /// <summary>The epoch whose key seals the fields below.</summary>
    public required uint KeyEpoch { get; init; }

    /// <summary>32 bytes: the other side's number under the tenant's tag key; null if it is not known.</summary>
    public byte[]? RemoteTag { get; init; }

    public byte[]? SealedRemoteNumber { get; init; }

    public byte[]? SealedStationId { get; init; }

    public byte[]? SealedSubject { get; init; }

    public byte[]? SealedFileName { get; init; }
}

/// <summary>What came of beginning a fax.</summary>
/// <param name="FaxId">The id under which it is stored: the first one, if it is a repetition.</param>
/// <param name="Repeated">True if a fax with this idempotency tag was there already; nothing was written.</param>
/// <param name="State">Where it is.</param>
/// <param name="PagesStored">How many of its pages are here.</param>
public sealed record BegunFax(Guid FaxId, bool Repeated, FaxState State, int PagesStored);

/// <summary>Parts of which a fax that begins may be the whole: from the same number to the same line.</summary>
/// <param name="ReasonCode">Why they ended.</param>
/// <param name="Since">Only those begun at this time or later.</param>
public sealed record PartsOf(int ReasonCode, DateTimeOffset Since)
{
    /// <summary>Our limit: more tries of one sender within a day are not looked through.</summary>
    public const int LimitMax = 20;
}

/// <summary>What came of beginning a call with its fax.</summary>
/// <param name="Fax">The fax.</param>
/// <param name="Parts">Ids of the parts that were asked for; none if the sender's number is not known.</param>
public sealed record BegunCall(BegunFax Fax, IReadOnlyList<Guid> Parts);

/// <summary>A fax as it is stored.</summary>
public sealed record FaxRecord(
    Guid TenantId, Guid FaxId, Guid? LineId, Guid? CallId, FaxDirection Direction, FaxState State, long RowVersion,
    int? ReasonCode, int RetentionClass, int PagesStored, int PagesConfirmed, DateTimeOffset BegunAt,
    DateTimeOffset? ReceivedAt, DateTimeOffset? ConfirmedAt, uint KeyEpoch, byte[] IdempotencyTag, byte[]? RemoteTag,
    byte[]? SealedRemoteNumber, byte[]? SealedStationId, byte[]? SealedSubject, byte[]? SealedFileName,
    Guid? SupersededBy, FaxHandling Handling = FaxHandling.None, int HandlingVersion = 0, Guid? AssigneeId = null,
    byte[]? SealedLabels = null, int NotesWritten = 0, int NotesStruck = 0);

/// <summary>A page of a fax, whose sealed object is durable already: a record may point only at what is
/// there.</summary>
/// <param name="TenantId">Whose fax.</param>
/// <param name="FaxId">Which fax.</param>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="State">How far it is; a new page is <see cref="PageState.Stored"/>.</param>
/// <param name="BlobId">Under which name the vault keeps the sealed object; unique in the tenant.</param>
/// <param name="ByteLength">Bytes of the sealed object.</param>
/// <param name="Rows">Rows of the page.</param>
/// <param name="WidthPels">Pels of a row.</param>
/// <param name="ResolutionXDpi">Pels an inch, across.</param>
/// <param name="ResolutionYDpi">Rows an inch.</param>
/// <param name="BadRows">Rows that came damaged.</param>
/// <param name="KeyEpoch">The epoch whose key opens the object.</param>
/// <param name="ObjectHash">32 bytes: SHA-256 of the sealed object.</param>
/// <param name="StoredAt">When the object was durable.</param>
/// <param name="ContentTag">32 bytes: a keyed hash by which the same page from the same sender is known again; null if
/// it cannot be told who sent it.</param>
/// <param name="SealedSent">Out: what went on the line of it, sealed; null until it was confirmed.</param>
/// <param name="OriginPage">Of a fax that was split off another: which page of that one it is.</param>
public sealed record PageRecord(
    Guid TenantId, Guid FaxId, int Number, PageState State, Guid BlobId, long ByteLength, int Rows, int WidthPels,
    int ResolutionXDpi, int ResolutionYDpi, int BadRows, uint KeyEpoch, byte[] ObjectHash, DateTimeOffset StoredAt,
    byte[]? ContentTag = null, byte[]? SealedSent = null, int? OriginPage = null);

/// <summary>How adding a page ended.</summary>
public enum AddPageResult
{
    /// <summary>It is there now, durably.</summary>
    Added = 1,

    /// <summary>This page, with this hash, was there already.</summary>
    AlreadyThere = 2,

    /// <summary>The fax takes no pages, or another page has this number, or one before it is missing.</summary>
    Refused = 3,

    /// <summary>This tenant has no such fax.</summary>
    Missing = 4,
}

/// <summary>A change of a fax's state.</summary>
/// <param name="TenantId">Whose fax.</param>
/// <param name="FaxId">Which fax.</param>
/// <param name="To">Where it goes; from where it may: <see cref="FaxMoves"/>.</param>
/// <param name="At">When.</param>
/// <param name="ReasonCode">Why, as the caller's code; null if there is nothing to say.</param>
/// <param name="PagesConfirmed">Pages that the sender knows to be kept (or, sending, that the far end confirmed); null
/// if that does not change.</param>
/// <param name="SupersededBy">The received fax that takes its place, if it goes to
/// <see cref="FaxState.Superseded"/>.</param>
public sealed record FaxMove(
    Guid TenantId, Guid FaxId, FaxState To, DateTimeOffset At, int? ReasonCode = null, int? PagesConfirmed = null,
    Guid? SupersededBy = null);

/// <summary>How a fax ended, and everything that is written down with it.</summary>
/// <param name="Move">Where the fax goes.</param>
/// <param name="Told">The event that tells of it.</param>
/// <param name="Call">How the call ended that brought it.</param>
/// <param name="Others">Faxes that move because this one did, each with its event; one that cannot is passed
/// over.</param>
public sealed record FaxEnd(
    FaxMove Move, NewEvent Told, CallEnd Call, IReadOnlyList<(FaxMove Move, NewEvent Told)> Others);

/// <summary>Which faxes to list. Newest first.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Limit">How many, at most; 1 to <see cref="LimitMax"/>.</param>
/// <param name="After">Behind which fax to go on; null for the newest.</param>
/// <param name="Direction">Only these.</param>
/// <param name="State">Only these.</param>
/// <param name="RemoteTag">Only those from or to this number.</param>
/// <param name="WithSuperseded">Also those whose place another fax took.</param>
/// <param name="Lines">Only those of these lines; null for all, also those of no line.</param>
/// <param name="Since">Only those begun at this time or later.</param>
/// <param name="Handling">Only those that people are so far with.</param>
/// <param name="AssigneeId">Only those that this account takes care of.</param>
/// <param name="Unassigned">Only those that nobody takes care of.</param>
/// <param name="LabelTag">Only those with this label.</param>
/// <param name="WithErased">Also those whose keys and bytes are gone.</param>
public sealed record FaxList(
    Guid TenantId, int Limit = 50, FaxCursor? After = null, FaxDirection? Direction = null, FaxState? State = null,
    byte[]? RemoteTag = null, bool WithSuperseded = false, IReadOnlyCollection<Guid>? Lines = null,
    DateTimeOffset? Since = null, FaxHandling? Handling = null, Guid? AssigneeId = null, bool Unassigned = false,
    byte[]? LabelTag = null, bool WithErased = false)
{
    /// <summary>Our limit, so that one page of a list stays small.</summary>
    public const int LimitMax = 1000;
}

/// <summary>A place in a list of faxes.</summary>
public sealed record FaxCursor(DateTimeOffset BegunAt, Guid FaxId);
