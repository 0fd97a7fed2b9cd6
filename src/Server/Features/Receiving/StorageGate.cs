// SPDX-License-Identifier: Apache-2.0
using Hermetic.Durable;
using Hermetic.Store;
using Hermetic.Vault.Blobs;
using Microsoft.Extensions.Logging;

namespace Hermetic.Server.Features.Receiving;

/// <summary>Knows whether storage keeps what it is given. From the first write that failed no call is answered: a
/// sender that is refused tries elsewhere or later, one that is answered would send its pages for nothing. A probe asks
/// storage again and again, and opens the gate when it succeeds.</summary>
/// <remarks>
/// What calls could not write at their end is owed, and is written before the gate opens; if the server ends first,
/// <see cref="Recovery"/> finds those faxes at the next start. The ledger is no part of the probe: after a failed
/// write it refuses until it has opened itself anew.
/// </remarks>
internal sealed partial class StorageGate : IAsyncDisposable
{
    /// <summary>Our limit: how long storage is left alone between two probes, and what a refused caller is told to wait
    /// at least (RFC 3261 §20.33). Short beside the minutes after which fax machines call again, and rare enough for
    /// a disk in trouble.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(10);

    /// <summary>Our limit: what hangs for so long is not back.</summary>
    public static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Queue<Func<CancellationToken, Task>> _owed = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<CancellationToken, Task> _probe;
    private readonly Func<string?> _ledgerRefusal;
    private readonly TimeProvider _time;
    private readonly ILogger<StorageGate> _log;
    private Task _probing = Task.CompletedTask;
    private volatile string? _gone;

    /// <param name="probe">Throws while storage is gone.</param>
    /// <param name="ledgerRefusal">Why the ledger takes no entries; null while it does.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told when the gate closes and opens.</param>
    public StorageGate(Func<CancellationToken, Task> probe, Func<string?> ledgerRefusal, TimeProvider time,
        ILogger<StorageGate> log) => (_probe, _ledgerRefusal, _time, _log) = (probe, ledgerRefusal, time, log);

    /// <summary>What is wrong, in plain words without PHI; null while storage is well.</summary>
    public string? GoneBecause => _gone ?? _ledgerRefusal();

    /// <summary>True if a failure means that storage is gone, and not that this one write was wrong.</summary>
    public static bool IsStorage(Exception fault) =>
        fault is StoreUnavailableException or DurableException or BlobException { Fault: not BlobFault.Exists };

    /// <summary>A write failed. Any thread.</summary>
    public void Failed(Exception fault)
    {
        if (!IsStorage(fault))
        {
            return;
        }

        lock (_gate)
        {
            if (_gone is not null || _stopping.IsCancellationRequested)
            {
                return;
            }

            _gone = fault.Message;
            _probing = Task.Run(ProbeAsync);
        }

        LogGone(fault.Message);
    }

    /// <summary>Takes a write that has to be done when storage is back; it may be tried more than once.</summary>
    public void Owe(Func<CancellationToken, Task> write)
    {
        lock (_gate)
        {
            _owed.Enqueue(write);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task probing;
        lock (_gate)
        {
            _stopping.Cancel();
            probing = _probing;
        }

        await probing.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task ProbeAsync()
    {
        try
        {
            do
            {
                await Task.Delay(ProbeInterval, _time, _stopping.Token).ConfigureAwait(false);
            }
            while (!await IsBackAsync().ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task<bool> IsBackAsync()
    {
        using CancellationTokenSource limit = new(ProbeTimeout, _time);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        try
        {
            await _probe(either.Token).ConfigureAwait(false);
            while (NextOwedOrOpen() is { } owed)
            {
                await WriteAsync(owed, either.Token).ConfigureAwait(false);
            }

            LogBack();
            return true;
        }
        catch (Exception failure) when (!_stopping.IsCancellationRequested)
        {
            LogStillGone(limit.IsCancellationRequested ? "a probe got no answer in time" : Words(failure));
            return false;
        }
    }

    private Func<CancellationToken, Task>? NextOwedOrOpen()
    {
        lock (_gate)
        {
            if (!_owed.TryPeek(out Func<CancellationToken, Task>? owed))
            {
                _gone = null;
            }

            return owed;
        }
    }

    private async Task WriteAsync(Func<CancellationToken, Task> owed, CancellationToken cancellation)
    {
        try
        {
            await owed(cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (!IsStorage(failure) && !cancellation.IsCancellationRequested)
        {
            // Not storage's doing, so that trying again would not help: the next start ends this fax.
            LogNotWritten(Words(failure));
        }

        lock (_gate)
        {
            _owed.Dequeue();
        }
    }

    // Only what is known to hold no PHI in its message says more than its name.
    private static string Words(Exception fault) => IsStorage(fault) ? fault.Message : fault.GetType().Name;

    [LoggerMessage(Level = LogLevel.Error, Message = "the end of a call could not be written: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "storage is gone, no call is answered until it is back: {Reason}")]
    private partial void LogGone(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "storage is still gone: {Reason}")]
    private partial void LogStillGone(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "storage is back: calls are answered again")]
    private partial void LogBack();
}
