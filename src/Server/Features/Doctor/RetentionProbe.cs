// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Server.Configuration;
using Hermetic.Server.Features.Retention;
using Hermetic.Server.Hosting;
using Hermetic.Store;
using Hermetic.Vault.Keys;

namespace Hermetic.Server.Features.Doctor;

/// <summary>What practices' retention has made due and nobody has erased yet, and who is to do it. It breaks no
/// promise: what is due is as sealed as all else.</summary>
internal sealed class RetentionProbe(ServerSettings settings, TimeProvider time)
{
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        try
        {
            DueMonth[] due = [.. (await KeyCustody.ListDueAsync(settings, time, cancellation).ConfigureAwait(false))
                .Where(month => !month.IsHeld)];
            return due.Length == 0 ? [] : [Of(due)];
        }
        catch (Exception failure) when (failure is VaultKeyException or StoreUnavailableException or IOException
            or InstallationException)
        {
            // The other probes say what is wrong with it.
            return [];
        }
    }

    private Finding Of(DueMonth[] due)
    {
        string saw = string.Create(CultureInfo.InvariantCulture,
            $"{due.Length} months of practices are due to be erased by their retention, since "
            + $"{due.Min(month => month.Since):yyyy-MM-dd}");
        return settings.Erase == EraseBy.Automatic
            ? new Finding("P1", Verdict.Holds, $"{saw}; the server does it by itself once a day",
                "see to it that the backup of the root key and the keys folder follows by itself")
            : new Finding("P1", Verdict.Holds, saw, "erase them (`hermetic keys erase-due`), and back up what it says");
    }
}
