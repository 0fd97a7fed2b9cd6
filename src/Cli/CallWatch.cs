// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T38;
using Hermetic.Protocol.T4;

namespace Hermetic.Cli;

/// <summary>Shows one call to several watchers: progress, transcripts, the demo's lines.</summary>
internal sealed class CallWatch(params object[] watchers) : IT30Observer, IT38Observer, IDisposable
{
    private readonly IT30Observer[] _t30 = [.. watchers.OfType<IT30Observer>()];
    private readonly IT38Observer[] _t38 = [.. watchers.OfType<IT38Observer>()];

    public void OnSession(T30Role role, T30Settings settings, IOutgoingPages? pages, bool receives) =>
        Each(watcher => watcher.OnSession(role, settings, pages, receives));

    public void OnFrame(TimeSpan now, bool sent, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        foreach (IT30Observer watcher in _t30)
        {
            watcher.OnFrame(now, sent, modulation, frame, fcsValid);
        }
    }

    public void OnPageDecoded(TimeSpan now, int index, in PageQuality quality)
    {
        foreach (IT30Observer watcher in _t30)
        {
            watcher.OnPageDecoded(now, index, quality);
        }
    }

    public void OnIfp(TimeSpan now, bool sent, in IfpPacket packet)
    {
        foreach (IT38Observer watcher in _t38)
        {
            watcher.OnIfp(now, sent, packet);
        }
    }

    public void OnPhase(TimeSpan now, T30Phase phase) => Each(watcher => watcher.OnPhase(now, phase));

    public void OnPage(TimeSpan now, int index, bool sent, T30PageEvent what) =>
        Each(watcher => watcher.OnPage(now, index, sent, what));

    public void OnNegotiated(TimeSpan now, FaxModulation modulation, bool ecm, FaxCompression compression,
        PageFormat format) =>
        Each(watcher => watcher.OnNegotiated(now, modulation, ecm, compression, format));

    public void OnCommand(TimeSpan now, ModemCommand command, FaxModulation modulation, bool shortTraining) =>
        Each(watcher => watcher.OnCommand(now, command, modulation, shortTraining));

    public void OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation) =>
        Each(watcher => watcher.OnSignal(now, signal, modulation));

    public void OnImage(TimeSpan now, FaxModulation modulation, int octets, int ones, int lostOctets) =>
        Each(watcher => watcher.OnImage(now, modulation, octets, ones, lostOctets));

    public void OnCarrierEnd(TimeSpan now, FaxModulation modulation) =>
        Each(watcher => watcher.OnCarrierEnd(now, modulation));

    public void OnSent(TimeSpan now) => Each(watcher => watcher.OnSent(now));

    public void OnTrainingChecked(TimeSpan now, int octets, int ones, bool passed) =>
        Each(watcher => watcher.OnTrainingChecked(now, octets, ones, passed));

    public void OnPageCoded(TimeSpan now, int index, int octets) =>
        Each(watcher => watcher.OnPageCoded(now, index, octets));

    public void OnInput(TimeSpan now, T30Input input, int value) =>
        Each(watcher => watcher.OnInput(now, input, value));

    public void OnBlock(TimeSpan now, int page, int block, int frames, int frameBytes) =>
        Each(watcher => watcher.OnBlock(now, page, block, frames, frameBytes));

    public void OnVerdict(TimeSpan now, PageVerdict verdict) => Each(watcher => watcher.OnVerdict(now, verdict));

    public void OnEnded(TimeSpan now, T30Result result) => Each(watcher => watcher.OnEnded(now, result));

    public void Dispose()
    {
        foreach (IDisposable watcher in watchers.OfType<IDisposable>())
        {
            watcher.Dispose();
        }
    }

    private void Each(Action<IT30Observer> tell)
    {
        foreach (IT30Observer watcher in _t30)
        {
            tell(watcher);
        }
    }
}
