// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Hermetic.Vault.Keys;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.Retention;

/// <summary>Runs <see cref="ErasureSweep"/> at the start, when keys were destroyed, and once an hour, because another
/// node may have destroyed some.</summary>
internal sealed partial class ErasureWork(ErasureSweep sweep, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>Our choice: keys are gone at once; rows and bytes that nobody can open may take their time.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _woken = new(1);

    /// <summary>There is something to do now.</summary>
    public void Wake()
    {
        if (_woken.CurrentCount == 0)
        {
            _woken.Release();
        }
    }

    /// <summary>Runs until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await Task.WhenAll(TickAsync(stopping), WorkAsync(stopping)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next start goes on.
        }
    }

    /// <summary>All that there is to do, once.</summary>
    public async Task StepAsync(CancellationToken cancellation)
    {
        try
        {
            int erased = await sweep.RunAsync(cancellation).ConfigureAwait(false);
            if (erased > 0)
            {
                LogErased(erased);
            }
        }
        catch (Exception failure) when (failure is StoreUnavailableException or BlobException or VaultKeyException
            or DurableException or IOException)
        {
            LogFailed(Reception.Words(failure));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _woken.Dispose();

    private async Task WorkAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _woken.WaitAsync(stopping).ConfigureAwait(false);
            await StepAsync(stopping).ConfigureAwait(false);
        }
    }

    private async Task TickAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(LookInterval, time);
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
        {
            Wake();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} faxes whose keys were destroyed are erased")]
    private partial void LogErased(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "faxes whose keys were destroyed wait to be erased: {Reason}")]
    private partial void LogFailed(string reason);
}
