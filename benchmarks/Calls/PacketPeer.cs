// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hermetic.Benchmarks.Codec;

namespace Hermetic.Benchmarks.Calls;

/// <summary>The floor that no fax program over UDP gets below: as many packets, one sendto and one recvfrom each, with
/// nothing done to them.</summary>
internal static unsafe partial class PacketPeer
{
    private const int PacketsTimed = 200_000;
    private const int NameBytes = 16;

    /// <summary>Processor time of one packet, sent and received, in microseconds.</summary>
    /// <param name="sockets">So many pairs of sockets, each in turn, as many calls have them.</param>
    /// <param name="bytes">Octets of a packet.</param>
    public static double MicrosecondsPerPacket(int sockets, int bytes)
    {
        Socket[] senders = [.. Enumerable.Range(0, sockets).Select(_ => Open())];
        Socket[] receivers = [.. Enumerable.Range(0, sockets).Select(_ => Open())];
        try
        {
            Exchange(senders, receivers, bytes, PacketsTimed / 10);
            double started = ThreadClock.Seconds;
            Exchange(senders, receivers, bytes, PacketsTimed);
            return (ThreadClock.Seconds - started) * 1e6 / PacketsTimed;
        }
        finally
        {
            foreach (Socket socket in senders.Concat(receivers))
            {
                socket.Dispose();
            }
        }
    }

    private static void Exchange(Socket[] senders, Socket[] receivers, int bytes, int packets)
    {
        int[] from = [.. senders.Select(socket => (int)socket.Handle)];
        int[] to = [.. receivers.Select(socket => (int)socket.Handle)];
        byte[][] names = [.. receivers.Select(socket => socket.LocalEndPoint!.Serialize().Buffer.ToArray())];
        byte[] packet = new byte[Math.Max(bytes, 1)];
        byte* name = stackalloc byte[NameBytes];
        fixed (byte* data = packet)
        {
            for (int i = 0; i < packets; i++)
            {
                int pair = i % from.Length;
                int nameBytes = NameBytes;
                fixed (byte* target = names[pair])
                {
                    if (sendto(from[pair], data, packet.Length, 0, target, NameBytes) != packet.Length
                        || recvfrom(to[pair], data, packet.Length, 0, name, &nameBytes) != packet.Length)
                    {
                        throw new IOException("a bare packet got lost on loopback");
                    }
                }
            }
        }
    }

    private static Socket Open()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    [LibraryImport("libc.so.6")]
    private static partial nint sendto(int socket, byte* buffer, nint length, int flags, byte* name, int nameBytes);

    [LibraryImport("libc.so.6")]
    private static partial nint recvfrom(int socket, byte* buffer, nint length, int flags, byte* name, int* nameBytes);
}
