// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Telephony.Loop;

/// <summary>One owner's alarm on a <see cref="TimerWheel"/>. Setting it allocates nothing.</summary>
internal sealed class LoopTimer(Action<TimeSpan> onDue)
{
    /// <summary>Called by the wheel, with the time that it is.</summary>
    public Action<TimeSpan> OnDue { get; } = onDue;

    // All of these are the wheel's own, touched on the loop's thread only.
    /// <summary>When it is wanted; later than the slot it lies in if it was put off.</summary>
    internal TimeSpan Due = TimeSpan.MaxValue;

    /// <summary>The tick in whose slot it lies, −1 if in none.</summary>
    internal long Tick = -1;

    /// <summary>That slot, and its place there.</summary>
    internal TimerSlot? Slot;
    internal int Place;
}
