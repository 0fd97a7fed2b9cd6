// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Log;
using Hermetic.Server.Configuration;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;

namespace Hermetic.Cli;

/// <summary>What commands share that work on a configured installation: how its configuration is read, and how they say
/// what is missing.</summary>
internal static class Configured
{
    /// <summary>The settings; null after all that is wrong with them was said.</summary>
    public static ServerSettings? Read(string command, string path, TextWriter error, bool toServe = false)
    {
        try
        {
            return toServe ? ServerSettingsReader.ReadFileToServe(path) : ServerSettingsReader.ReadFile(path);
        }
        catch (SettingsException refused)
        {
            error.WriteLine($"{command}: the configuration can't be used; {refused.Problems.Count} "
                + $"{(refused.Problems.Count == 1 ? "thing is" : "things are")} wrong:");
            foreach (SettingProblem problem in refused.Problems)
            {
                error.WriteLine($"  {problem}");
            }

            return null;
        }
    }

    /// <summary>True for what says in its message which part is missing and what to do, and holds no PHI.</summary>
    public static bool Explains(Exception failure) => failure is InstallationException or VaultKeyException
        or StoreUnavailableException or BlobException or LedgerDamagedException or LedgerRefusedException
        or SigningKeyException or DurableException;

    /// <summary>Reads the settings and does the work, or says why not.</summary>
    public static async Task<ExitCode> RunAsync(
        string command, string path, TextWriter error, Func<ServerSettings, Task<ExitCode>> work)
    {
        if (Read(command, path, error) is not { } settings)
        {
            return ExitCode.Usage;
        }

        // A dump of this process would hold keys in the clear (P1).
        ProcessDumps.Forbid();
        try
        {
            return await work(settings);
        }
        catch (Exception failure) when (Explains(failure))
        {
            error.WriteLine($"{command}: {failure.Message}.");
            return ExitCode.Machine;
        }
    }
}
