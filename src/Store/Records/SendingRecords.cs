// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>Where an outgoing fax is in the queue. The numbers are stored: never renumber.</summary>
public enum SendingState
{
    /// <summary>Its number has to be confirmed first.</summary>
    Held = 1,

    /// <summary>To be sent once it is due.</summary>
    Waiting = 2,

    /// <summary>Somebody holds the lease and is at work on it.</summary>
    Calling = 3,

    /// <summary>The far end confirmed every page.</summary>
    Done = 4,

    /// <summary>Given up.</summary>
    Failed = 5,

    /// <summary>Taken back.</summary>
    Cancelled = 6,
}

/// <summary>A fax that is to go out.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="FaxId">Which fax; its number and pages are there.</param>
/// <param name="State"><see cref="SendingState.Held"/> or <see cref="SendingState.Waiting"/>.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="DueAt">Not before.</param>
/// <param name="RemoteTag">32 bytes: the fax's own tag of the number.</param>
/// <param name="Priority">The higher is called first.</param>
/// <param name="BroadcastId">The broadcast that it is a part of.</param>
/// <param name="TrunkId">The trunk to go by, by its id in the configuration; null leaves it to who calls.</param>
/// <param name="TrunkFixed">True if it may go by no other.</param>
/// <param name="AnyStation">Send even if another station answers than the one that is known.</param>
/// <param name="SealedCover">What its cover page says, sealed; null if page 1 is no cover page.</param>
public sealed record NewSending(
    Guid TenantId, Guid FaxId, SendingState State, DateTimeOffset CreatedAt, DateTimeOffset DueAt, byte[] RemoteTag,
    int Priority = 0, Guid? BroadcastId = null, Guid? TrunkId = null, bool TrunkFixed = false,
    bool AnyStation = false, byte[]? SealedCover = null);

/// <summary>A fax in the queue, as it is stored. <paramref name="LeaseOwner"/> and <paramref name="Attempt"/> name a
/// lease, <paramref name="Beat"/> is counted up by its owner.</summary>
public sealed record SendingRecord(
    Guid TenantId, Guid FaxId, SendingState State, int Priority, DateTimeOffset CreatedAt, DateTimeOffset DueAt,
    Guid? BroadcastId, byte[] RemoteTag, Guid? TrunkId, bool TrunkFixed, bool AnyStation, Guid? LeaseOwner,
    int Attempt, long Beat, int CountedFrom, DateTimeOffset? CancelAskedAt, int? Cause, byte[]? SealedCover = null);

/// <summary>What came of submitting.</summary>
/// <param name="FaxId">The fax: the first one, if it is a repetition.</param>
/// <param name="Repeated">True if a fax with this idempotency tag was there already; nothing was written.</param>
/// <param name="State">Where it is in the queue.</param>
public sealed record SubmittedSending(Guid FaxId, bool Repeated, SendingState State);

/// <summary>A wish to place calls for one tenant.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Owner">Who will call: an id of the process, new at each start.</param>
/// <param name="Now">The time now.</param>
/// <param name="Limit">How many, at most.</param>
/// <param name="TenantCallsMax">Calls that the tenant may have at once, on all nodes together.</param>
/// <param name="Trunks">The trunks in their order, and the calls that each takes at once, on all nodes
/// together.</param>
public sealed record SendingClaim(
    Guid TenantId, Guid Owner, DateTimeOffset Now, int Limit, int TenantCallsMax,
    IReadOnlyList<(Guid TrunkId, int CallsMax)> Trunks)
{
    /// <summary>Our limit: destinations that one claim looks at, so that it is a short transaction.</summary>
    public const int CandidatesMax = 200;
}

/// <summary>What became of a claim.</summary>
/// <param name="Contended">True if another process claims just now: ask again soon.</param>
/// <param name="Claimed">What is ours to send; each with the trunk to go by.</param>
public sealed record ClaimedSendings(bool Contended, IReadOnlyList<SendingRecord> Claimed);

/// <summary>What became of a wish to take a fax back.</summary>
public enum CancelResult
{
    /// <summary>It is taken back; nothing more of it goes out.</summary>
    Cancelled = 1,

    /// <summary>A call is under way; whoever holds it was asked to hang up.</summary>
    Asked = 2,

    /// <summary>It ended before.</summary>
    TooLate = 3,

    /// <summary>This tenant has no such fax in the queue.</summary>
    Missing = 4,
}

/// <summary>A try that begins: durable before the call is placed.</summary>
/// <param name="Number">From 1.</param>
/// <param name="StartedAt">When.</param>
/// <param name="TrunkId">The trunk that it goes by.</param>
/// <param name="Rung">Of the ladder of fallbacks.</param>
/// <param name="PagesBefore">Pages that were confirmed before it.</param>
/// <param name="PageRepeated">A page that goes out again although its confirmation may have been missed.</param>
public sealed record NewAttempt(
    int Number, DateTimeOffset StartedAt, Guid TrunkId, int Rung, int PagesBefore, int? PageRepeated);

