// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Fuzzing.Targets.T30;

/// <summary>A modem that takes all of a transmission at once and says that it is sent when the line would have carried
/// it.</summary>
internal sealed class DrainingModem : IFaxModem
{
    // A whole small page and its fill. Our limit: what one transmission may yield.
    private const int OctetsMax = 1 << 20;

    // About what a preamble or training takes; nothing here depends on it. Our choice.
    private static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(1);

    private readonly byte[] buffer = new byte[512];
    private IFrameSource? frames;
    private IImageSource? image;
    private FaxModulation modulation;
    private TimeSpan? extra;

    /// <summary>When what was commanded has gone out; null when nothing is on its way.</summary>
    public TimeSpan? SentAt { get; private set; }

    /// <summary>Takes up a command that came since.</summary>
    public void Take(TimeSpan now)
    {
        if (extra is not { } time)
        {
            return;
        }

        extra = null;
        int octets = frames is not null ? DrainFrames(frames) : image is not null ? DrainImage(image) : 0;
        (frames, image) = (null, null);
        SentAt = now + time + TimeSpan.FromSeconds(octets * 8.0 / modulation.BitsPerSecond());
    }

    public void Sent() => SentAt = null;

    public void SendSilence() => Drop();

    public void SendCng() => Drop();

    public void SendCed() => Command(FaxModulation.V21, TimeSpan.FromSeconds(2.7));

    public void SendControl(IFrameSource frames)
    {
        Command(FaxModulation.V21, LeadIn);
        this.frames = frames;
    }

    public void SendTraining(FaxModulation modulation, TimeSpan tcf) => Command(modulation, LeadIn + tcf);

    public void SendImage(FaxModulation modulation, bool shortTraining, IImageSource image)
    {
        Command(modulation, LeadIn);
        this.image = image;
    }

    public void SendEcmBlock(FaxModulation modulation, bool shortTraining, IFrameSource frames)
    {
        Command(modulation, LeadIn);
        this.frames = frames;
    }

    public void ListenControl()
    {
        // All is heard at all times.
    }

    public void ListenImage(FaxModulation modulation, bool shortTraining, bool ecm)
    {
        // All is heard at all times.
    }

    private void Command(FaxModulation carrier, TimeSpan time)
    {
        Drop();
        modulation = carrier;
        extra = time;
    }

    private void Drop() => (frames, image, extra, SentAt) = (null, null, null, null);

    private int DrainFrames(IFrameSource source)
    {
        int octets = 0;
        Oracle.Holds(source.FrameBytesMax <= buffer.Length, "a frame of ours fits a line");
        while (source.TryNext(buffer, out int length))
        {
            T30FrameClass kind = T30Frame.Parse(buffer.AsSpan(0, length), fcsValid: true).Class;
            Oracle.Holds(kind is not (T30FrameClass.Malformed or T30FrameClass.Other), "our own frames are sound");
            octets += length + 3;
            Oracle.Holds(octets < OctetsMax, "our own transmission ends");
        }

        return octets;
    }

    private int DrainImage(IImageSource source)
    {
        int octets = 0;
        int count;
        while ((count = source.Read(buffer)) > 0)
        {
            octets += count;
            Oracle.Holds(octets < OctetsMax, "our own page ends");
        }

        return octets;
    }
}
