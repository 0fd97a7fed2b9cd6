// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Ledger.Entries;
using Hermetic.Ledger.Log;
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Hermetic.Vault.Keys;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.Retention;

/// <summary>Erases what is due by itself, once a day, where the operator has set it so (`retention.erase` is
/// `automatic`): for an installation whose backup follows by itself, since each erasing makes a new root key.</summary>
internal sealed partial class DailyErasing(DueErasing erasing, ErasureWork work, TimeProvider time, ILogger log)
{
    /// <summary>Our choice: months are due by the day.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private static readonly EntryActor s_retention = new("system", "retention", "", "");

    /// <summary>At once, and then daily, until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            do
            {
                await StepAsync(stopping).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>What is due now, once.</summary>
    public async Task StepAsync(CancellationToken cancellation)
    {
        try
        {
            ErasedMonths erased = await erasing.RunAsync(s_retention, cancellation).ConfigureAwait(false);
            if (erased.Root is { } root)
            {
                LogErased(erased.Destroyed.Count, root.ToString(), erased.Backup ?? "");
                work.Wake();
            }
        }
        catch (Exception failure) when (failure is StoreUnavailableException or VaultKeyException
            or LedgerRefusedException or DurableException or IOException)
        {
            LogFailed(Reception.Words(failure));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "retention erased {Months} months of practices; the root key is "
        + "now {Root}. Back up anew: {Backup}")]
    private partial void LogErased(int months, string root, string backup);

    [LoggerMessage(Level = LogLevel.Error, Message = "what retention made due could not be erased: {Reason}")]
    private partial void LogFailed(string reason);
}
