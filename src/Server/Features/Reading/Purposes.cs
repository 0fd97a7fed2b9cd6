// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Server.Http;

namespace Hermetic.Server.Features.Reading;

/// <summary>Why somebody reads, as the ledger keeps it (45 CFR 164.506).</summary>
internal static class Purposes
{
    public const string Description =
        "Why it is read, for the ledger (45 CFR 164.506); `treatment` if it is left out.";

    public const string Treatment = "treatment";
    public const string Payment = "payment";
    public const string Operations = "operations";

    /// <summary>The purpose that a request names.</summary>
    public static EntryReason Of(QueryReader query) => new(query.Choice("purpose", Treatment,
        (Treatment, Treatment), (Payment, Payment), (Operations, Operations)));
}
