// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>A fax that is to be split off another. Line, call, times, state, retention class and key epoch are the
/// other's; people have done nothing with it yet.</summary>
/// <param name="FaxId">Unique in the tenant; made by the caller.</param>
/// <param name="IdempotencyTag">32 bytes that no other fax has.</param>
/// <param name="SealedRemoteNumber">The other side's number, sealed for this fax to the other's key epoch.</param>
/// <param name="SealedStationId">The same of its station id, if the other fax has one of its own.</param>
/// <param name="Pages">From number 1; each with <see cref="PageRecord.OriginPage"/>, sealed to the other's key epoch
/// and durable already, stored or confirmed as the page is that it was made of.</param>
public sealed record NewPart(
    Guid FaxId, byte[] IdempotencyTag, byte[]? SealedRemoteNumber, byte[]? SealedStationId,
    IReadOnlyList<PageRecord> Pages);

/// <summary>A received fax that is split into others.</summary>
/// <param name="Act">Who splits it.</param>
/// <param name="Origin">How it is handled from now on, made of what was seen of it.</param>
/// <param name="KeyEpoch">The epoch that the parts are sealed to.</param>
/// <param name="Parts">1 to <see cref="SplitTable.PartsMax"/>.</param>
/// <param name="OriginTold">What others hear of the fax itself.</param>
/// <param name="PartTold">What they hear of each part.</param>
public sealed record NewSplit(
    HandlingAct Act, HandlingChange Origin, uint KeyEpoch, IReadOnlyList<NewPart> Parts, NewEvent OriginTold,
    NewEvent PartTold);

/// <summary>A fax that was split off another.</summary>
/// <param name="FaxId">The fax.</param>
/// <param name="OriginId">The one that it was split off.</param>
/// <param name="SplitAt">When.</param>
/// <param name="TakenBack">That was taken back since: it is superseded by the one that it was split off.</param>
/// <param name="Pages">Which pages of that one it is made of, in its own order.</param>
public sealed record FaxPart(
    Guid FaxId, Guid OriginId, DateTimeOffset SplitAt, bool TakenBack, IReadOnlyList<int> Pages);
