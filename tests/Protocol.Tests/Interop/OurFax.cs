// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Simulation;

namespace Hermetic.Protocol.Tests.Interop;

/// <summary>Our T.30 session on our T.38 terminal, in a simulation.</summary>
internal sealed class OurFax
{
    private readonly FaxSimulation _simulation;
    private (TimeSpan At, PageVerdict Verdict)? _confirmAt;

    public OurFax(FaxSimulation simulation, T30Role role, T30Settings t30, T38Settings t38, IDatagramOutput output,
        IReadOnlyList<PageBitmap>? send, TimeSpan confirmAfter)
    {
        _simulation = simulation;
        Terminal = new T38Terminal(t38, output, Transcript);
        Session = new T30Session(t30, role, Terminal, send is null ? null : new BitmapPages(send), Sink, Transcript);
        Terminal.Attach(Session);
        Sink.Confirm = verdict => _confirmAt = (simulation.Now + confirmAfter, verdict);
        simulation.Add(() => Terminal.NextDeadline, Terminal.Advance);
        simulation.Add(() => Session.NextDeadline, Session.Advance);
        simulation.Add(() => _confirmAt?.At, Confirm);
    }

    public T38Terminal Terminal { get; }

    public T30Session Session { get; }

    public BitmapSink Sink { get; } = new();

    public CallTranscript Transcript { get; } = new();

    public void Start() => Session.Start(_simulation.Now);

    public void Receive(ReadOnlySpan<byte> datagram) => Terminal.Receive(_simulation.Now, datagram);

    private void Confirm(TimeSpan now)
    {
        PageVerdict verdict = _confirmAt!.Value.Verdict;
        _confirmAt = null;
        Session.ConfirmPage(now, verdict);
    }
}
