// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Handling;
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Splitting;

/// <summary>How somebody wants a received fax split.</summary>
internal sealed record SplitBody(
    [property: Description("What comes of it, 1 to 100 faxes. A page may go into several, or into none.")]
    IReadOnlyList<SplitPartBody> Parts) : IIdempotentBody
{
    /// <inheritdoc/>
    public override string ToString() => "a split";
}

/// <summary>A fax that comes of it.</summary>
internal sealed record SplitPartBody(
    [property: Description("Pages of the fax that is split, from 1, in the order that they get; each once.")]
    IReadOnlyList<int> Pages)
{
    /// <inheritdoc/>
    public override string ToString() => "a part";
}

/// <summary>A fax that was split off another.</summary>
/// <param name="Fax">Its id.</param>
/// <param name="Pages">Its pages, by their numbers in the other.</param>
internal sealed record SplitPartView(
    Guid Fax, [property: Description("Its pages, by their numbers in the fax that was split.")]
    IReadOnlyList<int> Pages)
{
    public static SplitPartView Of(FaxPart part) => new(part.FaxId, part.Pages);
}

/// <summary>What a fax was split off.</summary>
/// <param name="Fax">The other's id.</param>
/// <param name="Pages">This one's pages, by their numbers in the other.</param>
/// <param name="At">When.</param>
internal sealed record SplitFromView(
    Guid Fax, [property: Description("Its pages, by their numbers in the fax that was split.")]
    IReadOnlyList<int> Pages, DateTimeOffset At)
{
    public static SplitFromView? Of(FaxPart? part) =>
        part is null ? null : new(part.OriginId, part.Pages, part.SplitAt);
}

/// <summary>What came of a split: ids alone. Who wants to see more asks for the faxes.</summary>
internal sealed record SplitView(
    [property: Description("In the order in which they were asked for.")] IReadOnlyList<SplitPartView> Parts,
    UndoView Undo);
