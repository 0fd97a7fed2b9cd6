// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hermetic.Protocol.Modems;
using Hermetic.TestKit.Peers.Spandsp;

namespace Hermetic.TestKit.Peers.Sipp;

/// <summary>
/// The media of a call that sipp signals: libspandsp2's audio fax over RTP with µ-law, in real time. It learns from
/// the first packet where the far end is, and begins then. Packets are taken as they come, with no jitter buffer.
/// </summary>
public sealed class RtpFaxPeer : IAsyncDisposable
{
    private const int PacketSamples = 160;
    private const int HeaderBytes = 12;
    private static readonly TimeSpan s_packetTime = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly SpandspAudioFax _fax;
    private readonly Task _run;
    private EndPoint? _remote;
    private ushort _sequence;
    private int _nextHeard = -1;

    /// <param name="calling">True for the end that T.30 calls the calling one.</param>
    /// <param name="settings">What it sends or receives.</param>
    /// <param name="port">The port that sipp's session description names.</param>
    public RtpFaxPeer(bool calling, SpandspT30Settings settings, int port)
    {
        _socket.Blocking = false;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _fax = new SpandspAudioFax(calling, settings);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Its T.30 engine. Look at it when <see cref="WaitForEndAsync"/> is through.</summary>
    public SpandspT30 T30 => _fax.T30;

    /// <summary>RTP packets that came.</summary>
    public int Heard { get; private set; }

    /// <summary>RTP packets that did not come, between those that did.</summary>
    public int Missed { get; private set; }

    /// <summary>Waits until its T.30 is over.</summary>
    public Task WaitForEndAsync(TimeSpan timeout, CancellationToken cancellation = default) =>
        _run.WaitAsync(timeout, cancellation);

    /// <summary>The call was hung up: its T.30 ends where it stands, and what it received is closed.</summary>
    public async Task HangUpAsync()
    {
        await _stop.CancelAsync();
        await _run;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _fax.Dispose();
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        Stopwatch clock = new();
        TimeSpan next = TimeSpan.Zero;
        while (!_stop.IsCancellationRequested && _fax.T30.IsActive)
        {
            Receive();
            if (_remote is not null)
            {
                clock.Start();
                while (next <= clock.Elapsed)
                {
                    Speak(_remote);
                    next += s_packetTime;
                }
            }
            await Task.Delay(s_packetTime / 4, CancellationToken.None);
        }
        _fax.T30.Terminate();
    }

    private void Speak(EndPoint remote)
    {
        Span<short> samples = stackalloc short[PacketSamples];
        _fax.Speak(samples);
        Span<byte> packet = stackalloc byte[HeaderBytes + PacketSamples];
        packet[..HeaderBytes].Clear();
        packet[0] = 0x80;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], _sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], (uint)_sequence * PacketSamples);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], 0x5EED_FA58);
        G711.Encode(G711Law.Mu, samples, packet[HeaderBytes..]);
        _sequence++;
        _socket.SendTo(packet, remote);
    }

    private void Receive()
    {
        byte[] buffer = new byte[2048];
        Span<short> samples = stackalloc short[buffer.Length];
        while (_socket.Available > 0)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int length = _socket.ReceiveFrom(buffer, ref from);
            bool isMuLaw = length > HeaderBytes && buffer[0] >> 6 == 2 && (buffer[1] & 0x7F) == 0;
            if (!isMuLaw)
            {
                continue;
            }
            _remote ??= from;
            int sequence = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(2));
            int gap = _nextHeard < 0 ? 0 : (short)(sequence - _nextHeard);
            Missed += Math.Max(0, gap);
            Heard++;
            _nextHeard = (ushort)(sequence + 1);
            Span<short> audio = samples[..(length - HeaderBytes)];
            G711.Decode(G711Law.Mu, buffer.AsSpan(HeaderBytes, audio.Length), audio);
            _fax.Listen(audio);
        }
    }
}
