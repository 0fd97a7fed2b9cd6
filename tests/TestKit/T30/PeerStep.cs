// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.TestKit.T30;

/// <summary>One cue of a <see cref="ScriptedPeer"/>.</summary>
public abstract record PeerStep
{
    /// <summary>Waits until a frame of this class is heard (earlier ones that nobody waited for count too).</summary>
    public static PeerStep Hear(T30FrameClass frame) => new HearFrame(frame);

    /// <summary>Waits until the far end's image carrier ends.</summary>
    public static PeerStep HearImage() => new HearImageEnd();

    /// <summary>Does nothing for a time.</summary>
    public static PeerStep Wait(double seconds) => new Pause(TimeSpan.FromSeconds(seconds));

    /// <summary>Sends these frames on V.21, as they are.</summary>
    public static PeerStep Send(params byte[][] frames) => new SendFrames(frames);

    public static PeerStep Ced() => new SendCed();

    /// <summary>Training and TCF.</summary>
    public static PeerStep Tcf(FaxModulation modulation) => new SendTcf(modulation);

    /// <summary>A page's octets without error correction.</summary>
    public static PeerStep Image(FaxModulation modulation, byte[] octets) => new SendImage(modulation, octets);

    /// <summary>Frames on the image carrier.</summary>
    public static PeerStep Block(FaxModulation modulation, params byte[][] frames) => new SendBlock(modulation, frames);

    internal sealed record HearFrame(T30FrameClass Frame) : PeerStep;
    internal sealed record HearImageEnd : PeerStep;
    internal sealed record Pause(TimeSpan Time) : PeerStep;
    internal sealed record SendFrames(byte[][] Frames) : PeerStep;
    internal sealed record SendCed : PeerStep;
    internal sealed record SendTcf(FaxModulation Modulation) : PeerStep;
    internal sealed record SendImage(FaxModulation Modulation, byte[] Octets) : PeerStep;
    internal sealed record SendBlock(FaxModulation Modulation, byte[][] Frames) : PeerStep;
}
