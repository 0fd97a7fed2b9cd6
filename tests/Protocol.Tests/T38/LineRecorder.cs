// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Protocol.Tests.T38;

/// <summary>Writes down what a terminal tells T.30.</summary>
internal sealed class LineRecorder : IFaxModemEvents
{
    public List<(TimeSpan At, LineSignal Signal, FaxModulation Modulation)> Signals { get; } = [];

    public List<(TimeSpan At, FaxModulation Modulation, string Hex, bool Valid)> Frames { get; } = [];

    public List<(TimeSpan At, FaxModulation Modulation)> CarrierEnds { get; } = [];

    public List<byte> Image { get; } = [];

    public int LostOctets { get; private set; }

    public List<TimeSpan> Sent { get; } = [];

    /// <summary>Every event in a word, in order.</summary>
    public List<string> Story { get; } = [];

    public void OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation)
    {
        Signals.Add((now, signal, modulation));
        Story.Add(signal is LineSignal.Training or LineSignal.Preamble ? $"{signal} {modulation}" : $"{signal}");
    }

    public void OnFrame(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid)
    {
        Frames.Add((now, modulation, Convert.ToHexString(frame), fcsValid));
        Story.Add($"{(fcsValid ? "frame" : "bad")} {Convert.ToHexString(frame)}");
    }

    public void OnImage(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> octets, int lostOctets)
    {
        Image.AddRange(octets);
        LostOctets += lostOctets;
        Story.Add($"image {octets.Length} lost {lostOctets}");
    }

    public void OnCarrierEnd(TimeSpan now, FaxModulation modulation)
    {
        CarrierEnds.Add((now, modulation));
        Story.Add($"end {modulation}");
    }

    public void OnSent(TimeSpan now)
    {
        Sent.Add(now);
        Story.Add("sent");
    }
}

/// <summary>Frames from a list.</summary>
internal sealed class ListedFrames(params byte[][] frames) : IFrameSource
{
    private int next;

    public int FrameBytesMax => frames.Length == 0 ? 3 : frames.Max(frame => frame.Length);

    public bool TryNext(Span<byte> destination, out int length)
    {
        length = 0;
        if (next == frames.Length)
        {
            return false;
        }

        frames[next].CopyTo(destination);
        length = frames[next++].Length;
        return true;
    }
}

/// <summary>Image octets from an array.</summary>
internal sealed class ListedImage(byte[] octets) : IImageSource
{
    private int next;

    public int Read(Span<byte> destination)
    {
        int count = Math.Min(destination.Length, octets.Length - next);
        octets.AsSpan(next, count).CopyTo(destination);
        next += count;
        return count;
    }
}
