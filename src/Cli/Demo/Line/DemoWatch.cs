// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;
using Hermetic.Protocol.T4;

namespace Hermetic.Cli.Demo.Line;

/// <summary>Turns what one end sees into lines: T.30 frames, T.38 indicators, pages. Image data appears as sums
/// alone.</summary>
internal sealed class DemoWatch(DemoEnd end, Action<DemoLine> show) : IT30Observer, IT38Observer
{
    private int _packets;
    private int _octets;
    private bool _imageSent;

    public void OnFrame(TimeSpan now, bool sent, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        T30Frame parsed = T30Frame.Parse(frame, fcsValid);
        if (parsed.Class is not (T30FrameClass.Fcd or T30FrameClass.Rcp))
        {
            Show(now, sent, Words(parsed));
        }
    }

    public void OnIfp(TimeSpan now, bool sent, in IfpPacket packet)
    {
        if (packet.IsIndicator)
        {
            FlushImage(now);

            // The V.21 preamble only announces the frames, which say more.
            if (packet.Indicator is not (T38Indicator.NoSignal or T38Indicator.V21Preamble))
            {
                Show(now, sent, $"({Words(packet.Indicator)})");
            }
        }
        else if (packet.DataType != T38DataType.V21)
        {
            _packets++;
            _octets += packet.Octets.Length;
            _imageSent = sent;
        }
    }

    public void OnNegotiated(TimeSpan now, FaxModulation modulation, bool ecm, FaxCompression compression,
        PageFormat format) =>
        show(new(end, now, $"= {modulation.BitsPerSecond()} bit/s, {(ecm ? "ECM" : "no ECM")}, "
            + compression.ToString().ToUpperInvariant()));

    public void OnTrainingChecked(TimeSpan now, int octets, int ones, bool passed) =>
        show(new(end, now, passed ? "= training check passed" : "= training check failed"));

    public void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what) =>
        show(new(end, now, $"= page {index + 1} {what.ToString().ToLowerInvariant()}"));

    public void OnEnded(TimeSpan now, T30Result result)
    {
        FlushImage(now);
        show(new(end, now, $"= {result.Words}"));
    }

    private void FlushImage(TimeSpan now)
    {
        if (_packets > 0)
        {
            Show(now, _imageSent, $"{_packets} packets of image data, {_octets} octets");
        }

        (_packets, _octets) = (0, 0);
    }

    private void Show(TimeSpan now, bool sent, string words) =>
        show(new(end, now, $"{(sent ? "→" : "←")} {words}"));

    private static string Words(T30Frame frame)
    {
        string name = frame.Class.ToString().ToUpperInvariant();
        return frame.Class is T30FrameClass.Pps or T30FrameClass.Eor && !frame.Fif.IsEmpty
            ? $"{name}-{PostMessage(frame.Fif[0])}"
            : name;
    }

    private static string PostMessage(byte fcf) => fcf switch
    {
        Fcf.PpsNull => "NULL",
        Fcf.PpsEom => "EOM",
        Fcf.PpsMps => "MPS",
        Fcf.PpsEop => "EOP",
        Fcf.PpsPriEom => "PRI-EOM",
        Fcf.PpsPriMps => "PRI-MPS",
        Fcf.PpsPriEop => "PRI-EOP",
        _ => "?",
    };

    private static string Words(T38Indicator indicator) => indicator switch
    {
        T38Indicator.Cng => "calling tone",
        T38Indicator.Ced => "answer tone",
        _ => $"training, {indicator.ToString().Replace("Training", "", StringComparison.Ordinal)}",
    };
}
