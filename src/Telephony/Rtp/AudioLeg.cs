// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Modems;

namespace Hermetic.Telephony.Rtp;

/// <summary>A call's G.711 audio: sends a tone or silence in packets of 20 ms, and listens for a fax in what
/// comes.</summary>
/// <remarks>
/// No jitter buffer: the detectors need no exact time, and a lost or swapped packet only costs them 20 ms. Old sequence
/// numbers are dropped. Loss is counted by gaps.
/// </remarks>
internal sealed class AudioLeg
{
    /// <summary>RFC 3551 §4.5.14: 20 ms, the default packet of PCMU and PCMA.</summary>
    public static readonly TimeSpan PacketTime = TimeSpan.FromMilliseconds(20);

    public const int PacketSamples = 160;
    public const int PayloadTypeMu = 0;
    public const int PayloadTypeA = 8;
    public const int PacketBytes = RtpPacket.HeaderBytes + PacketSamples;

    // Our limit: after so long behind (a suspended host) the missed packets are not sent late, they are left out.
    private static readonly TimeSpan CatchUpMax = TimeSpan.FromMilliseconds(100);

    // Our limit: a payload of 100 ms is more than any terminal sends.
    private const int SamplesMax = 800;

    private readonly ToneGenerator _generator = new();
    private readonly FaxSignalDetector _detector = new();
    private readonly uint _source;
    private ushort _sequence;
    private uint _timestamp;
    private TimeSpan _nextPacket;
    private bool _marker = true;
    private ushort _expected;
    private bool _heardAny;

    public AudioLeg(G711Law law, Random random, TimeSpan now)
    {
        Agree(law, (byte)(law == G711Law.Mu ? PayloadTypeMu : PayloadTypeA));
        _source = (uint)random.NextInt64(1L << 32);
        _sequence = (ushort)random.Next(1 << 16);
        _timestamp = (uint)random.NextInt64(1L << 32);
        _nextPacket = now;
    }

    /// <summary>The law that we send by.</summary>
    public G711Law Law { get; private set; }

    /// <summary>The payload type that the far end expects of us.</summary>
    public byte PayloadType { get; private set; }

    /// <summary>What the far end's audio showed so far.</summary>
    public FaxSignals Heard => _detector.Heard;

    /// <summary>The far end's stream number (SSRC); null before its first packet.</summary>
    public uint? RemoteSource { get; private set; }

    /// <summary>Packets received in order.</summary>
    public long Received { get; private set; }

    /// <summary>Packets missing between those received.</summary>
    public long Lost { get; private set; }

    /// <summary>Packets sent.</summary>
    public long Sent { get; private set; }

    /// <summary>When the next packet is due.</summary>
    public TimeSpan NextDeadline => _nextPacket;

    /// <summary>Sends by this law from now on.</summary>
    public void Agree(G711Law law, byte payloadType)
    {
        Law = law;
        PayloadType = payloadType;
    }

    /// <summary>Sends <paramref name="tone"/> from now on.</summary>
    public void Start(FaxTone tone) => _generator.Start(tone);

    /// <summary>Writes the next packet if it is due; 0 if none is. Call until it says 0.</summary>
    public int NextPacket(TimeSpan now, Span<byte> packet)
    {
        if (now < _nextPacket)
        {
            return 0;
        }

        if (now - _nextPacket > CatchUpMax)
        {
            long missed = (now - _nextPacket).Ticks / PacketTime.Ticks;
            _timestamp += (uint)(missed * PacketSamples);
            _nextPacket += PacketTime * missed;
        }

        Span<short> samples = stackalloc short[PacketSamples];
        _generator.Generate(samples);
        RtpPacket.WriteHeader(packet, _marker, PayloadType, _sequence, _timestamp, _source);
        G711.Encode(Law, samples, packet.Slice(RtpPacket.HeaderBytes, PacketSamples));
        _marker = false;
        _sequence++;
        _timestamp += PacketSamples;
        _nextPacket += PacketTime;
        Sent++;
        return PacketBytes;
    }

    /// <summary>Takes a packet; false if it is none of G.711's (comfort noise, telephone events, an old one).</summary>
    public bool Receive(in RtpPacket packet)
    {
        if (packet.PayloadType is not (PayloadTypeMu or PayloadTypeA) || packet.Payload.Length is 0 or > SamplesMax)
        {
            return false;
        }

        int gap = _heardAny ? (short)(packet.Sequence - _expected) : 0;
        if (gap < 0 && gap > -1000)
        {
            return false;
        }

        // A jump of 1,000 and more is a new stream, not a loss.
        Lost += gap is > 0 and < 1000 ? gap : 0;
        _heardAny = true;
        RemoteSource = packet.Source;
        _expected = (ushort)(packet.Sequence + 1);
        Received++;
        Span<short> samples = stackalloc short[SamplesMax];
        samples = samples[..packet.Payload.Length];
        G711.Decode(packet.PayloadType == PayloadTypeMu ? G711Law.Mu : G711Law.A, packet.Payload, samples);
        _detector.Write(samples);
        return true;
    }
}
