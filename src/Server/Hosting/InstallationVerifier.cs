// SPDX-License-Identifier: Apache-2.0
using Hermetic.Ledger.Log;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Checking;
using Hermetic.Store;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Hosting;

/// <summary>Checks a stopped installation, on its own machine and with its keys.</summary>
public static class InstallationVerifier
{
    /// <summary>Opens all that is sealed, compares it with its record and the records with each other, and checks the
    /// ledger's tree. Damage is a finding, also damage that keeps the installation from opening.</summary>
    /// <param name="settings">The installation.</param>
    /// <param name="account">Who checks, for the ledger.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told how far it is, often.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="InstallationException">There is no installation, it runs, or a part of it is
    /// missing.</exception>
    public static async Task<CheckReport> VerifyAsync(
        ServerSettings settings, string account, TimeProvider time, Action<string> progress,
        CancellationToken cancellation)
    {
        try
        {
            Installation installation = await Installation.OpenForCheckAsync(settings, time, cancellation)
                .ConfigureAwait(false);
            await using (installation.ConfigureAwait(false))
            {
                return await new InstallationCheck(installation, account, progress).RunAsync(cancellation)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (PlaceOf(failure) is { })
        {
            return new CheckReport(
                [new CheckFinding(PlaceOf(failure)!, $"{failure.Message}. Nothing else could be looked at")],
                new CheckCounts(0, 0, 0, 0, 0));
        }
    }

    private static string? PlaceOf(Exception failure) => failure switch
    {
        VaultKeyException
        {
            Fault: KeyFault.KeyTampered or KeyFault.FileDamaged or KeyFault.PublicKeyReplaced or KeyFault.WrongRoot
                or KeyFault.RootOutdated or KeyFault.FolderOutdated or KeyFault.EpochMissing
        } => "keys",
        StoreUnavailableException { Fault: StoreFault.Damaged } => "database",
        LedgerDamagedException => "ledger",
        _ => null,
    };
}
