// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.TestKit.Simulation;

namespace Hermetic.TestKit.T30;

/// <summary>One session of ours against a script.</summary>
public sealed class ScriptedCall
{
    public ScriptedCall(T30Role role, IEnumerable<PeerStep> script, T30Settings? settings = null,
        IOutgoingPages? pages = null, bool receives = true, IT30Observer? observer = null)
    {
        Simulation = new FaxSimulation(1);
        Line = new DirectLine(Simulation);
        Sink = new CountingSink();
        Session = new T30Session(settings ?? new T30Settings(), role, Line.A, pages, receives ? Sink : null, observer);
        Sink.Confirm = verdict => Session.ConfirmPage(Simulation.Now, verdict);
        Line.A.Attach(Session);
        Simulation.Add(() => Session.NextDeadline, Session.Advance);
        Peer = new ScriptedPeer(Simulation, Line.B, script);
    }

    public FaxSimulation Simulation { get; }
    public DirectLine Line { get; }
    public T30Session Session { get; }
    public CountingSink Sink { get; }
    public ScriptedPeer Peer { get; }

    /// <summary>Runs to the session's end and returns the reason; None if it did not end within the limit.</summary>
    public T30EndReason Run(TimeSpan? limit = null)
    {
        Session.Start(Simulation.Now);
        Simulation.Run(() => Session.IsEnded, limit ?? TimeSpan.FromMinutes(20));
        return Session.Result.EndReason;
    }
}

/// <summary>Counts what a host is told, and answers as the test wants.</summary>
public sealed class CountingSink : IPageSink
{
    /// <summary>Set by the call: the host's word to the session.</summary>
    public Action<PageVerdict> Confirm { get; set; } = _ => { };

    /// <summary>What to answer in EndPage; null stays silent there.</summary>
    public PageVerdict? Verdict { get; set; } = PageVerdict.Kept;

    public List<int> Begun { get; } = [];

    public List<PageQuality> Ended { get; } = [];

    public List<PageQuality> Abandoned { get; } = [];

    public int Rows { get; private set; }

    public void BeginPage(in ReceivedPageInfo page) => Begun.Add(page.Index);

    public void WriteRow(ReadOnlySpan<byte> row) => Rows++;

    public void EndPage(in PageQuality quality)
    {
        Ended.Add(quality);
        if (Verdict is { } verdict)
        {
            Confirm(verdict);
        }
    }

    public void AbandonPage(in PageQuality quality) => Abandoned.Add(quality);
}
