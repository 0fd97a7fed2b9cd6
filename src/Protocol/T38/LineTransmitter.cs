// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Hdlc;
using Hermetic.Protocol.T30;

namespace Hermetic.Protocol.T38;

/// <summary>Plays T.30's commands as IFP packets at the speed of a real line.</summary>
/// <remarks>
/// The line has its own clock: it starts with a command's indicator, and each packet goes out when the first of its
/// bits would. So a gateway always holds one packet's time in hand, and never more than that and its network's
/// jitter. HDLC frames count with their stuffed bits, FCS and flag, which T.38 does not carry. A host that advances
/// us late gets what is due at once, since the gateway's modem has been playing on meanwhile.
/// </remarks>
internal sealed class LineTransmitter
{
    // Our limit: with nothing to follow soon, a datagram goes out again after these waits, for nothing else would mend
    // its loss. T.38 §9.1 takes copies by their number.
    private static readonly TimeSpan[] RepeatAfter =
        [TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(120)];

    private readonly T38Settings settings;
    private readonly UdptlSender sender;
    private readonly IT38Observer? observer;
    private readonly IFaxModemEvents events;
    private readonly byte[] ifp = new byte[512];
    private readonly byte[] block = new byte[T38Limits.FrameBytesMax];

    private LineCommand? pending;
    private LineCommand command;
    private Stage stage = Stage.Idle;

    // When the next step is due, in line time. Null: nothing until a command comes.
    private TimeSpan? nextAt;
    private TimeSpan quietUntil;
    private T38Indicator indicator = (T38Indicator)(-1);
    private TimeSpan lastNow;

    // The data phase: bits sent count from dataStart at the line's rate.
    private TimeSpan dataStart;
    private long bits;
    private int blockLength;
    private int blockSent;
    private int blockBits;
    private long zerosLeft;

    private TimeSpan lastSent;
    private int repeats = RepeatAfter.Length;

    public LineTransmitter(T38Settings settings, UdptlSender sender, IFaxModemEvents events, IT38Observer? observer)
    {
        this.settings = settings;
        this.sender = sender;
        this.events = events;
        this.observer = observer;
    }

    private enum Stage
    {
        Idle,
        ToneOn,
        ToneOff,
        Lead,
        Data,
        Fcs,
        Tail,
    }

    public TimeSpan? NextDeadline
    {
        get
        {
            if (pending is not null)
            {
                return lastNow < quietUntil ? quietUntil : lastNow;
            }

            TimeSpan? repeat = NextRepeat;
            return nextAt is null || repeat < nextAt ? repeat : nextAt;
        }
    }

    private TimeSpan? NextRepeat => repeats < RepeatAfter.Length ? lastSent + RepeatAfter[repeats] : null;

    private bool IsV21 => command.Modulation == FaxModulation.V21;

    /// <summary>Takes a command; it replaces the one before at the next Advance.</summary>
    public void Begin(in LineCommand next) => pending = next;

    public void NoteTime(TimeSpan now) => lastNow = now;

    public void Advance(TimeSpan now)
    {
        lastNow = now;
        while (true)
        {
            if (pending is not null)
            {
                if (!TryStart(now))
                {
                    return;
                }
            }
            else if (nextAt <= now && !(NextRepeat < nextAt))
            {
                Step(now, nextAt.Value);
            }
            else if (NextRepeat <= now)
            {
                lastSent = NextRepeat!.Value;
                repeats++;
                sender.Repeat();
            }
            else
            {
                return;
            }
        }
    }

    private bool TryStart(TimeSpan now)
    {
        if (stage is Stage.Lead or Stage.Data or Stage.Fcs or Stage.Tail)
        {
            // The command cuts a transmission off: the line falls silent first, as a modem's would.
            SendIndicator(now, T38Indicator.NoSignal);
            quietUntil = now + T38Line.Gap;
        }

        stage = Stage.Idle;
        nextAt = null;
        if (now < quietUntil)
        {
            return false;
        }

        command = pending!.Value;
        pending = null;
        Start(now);
        return true;
    }

