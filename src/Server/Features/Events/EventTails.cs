// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Features.Events;

/// <summary>An event and what kind it is, as the outbox numbers them.</summary>
internal sealed record ToldEvent(int Kind, EventView View);

/// <summary>Where the ends of outboxes are read from.</summary>
internal interface IEventSource
{
    /// <summary>The newest sequence of each of these practices; 0 for none.</summary>
    Task<Dictionary<Guid, long>> LatestAsync(IReadOnlyCollection<Guid> tenants);

    /// <summary>A practice's events behind a sequence, oldest first, some of them at once: what others hear of
    /// them, and the sequence that was read up to.</summary>
    Task<(IReadOnlyList<ToldEvent> Told, long UpTo)> ListAsync(Guid tenant, long after);
}

/// <summary>The ends of the outboxes that somebody follows. However many follow, there is one look at the store for all
/// of them, and each new event is read once: a clinic's screens must not cost more the more of them are
/// open.</summary>
/// <remarks>Safe to use from several threads. A look that fails ends all who follow, with its failure; who comes next
/// begins anew.</remarks>
internal sealed class EventTails(IEventSource source, TimeProvider time, TimeSpan lookInterval)
{
    /// <summary>Our choice: events of a practice that are kept in memory; who lags further behind reads the
    /// store.</summary>
    public const int KeptMax = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, EventTail> _tails = [];

    // The look that goes on; another one in its place ends it.
    private object? _looking;

    // Ends when something was written since the look began.
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Follows a practice until it is disposed.</summary>
    public Following Follow(Guid tenant)
    {
        lock (_gate)
        {
            if (!_tails.TryGetValue(tenant, out EventTail? tail))
            {
                tail = new EventTail(tenant);
                _tails.Add(tenant, tail);
            }

            tail.Followers++;
            if (_looking is null)
            {
                object mine = new();
                _looking = mine;
                _ = Task.Run(() => LookAsync(mine));
            }

            return new Following(this, tail);
        }
    }

    /// <summary>This process wrote something for a practice: who follows it need not wait for the next look. What other
    /// processes write waits for it.</summary>
    public void Wake(Guid tenant)
    {
        lock (_gate)
        {
            if (_tails.ContainsKey(tenant))
            {
                _woken.TrySetResult();
            }
        }
    }

    private void Leave(EventTail tail)
    {
        lock (_gate)
        {
            // After a failure another tail may stand in its place.
            if (--tail.Followers == 0 && _tails.TryGetValue(tail.Tenant, out EventTail? there) && there == tail)
            {
                _tails.Remove(tail.Tenant);
                if (_tails.Count == 0)
                {
                    _looking = null;
                }
            }
        }
    }

    private async Task LookAsync(object mine)
    {
        try
        {
            while (await LookOnceAsync(mine).ConfigureAwait(false))
            {
                // What is written during a look is one more look, however much it is.
                await Woken().WaitAsync(lookInterval, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception failure)
        {
            List<EventTail> ended = [];
            lock (_gate)
            {
                if (_looking == mine)
                {
                    ended = [.. _tails.Values];
                    _tails.Clear();
                    _looking = null;
                }
            }

            ended.ForEach(tail => tail.Fail(failure));
        }
    }

    private Task Woken()
    {
        lock (_gate)
        {
            return _woken.Task;
        }
    }

    // False if it is over: nobody follows any more, or whoever came since has a look of his own.
    private async Task<bool> LookOnceAsync(object mine)
    {
        EventTail[] tails;
        lock (_gate)
        {
            if (_looking != mine)
            {
                return false;
            }

            tails = [.. _tails.Values];
            if (_woken.Task.IsCompleted)
            {
                _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        Dictionary<Guid, long> latest = await source.LatestAsync([.. tails.Select(tail => tail.Tenant)])
            .ConfigureAwait(false);
        foreach (EventTail tail in tails)
        {
            long newest = latest.GetValueOrDefault(tail.Tenant);
            if (tail.UpTo is not { } upTo)
            {
                // What came before anybody followed is read by whoever wants it.
                tail.Begin(newest);
                continue;
            }

            while (upTo < newest)
            {
                (IReadOnlyList<ToldEvent> told, long read) = await source.ListAsync(tail.Tenant, upTo)
                    .ConfigureAwait(false);
                if (read <= upTo)
                {
                    break;
                }

                upTo = read;
                tail.Add(told, read);
            }
        }

        return true;
    }

    /// <summary>One who follows.</summary>
    internal sealed class Following(EventTails tails, EventTail tail) : IDisposable
    {
        private bool _isGone;

        /// <inheritdoc cref="EventTail.Behind"/>
        public TailRead Behind(long after) => tail.Behind(after);

        public void Dispose()
        {
            if (!_isGone)
            {
                _isGone = true;
                tails.Leave(tail);
            }
        }
    }
}

/// <summary>What there is behind a sequence.</summary>
/// <param name="Told">Events, oldest first.</param>
/// <param name="UpTo">Up to which sequence these are all.</param>
/// <param name="IsGap">True if some between are not in memory: the store has them.</param>
/// <param name="Changed">Ends when there is more, or with the failure of the look.</param>
internal readonly record struct TailRead(IReadOnlyList<ToldEvent> Told, long UpTo, bool IsGap, Task Changed);

/// <summary>The newest events of one practice.</summary>
internal sealed class EventTail(Guid tenant)
{
    private readonly Lock _gate = new();
    private readonly List<ToldEvent> _kept = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _from;
    private long? _upTo;

    public Guid Tenant => tenant;

    /// <summary>How many follow; under the gate of <see cref="EventTails"/>.</summary>
    public int Followers { get; set; }

    /// <summary>The newest sequence that was looked at; null before the first look.</summary>
    public long? UpTo
    {
        get
        {
            lock (_gate)
            {
                return _upTo;
            }
        }
    }

    public void Begin(long upTo)
    {
        lock (_gate)
        {
            (_from, _upTo) = (upTo, upTo);
            Tell();
        }
    }

    public void Add(IReadOnlyList<ToldEvent> told, long upTo)
    {
        lock (_gate)
        {
            _kept.AddRange(told);
            _upTo = upTo;
            if (_kept.Count > EventTails.KeptMax)
            {
                int over = _kept.Count - EventTails.KeptMax;
                _from = _kept[over - 1].View.Sequence;
                _kept.RemoveRange(0, over);
            }

            Tell();
        }
    }

    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _changed.TrySetException(failure);
            // Somebody may have gone just now, and nobody else asks.
            _ = _changed.Task.Exception;
        }
    }

    /// <summary>What is known behind a sequence.</summary>
    public TailRead Behind(long after)
    {
        lock (_gate)
        {
            return _upTo is not { } upTo || upTo <= after ? new TailRead([], after, false, _changed.Task)
                : after < _from ? new TailRead([], after, true, _changed.Task)
                : new TailRead([.. _kept.Where(one => one.View.Sequence > after)], upTo, false, _changed.Task);
        }
    }

    private void Tell()
    {
        TaskCompletionSource told = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        told.TrySetResult();
    }
}
