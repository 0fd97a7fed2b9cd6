// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;

namespace Hermetic.Server.Features.Access;

/// <summary>What may be done, as OAuth 2.0 scopes (RFC 6749 §3.3): programs are given them, people have those of their
/// role. An endpoint asks for one of them and never for a role.</summary>
internal static class Scopes
{
    public const string FaxesRead = "faxes.read";
    public const string FaxesSend = "faxes.send";

    /// <summary>Saying how far one is with a received fax, who takes care of it, and what is to be known of
    /// it.</summary>
    public const string FaxesHandle = "faxes.handle";
    public const string AddressBookRead = "address-book.read";
    public const string AddressBookManage = "address-book.manage";
    public const string LinesRead = "lines.read";
    public const string LinesManage = "lines.manage";
    public const string WebhooksManage = "webhooks.manage";
    public const string AccountsManage = "accounts.manage";
    public const string LedgerRead = "ledger.read";

    /// <summary>What the practice uses of what it may.</summary>
    public const string UsageRead = "usage.read";

    /// <summary>Saying how long the practice keeps its faxes: people alone.</summary>
    public const string RetentionManage = "retention.manage";

    /// <summary>One's own session; every person has it, and no program.</summary>
    public const string SessionOwn = "session.own";

    /// <summary>Saying yes or no to what another asked for.</summary>
    public const string ChangesApprove = "changes.approve";
    public const string InstallationOperate = "installation.operate";

    /// <summary>Opening a fax outside of one's inboxes, with a reason: people who treat patients, and no program,
    /// which has no emergency.</summary>
    public const string GlassBreak = "break-glass.use";

    /// <summary>Looking at who did so, and why.</summary>
    public const string GlassReview = "break-glass.review";

    /// <summary>What each role may do.</summary>
    public static readonly FrozenDictionary<Role, FrozenSet<string>> OfRole = new Dictionary<Role, FrozenSet<string>>
    {
        [Role.FrontDesk] = FrozenSet.Create(
            SessionOwn, FaxesRead, FaxesHandle, FaxesSend, AddressBookRead, AddressBookManage, LinesRead, GlassBreak),
        [Role.Clinician] = FrozenSet.Create(
            SessionOwn, FaxesRead, FaxesHandle, FaxesSend, AddressBookRead, LinesRead, GlassBreak),
        [Role.PrivacyOfficer] = FrozenSet.Create(
            SessionOwn, FaxesRead, FaxesHandle, LinesRead, LedgerRead, ChangesApprove, GlassReview),
        [Role.TenantAdministrator] = FrozenSet.Create(
            SessionOwn, AddressBookRead, AddressBookManage, LinesRead, LinesManage, WebhooksManage, AccountsManage,
            ChangesApprove, UsageRead, RetentionManage),
        [Role.InstallationOperator] = FrozenSet.Create(
            SessionOwn, AccountsManage, ChangesApprove, InstallationOperate),
    }.ToFrozenDictionary();

    /// <summary>What a program may be given: nothing that makes, changes or approves who may do what.</summary>
    public static readonly FrozenSet<string> OfPrograms = FrozenSet.Create(
        FaxesRead, FaxesHandle, FaxesSend, AddressBookRead, AddressBookManage, LinesRead, LinesManage, WebhooksManage,
        LedgerRead, UsageRead);

    /// <summary>All that there are.</summary>
    public static readonly FrozenSet<string> All = OfRole.Values.SelectMany(scopes => scopes).ToFrozenSet();
}
