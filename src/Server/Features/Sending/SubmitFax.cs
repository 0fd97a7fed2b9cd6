// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Server.Hosting;
using Hermetic.Store;

namespace Hermetic.Server.Features.Sending;

/// <summary>A fax to be sent. Holds a number: it is not logged.</summary>
internal sealed record SubmitFax
{
    public required Guid TenantId { get; init; }

    /// <summary>The line that it goes out from: its number is shown to the other side.</summary>
    public required Guid? LineId { get; init; }

    /// <summary>The number to dial, in any spelling.</summary>
    public required string Number { get; init; }

    /// <summary>The document's pages, without cover page and header lines; each is sealed as it comes.</summary>
    public required IAsyncEnumerable<EncodedPage> Pages { get; init; }

    /// <summary>What is the same when this very fax is submitted again.</summary>
    public required string IdempotencyKey { get; init; }

    public SendingTerms Terms { get; init; } = new();

    /// <inheritdoc/>
    public override string ToString() => "a fax to be submitted";
}

/// <summary>A fax to be sent to many numbers.</summary>
internal sealed record SubmitBroadcast
{
    /// <summary>Our limit: each of them costs a sealed copy of the pages, and a call.</summary>
    public const int NumbersMax = 1000;

    public required Guid TenantId { get; init; }

    public required Guid? LineId { get; init; }

    /// <summary>Each number once.</summary>
    public required IReadOnlyList<string> Numbers { get; init; }

    public required IAsyncEnumerable<EncodedPage> Pages { get; init; }

    public required string IdempotencyKey { get; init; }

    public SendingTerms Terms { get; init; } = new();

    /// <inheritdoc/>
    public override string ToString() => "a broadcast to be submitted";
}

/// <summary>How a fax is to be sent.</summary>
internal sealed record SendingTerms
{
    /// <summary>Who submits it gave the number twice, or knows it from a source of its own: it is not held.</summary>
    public bool NumberGivenTwice { get; init; }

    /// <summary>The account that submits it; null for none.</summary>
    public Guid? By { get; init; }

    /// <summary>Not before this time; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>The trunk to go by, by its name, and by no other; null leaves it to the server.</summary>
    public string? Trunk { get; init; }

    /// <summary>Send even if another station answers than the one that is known for the number.</summary>
    public bool AnyStation { get; init; }

    /// <summary>What it is about; empty for nothing.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The name of the file that was uploaded; empty for none.</summary>
    public string FileName { get; init; } = "";

    /// <summary>What its cover page says; null for none.</summary>
    public CoverText? Cover { get; init; }

    /// <summary>How long it is kept, as a class of the tenant's rules.</summary>
    public ushort RetentionClass { get; init; } = Provisioning.DefaultRetention;

    /// <inheritdoc/>
    public override string ToString() => "terms of sending";
}

/// <summary>A fax of the queue with its tries.</summary>
internal sealed record OutboxFax(FaxRecord Fax, SendingRecord Sending, IReadOnlyList<AttemptRecord> Attempts)
{
    /// <summary>It waits, and no trunk by which it may go is set up.</summary>
    public bool HasNoWay { get; init; }

    /// <summary>What a clerk reads of it. No PHI.</summary>
    public string Words => Sending.State switch
    {
        SendingState.Waiting when HasNoWay =>
            "Waiting: no telephone provider by which it may go is set up. Tell your administrator.",
        SendingState.Held => "Waiting: give the number a second time, so that it goes to nobody else.",
        SendingState.Calling when Sending.CancelAskedAt is not null => "Being cancelled.",
        SendingState.Calling => "Being sent.",
        SendingState.Waiting when Sending.Cause is null => "Waiting to be sent.",
        SendingState.Done => RetryRules.Words(RetryCause.Delivered, isGivenUp: true),
        SendingState.Cancelled => RetryRules.Words(RetryCause.Cancelled, isGivenUp: true),
        _ => Sending.Cause is { } cause
            ? RetryRules.Words((RetryCause)cause, Sending.State == SendingState.Failed) : "Waiting to be sent.",
    };

    /// <summary>A page that the other side may have got twice, because a confirmation may have been missed; null if
    /// none.</summary>
    public int? PageSentTwice =>
        Attempts.Select(one => one.Begun.PageRepeated).FirstOrDefault(page => page is not null);

    /// <inheritdoc/>
    public override string ToString() => $"fax {Fax.FaxId}";
}
