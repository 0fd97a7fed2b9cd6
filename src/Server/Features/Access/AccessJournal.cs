// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Entries;

namespace Hermetic.Server.Features.Access;

/// <summary>Writes who signed in and what of access was changed into the ledger, before it takes effect.</summary>
internal sealed class AccessJournal(Journal.Journal journal, TimeProvider time)
{
    /// <summary>What the ledger calls somebody who has not signed in.</summary>
    public static EntryActor Stranger(string address) => new("unknown", "", address, "");

    /// <summary>An attempt to sign in and what came of it.</summary>
    /// <param name="tenant">Whose account; null for the installation's, and for a name that nobody has.</param>
    /// <param name="who">Who tried.</param>
    /// <param name="how">The way: `password`, `passkey`, `client-credentials`, `confirm`.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="cancellation">Gives up; then nothing may take effect.</param>
    public Task SignInAsync(
        Guid? tenant, EntryActor who, string how, LedgerResult result, CancellationToken cancellation) =>
        WriteAsync(tenant, LedgerAct.SignIn, who, how, [], result, cancellation);

    /// <summary>A change of who may sign in or do what.</summary>
    /// <param name="tenant">Whose people; null for the installation's.</param>
    /// <param name="who">Who does it.</param>
    /// <param name="change">What, in words without names: `account.create FrontDesk asked`.</param>
    /// <param name="touched">The ids of what is changed.</param>
    /// <param name="cancellation">Gives up; then nothing may take effect.</param>
    public Task ChangedAsync(
        Guid? tenant, EntryActor who, string change, Guid[] touched, CancellationToken cancellation) =>
        WriteAsync(tenant, LedgerAct.AccessChanged, who, change, touched, LedgerResult.Allowed, cancellation);

    private Task<long> WriteAsync(
        Guid? tenant, LedgerAct act, EntryActor who, string words, Guid[] touched, LedgerResult result,
        CancellationToken cancellation) => journal.AppendAsync(
            tenant ?? Journal.Journal.Installation,
            new EntryBody
            {
                At = time.GetUtcNow(),
                Act = act,
                Who = who,
                What = new EntryObject("", null, words, [.. touched.Select(id => id.ToString())]),
                Why = new EntryReason("operations"),
                Result = result,
            },
            cancellation);
}
