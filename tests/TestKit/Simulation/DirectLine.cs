// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Simulation;

/// <summary>What a test does to a frame on its way.</summary>
public enum FrameFate
{
    Deliver,
    Damage,
    Drop,
}

/// <summary>Two modems and the wire between them, in simulated time: line rates, training times and a delay, nothing
/// else. Faults are put in by the hooks.</summary>
public sealed class DirectLine
{
    private readonly PriorityQueue<Action<TimeSpan>, (TimeSpan At, long Order)> _onTheWay = new();
    private readonly TimeSpan _delay;
    private long _order;

    public DirectLine(FaxSimulation simulation, TimeSpan? delay = null)
    {
        _delay = delay ?? TimeSpan.FromMilliseconds(50);
        A = new DirectModem(this);
        B = new DirectModem(this);
        A.Far = B;
        B.Far = A;
        simulation.Add(() => _onTheWay.TryPeek(out _, out (TimeSpan At, long Order) due) ? due.At : null, Deliver);
        simulation.Add(() => A.NextDeadline, A.Advance);
        simulation.Add(() => B.NextDeadline, B.Advance);
    }

    public DirectModem A { get; }

    public DirectModem B { get; }

    internal void Carry(TimeSpan now, Action<TimeSpan> what) => _onTheWay.Enqueue(what, (now + _delay, _order++));

    private void Deliver(TimeSpan now)
    {
        while (_onTheWay.TryPeek(out _, out (TimeSpan At, long Order) due) && due.At <= now)
        {
            _onTheWay.Dequeue()(now);
        }
    }
}
