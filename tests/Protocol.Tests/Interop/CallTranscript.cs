// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;

namespace Hermetic.Protocol.Tests.Interop;

/// <summary>The last things that a call did, for a failed test's message.</summary>
internal sealed class CallTranscript : IT30Observer, IT38Observer
{
    private const int LinesMax = 120;
    private readonly Queue<string> _lines = new();

    public override string ToString() => string.Join('\n', _lines);

    public void OnFrame(TimeSpan now, bool sent, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        if (modulation == FaxModulation.V21)
        {
            Note(now, $"{(sent ? ">" : "<")} {Convert.ToHexString(frame)}{(fcsValid ? "" : " bad FCS")}");
        }
    }

    public void OnPhase(TimeSpan now, T30Phase phase) => Note(now, $"phase {phase}");

    public void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what) => Note(now, $"page {index} {what}");

    public void OnCommand(TimeSpan now, ModemCommand command, FaxModulation modulation, bool shortTraining) =>
        Note(now, $"command {command} {modulation}{(shortTraining ? " short" : "")}");

    public void OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation) =>
        Note(now, $"signal {signal} {modulation}");

    public void OnCarrierEnd(TimeSpan now, FaxModulation modulation) => Note(now, $"carrier end {modulation}");

    public void OnSent(TimeSpan now) => Note(now, "sent");

    public void OnTrainingChecked(TimeSpan now, int octets, int ones, bool passed) =>
        Note(now, $"TCF {octets} octets, {ones} ones: {(passed ? "good" : "bad")}");

    public void OnEnded(TimeSpan now, T30Result result) => Note(now, $"ended: {result.EndReason}");

    public void OnIfp(TimeSpan now, bool sent, in IfpPacket packet)
    {
        if (packet.IsIndicator)
        {
            Note(now, $"{(sent ? ">" : "<")} IFP {packet.Indicator}");
        }
    }

    public void Note(TimeSpan now, string what)
    {
        _lines.Enqueue(now.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture) + " " + what);
        if (_lines.Count > LinesMax)
        {
            _lines.Dequeue();
        }
    }
}
