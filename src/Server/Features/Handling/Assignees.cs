// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Access;

namespace Hermetic.Server.Features.Handling;

/// <summary>People of a practice who may take care of its faxes: of those lines whose inbox each may see.</summary>
internal sealed class Assignees(Accounts accounts)
{
    /// <summary>People who share an inbox with the caller, himself among them.</summary>
    public async Task<IReadOnlyList<AssigneeView>> ListAsync(Caller caller) =>
    [
        .. (await accounts.ListAsync(caller.OwnTenant).ConfigureAwait(false))
            .Where(one => one.State == nameof(AccountState.Active) && Enum.TryParse(one.Role, out Role role)
                && Reads(role) && one.Inboxes.Any(inbox => caller.Inboxes is null || inbox == InboxList.All
                    || caller.Inboxes.Contains(Guid.Parse(inbox))))
            .Select(one => new AssigneeView(one.Id, one.Name, one.Inboxes)),
    ];

    /// <summary>The lines of whose faxes an account may take care: true for those; null if it is nobody of this
    /// practice who may.</summary>
    public async Task<Func<Guid?, bool>?> FindAsync(Guid tenant, Guid account)
    {
        if (await accounts.FindAsync(account).ConfigureAwait(false) is not { } row || row.TenantId != tenant
            || row.State != (int)AccountState.Active || !Reads((Role)row.Role))
        {
            return null;
        }

        IReadOnlyList<string> inboxes = InboxList.Of(row.Inboxes);
        return inboxes.Contains(InboxList.All) ? _ => true
            : line => line is { } id && inboxes.Contains(id.ToString());
    }

    private static bool Reads(Role role) => Scopes.OfRole[role].Contains(Scopes.FaxesRead);
}
