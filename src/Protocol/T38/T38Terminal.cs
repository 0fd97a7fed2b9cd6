// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Protocol.T38;

/// <summary>A T.38 terminal (an "Internet-aware fax", T.38 §6): the modem of a T.30 session whose line is a stream of
/// UDPTL datagrams. The host passes datagrams in, sends those that come out, and advances it when its deadline has
/// come.</summary>
/// <remarks>Single-threaded. In steady state it allocates nothing per packet.</remarks>
public sealed class T38Terminal : IFaxModem
{
    private readonly T38Settings settings;
    private readonly UdptlSender sender;
    private readonly IT38Observer? observer;
    private LineTransmitter? transmitter;
    private LineListener? listener;
    private UdptlReceiver? receiver;
    private ToldSession? told;

    // When the receiver or the listener is next due, or a moment before that: packets in the middle of a frame put it
    // off, and that is not noted here.
    private TimeSpan? hearingDue;

    /// <summary>Makes a terminal for what was agreed; it is silent until it is attached and commanded.</summary>
    public T38Terminal(T38Settings settings, IDatagramOutput output, IT38Observer? observer = null)
    {
        this.settings = settings;
        this.observer = observer;
        sender = new(settings, output);
    }

    /// <summary>When <see cref="Advance"/> is next needed; a time in the past means at once.</summary>
    public TimeSpan? NextDeadline => Earliest(Transmitter.NextDeadline, hearingDue);

    /// <summary>How often T.30 was told something, from its attachment on. While this stands still, so does all that
    /// T.30 does by itself, its deadline among it.</summary>
    public int Told => told?.Count ?? 0;

    /// <summary>What the stream has seen so far.</summary>
    public T38Statistics Statistics => new(
        sender.DatagramsSent, sender.OctetsSent, receiver?.DatagramsReceived ?? 0, receiver?.OctetsReceived ?? 0,
        receiver?.Delivered ?? 0, receiver?.Lost ?? 0, receiver?.Repaired ?? 0, receiver?.Duplicated ?? 0,
        receiver?.Late ?? 0, (receiver?.Malformed ?? 0) + (listener?.Malformed ?? 0), listener?.Unsupported ?? 0,
        receiver?.Restarts ?? 0);

    private LineTransmitter Transmitter =>
        transmitter ?? throw new InvalidOperationException("the terminal is not attached to a T.30 session");

    /// <summary>Says who hears the line. Once, before anything else.</summary>
    public void Attach(IFaxModemEvents events)
    {
        told = new(events);
        transmitter = new(settings, sender, told, observer);
        listener = new(settings, told, observer);
        receiver = new(settings, listener);
    }

    /// <summary>A datagram from the peer. Whatever its octets, this never throws for them.</summary>
    /// <returns>False for one that changed nothing but what is already waited for, as octets in the middle of a frame:
    /// T.30 was told nothing, and <see cref="NextDeadline"/> is no earlier than before.</returns>
    public bool Receive(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        int before = told!.Count;
        receiver!.Receive(now, datagram);
        TimeSpan? due = Earliest(receiver.NextDeadline, listener!.NextDeadline);
        bool isNearer = due is not null && (hearingDue is null || due < hearingDue);
        if (told.Count == before && !isNearer)
        {
            return false;
        }

        hearingDue = due;
        Transmitter.NoteTime(now);
        return true;
    }

    /// <summary>Does what is due.</summary>
    public void Advance(TimeSpan now)
    {
        Transmitter.NoteTime(now);
        if (hearingDue <= now)
        {
            receiver!.Advance(now);
            listener!.Advance(now);
            hearingDue = Earliest(receiver.NextDeadline, listener.NextDeadline);
        }

        Transmitter.Advance(now);
    }

    /// <inheritdoc/>
    public void SendSilence() => Transmitter.Begin(new(LineCommandKind.Silence));

    /// <inheritdoc/>
    public void SendCng() => Transmitter.Begin(new(LineCommandKind.Cng));

    /// <inheritdoc/>
    public void SendCed() => Transmitter.Begin(new(LineCommandKind.Ced));

    /// <inheritdoc/>
    public void SendControl(IFrameSource frames) =>
        Transmitter.Begin(new(LineCommandKind.Control) { Modulation = FaxModulation.V21, Frames = Fitting(frames) });

    /// <inheritdoc/>
    public void SendTraining(FaxModulation modulation, TimeSpan tcf) =>
        Transmitter.Begin(new(LineCommandKind.Training) { Modulation = modulation, Tcf = tcf });

    /// <inheritdoc/>
    public void SendImage(FaxModulation modulation, bool shortTraining, IImageSource image) =>
        Transmitter.Begin(new(LineCommandKind.Image)
        {
            Modulation = modulation,
            ShortTraining = shortTraining && modulation.HasShortTraining(),
            Image = image,
        });

    /// <inheritdoc/>
    public void SendEcmBlock(FaxModulation modulation, bool shortTraining, IFrameSource frames) =>
        Transmitter.Begin(new(LineCommandKind.EcmBlock)
        {
            Modulation = modulation,
            ShortTraining = shortTraining && modulation.HasShortTraining(),
            Frames = Fitting(frames),
        });

    /// <summary>T.38 tells each carrier by its packets: what is expected makes no difference.</summary>
    public void ListenControl()
    {
    }

    /// <summary>T.38 tells each carrier by its packets: what is expected makes no difference.</summary>
    public void ListenImage(FaxModulation modulation, bool shortTraining, bool ecm)
    {
    }

    private static IFrameSource Fitting(IFrameSource frames)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frames.FrameBytesMax, T38Limits.FrameBytesMax, nameof(frames));
        return frames;
    }

    private static TimeSpan? Earliest(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;
}
