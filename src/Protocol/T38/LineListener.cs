// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Hdlc;
using Hermetic.Protocol.T30;

namespace Hermetic.Protocol.T38;

/// <summary>Turns a peer's IFP packets into what T.30 hears: signals, frames, image octets, the carrier's
/// end.</summary>
/// <remarks>
/// Made for what gateways really send: indicators or the signal's end may be missing or repeated, data may come without
/// an indicator, the FCS may lie behind a frame's octets. A frame is called valid only if the peer says so and not one
/// packet was lost since the last certain boundary (an FCS field, an indicator, the end of a signal).
/// </remarks>
internal sealed class LineListener : IIfpOutput
{
    // Our limit: a carrier that has brought data and falls silent is over. Packets come every 20 to 40 ms.
    private static readonly TimeSpan DataSilenceMax = TimeSpan.FromSeconds(2.5);

    // Our limit: from an indicator to the first data, above the longest training (1.4 s), TCF or a late preamble.
    private static readonly TimeSpan FirstDataMax = TimeSpan.FromSeconds(4);

    // Our limit: what T.30 allows TCF to be longer (§5.3.6.1.3: 10 %), and some jitter.
    private static readonly TimeSpan LocalTcfMargin = TimeSpan.FromMilliseconds(300);

    // Our limit: more than any page has; it only keeps the sum within an int.
    private const int LostOctetsMax = 1 << 20;

    private static readonly byte[] Zeros = new byte[256];

    private readonly T38Settings settings;
    private readonly IT38Observer? observer;
    private readonly IFaxModemEvents events;
    private readonly byte[] frame = new byte[T38Limits.FrameBytesMax];

    // What is on the line now. While a carrier is on, deadline says when it is over unless a packet comes.
    private LineSignal signal = LineSignal.Silence;
    private FaxModulation carrier;
    private bool carrierOn;
    private bool sawData;
    private TimeSpan deadline;
    private bool announcedShort;

    // The frame that is being put together; damaged once a packet went missing or it grew too long.
    private int frameLength;
    private bool frameDamaged;

    // Packets lost since the last certain boundary, and the octets that one brings in this carrier.
    private int lostPackets;
    private int octetsPerPacket;

    // Null until the first whole frame shows it: does this peer append the FCS to each frame?
    private bool? appendsFcs;

    public LineListener(T38Settings settings, IFaxModemEvents events, IT38Observer? observer)
    {
        this.settings = settings;
        this.events = events;
        this.observer = observer;
    }

    public long Malformed { get; private set; }

    public long Unsupported { get; private set; }

    public TimeSpan? NextDeadline => carrierOn ? deadline : null;

    /// <summary>Ends a carrier that has fallen silent.</summary>
    public void Advance(TimeSpan now)
    {
        if (NextDeadline <= now)
        {
            EndCarrier(now, silent: true);
        }
    }

    public void OnLost(TimeSpan now, int packets)
    {
        lostPackets += packets;
        frameDamaged = true;
    }

    public void OnIfp(TimeSpan now, ReadOnlySpan<byte> ifp)
    {
        if (!IfpPacket.TryParse(ifp, settings.Syntax, out IfpPacket packet, out _))
        {
            Malformed++;
            OnLost(now, 1);
            return;
        }

        observer?.OnIfp(now, sent: false, packet);
        if (packet.IsIndicator)
        {
            Hear(now, packet.Indicator);
        }
        else if (T38Line.TryModulation(packet.DataType, out FaxModulation modulation))
        {
            foreach (IfpField field in packet)
            {
                Hear(now, modulation, field);
            }
        }
        else
        {
            Unsupported++;
        }
    }

    private void Hear(TimeSpan now, T38Indicator indicator)
    {
        if (T38Line.TryModulation(indicator, out FaxModulation modulation))
        {
            announcedShort = modulation.HasShortTraining() && (int)indicator % 2 == 0;
            if (carrierOn && carrier == modulation && !sawData)
            {
                SetDeadline(now);
                Forget();
                return;
            }

            EndCarrier(now, silent: false);
            Forget();
            StartCarrier(now, modulation);
            return;
        }

        LineSignal? heard = indicator switch
        {
            T38Indicator.NoSignal => LineSignal.Silence,
            T38Indicator.Cng => LineSignal.Cng,
            // V.8's answer tone is 2,100 Hz too. We offer no V.34: who hears no V.8 answer goes on as T.30 without it.
            T38Indicator.Ced or T38Indicator.V8Ansam => LineSignal.Ced,
            _ => null,
        };
        if (heard is null)
        {
            Unsupported++;
            return;
        }

        EndCarrier(now, silent: heard == LineSignal.Silence);
        Forget();
        Announce(now, heard.Value, FaxModulation.V21);
    }

