// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Server.Http;
using Hermetic.Store;

namespace Hermetic.Server.Features.Sending;

/// <summary>A fax to be sent, as a program asks for it.</summary>
internal sealed record NewJobBody(
    [property: Description("The upload whose pages are sent.")] Guid Upload,
    [property: Description("The line that it goes out from.")] Guid Line,
    [property: Description("The number to dial, in any spelling; or an entry of the address book in its place.")]
    string? Number = null,
    [property: Description("The number a second time, as somebody gave it anew. Without it the first fax to a number "
        + "is held until `confirmJobNumber`.")] string? NumberAgain = null,
    [property: Description("Not before this instant.")] DateTimeOffset? NotBefore = null,
    [property: Description("-10 to 10; the higher goes first.")] int? Priority = null,
    [property: Description("Send even if another station answers than the one that is known for the number.")]
    bool? AnyStation = null,
    [property: Description("What it is about, sealed with the fax.")] string? Subject = null,
    [property: Description("A cover page before the document, with the HIPAA notice; none if it is left out.")]
    CoverBody? Cover = null,
    [property: Description("The entry of the address book whose number is dialled, in place of `number`.")]
    Guid? AddressBookId = null,
    [property: Description("Other uploads whose pages follow in the same fax, in this order: 19 at most, and 998 "
        + "pages in all.")]
    IReadOnlyList<Guid>? MoreUploads = null) : IIdempotentBody
{
    /// <inheritdoc/>
    public override string ToString() => "a fax to be sent";
}

/// <summary>A number that is given for a job.</summary>
internal sealed record JobNumberBody(
    [property: Description("The number, in any spelling.")] string Number) : IIdempotentBody
{
    /// <inheritdoc/>
    public override string ToString() => "a number";
}

/// <summary>One try.</summary>
internal sealed record JobAttemptView(
    int Number, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    [property: Description("Pages that were confirmed when it ended, of the whole fax.")] int PagesConfirmed,
    [property: Description("Why it ended, for programs; null while it goes on.")] string? Cause,
    [property: Description("The same for people; null while it goes on.")] string? Words,
    [property: Description("The last rate, in bit/s.")] int? RateBps, bool? Ecm, int? SipStatus)
{
    public static JobAttemptView Of(AttemptRecord attempt) => new(
        attempt.Begun.Number, attempt.Begun.StartedAt, attempt.End?.EndedAt,
        attempt.End?.PagesAfter ?? attempt.PagesConfirmed, JobView.WordOf(attempt.End?.Cause),
        attempt.End is { } end ? RetryRules.Words((RetryCause)end.Cause, isGivenUp: false) : null,
        attempt.End?.RateBps, attempt.End?.Ecm, attempt.End?.SipStatus);
}

/// <summary>A fax on its way out. The number is in it only if it was asked for, as a disclosure.</summary>
internal sealed record JobView(
    [property: Description("The fax's id, and the job's.")] Guid Id, Guid? Line,
    [property: Description("`held`, `waiting`, `calling`, `done`, `failed` or `cancelled`.")] string State,
    [property: Description("The same for people.")] string Words,
    [property: Description("Why it is not done, for programs; null if there is nothing to say.")] string? Cause,
    int Pages, int PagesConfirmed, int Priority, DateTimeOffset CreatedAt,
    [property: Description("Waiting: the next try is not before this.")] DateTimeOffset DueAt,
    [property: Description("A page that the other side may have got twice.")] int? PageSentTwice,
    IReadOnlyList<JobAttemptView> Attempts,
    [property: Description("The number that is dialled; null unless `numbers` asked for it, or if its keys were "
        + "destroyed.")] string? Number = null,
    [property: Description("Calling: somebody took it back, and the call is being hung up.")] bool CancelAsked = false,
    [property: Description("Waiting: no trunk by which it may go is set up. It goes once the operator sets one up.")]
    bool NoTrunk = false)
{
    public static JobView Of(OutboxFax fax) => Of(fax, null);

    public static JobView Of(OutboxFax fax, string? number) => new(
        fax.Fax.FaxId, fax.Fax.LineId, EnumWord.Of(fax.Sending.State), fax.Words, WordOf(fax.Sending.Cause),
        fax.Fax.PagesStored, fax.Fax.PagesConfirmed, fax.Sending.Priority, fax.Sending.CreatedAt, fax.Sending.DueAt,
        fax.PageSentTwice, [.. fax.Attempts.Select(JobAttemptView.Of)], number,
        fax.Sending.CancelAskedAt is not null, fax.HasNoWay);

    /// <inheritdoc/>
    public override string ToString() => $"job {Id}";

    /// <summary>A cause's word; null for none.</summary>
    public static string? WordOf(int? cause) => cause is { } known ? EnumWord.Of((RetryCause)known) : null;
}

/// <summary>A part of the queue.</summary>
internal sealed record JobListView(
    IReadOnlyList<JobView> Jobs,
    [property: Description("For `after` of the next request; null at the end.")] Guid? Next);