    private void Start(TimeSpan now)
    {
        switch (command.Kind)
        {
            case LineCommandKind.Silence:
                if (indicator != T38Indicator.NoSignal)
                {
                    SendIndicator(now, T38Indicator.NoSignal);
                }

                break;
            case LineCommandKind.Cng:
                SendIndicator(now, T38Indicator.Cng);
                Next(Stage.ToneOn, now + T38Line.CngOn);
                break;
            case LineCommandKind.Ced:
                SendIndicator(now, T38Indicator.Ced);
                Next(Stage.ToneOn, now + T38Line.Ced);
                break;
            default:
                StartCarrier(now);
                break;
        }
    }

    private void StartCarrier(TimeSpan now)
    {
        FaxModulation modulation = command.Modulation;
        SendIndicator(now, T38Line.TrainingIndicator(modulation, command.ShortTraining));
        TimeSpan lead = IsV21 ? T38Line.Preamble : T38Line.Training(modulation, command.ShortTraining);
        lead += command.Kind == LineCommandKind.EcmBlock ? T38Line.EcmFlags : TimeSpan.Zero;
        dataStart = now + lead;
        bits = 0;
        blockLength = 0;
        blockSent = 0;
        zerosLeft = (long)(modulation.BitsPerSecond() / 8 * command.Tcf.TotalSeconds);
        bool local = command.Kind == LineCommandKind.Training && settings.RateManagement == T38RateManagement.LocalTcf;
        if (local)
        {
            // T.38 §8.1: with method 1 the far gateway makes the TCF; we only take its time.
            bits = zerosLeft * 8;
            Next(Stage.Tail, LineTime(bits));
        }
        else
        {
            Next(Stage.Lead, dataStart);
        }
    }

    private void Step(TimeSpan now, TimeSpan due)
    {
        switch (stage)
        {
            case Stage.ToneOn:
                SendIndicator(now, T38Indicator.NoSignal);
                Next(Stage.ToneOff, due + (command.Kind == LineCommandKind.Ced ? T38Line.AfterCed : T38Line.CngOff));
                break;
            case Stage.ToneOff when command.Kind == LineCommandKind.Cng:
                SendIndicator(now, T38Indicator.Cng);
                Next(Stage.ToneOn, due + T38Line.CngOn);
                break;
            case Stage.ToneOff:
                Finish(now);
                break;
            case Stage.Lead:
                LoadFrame();
                stage = Stage.Data;
                break;
            case Stage.Data when command.Frames is null:
                SendImage(now);
                break;
            case Stage.Data:
                SendFramePart(now);
                break;
            case Stage.Fcs:
                SendFcs(now);
                break;
            case Stage.Tail:
                quietUntil = due + T38Line.Gap;
                SendIndicator(now, T38Indicator.NoSignal);
                Finish(now);
                break;
        }
    }

    private void Finish(TimeSpan now)
    {
        stage = Stage.Idle;
        nextAt = null;
        events.OnSent(now);
    }

    private void SendImage(TimeSpan now)
    {
        int size = Math.Min(OctetsPerPacket(), IfpDataMax);
        Span<byte> chunk = block.AsSpan(0, size);
        int read = command.Image?.Read(chunk) ?? 0;
        if (read == 0 && command.Image is not null)
        {
            command = command with { Image = null };
            zerosLeft = (long)(command.Modulation.BitsPerSecond() / 8 * T38Line.ImageTail.TotalSeconds);
        }

        if (read == 0 && zerosLeft > 0)
        {
            read = (int)Math.Min(size, zerosLeft);
            zerosLeft -= read;
            chunk[..read].Clear();
        }

        if (read == 0)
        {
            SendData(now, T38FieldType.T4NonEcmSigEnd, default);
            Next(Stage.Tail, LineTime(bits));
            return;
        }

        SendData(now, T38FieldType.T4NonEcmData, chunk[..read]);
        bits += read * 8;
        Next(Stage.Data, LineTime(bits));
    }

    // Takes the next frame into the block; its length is 0 where there is none.
    private void LoadFrame()
    {
        blockSent = 0;
        blockLength = 0;
        blockBits = 0;
        if (command.Frames is not null && command.Frames.TryNext(block, out int length))
        {
            blockLength = length;
            blockBits = HdlcFramer.LineBits(block.AsSpan(0, length));
        }
    }

