// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Hermetic.Telephony.Loop;

/// <summary>Takes the datagrams of a <see cref="UdpPort"/>, on the loop's thread.</summary>
internal interface IDatagramHandler
{
    /// <summary>One datagram; the span is valid only during the call.</summary>
    void OnDatagram(TimeSpan now, UdpPort port, in SocketName from, ReadOnlySpan<byte> datagram);
}

/// <summary>A bound UDP socket that a <see cref="LineLoop"/> reads. Send and Dispose belong to the loop's
/// thread.</summary>
internal sealed unsafe class UdpPort : ILoopReader, IDisposable
{
    // Our choice: a backlog of a second of T.38 (33 packets) is gone within five rounds.
    private const int BacklogBurst = 8;

    // Linux: EPERM, EAGAIN, ECONNREFUSED, EHOSTUNREACH and the like: UDP loses packets, T.38 repairs; we only count.
    private readonly LineLoop _loop;
    private readonly Socket _socket;
    private readonly AddressFamily _family;
    private readonly IDatagramHandler _handler;
    private readonly int _descriptor;
    private readonly int _burst;
    private TimeSpan _readAt = TimeSpan.MinValue;
    private SocketName _peer;
    private bool _disposed;

    private UdpPort(LineLoop loop, Socket socket, IDatagramHandler handler, int burst)
    {
        _loop = loop;
        _socket = socket;
        _family = socket.AddressFamily;
        _handler = handler;
        _burst = burst;
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Where it is bound.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Datagrams that the kernel did not take.</summary>
    public long SendFailures { get; private set; }

    int ILoopReader.Descriptor => _descriptor;

    /// <summary>Binds <paramref name="local"/> and starts to read; null if the port is taken.</summary>
    /// <param name="loop">Reads it. Called on the loop's thread, or before the loop runs.</param>
    /// <param name="local">Address and port; port 0 lets the kernel choose.</param>
    /// <param name="handler">Gets what arrives.</param>
    /// <param name="burst">How many datagrams are read in one round before others have their turn: 1 for a steady
    /// stream, more where several come at once.</param>
    /// <param name="bufferBytes">The kernel's receive buffer; 0 leaves its default.</param>
    public static UdpPort? TryOpen(LineLoop loop, IPEndPoint local, IDatagramHandler handler, int burst,
        int bufferBytes = 0)
    {
        Socket socket = new(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (bufferBytes > 0)
            {
                socket.ReceiveBufferSize = bufferBytes;
            }

            socket.Bind(local);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }

        UdpPort port = new(loop, socket, handler, burst);
        loop.Add(port);
        return port;
    }

    /// <summary>Binds the port to one far end, or to none if <paramref name="peer"/> is empty: the kernel then looks
    /// its route up once instead of for each packet, and drops what comes from elsewhere. What lay there before still
    /// says where it came from. For ports that were asked for by number: Linux takes one that it chose itself away when
    /// the peer is undone.</summary>
    public void Connect(in SocketName peer)
    {
        if (_disposed || peer == _peer)
        {
            return;
        }

        Span<byte> name = stackalloc byte[SocketName.BytesMax];

        // An unspecified family (0) undoes it.
        int nameBytes = peer.IsEmpty ? SocketName.BytesMax : peer.Write(_family, name);
        fixed (byte* to = name)
        {
            _peer = nameBytes > 0 && Libc.Connect(_descriptor, to, nameBytes) == 0 ? peer : default;
        }
    }

    /// <summary>Sends one datagram now. False if the kernel did not take it.</summary>
    public bool Send(in SocketName to, ReadOnlySpan<byte> datagram)
    {
        Span<byte> name = stackalloc byte[SocketName.BytesMax];
        bool isConnected = !_peer.IsEmpty && to == _peer;
        int nameBytes = isConnected ? 0 : to.Write(_family, name);
        if (_disposed || (nameBytes == 0 && !isConnected))
        {
            SendFailures++;
            return false;
        }

        nint sent;
        fixed (byte* data = datagram)
        fixed (byte* to_ = name)
        {
            sent = Libc.SendTo(_descriptor, data, datagram.Length, Libc.MsgDontWait,
                isConnected ? null : to_, nameBytes);
        }

        SendFailures += sent < 0 ? 1 : 0;
        return sent >= 0;
    }

    void ILoopReader.OnReadable(TimeSpan now, Span<byte> buffer, bool calm)
    {
        Span<byte> name = stackalloc byte[SocketName.BytesMax];

        // To read again only to hear that nothing is left costs a third of a packet: one is read where one is expected,
        // and more where the round before left some, or this one has time.
        bool isBehind = _readAt >= now - (2 * TimerWheel.Tick);
        int reads = calm || isBehind ? Math.Max(_burst, BacklogBurst) : _burst;
        _readAt = now;
        for (int i = 0; i < reads && !_disposed; i++)
        {
            nint received;
            int nameBytes = SocketName.BytesMax;
            fixed (byte* data = buffer)
            fixed (byte* from = name)
            {
                received = Libc.ReceiveFrom(_descriptor, data, buffer.Length, Libc.MsgDontWait, from, &nameBytes);
            }

            if (received < 0)
            {
                // Nothing left, or an ICMP error of an earlier packet of ours, which the read has cleared.
                return;
            }

            SocketName source = SocketName.Read(name[..Math.Min(nameBytes, SocketName.BytesMax)]);
            _handler.OnDatagram(now, this, source, buffer[..(int)received]);
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _loop.Remove(this);
            _socket.Dispose();
        }
    }
}
