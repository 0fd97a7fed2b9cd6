// SPDX-License-Identifier: Apache-2.0
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.Uploads;

/// <summary>Deletes uploads that are over, for as long as the server runs.</summary>
internal sealed partial class UploadSweep(UploadVault vault, FaxStore store, TimeProvider time, ILogger log)
{
    /// <summary>Our choice: an upload is gone an hour after it is over, at most.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            do
            {
                await SweepAsync(stopping).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task SweepAsync(CancellationToken stopping)
    {
        try
        {
            foreach (Guid tenant in await store.Tenants.IdsAsync(stopping).ConfigureAwait(false))
            {
                await vault.SweepAsync(tenant, stopping).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is StoreUnavailableException or BlobException)
        {
            // The next one sweeps what is left.
            LogFailed(failure.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "uploads that are over could not be deleted: {Failure}")]
    private partial void LogFailed(string failure);
}
