// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;

namespace Hermetic.Server.Features.Journal;

/// <summary>The entry of a change of how a practice is run, by words of ours and the id of what is touched.</summary>
internal static class ChangeEntry
{
    public static EntryBody Of(DateTimeOffset at, LedgerAct act, EntryActor who, string words, Guid touched) => new()
    {
        At = at,
        Act = act,
        Who = who,
        What = new EntryObject("", null, words, [touched.ToString()]),
        Why = new EntryReason("operations"),
        Result = LedgerResult.Allowed,
    };
}
