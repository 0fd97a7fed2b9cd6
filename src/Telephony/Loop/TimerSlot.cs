// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Telephony.Loop;

/// <summary>The alarms of one tick, in the order in which they were set. A place whose alarm was taken out stays
/// empty.</summary>
internal sealed class TimerSlot
{
    private LoopTimer?[] _timers = new LoopTimer?[16];

    /// <summary>Places, empty ones among them.</summary>
    public int Count { get; private set; }

    public LoopTimer? this[int place] => _timers[place];

    public void Add(LoopTimer timer)
    {
        if (Count == _timers.Length)
        {
            Array.Resize(ref _timers, 2 * Count);
        }

        timer.Slot = this;
        timer.Place = Count;
        _timers[Count++] = timer;
    }

    public void Remove(LoopTimer timer)
    {
        _timers[timer.Place] = null;
        timer.Slot = null;
    }

    /// <summary>No alarm is left: all places can be used again.</summary>
    public void Clear() => Count = 0;
}
