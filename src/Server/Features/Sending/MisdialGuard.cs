// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store;

namespace Hermetic.Server.Features.Sending;

/// <summary>The first fax to a number waits until somebody gave the number a second time: a digit that was mistyped has
/// cost a clinic $387,200. Numbers that somebody made sure of, in the address book, do not wait.</summary>
internal static class MisdialGuard
{
    /// <summary>Where a new fax begins.</summary>
    /// <param name="known">What is known of the number; null if it was never met.</param>
    /// <param name="givenTwice">True if who submits it gave the number twice already.</param>
    public static SendingState Begin(DestinationRecord? known, bool givenTwice) =>
        givenTwice || IsConfirmed(known) ? SendingState.Waiting : SendingState.Held;

    /// <summary>True if the number that was given is the one that is held, however it is spelled.</summary>
    public static bool Confirms(ReadOnlySpan<byte> heldTag, ReadOnlySpan<byte> givenTag) =>
        heldTag.SequenceEqual(givenTag);

    private static bool IsConfirmed(DestinationRecord? known) => known is { ConfirmedAt: not null }
        or { VerifiedAt: not null };
}
