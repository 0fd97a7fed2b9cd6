// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Hermetic.Store.Access;
using Microsoft.EntityFrameworkCore;

namespace Hermetic.Server.Features.Access;

/// <summary>What became of a change that somebody asked for.</summary>
/// <param name="Pending">It waits for a second person, under this id; null if it does not.</param>
/// <param name="Outcome">It was made; null if it waits or can't be made.</param>
internal sealed record AskOutcome(Guid? Pending, ChangeOutcome? Outcome);

/// <summary>A change that waits, as those who may approve it see it.</summary>
internal sealed record PendingChange(
    Guid Id, string Kind, Guid Target, string Name, string? Role, IReadOnlyList<string> Inboxes,
    IReadOnlyList<string> Scopes, string Words, Guid AskedBy, DateTimeOffset AskedAt, DateTimeOffset EndsAt);

/// <summary>The two-person rule (P4): one asks, another of the right role approves, and both steps are in the ledger
/// before anything changes. Only while there is nobody else who ever could have approved (a house's first person) does
/// one act alone, and the ledger says `alone`.</summary>
internal sealed class Approvals(
    AccessDatabase database, AccessKeys keys, Accounts accounts, Programs programs, AccessJournal journal,
    IEnumerable<ITwoPersonChange> others, TimeProvider time)
{
    public const string ChangeColumn = "approval.change";

    /// <summary>Who asked for what the configuration file asks for.</summary>
    public static readonly Guid Nobody = Guid.Empty;

    /// <summary>Our choice: over a weekend.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3);

    private readonly Dictionary<string, ITwoPersonChange> _changes =
        AccessChanges.Of(accounts, programs).Concat(others).ToDictionary(change => change.Kind);

    /// <summary>Asks for a change of the caller's own house.</summary>
    public async Task<AskOutcome> AskAsync(
        Caller caller, string kind, AccessChange change, CancellationToken cancellation)
    {
        if (await accounts.CountOthersAsync(caller.Tenant, Approvers, caller.Account).ConfigureAwait(false) == 0)
        {
            await JournalAsync(caller, caller.Tenant, kind, "alone", change, cancellation).ConfigureAwait(false);
            return new AskOutcome(
                null, await _changes[kind].ApplyAsync(caller.Tenant, change, cancellation).ConfigureAwait(false));
        }

        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        await JournalAsync(caller, caller.Tenant, kind, "asked", change, cancellation).ConfigureAwait(false);
        await database.WriteAsync(
            (context, _) =>
            {
                context.Approvals.Add(new ApprovalRow
                {
                    ApprovalId = id,
                    TenantId = caller.Tenant,
                    Kind = kind,
                    SealedChange = keys.Seal(id, ChangeColumn, JsonSerializer.SerializeToUtf8Bytes(change)),
                    AskedBy = caller.Account,
                    AskedAt = time.GetUtcNow(),
                    EndsAt = time.GetUtcNow() + Lifetime,
                });
                return Task.FromResult(true);
            },
            cancellation).ConfigureAwait(false);
        return new AskOutcome(id, null);
    }

    /// <summary>What waits in the caller's house.</summary>
    public async Task<IReadOnlyList<PendingChange>> ListAsync(Caller caller)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<ApprovalRow> rows = await database.ReadAsync(context => context.Approvals
            .Where(row => row.TenantId == caller.Tenant && row.EndsAt > now)
            .OrderBy(row => row.AskedAt).ToListAsync()).ConfigureAwait(false);
        return
        [
            .. rows.Select(row => (Row: row, Change: ChangeOf(keys, row))).Select(one => new PendingChange(
                one.Row.ApprovalId, one.Row.Kind, one.Change.Target, one.Change.Name, one.Change.Role?.ToString(),
                InboxList.Of(one.Change.Inboxes), one.Change.Scopes ?? [], one.Change.Words,
                one.Row.AskedBy, one.Row.AskedAt, one.Row.EndsAt)),
        ];
    }

    /// <summary>Who asked for a change that waits in this house; null if there is none such.</summary>
    public async Task<Guid?> AskerAsync(Caller caller, Guid id) =>
        (await FindAsync(caller, id).ConfigureAwait(false))?.AskedBy;

    /// <summary>The first person's yes to what nobody asked for: it is then this person who asks, and another one has
    /// to agree; unless there is no other. Null if it is gone.</summary>
    public async Task<AskOutcome?> AdoptAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        if (await FindAsync(caller, id).ConfigureAwait(false) is not { } row)
        {
            return null;
        }

        AccessChange change = ChangeOf(keys, row);
        bool isAlone =
            await accounts.CountOthersAsync(caller.Tenant, Approvers, caller.Account).ConfigureAwait(false) == 0;
        await JournalAsync(caller, row.TenantId, row.Kind, isAlone ? "alone" : "asked", change, cancellation)
            .ConfigureAwait(false);
        if (isAlone)
        {
            return new AskOutcome(null, await TakeAsync(id, cancellation).ConfigureAwait(false)
                ? await _changes[row.Kind].ApplyAsync(row.TenantId, change, cancellation).ConfigureAwait(false)
                : null);
        }

        await database.WriteAsync(
            (context, cancel) => context.Approvals.Where(one => one.ApprovalId == id && one.AskedBy == Nobody)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.AskedBy, caller.Account), cancel),
            cancellation).ConfigureAwait(false);
        return new AskOutcome(id, null);
    }

    /// <summary>The second person's yes: makes the change. Null if it is gone or can't be made any more.</summary>
    /// <exception cref="InvalidOperationException">The same person asked.</exception>
    public async Task<ChangeOutcome?> ApproveAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        if (await FindAsync(caller, id).ConfigureAwait(false) is not { } row)
        {
            return null;
        }

        if (row.AskedBy == caller.Account || row.AskedBy == Nobody || caller.Role is not { } role
            || !Approvers.Contains(role))
        {
            throw new InvalidOperationException("a change is approved by another person, of a role that may");
        }

        AccessChange change = ChangeOf(keys, row);
        await JournalAsync(caller, row.TenantId, row.Kind, "approved", change, cancellation).ConfigureAwait(false);
        // Two who approve at once make it once.
        return await TakeAsync(id, cancellation).ConfigureAwait(false)
            ? await _changes[row.Kind].ApplyAsync(row.TenantId, change, cancellation).ConfigureAwait(false)
            : null;
    }

    /// <summary>A no, of anybody of the house who may approve, the asker too.</summary>
    public async Task<bool> RejectAsync(Caller caller, Guid id, CancellationToken cancellation)
    {
        if (await FindAsync(caller, id).ConfigureAwait(false) is not { } row)
        {
            return false;
        }

        await JournalAsync(caller, row.TenantId, row.Kind, "rejected", ChangeOf(keys, row), cancellation)
            .ConfigureAwait(false);
        return await TakeAsync(id, cancellation).ConfigureAwait(false);
    }

    /// <summary>The roles that may approve.</summary>
    private static Role[] Approvers { get; } =
        [.. Scopes.OfRole.Where(role => role.Value.Contains(Scopes.ChangesApprove)).Select(role => role.Key)];

    private Task<ApprovalRow?> FindAsync(Caller caller, Guid id)
    {
        DateTimeOffset now = time.GetUtcNow();
        return database.ReadAsync(context => context.Approvals.SingleOrDefaultAsync(
            row => row.ApprovalId == id && row.TenantId == caller.Tenant && row.EndsAt > now));
    }

    private Task<bool> TakeAsync(Guid id, CancellationToken cancellation) => database.WriteAsync(
        async (context, cancel) => await context.Approvals.Where(row => row.ApprovalId == id)
            .ExecuteDeleteAsync(cancel).ConfigureAwait(false) == 1,
        cancellation);

    /// <summary>What waits in a row.</summary>
    public static AccessChange ChangeOf(AccessKeys keys, ApprovalRow row) =>
        JsonSerializer.Deserialize<AccessChange>(keys.OpenBytes(row.ApprovalId, ChangeColumn, row.SealedChange))
            ?? throw new InvalidOperationException("a change that waits is empty");

    // A tenant's people hear of it in their own ledger, also when an operator makes their first administrator.
    private Task JournalAsync(
        Caller caller, Guid? tenant, string kind, string step, AccessChange change, CancellationToken cancellation) =>
        journal.ChangedAsync(
            change.Tenant ?? tenant, caller.Actor, change.Subject.Length == 0 ? $"{kind} {step}"
                : $"{kind} {change.Subject} {step}",
            [change.Target], cancellation);
}
