// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>
/// What T.30 asks of whatever carries its signals: the T.38 terminal now, audio modems later.
/// </summary>
/// <remarks>
/// A command only notes what to do: it takes effect when the modem is next advanced, and the modem never calls back
/// from inside a command. One transmission at a time: a new command drops what the last one had not sent yet.
/// Octets on both sides of this seam lie in the order of transmission, the bit that goes first in the most significant
/// place: a frame starts 0xFF 0xC0/0xC8 and an FCF reads as T.30 prints it. Frames carry no flags, stuffing or FCS.
/// </remarks>
public interface IFaxModem
{
    /// <summary>Stop transmitting.</summary>
    void SendSilence();

    /// <summary>CNG, 0.5 s on and 3 s off, until the next command (T.30 §4.3.2).</summary>
    void SendCng();

    /// <summary>CED, at least 2.6 s, then 75 ms of silence (T.30 §4.3.1); ends with <see
    /// cref="IFaxModemEvents.OnSent"/>.</summary>
    void SendCed();

    /// <summary>One preamble of V.21 flags (1 s, T.30 §5.3.1), then the frames that <paramref name="frames"/>
    /// yields.</summary>
    void SendControl(IFrameSource frames);

    /// <summary>Training of <paramref name="modulation"/>, then zeros for <paramref name="tcf"/> (1.5 s, T.30 §5.3.6.1
    /// TCF).</summary>
    void SendTraining(FaxModulation modulation, TimeSpan tcf);

    /// <summary>A non-ECM page at line rate: (short) training, then the octets of <paramref name="image"/> to its
    /// end.</summary>
    void SendImage(FaxModulation modulation, bool shortTraining, IImageSource image);

    /// <summary>An ECM block at line rate: (short) training, flags, the frames of <paramref name="frames"/> (FCD, then
    /// RCP).</summary>
    void SendEcmBlock(FaxModulation modulation, bool shortTraining, IFrameSource frames);

    /// <summary>Expect V.21 frames.</summary>
    void ListenControl();

    /// <summary>Expect the image carrier (TCF, non-ECM or ECM data); V.21 is still recognised, as T.30 §5.4.2
    /// asks.</summary>
    void ListenImage(FaxModulation modulation, bool shortTraining, bool ecm);
}

/// <summary>Yields frames, in order of transmission.</summary>
public interface IFrameSource
{
    /// <summary>Writes the next frame (address, control, FCF, FIF; no FCS). False when there is none left.</summary>
    bool TryNext(Span<byte> destination, out int length);

    /// <summary>Octets that the largest frame takes.</summary>
    int FrameBytesMax { get; }
}

/// <summary>Yields a page's coded octets, in order of transmission.</summary>
public interface IImageSource
{
    /// <summary>Fills <paramref name="destination"/> as far as the page goes; 0 only at its end.</summary>
    int Read(Span<byte> destination);
}

/// <summary>What is heard on the line.</summary>
public enum LineSignal
{
    /// <summary>No signal.</summary>
    Silence,
    /// <summary>Calling tone, 1,100 Hz.</summary>
    Cng,
    /// <summary>Called station's tone, 2,100 Hz.</summary>
    Ced,
    /// <summary>V.21 preamble: flags on channel 2.</summary>
    Preamble,
    /// <summary>Training of an image carrier.</summary>
    Training,
}

/// <summary>What a modem tells T.30. All calls come from the modem's Receive or Advance, on the call's own
/// thread.</summary>
public interface IFaxModemEvents
{
    /// <summary>The line's state changed. <paramref name="modulation"/> says which carrier, for Preamble and
    /// Training.</summary>
    void OnSignal(TimeSpan now, LineSignal signal, FaxModulation modulation);

    /// <summary>An HDLC frame arrived on the carrier <paramref name="modulation"/> (V.21 or, for ECM, the image
    /// carrier).
    /// A frame whose FCS was wrong comes with <paramref name="fcsValid"/> false and what could be read of
    /// it.</summary>
    void OnFrame(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> frame, bool fcsValid);

    /// <summary>TCF or non-ECM octets. <paramref name="lostOctets"/>: how many went missing just before (0 if none
    /// known).</summary>
    void OnImage(TimeSpan now, FaxModulation modulation, ReadOnlySpan<byte> octets, int lostOctets);

    /// <summary>The carrier that OnSignal announced has gone.</summary>
    void OnCarrierEnd(TimeSpan now, FaxModulation modulation);

    /// <summary>All of the last send command has gone out at line rate.</summary>
    void OnSent(TimeSpan now);
}
