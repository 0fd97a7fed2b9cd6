// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using Hermetic.Ledger.Entries;

namespace Hermetic.Server.Features.Disclosures;

/// <summary>Who saw a fax, as far as the ledger was read.</summary>
/// <param name="Disclosures">Oldest first.</param>
/// <param name="Next">From where to read on.</param>
internal sealed record DisclosureListView(
    IReadOnlyList<DisclosureView> Disclosures,
    [property: Description("Give it as `after` to read on: a part of a long ledger is read at a time, and an answer "
        + "may be empty. Null when the newest checkpoint was reached.")] long? Next);

/// <summary>One disclosure of a fax.</summary>
internal sealed record DisclosureView(
    [property: Description("The entry's index in the ledger; `/ledger/entries/{index}/proof` shows that it is there.")]
    long Index,
    DateTimeOffset At,
    [property: Description("`page`, `thumbnail`, `list`, `export` and so on.")] string Act,
    [property: Description("The page; null for all of the fax, or its number and station id in a list.")] int? Page,
    string Account, string Role, string Address, string Purpose, bool BreakGlass, string Result)
{
    public static DisclosureView Of(long index, EntryBody body) => new(
        index, body.At, body.Act.ToString().ToLowerInvariant(), body.What.Page, body.Who.Account, body.Who.Role,
        body.Who.Address, body.Why.Purpose, body.Why.BreakGlass, body.Result.ToString().ToLowerInvariant());
}

/// <summary>The head of the ledger.</summary>
internal sealed record CheckpointView(
    string Origin, long Size,
    [property: Description("The root of the tree of that size, in base64.")] string RootHash,
    [property: Description("The key that signs it, as a verifier key.")] string VerifierKey,
    [property: Description("The key that signs transmission receipts, as a verifier key.")] string ReceiptsKey,
    [property: Description("The signed note, as /ledger/checkpoint serves it.")] string Note);
