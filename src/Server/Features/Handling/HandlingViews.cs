// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Features.Reading;
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Handling;

/// <summary>How a received fax is handled, as a list shows it.</summary>
internal sealed record HandlingView(
    [property: Description("`new` (nobody has opened it), `open` or `done`.")] string State,
    [property: Description("Counts what people changed of it. `If-Match` takes it.")] int Version,
    [property: Description("The account that takes care of it; null for nobody.")] Guid? Assignee,
    [property: Description("Null if they can't be shown: `fields` says why.")] IReadOnlyList<string>? Tags,
    [property: Description("Notes on it that were not struck out.")] int Notes)
{
    /// <summary>Null of what goes out.</summary>
    public static HandlingView? Of(ShownFax shown) => shown.Fax.Handling == FaxHandling.None ? null
        : new(EnumWord.Of(shown.Fax.Handling), shown.Fax.HandlingVersion, shown.Fax.AssigneeId, shown.Labels,
            shown.Fax.NotesWritten - shown.Fax.NotesStruck);
}

/// <summary>A change of one fax.</summary>
internal sealed record HandlingBody(
    [property: Description("`new`, `open` or `done`; left as it is if it is not there.")] string? State = null,
    [property: Description("The account that takes care of it; one of `GET /assignees`.")] Guid? Assignee = null,
    [property: Description("True: nobody takes care of it.")] bool? Unassign = null,
    [property: Description("All its tags from now on, at most 20 of 40 characters.")]
    IReadOnlyList<string>? Tags = null)
{
    /// <inheritdoc/>
    public override string ToString() => "a change of how a fax is handled";
}

/// <summary>A change of many faxes.</summary>
internal sealed record ManyHandlingBody(
    [property: Description("1 to 500 faxes. All are changed, or none is.")] IReadOnlyList<Guid> Faxes,
    [property: Description("`new`, `open` or `done`; left as it is if it is not there.")] string? State = null,
    [property: Description("The account that takes care of them; one of `GET /assignees`.")] Guid? Assignee = null,
    [property: Description("True: nobody takes care of them.")] bool? Unassign = null,
    [property: Description("Tags that each has from now on beside its own.")] IReadOnlyList<string>? AddTags = null,
    [property: Description("Tags that none has from now on.")] IReadOnlyList<string>? RemoveTags = null)
{
    /// <inheritdoc/>
    public override string ToString() => "a change of how faxes are handled";
}

/// <summary>What to take back.</summary>
internal sealed record UndoBody([property: Description("`undo.id` of the answer to the change.")] Guid Undo);

/// <summary>A fax after a change.</summary>
internal sealed record HandledFaxView(Guid Fax, string State, int Version, Guid? Assignee);

/// <summary>How a change is taken back.</summary>
internal sealed record UndoView(
    [property: Description("For `POST /handling/undo`, of the account that made the change.")] Guid Id,
    [property: Description("Until when. After somebody else's change it is refused.")] DateTimeOffset Until);

/// <summary>What was changed. Tags are not in it: who wants to see them asks for the fax.</summary>
internal sealed record HandledView(IReadOnlyList<HandledFaxView> Faxes, UndoView Undo);

/// <summary>What waits in an inbox.</summary>
internal sealed record InboxCountView(
    [property: Description("The line of the inbox; null for faxes of no line.")] Guid? Line,
    [property: Description("Nobody has opened them.")] int New,
    [property: Description("Somebody has, and they are not done.")] int Open,
    [property: Description("Of both, those that the caller takes care of.")] int Mine);

/// <summary>What waits.</summary>
internal sealed record InboxCountsView(
    [property: Description("Inboxes where something waits.")] IReadOnlyList<InboxCountView> Inboxes,
    int New, int Open, int Mine);

/// <summary>A person of the practice.</summary>
internal sealed record AssigneeView(
    Guid Id, string Name,
    [property: Description("`[\"all\"]`, or ids of lines: whose faxes may be given to that person.")]
    IReadOnlyList<string> Inboxes);

/// <summary>People who may take care of faxes.</summary>
internal sealed record AssigneeListView(IReadOnlyList<AssigneeView> Assignees);

/// <summary>A note as somebody writes it.</summary>
internal sealed record NoteBody(
    [property: Description("1 to 4,000 characters.")] string? Text) : IIdempotentBody
{
    /// <inheritdoc/>
    public override string ToString() => "a note";
}

/// <summary>A note on a fax.</summary>
internal sealed record NoteView(
    [property: Description("From 1 on each fax.")] int Number,
    [property: Description("The account that wrote it.")] Guid Author,
    DateTimeOffset WrittenAt,
    [property: Description("When its author struck it out; null if it stands.")] DateTimeOffset? StruckAt,
    [property: Description("Null if it can't be shown: `fields` says why.")] string? Text,
    [property: Description("`shown`; or why the text is null: `erased`, `tampered`.")] string Fields)
{
    /// <inheritdoc/>
    public override string ToString() => $"note {Number}";

    public static NoteView Of(ShownNote shown) => new(
        shown.Note.Number, shown.Note.AccountId, shown.Note.WrittenAt, shown.Note.StruckAt, shown.Text,
        EnumWord.Of(shown.State));
}

/// <summary>The notes on a fax, oldest first.</summary>
internal sealed record NoteListView(IReadOnlyList<NoteView> Notes);
