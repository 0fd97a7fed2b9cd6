// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sip;

/// <summary>The timers of RFC 3261 §17 (Table 4 in its Annex A) and RFC 6026. All follow from T1, T2 and T4.</summary>
public sealed record SipTimers
{
    /// <summary>The defaults.</summary>
    public static SipTimers Default { get; } = new();

    /// <summary>T1, the round-trip estimate: 500 ms (§17.1.1.1); 10 ms to 5 s. Tests may shorten it.</summary>
    public TimeSpan T1
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromMilliseconds(10));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(5));
            field = value;
        }
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>T2, the longest interval between retransmissions other than of INVITE: 8 T1, 4 s (§17.1.2.2).</summary>
    public TimeSpan T2 => 8 * T1;

    /// <summary>T4, how long a message stays in the network: 10 T1, 5 s (§17.1.2.2).</summary>
    public TimeSpan T4 => 10 * T1;

    /// <summary>64 T1, 32 s: timers B (§17.1.1.2), F (§17.1.2.2), H (§17.2.1), J (§17.2.2), L and M (RFC 6026 §8.5,
    /// §8.4), and how long a 2xx waits for its ACK (§13.3.1.4).</summary>
    public TimeSpan Give => 64 * T1;

    /// <summary>Timer D: more than 32 s over UDP (§17.1.1.2).</summary>
    public TimeSpan D => 64 * T1;

    /// <summary>Within it the server transaction leaves the first response to its user, then it sends 100
    /// (§17.2.1).</summary>
    public TimeSpan Trying { get; init; } = TimeSpan.FromMilliseconds(200);

    internal TimeSpan Next(TimeSpan interval) => 2 * interval < T2 ? 2 * interval : T2;
}

/// <summary>Something with a deadline. All times are since the host's own start.</summary>
public interface ISipTimed
{
    /// <summary>When <see cref="Advance"/> wants to be called; null when there is nothing to wait for.</summary>
    TimeSpan? NextDeadline { get; }

    /// <summary>Does what is due.</summary>
    void Advance(TimeSpan now);
}

/// <summary>Deadlines of many things, earliest first. Entries grow stale and are then dropped when they come
/// up.</summary>
/// <param name="advanced">Called after each advance, so that the owner may forget what has ended.</param>
internal sealed class SipDeadlines(Action<ISipTimed> advanced)
{
    private readonly PriorityQueue<Entry, TimeSpan> _queue = new();

    // The one entry of each item that counts: its earliest.
    private readonly Dictionary<ISipTimed, Entry> _queued = new(ReferenceEqualityComparer.Instance);

    /// <summary>The earliest entry: never later than the true deadline.</summary>
    public TimeSpan? Next => _queue.TryPeek(out _, out TimeSpan due) ? due : null;

    /// <summary>To be called whenever something's deadline may have moved to an earlier time.</summary>
    public void Touch(ISipTimed item)
    {
        if (item.NextDeadline is not { } due)
        {
            return;
        }

        if (_queued.TryGetValue(item, out Entry? queued))
        {
            if (queued.Due <= due)
            {
                return;
            }

            queued.Item = null;
        }

        Entry entry = new(item, due);
        _queued[item] = entry;
        _queue.Enqueue(entry, due);
    }

    /// <summary>Forgets an item, so that a far deadline does not keep it in memory.</summary>
    public void Drop(ISipTimed item)
    {
        if (_queued.Remove(item, out Entry? entry))
        {
            entry.Item = null;
        }
    }

    /// <summary>Advances everything that is due.</summary>
    public void Advance(TimeSpan now)
    {
        while (_queue.TryPeek(out _, out TimeSpan due) && due <= now)
        {
            if (_queue.Dequeue().Item is { } item)
            {
                _queued.Remove(item);
                if (item.NextDeadline <= now)
                {
                    item.Advance(now);
                    advanced(item);
                }

                Touch(item);
            }
        }
    }

    private sealed class Entry(ISipTimed item, TimeSpan due)
    {
        /// <summary>Null once another entry stands for it, or none.</summary>
        public ISipTimed? Item { get; set; } = item;

        /// <summary>When the item's timer (RFC 3261 Table 4) fires.</summary>
        public TimeSpan Due { get; } = due;
    }
}
