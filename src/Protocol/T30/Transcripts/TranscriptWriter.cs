// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T38;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30.Transcripts;

/// <summary>
/// Writes a call as text without PHI: every frame and IFP with its time, ids and image content only as lengths, and all
/// that drove the call, so that <see cref="TranscriptReplay"/> can drive it again. Format: docs/formats/transcript.md.
/// Give it to the session as its observer, and to the T.38 terminal too if packets are wanted.
/// </summary>
public sealed class TranscriptWriter : IT30Observer, IT38Observer
{
    private readonly Action<string> _write;

    /// <summary>Writes nothing before the session is made; then its header.</summary>
    public TranscriptWriter(Action<string> writeLine) => _write = writeLine;

    internal TranscriptWriter(Action<string> writeLine, TranscriptHeader header)
        : this(writeLine) => Write(header);

    public void OnSession(T30Role role, T30Settings settings, IOutgoingPages? pages, bool receives) =>
        Write(new TranscriptHeader(role, settings, receives, pages is not null,
            [.. Enumerable.Range(0, pages?.Count ?? 0).Select(index => pages!.FormatOf(index))]));

    public void OnInput(TimeSpan now, T30Input input, int value)
    {
        switch (input)
        {
            case T30Input.Start:
                Write(now, ">", "start");
                break;
            case T30Input.Timer:
                Write(now, ">", "timer");
                break;
            case T30Input.Abort:
                Write(now, ">", "abort", (T30EndReason)value);
                break;
            case T30Input.LineLost:
                Write(now, ">", "line-lost");
                break;
            case T30Input.Admitted:
                Write(now, "=", "admitted", value);
                break;
            case T30Input.Recognised:
                Write(now, "=", "recognised", value);
                break;
            default:
                Write(now, "=", "too-long", value);
                break;
        }
    }

    public void OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation)
        => Write(now, ">", "signal", signal, modulation);

    public void OnFrame(TimeSpan now, bool sent, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        string masked = TranscriptText.Frame(frame, fcsValid);
        string name = sent || fcsValid ? T30Frame.Parse(frame, fcsValid).Class.ToString() : "Damaged";
        if (sent)
        {
            Write(now, "<", "frame", modulation, "ok", masked, name);
        }
        else
        {
            Write(now, ">", "frame", modulation, fcsValid ? "ok" : "bad", masked, name);
        }
    }

    public void OnImage(TimeSpan now, FaxModulation modulation, int octets, int ones, int lostOctets)
        => Write(now, ">", "image", modulation, octets, ones, lostOctets);

    public void OnCarrierEnd(TimeSpan now, FaxModulation modulation) => Write(now, ">", "carrier-end", modulation);

    public void OnSent(TimeSpan now) => Write(now, ">", "sent");

    public void OnVerdict(TimeSpan now, PageVerdict verdict) => Write(now, ">", "verdict", verdict);

    public void OnCommand(TimeSpan now, ModemCommand command, FaxModulation modulation, bool shortTraining)
        => Write(now, "<", "command", command, modulation, shortTraining ? "short" : "long");

    public void OnPhase(TimeSpan now, T30Phase phase) => Write(now, "<", "phase", phase);

    public void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what)
        => Write(now, "<", "page", index, sent ? "sent" : "received", what);

    public void OnNegotiated(TimeSpan now, FaxModulation modulation, bool ecm, FaxCompression compression,
        PageFormat format)
        => Write(now, "<", "agreed", modulation, ecm ? "ecm" : "plain", compression, format.Resolution, format.Width);

    public void OnBlock(TimeSpan now, int page, int block, int frames, int frameBytes)
        => Write(now, "<", "block", page, block, frames, frameBytes);

    public void OnTrainingChecked(TimeSpan now, int octets, int ones, bool passed)
        => Write(now, "=", "training", octets, ones, passed);

    public void OnPageDecoded(TimeSpan now, int index, in PageQuality quality)
        => Write(now, "=", "decoded", index, quality.Rows, quality.BadRows, quality.LongestBadRun, quality.LostOctets);

    public void OnPageCoded(TimeSpan now, int index, int octets) => Write(now, "=", "coded", index, octets);

    public void OnEnded(TimeSpan now, T30Result result)
        => Write(now, "<", "ended", result.EndReason, result.PagesSent, result.PagesReceived);

    /// <summary>An IFP packet: for the reader's eye only, a replay passes over it.</summary>
    public void OnIfp(TimeSpan now, bool sent, in IfpPacket packet)
    {
        string way = sent ? "sent" : "received";
        if (packet.IsIndicator)
        {
            Write(now, "~", "ifp", way, "indicator", packet.Indicator);
            return;
        }

        List<string> fields = [];
        foreach (IfpField field in packet)
        {
            fields.Add(TranscriptText.Join(field.Type, field.Data.Length));
        }

        Write(now, "~", "ifp", way, "data", packet.DataType, string.Join(' ', fields));
    }

    private void Write(TranscriptHeader header)
    {
        foreach (string line in header.Lines())
        {
            _write(line);
        }
    }

    private void Write(TimeSpan now, string mark, params ReadOnlySpan<object?> words)
        => _write($"{TranscriptText.Time(now)} {mark} {TranscriptText.Join(words)}");
}
