// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Store;

/// <summary>Every move that a fax can make; what is not here is refused by the UPDATE's own condition.</summary>
public static class FaxMoves
{
    private static readonly (FaxState From, FaxState To)[] s_moves =
    [
        (FaxState.Receiving, FaxState.Received),
        (FaxState.Receiving, FaxState.Partial),
        (FaxState.Receiving, FaxState.Failed),
        (FaxState.Queued, FaxState.Sending),
        (FaxState.Queued, FaxState.Cancelled),
        (FaxState.Queued, FaxState.Failed),
        (FaxState.Sending, FaxState.Sent),
        (FaxState.Sending, FaxState.Queued),
        (FaxState.Sending, FaxState.Partial),
        (FaxState.Sending, FaxState.Failed),
        (FaxState.Sending, FaxState.Cancelled),
        // Somebody asks for another try of a fax that was to go out; FaxProgress refuses it to what came in.
        (FaxState.Failed, FaxState.Queued),
        (FaxState.Partial, FaxState.Queued),
        (FaxState.Cancelled, FaxState.Queued),
        (FaxState.Partial, FaxState.Superseded),
        // What was split off is taken back: the fax that it was split off stands for it (SplitTable).
        (FaxState.Received, FaxState.Superseded),
        (FaxState.Received, FaxState.Erased),
        (FaxState.Partial, FaxState.Erased),
        (FaxState.Failed, FaxState.Erased),
        (FaxState.Sent, FaxState.Erased),
        (FaxState.Cancelled, FaxState.Erased),
        (FaxState.Superseded, FaxState.Erased),
    ];

    /// <summary>The states from which <paramref name="to"/> can be reached in one move.</summary>
    public static IReadOnlyList<FaxState> Into(FaxState to) =>
        [.. s_moves.Where(move => move.To == to).Select(move => move.From)];

    /// <summary>Where a fax may begin, by direction.</summary>
    public static FaxState Beginning(FaxDirection direction) =>
        direction == FaxDirection.Inbound ? FaxState.Receiving : FaxState.Queued;
}
