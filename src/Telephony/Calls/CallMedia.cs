// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net;
using Hermetic.Protocol.Modems;
using Hermetic.Protocol.T38;
using Hermetic.Telephony.Loop;
using Hermetic.Telephony.Rtp;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Telephony.Calls;

/// <summary>A call's media ports and what runs on them: G.711 first, T.38 once it is agreed. Loop's thread.</summary>
/// <remarks>Audio and T.38 use the same port one after the other, as most of the field does, so that a NAT's opening
/// for
/// the one serves the other. Only an offer of both at once takes a second port.</remarks>
internal sealed class CallMedia : IDatagramHandler, IDatagramOutput, IDisposable
{
    private readonly MediaPorts _ports;
    private readonly MediaLatch _audioLatch;
    private readonly MediaLatch _imageLatch;
    private readonly TimeSpan _origin;
    private UdpPort? _audioPort;
    private UdpPort? _imagePort;
    private T38Terminal? _terminal;

    /// <param name="ports">Where ports come from.</param>
    /// <param name="latching">The trunk's word on sources.</param>
    /// <param name="origin">The call's beginning on the loop's clock: the call's own clock starts there.</param>
    public CallMedia(MediaPorts ports, MediaLatching latching, TimeSpan origin)
    {
        _ports = ports;
        _origin = origin;
        _audioLatch = new MediaLatch(latching);
        _imageLatch = new MediaLatch(latching);
    }

    /// <summary>Called after each packet that was taken and changed something (in the middle of a frame none does); the
    /// call then looks at its deadlines.</summary>
    public Action<TimeSpan>? OnPacket { get; set; }

    /// <summary>Told of what T.30 or its host threw while a packet was taken.</summary>
    public Action<Exception>? OnFault { get; set; }

    /// <summary>The audio; null before it is agreed.</summary>
    public AudioLeg? Audio { get; private set; }

    private UdpPort? ImageSocket => _imagePort ?? _audioPort;

    /// <summary>True while the audio is sent and heard: from its agreement to that of T.38.</summary>
    public bool IsAudioActive => Audio is not null && _terminal is null;

    /// <summary>When the last good packet of T.38 came, on the call's clock.</summary>
    public TimeSpan LastHeard { get; private set; }

    /// <summary>The port for audio, opened when first asked for; 0 if none is free.</summary>
    public int AudioPort => (_audioPort ??= _ports.TryOpen(this))?.LocalEndPoint.Port ?? 0;

    /// <summary>The port for T.38: the audio's own, unless both are offered at once; 0 if none is free.</summary>
    public int ImagePort(bool besideAudio)
    {
        if (_imagePort is null && besideAudio)
        {
            _imagePort = _ports.TryOpen(this);
            return _imagePort?.LocalEndPoint.Port ?? 0;
        }

        return _imagePort?.LocalEndPoint.Port ?? AudioPort;
    }

    /// <summary>Audio was agreed: sends there and listens.</summary>
    public void StartAudio(TimeSpan now, IPEndPoint remote, G711Law law, byte payloadType, Random random)
    {
        _audioLatch.Signal(remote);
        Audio ??= new AudioLeg(law, random, now);
        Audio.Agree(law, payloadType);
    }

    /// <summary>T.38 was agreed, or agreed anew: <paramref name="terminal"/> talks there from now on.</summary>
    public void StartT38(TimeSpan now, IPEndPoint remote, T38Terminal terminal)
    {
        _imageLatch.Signal(remote);
        if (!_imageLatch.IsSettled)
        {
            ImageSocket?.Connect(default);
        }

        _terminal = terminal;
        LastHeard = LastHeard == TimeSpan.Zero ? now : LastHeard;
    }

    /// <summary>Sends what audio is due.</summary>
    public void SendAudio(TimeSpan now)
    {
        if (!IsAudioActive || _audioPort is null)
        {
            return;
        }

        Span<byte> packet = stackalloc byte[AudioLeg.PacketBytes];
        int octets;
        while ((octets = Audio!.NextPacket(now, packet)) > 0)
        {
            _audioPort.Send(_audioLatch.Target, packet[..octets]);
        }
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> datagram) => ImageSocket?.Send(_imageLatch.Target, datagram);

    void IDatagramHandler.OnDatagram(TimeSpan now, UdpPort port, in SocketName from, ReadOnlySpan<byte> datagram)
    {
        TimeSpan callTime = now - _origin;
        bool isImage = _terminal is not null && port == ImageSocket && !IsLateAudio(datagram);
        try
        {
            if (isImage ? TakeT38(callTime, from, datagram) : IsAudioActive && TakeAudio(from, datagram))
            {
                OnPacket?.Invoke(callTime);
            }
        }
#pragma warning disable CA1031 // A fault in this call, or in what its host hung on it, ends this call alone.
        catch (Exception failure) when (OnFault is not null)
#pragma warning restore CA1031
        {
            OnFault(failure);
        }
    }

    public void Dispose()
    {
        _audioPort?.Dispose();
        _imagePort?.Dispose();
        _audioPort = null;
        _imagePort = null;
    }

    // True if the call must look at its deadlines.
    private bool TakeT38(TimeSpan now, in SocketName from, ReadOnlySpan<byte> datagram)
    {
        if (!_imageLatch.MayAccept(from))
        {
            return false;
        }

        if (_imageLatch.IsSettled)
        {
            LastHeard = now;
            return _terminal!.Receive(now, datagram);
        }

        // Only a packet that parses may settle where the far end is.
        long malformed = _terminal!.Statistics.Malformed;
        _terminal.Receive(now, datagram);
        if (_terminal.Statistics.Malformed == malformed)
        {
            _imageLatch.Settle(from);
            LastHeard = now;

            // One that sends from another port than it hears on stays unbound.
            if (from == _imageLatch.Target)
            {
                ImageSocket?.Connect(from);
            }
        }

        return true;
    }

    private bool TakeAudio(in SocketName from, ReadOnlySpan<byte> datagram)
    {
        if (!_audioLatch.MayAccept(from) || !RtpPacket.TryRead(datagram, out RtpPacket packet)
            || !Audio!.Receive(packet))
        {
            return false;
        }

        _audioLatch.Settle(from);
        return true;
    }

    // RTP that was still on its way when T.38 took over its port: known by its stream's number. The datagram is asked
    // first: it is at hand, and of a long call's audio nothing is.
    private bool IsLateAudio(ReadOnlySpan<byte> datagram) =>
        datagram.Length > RtpPacket.HeaderBytes && datagram[0] >> 6 == 2 && Audio?.RemoteSource is { } source
        && BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]) == source;
}