/// <summary>How a try ended.</summary>
/// <param name="EndedAt">When.</param>
/// <param name="Cause">Why, as the caller's code.</param>
/// <param name="PagesAfter">Pages that are confirmed now.</param>
/// <param name="PageInDoubt">A page that went out whole, or may have, and whose confirmation was not seen.</param>
/// <param name="Outcome">The call's outcome, as the line numbers it.</param>
/// <param name="EndReason">T.30's end reason, as the engine numbers it.</param>
/// <param name="SipStatus">The final SIP status; null if there was none.</param>
/// <param name="RateBps">The last rate.</param>
/// <param name="Ecm">Whether error correction was on.</param>
/// <param name="RetryAfterS">What the far end asked us to wait.</param>
/// <param name="SealedReport">What the line reports of the call, sealed; null if there was none, or a crash cut
/// it.</param>
public sealed record AttemptEnd(
    DateTimeOffset EndedAt, int Cause, int PagesAfter, int? PageInDoubt = null, int? Outcome = null,
    int? EndReason = null, int? SipStatus = null, int? RateBps = null, bool? Ecm = null, int? RetryAfterS = null,
    byte[]? SealedReport = null);

/// <summary>A try as it is stored; <paramref name="End"/> is null while it goes on, or if a crash cut it.
/// <paramref name="PageBegun"/> is the last page that began to go out.</summary>
public sealed record AttemptRecord(
    Guid TenantId, Guid FaxId, NewAttempt Begun, Guid CallId, int PageBegun, int PagesConfirmed, AttemptEnd? End);

/// <summary>What becomes of a fax after a try: everything is written in one transaction.</summary>
/// <param name="State">Where it goes in the queue; <see cref="SendingState.Calling"/> is no such place.</param>
/// <param name="DueAt">Waiting: when it is due.</param>
/// <param name="TrunkId">Waiting: the trunk to go by next.</param>
/// <param name="Cause">Why, as the caller's code.</param>
/// <param name="Move">Where the fax goes.</param>
/// <param name="Told">The event that tells of it.</param>
/// <param name="Attempt">The try that this ends; null if none was begun.</param>
/// <param name="Call">How its call ended.</param>
/// <param name="Learned">What was learned of the destination; null for nothing.</param>
public sealed record SendingEnd(
    SendingState State, DateTimeOffset DueAt, Guid? TrunkId, int Cause, FaxMove Move, NewEvent Told,
    AttemptEnd? Attempt, CallEnd? Call, LearnedDestination? Learned)
{
    /// <summary>Pages that this try got through, and whose sealed account is not written yet.</summary>
    public IReadOnlyList<PageSent> Sent { get; init; } = [];

    /// <summary>Work that follows from it, asked for in the same transaction; null for none.</summary>
    public NewJob? Work { get; init; }
}

/// <summary>What went on the line of a page that the far end confirmed.</summary>
/// <param name="Number">Which page, from 1.</param>
/// <param name="SealedSent">The account of it, sealed.</param>
public sealed record PageSent(int Number, byte[] SealedSent);

/// <summary>What a call taught of its destination.</summary>
/// <param name="Rung">The rung of the ladder that it went through on.</param>
/// <param name="RungLearnedAt">Since when; null if there is nothing to remember.</param>
/// <param name="SealedStationId">The station id that answered, sealed; null keeps the one that is there.</param>
public sealed record LearnedDestination(int Rung, DateTimeOffset? RungLearnedAt, byte[]? SealedStationId);

/// <summary>A number that a tenant faxes to, as it is stored.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="DestinationId">Made by the caller out of the tag, so that the same number has the same id and what is
/// sealed to it opens, whoever wrote it down first.</param>
/// <param name="NumberTag">32 bytes: the number, as its faxes' remote tag.</param>
/// <param name="CreatedAt">When it was first met.</param>
/// <param name="KeyEpoch">The epoch whose key seals number and name.</param>
/// <param name="SealedNumber">The number.</param>
/// <param name="SealedName">What people call it.</param>
/// <param name="SealedStationId">The station id that it answers with; its own header names the epoch.</param>
/// <param name="ConfirmedAt">When somebody gave the number a second time.</param>
/// <param name="VerifiedAt">When somebody made sure whose it is.</param>
/// <param name="Rung">The rung of the ladder to begin on.</param>
/// <param name="RungLearnedAt">Since when; null if nothing was learned.</param>
/// <param name="ConfirmedBy">The account that gave it a second time.</param>
/// <param name="VerifiedBy">The person who made sure whose it is.</param>
public sealed record DestinationRecord(
    Guid TenantId, Guid DestinationId, byte[] NumberTag, DateTimeOffset CreatedAt, uint KeyEpoch, byte[] SealedNumber,
    byte[]? SealedName = null, byte[]? SealedStationId = null, DateTimeOffset? ConfirmedAt = null,
    DateTimeOffset? VerifiedAt = null, int Rung = 0, DateTimeOffset? RungLearnedAt = null,
    Guid? ConfirmedBy = null, Guid? VerifiedBy = null);

/// <summary>Which part of a tenant's queue to list. Fax ids begin with the time, so their order is that of the
/// queue.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Limit">How many at most, 1 to <see cref="FaxList.LimitMax"/>.</param>
/// <param name="BroadcastId">Only those of this broadcast.</param>
/// <param name="After">Only those behind this fax, in the order of the list.</param>
/// <param name="State">Only those in this state.</param>
/// <param name="IsNewestFirst">The order.</param>
public sealed record SendingList(Guid TenantId, int Limit, Guid? BroadcastId = null, Guid? After = null,
    SendingState? State = null, bool IsNewestFirst = false);