    private void Hear(TimeSpan now, FaxModulation modulation, in IfpField field)
    {
        if (!carrierOn || carrier != modulation)
        {
            if (field.Data.IsEmpty)
            {
                // The repeated end of a signal that is over: nothing starts with it.
                return;
            }

            EndCarrier(now, silent: false);
            announcedShort = true;
            StartCarrier(now, modulation);
        }

        sawData |= !field.Data.IsEmpty;
        SetDeadline(now);
        switch (field.Type)
        {
            case T38FieldType.HdlcData:
                AppendToFrame(field.Data);
                break;
            case T38FieldType.HdlcFcsOk or T38FieldType.HdlcFcsBad:
                AppendToFrame(field.Data);
                EndFrame(now, field.Type == T38FieldType.HdlcFcsOk);
                break;
            case T38FieldType.HdlcFcsOkSigEnd or T38FieldType.HdlcFcsBadSigEnd:
                AppendToFrame(field.Data);
                EndFrame(now, field.Type == T38FieldType.HdlcFcsOkSigEnd);
                EndCarrier(now, silent: true);
                break;
            case T38FieldType.T4NonEcmData:
                TakeImage(now, field.Data);
                break;
            case T38FieldType.T4NonEcmSigEnd:
                TakeImage(now, field.Data);
                EndCarrier(now, silent: true);
                break;
            case T38FieldType.HdlcSigEnd:
                EndCarrier(now, silent: true);
                break;
            default:
                Unsupported++;
                break;
        }
    }

    private void AppendToFrame(ReadOnlySpan<byte> octets)
    {
        int room = Math.Min(octets.Length, frame.Length - frameLength);
        octets[..room].CopyTo(frame.AsSpan(frameLength));
        frameLength += room;
        frameDamaged |= room < octets.Length;
    }

    private void EndFrame(TimeSpan now, bool fcsOk)
    {
        int length = frameLength;
        bool valid = fcsOk && !frameDamaged;
        frameLength = 0;
        Forget();
        if (length == 0)
        {
            return;
        }

        ReadOnlySpan<byte> whole = frame.AsSpan(0, length);
        if (valid && appendsFcs != false)
        {
            // A frame ends like its own FCS once in 65,536 by chance: the next one then shows that it was chance.
            appendsFcs = Fcs16.IsValid(whole);
            whole = appendsFcs == true ? whole[..^Fcs16.Bytes] : whole;
        }

        events.OnFrame(now, carrier, whole, valid);
    }

    private void TakeImage(TimeSpan now, ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty)
        {
            return;
        }

        octetsPerPacket = Math.Max(octetsPerPacket, octets.Length);
        int lost = LostOctets();
        Forget();
        events.OnImage(now, carrier, octets, lost);
    }

    // Before the first packet of a carrier shows its size, one of 30 ms is as common as any.
    private int LostOctets()
    {
        long each = octetsPerPacket > 0 ? octetsPerPacket : carrier.BitsPerSecond() * 3 / 800;
        return (int)Math.Min(LostOctetsMax, lostPackets * each);
    }

    private void StartCarrier(TimeSpan now, FaxModulation modulation)
    {
        carrierOn = true;
        carrier = modulation;
        sawData = false;
        octetsPerPacket = 0;
        frameLength = 0;
        SetDeadline(now);
        Announce(now, modulation == FaxModulation.V21 ? LineSignal.Preamble : LineSignal.Training, modulation);
    }

    private void EndCarrier(TimeSpan now, bool silent)
    {
        if (!carrierOn)
        {
            return;
        }

        if (frameLength > 0)
        {
            // A frame without its end is no frame, but T.30 wants to know that something came.
            frameDamaged = true;
            EndFrame(now, fcsOk: false);
        }
        else if (octetsPerPacket > 0 && lostPackets > 0)
        {
            events.OnImage(now, carrier, default, LostOctets());
        }
        else if (IsLocalTcf)
        {
            MakeLocalTcf(now);
        }

        Forget();
        carrierOn = false;
        signal = LineSignal.Silence;
        events.OnCarrierEnd(now, carrier);
        if (silent)
        {
            events.OnSignal(now, LineSignal.Silence, FaxModulation.V21);
        }
    }

    private bool IsLocalTcf =>
        settings.RateManagement == T38RateManagement.LocalTcf && carrier != FaxModulation.V21 && !sawData;

    // T.38 §8.1: with method 1 the receiving end makes the TCF that its gateway would have made.
    private void MakeLocalTcf(TimeSpan now)
    {
        for (int left = (int)(carrier.BitsPerSecond() / 8 * T38Line.Tcf.TotalSeconds); left > 0; left -= Zeros.Length)
        {
            events.OnImage(now, carrier, Zeros.AsSpan(0, Math.Min(left, Zeros.Length)), 0);
        }
    }

    private void Announce(TimeSpan now, LineSignal heard, FaxModulation modulation)
    {
        bool news = heard != signal || carrierOn;
        signal = heard;
        if (news)
        {
            events.OnSignal(now, heard, modulation);
        }
    }

    private void SetDeadline(TimeSpan now) => deadline = now + (sawData ? DataSilenceMax
        : IsLocalTcf ? T38Line.Training(carrier, announcedShort) + T38Line.Tcf + LocalTcfMargin
        : FirstDataMax);

    private void Forget()
    {
        lostPackets = 0;
        frameDamaged = false;
    }
}
