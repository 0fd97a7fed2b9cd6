// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Hosting;
using Hermetic.Store;

namespace Hermetic.Server.Features.Access;

/// <summary>Until somebody has enrolled as the installation's operator, each start prints a one-time code for it, and
/// the older ones are void. There is no other first account, and no password that everybody knows.</summary>
internal static class FirstOperator
{
    private const string Name = "operator";

    /// <summary>Our choice: who has just enrolled does not wait, and one look is one row.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>The code; null once there is an operator.</summary>
    public static async Task<string?> InviteAsync(Installation installation, CancellationToken cancellation)
    {
        Accounts accounts = new(installation.Access, installation.AccessKeys, installation.Time);
        if (await IsThereAsync(accounts).ConfigureAwait(false))
        {
            return null;
        }

        return await accounts.FindAsync(Name).ConfigureAwait(false) is { } waiting
            ? await accounts.InviteAsync(waiting.AccountId, cancellation).ConfigureAwait(false)
            : await accounts.CreateAsync(
                Guid.CreateVersion7(installation.Time.GetUtcNow()), null, Name, Role.InstallationOperator, "",
                cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits until one has enrolled, with whichever process on this database.</summary>
    public static async Task WaitAsync(Installation installation, CancellationToken stopping)
    {
        Accounts accounts = new(installation.Access, installation.AccessKeys, installation.Time);
        using PeriodicTimer timer = new(LookInterval, installation.Time);
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
        {
            try
            {
                if (await IsThereAsync(accounts).ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (StoreUnavailableException)
            {
                // Nobody can say, so nobody is there.
            }
        }
    }

    private static async Task<bool> IsThereAsync(Accounts accounts) =>
        await accounts.CountOthersAsync(null, [Role.InstallationOperator], Guid.Empty).ConfigureAwait(false) > 0;
}
