// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Hermetic.Telephony.Loop;
using Hermetic.TestKit.Peers;

namespace Hermetic.Telephony.Tests.Loop;

public sealed class UdpPortTests
{
    private static readonly IPEndPoint Any = new(IPAddress.Loopback, 0);

    private sealed class Collector : IDatagramHandler
    {
        private readonly TaskCompletionSource _last = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<byte> Received { get; } = [];

        public Task Last => _last.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public void OnDatagram(TimeSpan now, UdpPort port, in SocketName from, ReadOnlySpan<byte> datagram)
        {
            Received.Add(datagram[0]);
            if (datagram[0] == byte.MaxValue)
            {
                _last.SetResult();
            }
        }
    }

    [Fact]
    public async Task Connect_ToAPeer_OthersAreNotHeard_UntilItIsUndone()
    {
        using LineLoop loop = new("test", TimeProvider.System);
        loop.Start();
        Collector collector = new();

        // By number: a port that the kernel chose it takes away again when the peer is undone.
        using LoopbackPorts ports = LoopbackPorts.Reserve();
        IPEndPoint local = new(IPAddress.Loopback, ports[0]);
        UdpPort port = (await loop.InvokeAsync(() => UdpPort.TryOpen(loop, local, collector, burst: 8)))!;
        using Socket peer = Open();
        using Socket stranger = Open();
        SocketName peerName = SocketName.From((IPEndPoint)peer.LocalEndPoint!);

        await loop.InvokeAsync(() => Done(() => port.Connect(peerName)));
        stranger.SendTo([1], port.LocalEndPoint);
        peer.SendTo([2], port.LocalEndPoint);
        Assert.True(await loop.InvokeAsync(() => port.Send(peerName, [7])));
        byte[] heard = new byte[16];
        Assert.Equal(1, peer.Receive(heard));
        Assert.Equal(7, heard[0]);

        await loop.InvokeAsync(() => Done(() => port.Connect(default)));
        stranger.SendTo([3], port.LocalEndPoint);
        Assert.True(await loop.InvokeAsync(() => port.Send(SocketName.From((IPEndPoint)stranger.LocalEndPoint!), [8])));
        Assert.Equal(1, stranger.Receive(heard));
        Assert.Equal(8, heard[0]);
        peer.SendTo([byte.MaxValue], port.LocalEndPoint);
        await collector.Last;

        Assert.Equal([2, 3, byte.MaxValue], collector.Received);
        await loop.InvokeAsync(() => Done(port.Dispose));
    }

    private static Socket Open()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        socket.Bind(Any);
        return socket;
    }

    private static bool Done(Action action)
    {
        action();
        return true;
    }
}
