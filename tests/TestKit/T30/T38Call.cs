// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Simulation;

namespace Hermetic.TestKit.T30;

/// <summary>A whole call of ours over T.38 through a simulated network: A calls and sends, B answers and
/// receives.</summary>
public sealed class T38Call
{
    public T38Call(int seed, T38Settings t38, LossyChannelSettings network, T30Settings t30, IOutgoingPages pages)
    {
        Simulation = new(seed);
        T38Terminal? calling = null;
        T38Terminal? called = null;
        There = Simulation.AddChannel(network, (now, datagram) => called!.Receive(now, datagram));
        Back = Simulation.AddChannel(network, (now, datagram) => calling!.Receive(now, datagram));
        CallingTerminal = calling = new(t38, There);
        CalledTerminal = called = new(t38, Back);
        Calling = new(t30, T30Role.Calling, calling, pages, sink: null, CallingStory);
        Called = new(t30, T30Role.Called, called, pages: null, Sink, CalledStory);
        Sink.Confirm = verdict => Called.ConfirmPage(Simulation.Now, verdict);
        calling.Attach(Calling);
        called.Attach(Called);
        Simulation.Add(() => calling.NextDeadline, calling.Advance);
        Simulation.Add(() => called.NextDeadline, called.Advance);
        Simulation.Add(() => Calling.NextDeadline, Calling.Advance);
        Simulation.Add(() => Called.NextDeadline, Called.Advance);
    }

    public FaxSimulation Simulation { get; }

    public LossyChannel There { get; }

    public LossyChannel Back { get; }

    public T38Terminal CallingTerminal { get; }

    public T38Terminal CalledTerminal { get; }

    public T30Session Calling { get; }

    public T30Session Called { get; }

    public BitmapSink Sink { get; } = new();

    public CallStory CallingStory { get; } = new("calling");

    public CallStory CalledStory { get; } = new("called");

    /// <summary>Runs the call to its end; false if it did not end within the limit.</summary>
    public bool Run(TimeSpan limit)
    {
        Calling.Start(Simulation.Now);
        Called.Start(Simulation.Now);
        return Simulation.Run(() => Calling.IsEnded && Called.IsEnded, limit);
    }
}
