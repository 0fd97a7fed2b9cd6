// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;

namespace Hermetic.Server.Features.Access;

/// <summary>What may be done, as OAuth 2.0 scopes (RFC 6749 §3.3): programs are given them, people have those of their
/// role. An endpoint asks for one of them and never for a role.</summary>
internal static class Scopes
{
    public const string FaxesRead = "faxes.read";
    public const string FaxesSend = "faxes.send";
    public const string AddressBookManage = "address-book.manage";
    public const string LinesRead = "lines.read";
    public const string LinesManage = "lines.manage";
    public const string WebhooksManage = "webhooks.manage";
    public const string AccountsManage = "accounts.manage";
    public const string LedgerRead = "ledger.read";
    public const string InstallationOperate = "installation.operate";

    /// <summary>What each role may do.</summary>
    public static readonly FrozenDictionary<Role, FrozenSet<string>> OfRole = new Dictionary<Role, FrozenSet<string>>
    {
        [Role.FrontDesk] = FrozenSet.Create(FaxesRead, FaxesSend, AddressBookManage, LinesRead),
        [Role.Clinician] = FrozenSet.Create(FaxesRead, FaxesSend, LinesRead),
        [Role.PrivacyOfficer] = FrozenSet.Create(FaxesRead, LinesRead, LedgerRead),
        [Role.TenantAdministrator] = FrozenSet.Create(
            AddressBookManage, LinesRead, LinesManage, WebhooksManage, AccountsManage),
        [Role.InstallationOperator] = FrozenSet.Create(InstallationOperate),
    }.ToFrozenDictionary();

    /// <summary>All that there are.</summary>
    public static readonly FrozenSet<string> All = OfRole.Values.SelectMany(scopes => scopes).ToFrozenSet();
}
