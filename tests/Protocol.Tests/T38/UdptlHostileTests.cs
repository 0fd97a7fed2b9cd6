// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T38;

namespace Hermetic.Protocol.Tests.T38;

/// <summary>The hostile classes 1 to 4 of FACTS.md §1.</summary>
public sealed class UdptlHostileTests
{
    private static readonly byte[] Indicator = [0x06];

    [Theory]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(127)]
    [InlineData(16383)]
    public void Hostile_01_FecEntryCountBeyondTheArray_IsRefused(int entries)
    {
        byte[] datagram = Fec(span: 1, entries, [.. Enumerable.Repeat(new byte[] { 0x06 }, Math.Min(entries, 1000))]);
        AssertRefusedWithoutATrace(datagram, UdptlFault.TooManyEntries);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(-128, 3)]
    [InlineData(127, 1)]
    [InlineData(33, 2)]
    public void Hostile_01_FecSpanOutOfReason_IsRefused(int span, int entries)
    {
        byte[] datagram = Fec(span, entries, [.. Enumerable.Repeat(new byte[] { 0x06 }, entries)]);
        AssertRefusedWithoutATrace(datagram, UdptlFault.BadSpan);
    }

    [Fact]
    public void Hostile_01_PacketRefusedInMidParse_LeavesNoSlotHalfChanged()
    {
        // Two good entries, then one whose length runs past the end: not one of the three may leave anything behind.
        byte[] good = Fec(span: 2, entries: 2, [[0x02], [0x04]]);
        good[7]++;
        AssertRefusedWithoutATrace([.. good, 0x60], UdptlFault.Truncated);
        AssertRefusedWithoutATrace([0, 1, 1, 0x04, 0x00, 2, 1, 0x02, 0x7F, 0x00], UdptlFault.Truncated);
    }

    [Fact]
    public void Hostile_01_OverlongSecondary_IsRefused()
    {
        byte[] datagram = [0, 1, 1, 0x06, 0x00, 1, 0x80 | 3000 >> 8, 3000 & 0xFF, .. new byte[3000]];
        AssertRefusedWithoutATrace(datagram, UdptlFault.TooLong);
    }

    [Fact]
    public void Hostile_01_ParityThatFitsNothing_IsNoPacket()
    {
        UdptlLink link = new(UdptlTests.Redundancy(0));
        link.Receive(UdptlTests.Numbered(0, UdptlLink.Packet(0)));
        byte[] noise = T38TerminalTests.RandomOctets(5, 40);
        link.Receive([0, 3, 1, 0x06, 0x80, 1, 1, 2, 40, .. noise, 3, 0xFF, 0xFF, 0xFF]);
        link.Quiet();
        Assert.Equal([Convert.ToHexString(UdptlLink.Packet(0)), "lost 2", "06"], link.Heard);
    }

    [Theory]
    [InlineData(4097)]
    [InlineData(16_385)]
    [InlineData(65_507)]
    public void Hostile_02_DatagramOver16KiB_IsRefused(int length)
    {
        byte[] datagram = new byte[length];
        new byte[] { 0, 1, 1, 0x06, 0, 0x20 }.CopyTo(datagram, 0);
        AssertRefusedWithoutATrace(datagram, UdptlFault.TooLong);
    }

    [Theory]
    [InlineData("0001FFFF")]
    [InlineData("0001C101")]
    [InlineData("0001BFFF06")]
    [InlineData("000101060082000106")]
    [InlineData("000101060080")]
    [InlineData("0001010680")]
    [InlineData("000101068002")]
    [InlineData("00010106800101")]
    [InlineData("000100")]
    [InlineData("0001")]
    [InlineData("")]
    public void Hostile_02_LengthsBeyondTheDatagram_AreRefused(string hex) =>
        AssertRefusedWithoutATrace(Convert.FromHexString(hex), expected: null);

    [Fact]
    public void Hostile_03_GapAndManyEmptySecondaries_OnlyLoseThePackets()
    {
        UdptlLink link = new(UdptlTests.Redundancy(0));
        link.Receive(UdptlTests.Numbered(0, UdptlLink.Packet(0)));
        link.Receive([0, 33, 1, 0x06, 0x00, 32, .. new byte[32]]);
        link.Quiet();
        Assert.Equal([Convert.ToHexString(UdptlLink.Packet(0)), "lost 32", "06"], link.Heard);
        Assert.Equal(0, link.Receiver.Repaired);
        byte[] over = [0, 34, 1, 0x06, 0x00, 33, .. new byte[33]];
        Assert.False(UdptlDatagram.TryParse(over, out _, out UdptlFault fault));
        Assert.Equal(UdptlFault.TooManyEntries, fault);
    }

    [Fact]
    public void Hostile_03_GapsWithoutEnd_HoldBoundedStateAndTime()
    {
        UdptlLink link = new(UdptlTests.Redundancy(0));
        Random random = new(11);
        for (int i = 0; i < 50_000; i++)
        {
            int number = random.Next(0, 65536);
            link.Receiver.Receive(link.Now, UdptlTests.Numbered(number, Indicator));
            link.Receiver.Receive(link.Now, UdptlTests.Numbered(number + 1 & 0xFFFF, Indicator));
        }

        link.Quiet();
        Assert.Null(link.Receiver.NextDeadline);
        Assert.Equal(100_000, link.Receiver.DatagramsReceived);
    }

    [Theory]
    [InlineData(65_530, 20)]
    [InlineData(0, 140_000)]
    public void Hostile_04_SequenceWrap_LosesNoPacket(int first, int count)
    {
        UdptlLink link = new(UdptlTests.Redundancy(0));
        for (int i = 0; i < count; i++)
        {
            link.Receiver.Receive(link.Now, UdptlTests.Numbered(first + i & 0xFFFF, UdptlLink.Packet(i % 50)));
        }

        Assert.Equal(count, link.Heard.Count);
        Assert.Equal(0, link.Receiver.Lost + link.Receiver.Restarts + link.Receiver.Duplicated + link.Receiver.Late);
    }

    [Fact]
    public void Hostile_04_LossAcrossTheWrap_IsRepaired()
    {
        UdptlLink link = new(UdptlTests.Redundancy(3));
        link.SendPackets(65_560);
        for (int i = 65_000; i < 65_560; i++)
        {
            if (i is < 65_534 or > 65_536)
            {
                link.Receive(i);
            }
        }

        Assert.Equal(560, link.Heard.Count);
        Assert.Equal(3, link.Receiver.Repaired);
        Assert.DoesNotContain(link.Heard, word => word.StartsWith("lost", StringComparison.Ordinal));
    }

    // The datagram is number 1 where 0 has come: neither the packets, nor their order, nor a deadline may change by it.
    private static void AssertRefusedWithoutATrace(byte[] datagram, UdptlFault? expected)
    {
        Assert.False(UdptlDatagram.TryParse(datagram, out UdptlDatagram parsed, out UdptlFault fault));
        Assert.Equal(0, parsed.EntryCount);
        Assert.NotEqual(UdptlFault.None, fault);
        Assert.Equal(expected ?? fault, fault);

        UdptlLink link = new(UdptlTests.Redundancy(0));
        link.Receive(UdptlTests.Numbered(0, UdptlLink.Packet(0)));
        link.Receive(datagram);
        Assert.Null(link.Receiver.NextDeadline);
        link.Receive(UdptlTests.Numbered(1, UdptlLink.Packet(1)));
        Assert.True(link.HeardAll(2));
        Assert.Equal(1, link.Receiver.Malformed);
        Assert.Equal(0, link.Receiver.Repaired + link.Receiver.Lost + link.Receiver.Duplicated);
    }

    private static byte[] Fec(int span, int entries, byte[][] parities)
    {
        List<byte> octets = [0, 1, 1, 0x06, 0x80, 1, (byte)span];
        if (entries >= 128)
        {
            octets.Add((byte)(0x80 | entries >> 8));
        }

        octets.Add((byte)entries);
        foreach (byte[] parity in parities)
        {
            octets.Add((byte)parity.Length);
            octets.AddRange(parity);
        }

        return [.. octets];
    }
}
