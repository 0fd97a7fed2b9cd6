// SPDX-License-Identifier: Apache-2.0
using Hermetic.Server.Features.Receiving;
using Hermetic.Store;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.Tenants;

/// <summary>Keeps the routes that the line goes by at what the store says: at once where something was changed, and
/// within <see cref="LookInterval"/> at every other process.</summary>
internal sealed partial class RouteKeeper(
    FaxStore store, NumberRoutes routes, IReadOnlySet<Guid> sandboxLines, TimeProvider time, ILogger<RouteKeeper> log)
    : IDisposable
{
    /// <summary>Our choice: one query of all numbers, some milliseconds for thousands of them; a number that was closed
    /// elsewhere takes no call after that.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    // One at a time: else a look that began before a change could put the old routes in force behind it.
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Puts what the store says now in force.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            routes.Replace(
                Open(await store.Tenants.RoutesAsync(cancellation).ConfigureAwait(false), sandboxLines));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Looks until the server stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                await LookAsync(stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>The routes on which calls are answered: those of open lines of open practices, without the
    /// sandbox.</summary>
    public static IReadOnlyList<(byte[] Tag, NumberRoute Route)> Open(
        IReadOnlyDictionary<string, LineRoute> known, IReadOnlySet<Guid> sandboxLines) =>
    [
        .. known.Where(one => one.Value.IsOpen && !sandboxLines.Contains(one.Value.LineId)).Select(one => (
            Convert.FromHexString(one.Key),
            new NumberRoute(one.Value.TenantId, one.Value.LineId, (ushort)one.Value.RetentionClass))),
    ];

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            await RefreshAsync(stopping).ConfigureAwait(false);
        }
        catch (StoreUnavailableException failure)
        {
            // The routes that are in force stay so; without storage no call is answered anyway.
            LogNotRead(failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the numbers could not be read anew: {Reason}")]
    private partial void LogNotRead(string reason);
}
