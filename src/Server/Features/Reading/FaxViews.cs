// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Handling;
using Hermetic.Server.Features.Splitting;
using Hermetic.Store;

namespace Hermetic.Server.Features.Reading;

/// <summary>Some faxes of a list.</summary>
/// <param name="Faxes">Newest first.</param>
/// <param name="Next">The cursor of what comes behind; null at the end.</param>
internal sealed record FaxListView(
    IReadOnlyList<FaxView> Faxes,
    [property: Description("Give it as `cursor` for what comes behind; null at the end.")] string? Next);

/// <summary>A fax as programs see it.</summary>
internal record FaxView
{
    public required Guid Id { get; init; }

    [Description("`inbound` or `outbound`.")]
    public required string Direction { get; init; }

    [Description("`receiving`, `received`, `partial` (the call broke, what was confirmed is here), `failed`, `queued`, "
        + "`sending`, `sent`, `cancelled`, `erased` or `superseded` (a part of a fax that came again whole, or that "
        + "was split and is not any more).")]
    public required string State { get; init; }

    [Description("The line on which it came or goes out; null if none.")]
    public required Guid? Line { get; init; }

    public required DateTimeOffset BegunAt { get; init; }

    public required DateTimeOffset? ReceivedAt { get; init; }

    public required DateTimeOffset? ConfirmedAt { get; init; }

    [Description("Pages that are here.")]
    public required int Pages { get; init; }

    [Description("Pages that the sender knows to be here, or that the far end confirmed.")]
    public required int PagesConfirmed { get; init; }

    [Description("The other side's number as it was given over the line: untrusted text.")]
    public required string? RemoteNumber { get; init; }

    [Description("What the other side calls itself: untrusted text.")]
    public required string? StationId { get; init; }

    [Description("`shown`; or why number, station id and tags are null: `erased`, `tampered`.")]
    public required string Fields { get; init; }

    [Description("Why it ended as it did, as a number; null while it goes on, and of what was split off another.")]
    public required int? ReasonCode { get; init; }

    [Description("The whole fax that stands for this part; null if none does.")]
    public required Guid? SupersededBy { get; init; }

    [Description("How people handle it; null of a fax that goes out.")]
    public required HandlingView? Handling { get; init; }

    [Description("The fax that it was split off; null if it came as it is.")]
    public required SplitFromView? SplitFrom { get; init; }

    [Description("What was split off it, in the order in which it was.")]
    public required IReadOnlyList<SplitPartView> SplitInto { get; init; }

    /// <summary>A fax, and what is known of how it and others were split.</summary>
    public static FaxView Of(ShownFax shown, IReadOnlyList<FaxPart> parts) => new()
    {
        Id = shown.Fax.FaxId,
        Direction = Word(shown.Fax.Direction),
        State = Word(shown.Fax.State),
        Line = shown.Fax.LineId,
        BegunAt = shown.Fax.BegunAt,
        ReceivedAt = shown.Fax.ReceivedAt,
        ConfirmedAt = shown.Fax.ConfirmedAt,
        Pages = shown.Fax.PagesStored,
        PagesConfirmed = shown.Fax.PagesConfirmed,
        RemoteNumber = shown.RemoteNumber,
        StationId = shown.StationId,
        Fields = Word(shown.Fields),
        ReasonCode = shown.Fax.ReasonCode,
        SupersededBy = shown.Fax.SupersededBy,
        Handling = HandlingView.Of(shown),
        SplitFrom = SplitFromView.Of(parts.FirstOrDefault(part => part.FaxId == shown.Fax.FaxId)),
        SplitInto =
        [
            .. parts.Where(part => part.OriginId == shown.Fax.FaxId && !part.TakenBack).Select(SplitPartView.Of),
        ],
    };

    /// <summary>A state's or direction's word: its name, which is one word in lower case.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

/// <summary>One fax with its pages.</summary>
/// <param name="Fax">The fax.</param>
/// <param name="Pages">Its pages; what is on them is asked for one by one.</param>
/// <param name="Call">How the call went; null while it goes on, or if it is not known.</param>
internal sealed record FaxDetailView(FaxView Fax, IReadOnlyList<PageView> Pages, CallView? Call);

/// <summary>What is known of a page without opening it.</summary>
internal sealed record PageView(
    int Number, string State, int Rows, int WidthPels, int ResolutionXDpi, int ResolutionYDpi,
    [property: Description("Rows that came damaged over the line.")] int BadRows)
{
    public static PageView Of(PageRecord page) => new(
        page.Number, FaxView.Word(page.State), page.Rows, page.WidthPels, page.ResolutionXDpi, page.ResolutionYDpi,
        page.BadRows);
}

/// <summary>How a call went.</summary>
internal sealed record CallView(
    DateTimeOffset StartedAt, DateTimeOffset EndedAt, int? RateBps, bool? Ecm, long PacketsLost)
{
    public static CallView? Of(CallRecord? call) => call is not { End: { } end } ? null
        : new(call.Call.StartedAt, end.EndedAt, end.RateBps, end.Ecm, end.PacketsLost);
}
