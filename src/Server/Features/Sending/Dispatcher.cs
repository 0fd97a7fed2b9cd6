// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Hermetic.Store;

namespace Hermetic.Server.Features.Sending;

/// <summary>Takes what is due out of the queue and has it sent; any number of them on one store.</summary>
/// <remarks>
/// It keeps its leases by counting them up, hangs up when it can't, and takes over those of others that stand still.
/// All state is in the store: what is here is only which calls are this process's own.
/// </remarks>
internal sealed class Dispatcher : IAsyncDisposable
{
    private readonly SendingContext _context;
    private readonly ISendingLine _line;
    private readonly LeaseWatch _watch;
    private readonly ConcurrentDictionary<(Guid Tenant, Guid Fax), OutboundCall> _calls = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Guid _owner;
    private Task _running = Task.CompletedTask;
    private long _beaten;

    public Dispatcher(SendingContext context, ISendingLine line)
    {
        (_context, _line) = (context, line);
        _watch = new LeaseWatch(context.Limits, context.Time);
        _owner = Guid.CreateVersion7(context.Time.GetUtcNow());
        _beaten = context.Time.GetTimestamp();
    }

    /// <summary>The calls that are alive.</summary>
    public IReadOnlyCollection<OutboundCall> Calls => [.. _calls.Values];

    /// <summary>Begins to look at the queue.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Looks at the queue at once.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    /// <summary>Hangs up, if the call is ours; another process hears of it when it counts up its leases.</summary>
    public void HangUp(Guid tenant, Guid fax)
    {
        if (_calls.TryGetValue((tenant, fax), out OutboundCall? call))
        {
            call.HangUp(HangUpReason.Cancelled);
        }
    }

    /// <summary>One look at the queue.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be used now.</exception>
    public async Task PassAsync(CancellationToken cancellation)
    {
        await BeatAsync(cancellation).ConfigureAwait(false);
        await TakeOverAsync(cancellation).ConfigureAwait(false);
        await ClaimAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes nothing more, hangs up, and waits until every lease is given back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        foreach (OutboundCall call in _calls.Values)
        {
            call.HangUp(HangUpReason.Stopping);
        }

        await Task.WhenAll(_calls.Values.Select(call => call.Completed)).ConfigureAwait(false);
        _stopping.Dispose();
        _wake.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await PassAsync(_stopping.Token).ConfigureAwait(false);
                await WaitAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
#pragma warning disable CA1031 // The queue is looked at again, whatever it was; the fault is told.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _context.OnFault(Guid.Empty, failure);
                await Task.Delay(_context.Limits.PollInterval, _context.Time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WaitAsync()
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task time = Task.Delay(_context.Limits.PollInterval, _context.Time, waiting.Token);
        Task woken = _wake.WaitAsync(waiting.Token);
        await Task.WhenAny(time, woken).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task BeatAsync(CancellationToken cancellation)
    {
        TimeSpan still = _context.Time.GetElapsedTime(_beaten);
        if (still < _context.Limits.BeatInterval)
        {
            return;
        }

        if (still > _context.Limits.OwnStillMax)
        {
            // Others may take over any time now: nothing more may be confirmed to us.
            HangUpAll();
        }

        long now = _context.Time.GetTimestamp();
        foreach (IGrouping<Guid, OutboundCall> calls in _calls.Values.GroupBy(call => call.Lease.TenantId))
        {
            // Taken before they are read: a call that began since is not missing.
            OutboundCall[] mine = [.. calls];
            List<SendingRecord> held = await _context.Store.Sendings
                .BeatAsync(calls.Key, _owner, cancellation).ConfigureAwait(false);
            foreach (OutboundCall call in mine)
            {
                SendingRecord? lease = held.Find(one => one.FaxId == call.Lease.FaxId
                    && one.Attempt == call.Lease.Attempt);
                if (lease is null or { CancelAskedAt: not null })
                {
                    call.HangUp(lease is null ? HangUpReason.LeaseLost : HangUpReason.Cancelled);
                }
            }
        }

        _beaten = now;
    }

    private async Task TakeOverAsync(CancellationToken cancellation)
    {
        List<SendingRecord> leases = await _context.Store.Sendings.CallingAsync(cancellation).ConfigureAwait(false);
        // One of ours that no call is of: the answer to its claim was lost, or its end could not be written.
        SendingRecord[] lost = [.. leases.Where(lease => lease.LeaseOwner == _owner && !IsAlive(lease))];
        IReadOnlyList<SendingRecord> still = _watch.Still(
            leases.Where(lease => lease.LeaseOwner != _owner), _context.IsAlone);
        foreach (SendingRecord dead in still.Concat(lost))
        {
            if (await _context.Store.Sendings.TakeOverAsync(dead, _owner, cancellation).ConfigureAwait(false)
                is { } mine)
            {
                Begin(mine);
            }
        }
    }

    private async Task ClaimAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = _context.Time.GetUtcNow();
        foreach (Guid tenant in await _context.Store.Sendings.TenantsDueAsync(now, cancellation).ConfigureAwait(false))
        {
            int room = Math.Min(_context.Limits.CallsMax - _calls.Count, SendingClaim.CandidatesMax);
            if (room <= 0)
            {
                return;
            }

            ClaimedSendings claimed = await _context.Store.Sendings.ClaimAsync(
                new SendingClaim(tenant, _owner, now, room, _context.Limits.CallsPerTenantMax,
                    [.. _context.Trunks.Select(trunk => (trunk.Id, trunk.CallsMax))]),
                cancellation).ConfigureAwait(false);
            foreach (SendingRecord lease in claimed.Claimed)
            {
                Begin(lease);
            }

            if (claimed.Contended)
            {
                Wake();
            }
        }
    }

    private void Begin(SendingRecord lease)
    {
        OutboundCall call = new(_context, _line, lease);
        (Guid, Guid) key = (lease.TenantId, lease.FaxId);
        _calls[key] = call;
        call.Start();
        _ = call.Completed.ContinueWith(
            _ =>
            {
                _calls.TryRemove(new(key, call));
                call.Dispose();
                // A destination or a trunk is free again.
                Wake();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private bool IsAlive(SendingRecord lease) =>
        _calls.TryGetValue((lease.TenantId, lease.FaxId), out OutboundCall? call)
        && call.Lease.Attempt == lease.Attempt;

    private void HangUpAll()
    {
        foreach (OutboundCall call in _calls.Values)
        {
            call.HangUp(HangUpReason.LeaseLost);
        }
    }
}
