// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>A call at its beginning.</summary>
/// <param name="TenantId">Whose call.</param>
/// <param name="CallId">Unique in the tenant; made by the caller.</param>
/// <param name="LineId">The line that was dialled, or from which it goes out.</param>
/// <param name="TrunkId">The trunk, by its id in the configuration.</param>
/// <param name="Direction">Which way.</param>
/// <param name="StartedAt">When it was answered or placed.</param>
/// <param name="CallTag">32 bytes: a keyed hash of the call's identity, the same after our own restart.</param>
/// <param name="KeyEpoch">The epoch whose key seals the number and the station id.</param>
/// <param name="SealedRemoteNumber">The other side's number, sealed.</param>
public sealed record NewCall(
    Guid TenantId, Guid CallId, Guid? LineId, Guid TrunkId, FaxDirection Direction, DateTimeOffset StartedAt,
    byte[] CallTag, uint KeyEpoch, byte[]? SealedRemoteNumber = null);

/// <summary>What is known of a call when it is over.</summary>
/// <param name="EndedAt">When.</param>
/// <param name="EndReason">The T.30 end reason, as the engine numbers it.</param>
/// <param name="RateBps">The last rate of the image channel; null if it came to none.</param>
/// <param name="Ecm">Whether error correction was on; null if it came to no page.</param>
/// <param name="PacketsReceived">UDPTL packets.</param>
/// <param name="PacketsRecovered">Lost, and made good from redundancy.</param>
/// <param name="PacketsLost">Lost for good.</param>
/// <param name="SealedStationId">The other side's station id, sealed.</param>
public sealed record CallEnd(
    DateTimeOffset EndedAt, int EndReason, int? RateBps, bool? Ecm, long PacketsReceived, long PacketsRecovered,
    long PacketsLost, byte[]? SealedStationId = null);

/// <summary>A call as it is stored; <paramref name="End"/> is null while it goes on (or was cut by a crash).</summary>
public sealed record CallRecord(NewCall Call, CallEnd? End);

/// <summary>Something to be done later.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="JobId">Unique in the tenant; made by the caller.</param>
/// <param name="Kind">What it is, as the caller's code.</param>
/// <param name="FaxId">Which fax it is about.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="DueAt">Not before.</param>
public sealed record NewJob(
    Guid TenantId, Guid JobId, int Kind, Guid? FaxId, DateTimeOffset CreatedAt, DateTimeOffset DueAt);

/// <summary>A job as it is stored. While it waits <paramref name="DueAt"/> says when it is due, while it is leased when
/// the lease runs out. <paramref name="Attempt"/> counts claims from 1, and is what a lease is known by.</summary>
public sealed record JobRecord(
    Guid TenantId, Guid JobId, int Kind, Guid? FaxId, JobState State, DateTimeOffset DueAt, int Attempt,
    Guid? LeaseOwner, int? ReasonCode);

/// <summary>Something that others must hear of; written in the transaction of what it tells.</summary>
/// <param name="Kind">What happened, as the caller's code.</param>
/// <param name="OccurredAt">When.</param>
/// <param name="KeyEpoch">The epoch whose key seals the body.</param>
/// <param name="SealedBody">More about it, sealed; null if kind and fax say all.</param>
/// <param name="BroadcastId">The broadcast that it is about.</param>
public sealed record NewEvent(
    int Kind, DateTimeOffset OccurredAt, uint KeyEpoch = 0, byte[]? SealedBody = null, Guid? BroadcastId = null);

/// <summary>An event as it is stored. Sequences count from 1 in each tenant, without gaps, in the order in which the
/// transactions became durable.</summary>
public sealed record EventRecord(
    Guid TenantId, long Sequence, int Kind, Guid? FaxId, DateTimeOffset OccurredAt, int Attempt, uint KeyEpoch,
    byte[]? SealedBody, Guid? BroadcastId = null);

/// <summary>A wish to hold work for a while.</summary>
/// <param name="TenantId">Whose work.</param>
/// <param name="Owner">Who will do it: an id of the process, new at each start.</param>
/// <param name="Now">The time now.</param>
/// <param name="Until">When others may take it, if it is not done by then.</param>
/// <param name="Limit">How much, at most; 1 to <see cref="LimitMax"/>.</param>
public sealed record Claim(Guid TenantId, Guid Owner, DateTimeOffset Now, DateTimeOffset Until, int Limit = 10)
{
    /// <summary>Our limit, so that a claim is a short transaction.</summary>
    public const int LimitMax = 1000;
}
