// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;
using Hermetic.Store;

namespace Hermetic.Server.Features.Access;

/// <summary>Tells a tenant's privacy officers that somebody opens a fax outside of his inboxes: an event in the outbox,
/// and an entry of its own, both before the fax is opened. Why is in the ledger, sealed; the event names the fax
/// alone.</summary>
internal sealed class GlassBreaking(Journal.Journal journal, FaxStore store, TimeProvider time)
{
    /// <summary>The event's kind in the outbox. Stored: never renumber.</summary>
    public const int EventKind = 100;

    /// <summary>What the entry of a page says of its purpose, once <see cref="AccessPolicy"/> decided for
    /// <see cref="FaxAccess.BreakGlass"/>.</summary>
    public static EntryReason Reason(string purpose, string words) => new(purpose, BreakGlass: true, words);

    public async Task TellAsync(
        Caller caller, Guid fax, string purpose, string words, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        await journal.AppendAsync(
            caller.OwnTenant,
            new EntryBody
            {
                At = now,
                Act = LedgerAct.AccessChanged,
                Who = caller.Actor,
                What = new EntryObject(fax.ToString(), null, "glass broken", []),
                Why = Reason(purpose, words),
                Result = LedgerResult.Allowed,
            },
            cancellation).ConfigureAwait(false);
        await store.Events.AppendAsync(caller.OwnTenant, fax, new NewEvent(EventKind, now), cancellation)
            .ConfigureAwait(false);
    }
}
