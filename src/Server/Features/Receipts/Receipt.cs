// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Composing;

namespace Hermetic.Server.Features.Receipts;

/// <summary>What became of a fax.</summary>
public enum ReceiptResult
{
    /// <summary>The other machine confirmed every page.</summary>
    Sent,
    /// <summary>It confirmed some of them.</summary>
    Partial,
    /// <summary>It confirmed none.</summary>
    Failed,
}

/// <summary>One end of a fax.</summary>
/// <param name="Name">Who, as the sender names them; may be empty.</param>
/// <param name="Number">The number, as it was dialled or as it is ours.</param>
/// <param name="StationId">What the machine calls itself (TSI of the sender, CSI of the recipient, T.30 §5.3.6.2); may
/// be empty.</param>
public sealed record ReceiptStation(string Name, string Number, string StationId);

/// <summary>A page that the other machine confirmed.</summary>
/// <param name="Number">From 1, as its header line says.</param>
/// <param name="Attempt">By which call, from 1.</param>
/// <param name="Resolution">The name of its resolution.</param>
/// <param name="WidthPels">Pels in a row.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Sha256">Of its rows as they were sent, base64: <see cref="PageRowsHash"/>.</param>
public sealed record ReceiptPage(int Number, int Attempt, string Resolution, int WidthPels, int Rows, string Sha256)
{
    /// <summary>The receipt's line on a page.</summary>
    public static ReceiptPage Of(int number, int attempt, SentPage page) => new(number, attempt,
        page.Format.Resolution.ToString(), page.Format.WidthPels, page.Rows, Convert.ToBase64String(page.Sha256));
}

/// <summary>
/// What was sent, to whom, when, how, and what came of it. Numbers, names and station ids are in it: it belongs to
/// whoever sent the fax, and is kept sealed. The ledger gets its hash alone.
/// </summary>
public sealed record Receipt
{
    /// <summary>The fax's id.</summary>
    public required Guid Fax { get; init; }

    /// <summary>What became of it.</summary>
    public required ReceiptResult Result { get; init; }

    /// <summary>Who sent it.</summary>
    public required ReceiptStation From { get; init; }

    /// <summary>Who got it. Its station id is the last one heard.</summary>
    public required ReceiptStation To { get; init; }

    /// <summary>When it was handed over for sending.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When its last call ended.</summary>
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>Pages that it has, the cover page among them.</summary>
    public required int PageCount { get; init; }

    /// <summary>Its calls, in order.</summary>
    public required IReadOnlyList<ReceiptAttempt> Attempts { get; init; }

    /// <summary>The pages that were confirmed, by number.</summary>
    public required IReadOnlyList<ReceiptPage> Pages { get; init; }

    /// <summary>32 random bytes, so that nobody can try numbers out against the hash in the ledger.
    /// <see cref="ReceiptIssuer"/> puts them there.</summary>
    public ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>Nothing of it: whoever logs it by mistake logs no PHI.</summary>
    public override string ToString() => $"receipt ({Result}, {Pages.Count} of {PageCount} pages)";
}