    private void SendFramePart(TimeSpan now)
    {
        if (blockLength == 0)
        {
            SendData(now, T38FieldType.HdlcSigEnd, default);
            Next(Stage.Tail, LineTime(bits));
            return;
        }

        // Equal parts keep the pace even: 260 octets go as five of 52 rather than four of 54 and one of 44.
        int partMax = Math.Min(IsV21 ? V21OctetsPerPacket : OctetsPerPacket(), IfpDataMax);
        int parts = (blockLength + partMax - 1) / partMax;
        int size = Math.Min((blockLength + parts - 1) / parts, blockLength - blockSent);
        ReadOnlySpan<byte> part = block.AsSpan(blockSent, size);
        blockSent += size;
        if (blockSent < blockLength)
        {
            SendData(now, T38FieldType.HdlcData, part);
            Next(Stage.Data, LineTime(bits + (blockBits - FrameEndBits) * (long)blockSent / blockLength));
        }
        else if (IsV21)
        {
            SendData(now, T38FieldType.HdlcData, part);
            Next(Stage.Fcs, LineTime(bits + blockBits - FrameEndBits));
        }
        else
        {
            // At image rates the FCS follows within 2 ms: it goes along with the last octets.
            IfpWriter writer = new(ifp, settings.Syntax, T38Line.DataType(command.Modulation));
            writer.Add(T38FieldType.HdlcData, part);
            EndFrame(now, ref writer);
        }
    }

    private void SendFcs(TimeSpan now)
    {
        IfpWriter writer = new(ifp, settings.Syntax, T38Line.DataType(command.Modulation));
        EndFrame(now, ref writer);
    }

    // The source is asked for the next frame now, so that the last FCS can say that the signal ends with it.
    private void EndFrame(TimeSpan now, ref IfpWriter writer)
    {
        bits += blockBits + (IsV21 ? 0 : SpareFlagBits);
        LoadFrame();
        bool last = blockLength == 0;
        writer.Add(last ? T38FieldType.HdlcFcsOkSigEnd : T38FieldType.HdlcFcsOk);
        Send(now, writer.Length);
        Next(last ? Stage.Tail : Stage.Data, LineTime(bits));
    }

    private void SendData(TimeSpan now, T38FieldType type, ReadOnlySpan<byte> data)
    {
        IfpWriter writer = new(ifp, settings.Syntax, T38Line.DataType(command.Modulation));
        writer.Add(type, data);
        Send(now, writer.Length);
    }

    private void SendIndicator(TimeSpan now, T38Indicator value)
    {
        indicator = value;
        Send(now, IfpWriter.WriteIndicator(ifp, value));
    }

    private void Send(TimeSpan now, int length)
    {
        ReadOnlySpan<byte> packet = ifp.AsSpan(0, length);
        bool isData = packet[0] >= 0x80;
        sender.Send(packet, isImage: isData && !IsV21);
        lastSent = now;
        repeats = 0;
        if (observer is not null && IfpPacket.TryParse(packet, settings.Syntax, out IfpPacket parsed, out _))
        {
            observer.OnIfp(now, sent: true, parsed);
        }
    }

    private void Next(Stage next, TimeSpan at)
    {
        stage = next;
        nextAt = at;
        if (at - lastSent < RepeatAfter[^1])
        {
            // What follows so soon brings the copies itself.
            repeats = RepeatAfter.Length;
        }
    }

    // Our limit: the time of one more flag behind each ECM frame. T.4 §A.3.2 lets frames share one flag, but
    // gateways may put two between them (libspandsp's does); over a long block at 2,400 bit/s one that is owed a flag
    // a frame falls so far behind that PPS reaches it before its modem is done with the block.
    private const int SpareFlagBits = 8;

    // FCS and closing flag: what of a frame comes behind its octets.
    private const int FrameEndBits = 24;

    // 4 octets take 107 ms at 300 bit/s and more where bits are stuffed; T.38 §7.5 bids to keep these packets small.
    private const int V21OctetsPerPacket = 4;

    private int IfpDataMax => Math.Min(sender.IfpBytesMax - IfpWriter.HeaderBytes - IfpWriter.FieldOverhead - 1, 400);

    private int OctetsPerPacket() =>
        Math.Max(1, (int)(command.Modulation.BitsPerSecond() * settings.PacketInterval.TotalMilliseconds / 8000));

    private TimeSpan LineTime(long bitCount) =>
        dataStart + TimeSpan.FromTicks(bitCount * TimeSpan.TicksPerSecond / command.Modulation.BitsPerSecond());
}
