// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Http;

namespace Hermetic.Server.Features.Reading;

/// <summary>Why somebody reads, as the ledger keeps it (45 CFR 164.506).</summary>
internal static class Purposes
{
    public const string Description =
        "Why it is read, for the ledger: `treatment` (if it is left out), `payment` or `operations`.";

    private const string Treatment = "treatment";

    /// <summary>The purpose that a request names.</summary>
    public static EntryReason Of(QueryReader query) => new(query.Choice("purpose", Treatment,
        (Treatment, Treatment), ("payment", "payment"), ("operations", "operations")));
}
