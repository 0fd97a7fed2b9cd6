// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Simulation;

namespace Hermetic.TestKit.T30;

/// <summary>Two of our sessions on a direct line: A calls, B answers.</summary>
public sealed class DirectCall
{
    public DirectCall(T30Settings? calling = null, T30Settings? called = null, IOutgoingPages? pages = null,
        IOutgoingPages? document = null, IT30Observer? callingObserver = null, IT30Observer? calledObserver = null,
        bool callingReceives = false, bool calledReceives = true)
    {
        Simulation = new FaxSimulation(1);
        Line = new DirectLine(Simulation);
        CallingSink = new BitmapSink();
        CalledSink = new BitmapSink();
        T30Settings callingSettings = calling ?? new T30Settings { StationId = "+1 555 0100" };
        T30Settings calledSettings = called ?? new T30Settings { StationId = "+1 555 0199" };
        Calling = new T30Session(callingSettings, T30Role.Calling, Line.A, pages,
            callingReceives ? CallingSink : null, callingObserver);
        Called = new T30Session(calledSettings, T30Role.Called, Line.B, document,
            calledReceives ? CalledSink : null, calledObserver);
        CallingSink.Confirm = verdict => Calling.ConfirmPage(Simulation.Now, verdict);
        CalledSink.Confirm = verdict => Called.ConfirmPage(Simulation.Now, verdict);
        Line.A.Attach(Calling);
        Line.B.Attach(Called);
        Simulation.Add(() => Calling.NextDeadline, Calling.Advance);
        Simulation.Add(() => Called.NextDeadline, Called.Advance);
    }

    public FaxSimulation Simulation { get; }
    public DirectLine Line { get; }
    public T30Session Calling { get; }
    public T30Session Called { get; }
    public BitmapSink CallingSink { get; }
    public BitmapSink CalledSink { get; }

    /// <summary>Runs the call to its end; false if it did not end within the limit.</summary>
    public bool Run(TimeSpan? limit = null)
    {
        Calling.Start(Simulation.Now);
        Called.Start(Simulation.Now);
        return Simulation.Run(() => Calling.IsEnded && Called.IsEnded, limit ?? TimeSpan.FromHours(3));
    }
}
