// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Hosting;

namespace Hermetic.Server.Features.Access;

/// <summary>Until somebody has enrolled as the installation's operator, each start prints a one-time code for it, and
/// the older ones are void. There is no other first account, and no password that everybody knows.</summary>
internal static class FirstOperator
{
    private const string Name = "operator";

    /// <summary>The code; null once there is an operator.</summary>
    public static async Task<string?> InviteAsync(Installation installation, CancellationToken cancellation)
    {
        Accounts accounts = new(installation.Access, installation.AccessKeys, installation.Time);
        if (await accounts.CountOthersAsync(null, [Role.InstallationOperator], Guid.Empty).ConfigureAwait(false) > 0)
        {
            return null;
        }

        return await accounts.FindAsync(Name).ConfigureAwait(false) is { } waiting
            ? await accounts.InviteAsync(waiting.AccountId, cancellation).ConfigureAwait(false)
            : await accounts.CreateAsync(
                Guid.CreateVersion7(installation.Time.GetUtcNow()), null, Name, Role.InstallationOperator, "",
                cancellation).ConfigureAwait(false);
    }
}
