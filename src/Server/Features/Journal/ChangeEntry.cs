// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;

namespace Hermetic.Server.Features.Journal;

/// <summary>The entry of something done to how a practice or the installation is run, by words of ours and what is
/// touched.</summary>
internal static class ChangeEntry
{
    public static EntryBody Of(DateTimeOffset at, LedgerAct act, EntryActor who, string words, Guid touched) =>
        Of(at, act, who, words, touched.ToString());

    public static EntryBody Of(DateTimeOffset at, LedgerAct act, EntryActor who, string words, string touched) => new()
    {
        At = at,
        Act = act,
        Who = who,
        What = new EntryObject("", null, words, [touched]),
        Why = new EntryReason("operations"),
        Result = LedgerResult.Allowed,
    };
}
