// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Hermetic.Telephony.Loop;

namespace Hermetic.Telephony.Tests.Loop;

public sealed class LineLoopTests
{
    private static readonly IPEndPoint Any = new(IPAddress.Loopback, 0);

    private sealed class Collector : IDatagramHandler
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left;

        public Collector(int expected) => _left = expected;

        public List<(SocketName From, byte[] Data)> Received { get; } = [];

        public Task Done => _done.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public void OnDatagram(TimeSpan now, UdpPort port, in SocketName from, ReadOnlySpan<byte> datagram)
        {
            Received.Add((from, datagram.ToArray()));
            if (--_left == 0)
            {
                _done.SetResult();
            }
        }
    }

    [Fact]
    public async Task Datagrams_OfManyPorts_AllArriveWithTheirSource()
    {
        using LineLoop loop = new("test", TimeProvider.System);
        loop.Start();
        Collector[] collectors = [.. Enumerable.Range(0, 100).Select(_ => new Collector(20))];
        UdpPort[] ports = await loop.InvokeAsync(() =>
            collectors.Select(collector => UdpPort.TryOpen(loop, Any, collector, burst: 1)!).ToArray());
        for (int round = 0; round < 20; round++)
        {
            byte mark = (byte)round;
            await loop.InvokeAsync(() =>
            {
                for (int i = 0; i < ports.Length; i++)
                {
                    SocketName to = SocketName.From(ports[(i + 1) % ports.Length].LocalEndPoint);
                    Assert.True(ports[i].Send(to, [mark, (byte)i]));
                }

                return true;
            });
        }

        await Task.WhenAll(collectors.Select(collector => collector.Done));
        for (int i = 0; i < ports.Length; i++)
        {
            int source = (i + ports.Length - 1) % ports.Length;
            Assert.All(collectors[i].Received, packet => Assert.Equal(source, packet.Data[1]));
            Assert.All(collectors[i].Received,
                packet => Assert.Equal(ports[source].LocalEndPoint, packet.From.ToEndPoint()));
            Assert.Equal(Enumerable.Range(0, 20), collectors[i].Received.Select(packet => (int)packet.Data[0]));
        }
    }

    [Fact]
    public async Task Port_ThatIsTaken_IsNotOpened()
    {
        using LineLoop loop = new("test", TimeProvider.System);
        loop.Start();
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(Any);
        Assert.Null(await loop.InvokeAsync(() =>
            UdpPort.TryOpen(loop, (IPEndPoint)other.LocalEndPoint!, new Collector(1), 1)));
    }

    [Fact]
    public async Task Fault_InATimer_IsReportedAndOthersGoOn()
    {
        using LineLoop loop = new("test", TimeProvider.System);
        List<Exception> faults = [];
        loop.Faulted += faults.Add;
        loop.Start();
        TaskCompletionSource rang = new(TaskCreationOptions.RunContinuationsAsynchronously);
        LoopTimer bad = new(_ => throw new InvalidOperationException("on purpose"));
        LoopTimer good = new(_ => rang.SetResult());
        await loop.InvokeAsync(() =>
        {
            loop.SetTimer(good, loop.Now + TimeSpan.FromMilliseconds(20));
            loop.SetTimer(bad, loop.Now + TimeSpan.FromMilliseconds(20));
            return true;
        });
        await rang.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("on purpose", Assert.Single(await loop.InvokeAsync(() => faults)).Message);
    }

    [Fact]
    public async Task Post_AfterItStopped_IsRefused()
    {
        LineLoop loop = new("test", TimeProvider.System);
        loop.Start();
        loop.Dispose();
        Assert.False(loop.Post(() => { }));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => loop.InvokeAsync(() => 1));
    }

    [Theory]
    [InlineData("127.0.0.1", AddressFamily.InterNetwork)]
    [InlineData("127.0.0.1", AddressFamily.InterNetworkV6)]
    [InlineData("fe80::1%3", AddressFamily.InterNetworkV6)]
    [InlineData("2001:db8::5", AddressFamily.InterNetworkV6)]
    public void SocketName_WrittenAndRead_IsTheSame(string address, AddressFamily family)
    {
        SocketName name = SocketName.From(new IPEndPoint(IPAddress.Parse(address), 5060));
        byte[] octets = new byte[SocketName.BytesMax];
        int length = name.Write(family, octets);
        Assert.Equal(family == AddressFamily.InterNetwork ? 16 : 28, length);
        Assert.Equal(name, SocketName.Read(octets.AsSpan(0, length)));
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 5060), name.ToEndPoint());
    }

    [Fact]
    public void SocketName_OfIp6_DoesNotFitAnIp4Socket() => Assert.Equal(0, SocketName
        .From(new IPEndPoint(IPAddress.IPv6Loopback, 1)).Write(AddressFamily.InterNetwork, new byte[28]));
}
