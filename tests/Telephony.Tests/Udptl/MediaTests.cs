// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Telephony.Loop;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Telephony.Tests.Udptl;

public sealed class MediaTests
{
    private static readonly IPEndPoint Signalled = new(IPAddress.Parse("192.0.2.10"), 4000);
    private static readonly SocketName FromSignalled = SocketName.From(Signalled);
    private static readonly SocketName SameHost = SocketName.From(new IPEndPoint(Signalled.Address, 4999));
    private static readonly SocketName Nat = SocketName.From(new IPEndPoint(IPAddress.Parse("203.0.113.7"), 61000));
    private static readonly SocketName Stranger = SocketName.From(new IPEndPoint(IPAddress.Parse("198.51.100.1"), 7));

    private sealed class Deaf : IDatagramHandler
    {
        public void OnDatagram(TimeSpan now, UdpPort port, in SocketName from, ReadOnlySpan<byte> datagram)
        {
        }
    }

    [Fact]
    public void Latch_WithoutSdp_TakesNothing() =>
        Assert.False(new MediaLatch(MediaLatching.FirstPacket).MayAccept(Nat));

    [Fact]
    public void Latch_Off_TakesOnlyTheSignalledHostAndSendsToTheSignalledPort()
    {
        MediaLatch latch = new(MediaLatching.Off);
        latch.Signal(Signalled);
        Assert.False(latch.MayAccept(Nat));
        Assert.True(latch.MayAccept(SameHost));
        latch.Settle(SameHost);
        Assert.Equal(FromSignalled, latch.Target);
        Assert.True(latch.MayAccept(FromSignalled));
        Assert.False(latch.MayAccept(Stranger));
    }

    [Fact]
    public void Latch_OnAnotherAddress_GoesThereAndTakesNoOther()
    {
        MediaLatch latch = new(MediaLatching.FirstPacket);
        latch.Signal(Signalled);
        Assert.True(latch.MayAccept(Nat));
        latch.Settle(Nat);
        Assert.Equal(Nat, latch.Target);
        Assert.True(latch.MayAccept(Nat));
        Assert.False(latch.MayAccept(Stranger));
        Assert.False(latch.MayAccept(FromSignalled));
    }

    [Fact]
    public void Latch_AfterAPacketFromTheSignalledAddress_IsClosedToOthers()
    {
        MediaLatch latch = new(MediaLatching.FirstPacket);
        latch.Signal(Signalled);
        latch.Settle(FromSignalled);
        Assert.False(latch.MayAccept(Nat));
        Assert.Equal(FromSignalled, latch.Target);
    }

    [Fact]
    public void Latch_WhenTheSdpRepeatsItself_StaysWhereItIs()
    {
        MediaLatch latch = new(MediaLatching.FirstPacket);
        latch.Signal(Signalled);
        latch.Settle(Nat);
        latch.Signal(Signalled);
        Assert.Equal(Nat, latch.Target);
        latch.Signal(new IPEndPoint(Signalled.Address, 4002));
        Assert.Equal(4002, latch.Target.Port);
        Assert.True(latch.MayAccept(Stranger));
    }

    [Fact]
    public async Task Ports_FromARange_AreEvenUniqueAndRunOut()
    {
        using TestKit.Peers.LoopbackPorts reserved = TestKit.Peers.LoopbackPorts.Reserve(20);
        using LineLoop loop = new("test", TimeProvider.System);
        loop.Start();
        MediaPortRange range = new(reserved.First, reserved.First + 19);
        await loop.InvokeAsync(() =>
        {
            MediaPorts ports = new(loop, IPAddress.Loopback, range, new Random(3));
            List<UdpPort> opened = [];
            while (ports.TryOpen(new Deaf()) is { } port)
            {
                opened.Add(port);
            }

            Assert.Equal(10, opened.Count);
            Assert.All(opened, port => Assert.Equal(0, port.LocalEndPoint.Port % 2));
            Assert.Equal(10, opened.Select(port => port.LocalEndPoint.Port).Distinct().Count());
            opened[4].Dispose();
            Assert.Equal(opened[4].LocalEndPoint, ports.TryOpen(new Deaf())!.LocalEndPoint);
            return true;
        });
    }

    [Theory]
    [InlineData(1023, 2000)]
    [InlineData(2000, 1999)]
    [InlineData(2000, 65536)]
    public void Range_OutOfBounds_IsRefused(int first, int last) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MediaPortRange(first, last));
}
