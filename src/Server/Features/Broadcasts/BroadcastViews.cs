// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Sending;
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Broadcasts;

/// <summary>A fax to many, as a program asks for it.</summary>
internal sealed record NewBroadcastBody(
    [property: Description("The upload whose pages are sent.")] Guid Upload,
    [property: Description("The line that it goes out from.")] Guid Line,
    [property: Description("Numbers to dial, in any spelling.")] IReadOnlyList<string>? Numbers = null,
    [property: Description("Entries of the address book.")] IReadOnlyList<Guid>? AddressBookIds = null,
    [property: Description("Groups of the address book: all that are in them now.")]
    IReadOnlyList<string>? Groups = null,
    [property: Description("Not before this instant.")] DateTimeOffset? NotBefore = null,
    [property: Description("-10 to 10; the higher goes first.")] int? Priority = null,
    [property: Description("Send even if another station answers than the one that is known for a number.")]
    bool? AnyStation = null,
    [property: Description("What it is about, sealed with each fax.")] string? Subject = null) : IIdempotentBody
{
    /// <inheritdoc/>
    public override string ToString() => "a fax to be sent to many";
}

/// <summary>How many faxes of a broadcast are in each state.</summary>
internal sealed record BroadcastCounts(int Held, int Waiting, int Calling, int Done, int Failed, int Cancelled)
{
    public static BroadcastCounts Of(IReadOnlyDictionary<SendingState, int> counts) => new(
        counts.GetValueOrDefault(SendingState.Held), counts.GetValueOrDefault(SendingState.Waiting),
        counts.GetValueOrDefault(SendingState.Calling), counts.GetValueOrDefault(SendingState.Done),
        counts.GetValueOrDefault(SendingState.Failed), counts.GetValueOrDefault(SendingState.Cancelled));
}

/// <summary>A fax to many. Numbers are not in it: its report shows them, as a disclosure.</summary>
internal sealed record BroadcastView(
    Guid Id, Guid? Line,
    [property: Description("`submitting` (its faxes come into the queue, or that was cut: ask for it once more with "
        + "the same key), `sending`, or `ended`.")]
    string State,
    [property: Description("True if it was taken back.")] bool Cancelled,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt,
    [property: Description("To how many numbers.")] int Destinations,
    BroadcastCounts Counts)
{
    public static BroadcastView Of(BroadcastRecord broadcast, IReadOnlyDictionary<SendingState, int> counts) => new(
        broadcast.BroadcastId, broadcast.LineId, EnumWord.Of(broadcast.State), broadcast.CancelAskedAt is not null,
        broadcast.CreatedAt, broadcast.EndedAt, broadcast.Destinations, BroadcastCounts.Of(counts));
}

/// <summary>Some broadcasts.</summary>
internal sealed record BroadcastListView(
    [property: Description("Newest first.")] IReadOnlyList<BroadcastView> Broadcasts,
    [property: Description("For `after` of the next request; null at the end.")] Guid? Next);

/// <summary>What became of one fax of a broadcast.</summary>
internal sealed record BroadcastReportLine(
    [property: Description("The fax's id, and the job's.")] Guid Id,
    [property: Description("The number that was dialled; null if its keys were destroyed.")] string? Number,
    [property: Description("`done`, `failed` or `cancelled`.")] string State,
    [property: Description("Why, for programs.")] string? Cause,
    [property: Description("The same for people.")] string Words,
    int Attempts, int Pages, int PagesConfirmed, DateTimeOffset? EndedAt)
{
    /// <summary>A fax that has ended.</summary>
    public static BroadcastReportLine Of(OutboxFax fax, string? number) => new(
        fax.Fax.FaxId, number, EnumWord.Of(fax.Sending.State), JobView.WordOf(fax.Sending.Cause), fax.Words,
        fax.Attempts.Count, fax.Fax.PagesStored, fax.Fax.PagesConfirmed,
        fax.Attempts.Count == 0 ? null : fax.Attempts[^1].End?.EndedAt);

    /// <inheritdoc/>
    public override string ToString() => $"fax {Id}";
}

/// <summary>What became of a broadcast.</summary>
internal sealed record BroadcastReportView(BroadcastView Broadcast, IReadOnlyList<BroadcastReportLine> Faxes);
