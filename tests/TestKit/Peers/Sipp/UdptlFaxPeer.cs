// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hermetic.TestKit.Peers.Spandsp;
using Hermetic.TestKit.Peers.Udptl;

namespace Hermetic.TestKit.Peers.Sipp;

/// <summary>
/// The media of a call that sipp signals: libspandsp2's T.38 terminal behind a UDP port. It learns from the first UDPTL
/// packet where the far end is, and begins then. What looks like RTP is left alone.
/// </summary>
public sealed class UdptlFaxPeer : IAsyncDisposable
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly UdptlPeer _udptl = new(UdptlPeerRecovery.Redundancy, 3);
    private readonly SpandspT38Terminal _terminal;
    private readonly int _speed;
    private readonly Task _run;
    private EndPoint? _remote;

    /// <param name="calling">True for the end that T.30 calls the calling one.</param>
    /// <param name="settings">What it sends or receives.</param>
    /// <param name="port">The port that sipp's session description names.</param>
    /// <param name="speed">How much faster than the kernel's its clock runs.</param>
    public UdptlFaxPeer(bool calling, SpandspT30Settings settings, int port, int speed)
    {
        _speed = speed;
        _socket.Blocking = false;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _terminal = new SpandspT38Terminal(calling, settings, SendIfp);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Its T.30 engine. Look at it when <see cref="WaitForEndAsync"/> is through.</summary>
    public SpandspT30 T30 => _terminal.T30;

    /// <summary>Waits until its T.30 is over.</summary>
    public Task WaitForEndAsync(TimeSpan timeout, CancellationToken cancellation = default) =>
        _run.WaitAsync(timeout, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _terminal.Dispose();
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        Stopwatch clock = new();
        long passed = 0;
        while (!_stop.IsCancellationRequested && _terminal.T30.IsActive)
        {
            Receive();
            if (_remote is not null)
            {
                clock.Start();
                long due = (long)(clock.Elapsed.TotalSeconds * 8000 * _speed);
                _terminal.Advance((int)(due - passed));
                passed = due;
            }
            await Task.Delay(s_step, CancellationToken.None);
        }
        _terminal.T30.Terminate();
    }

    private void Receive()
    {
        byte[] buffer = new byte[2048];
        while (_socket.Available > 0)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int length = _socket.ReceiveFrom(buffer, ref from);
            bool isRtp = buffer[0] >> 6 == 2;
            if (!isRtp)
            {
                _remote ??= from;
                _udptl.Unwrap(buffer.AsSpan(0, length), (ifp, sequence) => _terminal.Receive(ifp, sequence));
            }
        }
    }

    private void SendIfp(ReadOnlySpan<byte> ifp, int copies)
    {
        byte[] datagram = _udptl.Wrap(ifp);
        for (int copy = 0; copy < copies && _remote is not null; copy++)
        {
            _socket.SendTo(datagram, _remote);
        }
    }
}
