// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;
using Hermetic.Server.Features.Retention;
using Hermetic.Server.Features.SignOn;

namespace Hermetic.Server.Features.Access;

/// <summary>A change of who may do what, as it waits for a second person.</summary>
/// <param name="Target">The account's or program's id.</param>
/// <param name="Name">Of a new account or program.</param>
/// <param name="Role">Of an account.</param>
/// <param name="Inboxes">As they are stored.</param>
/// <param name="Scopes">Of a program.</param>
/// <param name="Tenant">Whose first administrator it is; null for the asker's own people.</param>
internal sealed record AccessChange(
    Guid Target, string Name = "", Role? Role = null, string Inboxes = "", IReadOnlyList<string>? Scopes = null,
    Guid? Tenant = null)
{
    /// <summary>A practice's single sign-on.</summary>
    public SignOnSettings? SignOn { get; init; }

    /// <summary>Which sensitive settings, by their digest.</summary>
    public string SettingsDigest { get; init; } = "";

    /// <summary>What of them differs from those in force.</summary>
    public string SettingsWords { get; init; } = "";

    /// <summary>How long the practice wants its faxes kept.</summary>
    public RetentionWish? Retention { get; init; }

    /// <summary>What the ledger calls the thing: a role, or that it is a program; empty where the kind says all.
    /// </summary>
    [JsonIgnore]
    public string Subject => Role?.ToString() ?? Retention?.Subject ?? (Scopes is null ? "" : "program");

    /// <summary>What it is in plain words, for whoever has to agree, where the other fields do not say it.</summary>
    [JsonIgnore]
    public string Words => SignOn?.Words() ?? Retention?.Words ?? SettingsWords;
}

/// <summary>What came of a change: a one-time code or a secret that has to be handed on, or nothing.</summary>
/// <param name="Target">The account's or program's id.</param>
/// <param name="EnrolmentCode">For a person, once.</param>
/// <param name="Secret">For a program, once.</param>
internal sealed record ChangeOutcome(Guid Target, string? EnrolmentCode = null, string? Secret = null);

/// <summary>A kind of change that needs two people: sign-in, roles; listeners and trunks too. Whoever has one gives it
/// to <see cref="Approvals"/> and changes nothing on another way.</summary>
internal interface ITwoPersonChange
{
    /// <summary>In a word, as `account.create`; stored and journaled.</summary>
    string Kind { get; }

    /// <summary>Makes the change; the ledger tells of it already. Null if it can't be made (any more).</summary>
    Task<ChangeOutcome?> ApplyAsync(Guid? tenant, AccessChange change, CancellationToken cancellation);
}

/// <summary>The changes of accounts and programs.</summary>
internal static class AccessChanges
{
    public const string CreateAccount = "account.create";
    public const string ChangeRole = "account.role";
    public const string Reenrol = "account.reenrol";
    public const string Resume = "account.resume";
    public const string CreateProgram = "program.create";

    public static IReadOnlyList<ITwoPersonChange> Of(Accounts accounts, Programs programs) =>
    [
        new Change(CreateAccount, async (tenant, change, cancel) =>
            await accounts.CreateAsync(change.Target, change.Tenant ?? tenant, change.Name, change.Role!.Value,
                change.Inboxes, cancel).ConfigureAwait(false) is { } code
                ? new ChangeOutcome(change.Target, code) : null),
        new Change(ChangeRole, async (_, change, cancel) =>
            await accounts.ChangeRoleAsync(change.Target, change.Role!.Value, change.Inboxes, cancel)
                .ConfigureAwait(false) ? new ChangeOutcome(change.Target) : null),
        new Change(Reenrol, async (_, change, cancel) => new ChangeOutcome(
            change.Target, await accounts.InviteAsync(change.Target, cancel).ConfigureAwait(false))),
        new Change(Resume, async (_, change, cancel) =>
            await accounts.ResumeAsync(change.Target, cancel).ConfigureAwait(false)
                ? new ChangeOutcome(change.Target) : null),
        new Change(CreateProgram, async (tenant, change, cancel) => new ChangeOutcome(
            change.Target,
            Secret: await programs.CreateAsync(change.Target, tenant!.Value, change.Name, change.Scopes ?? [],
                change.Inboxes, cancel).ConfigureAwait(false))),
    ];

    private sealed class Change(
        string kind, Func<Guid?, AccessChange, CancellationToken, Task<ChangeOutcome?>> apply) : ITwoPersonChange
    {
        public string Kind => kind;

        public Task<ChangeOutcome?> ApplyAsync(
            Guid? tenant, AccessChange change, CancellationToken cancellation) => apply(tenant, change, cancellation);
    }
}
