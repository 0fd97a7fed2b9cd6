// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Simulation;

/// <summary>Runs sans-IO parts against each other in simulated time, from one seed: same seed, same run.</summary>
public sealed class FaxSimulation(int seed)
{
    // What is due at one instant must settle in so many rounds, or something asks for the same time for ever.
    private const int RoundsAtOneInstantMax = 100_000;

    private readonly List<(Func<TimeSpan?> NextDeadline, Action<TimeSpan> Advance)> parts = [];
    private readonly PriorityQueue<(byte[] Datagram, DatagramReceiver Receive), (TimeSpan At, long Order)> onTheWay =
        new();
    private long order;

    /// <summary>The seed, to be printed where a test fails.</summary>
    public int Seed { get; } = seed;

    /// <summary>Time since the simulation began.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The only chance there is.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>Adds a part that has deadlines, such as a T38Terminal or a T30Session.</summary>
    public void Add(Func<TimeSpan?> nextDeadline, Action<TimeSpan> advance) => parts.Add((nextDeadline, advance));

    /// <summary>Adds one direction of the network; it delivers to <paramref name="receive"/>.</summary>
    public LossyChannel AddChannel(LossyChannelSettings settings, DatagramReceiver receive) =>
        new(this, settings, receive);

    /// <summary>Runs until <paramref name="until"/> holds (then true), or <paramref name="limit"/> of simulated time
    /// has passed or nothing is left to happen (then false).</summary>
    public bool Run(Func<bool> until, TimeSpan limit)
    {
        TimeSpan end = Now + limit;
        int rounds = 0;
        while (!until())
        {
            TimeSpan? next = NextEvent();
            if (next is null || next > end)
            {
                Now = end;
                return false;
            }

            rounds = next > Now ? 0 : rounds + 1;
            if (rounds > RoundsAtOneInstantMax)
            {
                throw new InvalidOperationException($"seed {Seed}: no progress at {Now}");
            }

            Now = next.Value > Now ? next.Value : Now;
            Settle();
        }

        return true;
    }

    /// <summary>Runs for a time.</summary>
    public void RunFor(TimeSpan time) => Run(() => false, time);

    internal void Schedule(TimeSpan at, byte[] datagram, DatagramReceiver receive) =>
        onTheWay.Enqueue((datagram, receive), (at, order++));

    private void Settle()
    {
        while (onTheWay.TryPeek(out _, out (TimeSpan At, long Order) due) && due.At <= Now)
        {
            (byte[] datagram, DatagramReceiver receive) = onTheWay.Dequeue();
            receive(Now, datagram);
        }

        foreach ((Func<TimeSpan?> nextDeadline, Action<TimeSpan> advance) in parts)
        {
            if (nextDeadline() <= Now)
            {
                advance(Now);
            }
        }
    }

    private TimeSpan? NextEvent()
    {
        TimeSpan? next = onTheWay.TryPeek(out _, out (TimeSpan At, long Order) due) ? due.At : null;
        foreach ((Func<TimeSpan?> nextDeadline, _) in parts)
        {
            TimeSpan? deadline = nextDeadline();
            next = deadline is not null && (next is null || deadline < next) ? deadline : next;
        }

        return next;
    }
}
