// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Telephony.Loop;

/// <summary>A hashed timing wheel: alarms of thousands of calls, set and put off many times a second.</summary>
/// <remarks>
/// A slot holds the alarms of one tick (and of the same tick in later turns), in the order in which they were set.
/// Putting an alarm off only notes the new time; when its slot comes up it is moved. An alarm never rings early, and at
/// most one tick late. Slots are arrays and no linked lists: to set an alarm then touches no other call's memory, which
/// is cold.
/// </remarks>
internal sealed class TimerWheel
{
    /// <summary>Our limit: 10 ms, a quarter of the time between two IFP packets, and less than any gateway's buffer;
    /// the coalescing of wake-ups rests on it.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private const int Slots = 1024;

    // A slot is there while it has alarms; then it goes to the spare ones.
    private readonly TimerSlot?[] _slots = new TimerSlot?[Slots];
    private readonly Stack<TimerSlot> _spare = new();
    private long _tick;

    /// <summary>Alarms that are set.</summary>
    public int Count { get; private set; }

    /// <summary>Sets <paramref name="timer"/> to ring at <paramref name="due"/>, or no more if that is null.</summary>
    public void Set(LoopTimer timer, TimeSpan? due)
    {
        if (due is not { } time || time == TimeSpan.MaxValue)
        {
            Remove(timer);
            return;
        }

        timer.Due = time;
        long tick = Math.Max(TickOf(time), _tick + 1);
        if (timer.Tick >= 0 && timer.Tick <= tick)
        {
            return;
        }

        Remove(timer);
        timer.Due = time;
        Insert(timer, tick);
    }

    /// <summary>Takes <paramref name="timer"/> out.</summary>
    public void Remove(LoopTimer timer)
    {
        timer.Due = TimeSpan.MaxValue;
        if (timer.Tick < 0)
        {
            return;
        }

        timer.Slot!.Remove(timer);
        timer.Tick = -1;
        Count--;
    }

    /// <summary>Rings everything due at <paramref name="now"/>. Alarms may be set and removed meanwhile. What one of
    /// them
    /// throws goes to <paramref name="loop"/>'s fault report, or out if that is null.</summary>
    public void Advance(TimeSpan now, LineLoop? loop = null)
    {
        long target = now.Ticks / Tick.Ticks;

        // After a long pause one turn sees every slot.
        _tick = Math.Max(_tick, target - Slots);
        while (_tick < target)
        {
            _tick++;
            RingSlot(now, loop);
        }
    }

    /// <summary>When Advance is wanted next; null if nothing is set. May be early, never late.</summary>
    public TimeSpan? NextDue()
    {
        if (Count == 0)
        {
            return null;
        }

        for (long tick = _tick + 1; tick < _tick + Slots; tick++)
        {
            if (_slots[tick % Slots] is not null)
            {
                return Tick * tick;
            }
        }

        return Tick * (_tick + Slots);
    }

    private static long TickOf(TimeSpan due) => (due.Ticks + Tick.Ticks - 1) / Tick.Ticks;

    private void Insert(LoopTimer timer, long tick)
    {
        TimerSlot slot = _slots[tick % Slots] ??= _spare.TryPop(out TimerSlot? spare) ? spare : new TimerSlot();
        slot.Add(timer);
        timer.Tick = tick;
        Count++;
    }

    private void RingSlot(TimeSpan now, LineLoop? loop)
    {
        // The slot is taken away whole: what is set meanwhile for this tick of a later turn, and alarms that were put
        // off, go into another one.
        if (_slots[_tick % Slots] is not { } slot)
        {
            return;
        }

        _slots[_tick % Slots] = null;
        for (int place = 0; place < slot.Count; place++)
        {
            if (slot[place] is not { } timer)
            {
                continue;
            }

            TimeSpan due = timer.Due;
            Remove(timer);
            if (due <= now)
            {
                Ring(timer, now, loop);
            }
            else
            {
                timer.Due = due;
                Insert(timer, Math.Max(TickOf(due), _tick + 1));
            }
        }

        slot.Clear();
        _spare.Push(slot);
    }

    private static void Ring(LoopTimer timer, TimeSpan now, LineLoop? loop)
    {
        try
        {
            timer.OnDue(now);
        }
#pragma warning disable CA1031 // One call's fault must not take the others with it.
        catch (Exception failure) when (loop is not null)
#pragma warning restore CA1031
        {
            loop.Fault(failure);
        }
    }
}
