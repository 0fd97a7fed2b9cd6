// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Hermetic.Protocol.T38;

namespace Hermetic.Protocol.Tests.T38;

public sealed class UdptlTests
{
    private const int Packets = 120;

    private static readonly T38Settings Bare = new() { Version = 3, ErrorCorrection = UdptlErrorCorrection.None };

    private static readonly T38Settings Parity = new()
    {
        Version = 3,
        ErrorCorrection = UdptlErrorCorrection.Fec,
        RemoteMaxDatagramBytes = 1400,
    };

    [Fact]
    public void Datagram_KnownOctets_AreWritten()
    {
        UdptlLink link = new(new() { Version = 3, RedundancyDepth = 3, ImageRedundancyDepth = 3 });
        link.SendPackets(1, first: 3).SendPackets(1, first: 10);
        Assert.Equal("0000" + "0106" + "0000", Convert.ToHexString(link.Datagrams[0]));
        Assert.Equal("0001" + "0114" + "0001" + "0106", Convert.ToHexString(link.Datagrams[1]));
    }

    [Fact]
    public void Redundancy_AnyBurstUpToItsDepth_IsRepairedExactly()
    {
        Gen.Select(Gen.Int[1, 7], Gen.Int[1, 7], Gen.Int[0, Packets - 10]).Sample((depth, burst, at) =>
        {
            UdptlLink link = new(Redundancy(depth));
            link.SendPackets(Packets);
            for (int i = 0; i < Packets; i++)
            {
                if (i < at || i >= at + burst)
                {
                    link.Receive(i);
                }
            }

            link.Quiet();
            return burst > depth
                ? link.Receiver.Lost == burst - depth && link.Receiver.Repaired == depth
                : link.HeardAll(Packets) && link.Receiver.Repaired == burst && link.Receiver.Lost == 0;
        }, iter: 300);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(4, 1)]
    [InlineData(2, 5)]
    [InlineData(8, 8)]
    [InlineData(1, 4)]
    public void Fec_BurstsUpToItsEntries_AreRepairedExactly(int span, int entries)
    {
        for (int at = span * entries; at < Packets - span * entries - 1; at++)
        {
            UdptlLink link = new(Parity with { FecSpan = span, FecEntries = entries });
            link.SendPackets(Packets);
            for (int i = 0; i < Packets; i++)
            {
                if (i < at || i >= at + entries)
                {
                    link.Receive(i);
                }
            }

            link.Quiet();
            Assert.True(link.HeardAll(Packets), $"a burst of {entries} from {at}");
            Assert.Equal(entries, link.Receiver.Repaired);
        }
    }

    [Fact]
    public void Fec_ParityWithLengths_IsReadToo()
    {
        // As Annex C has it: 1 parity over the 2 packets before, each behind its length in two octets.
        byte[] first = UdptlLink.Packet(0);
        byte[] second = UdptlLink.Packet(1);
        byte[] parity = new byte[2 + Math.Max(first.Length, second.Length)];
        foreach (byte[] packet in new[] { first, second })
        {
            parity[1] ^= (byte)packet.Length;
            for (int i = 0; i < packet.Length; i++)
            {
                parity[2 + i] ^= packet[i];
            }
        }

        byte[] third = [0, 2, 1, 0x06, 0x80, 1, 2, 1, (byte)parity.Length, .. parity];
        UdptlLink link = new(Bare);
        link.Receive([0, 1, (byte)second.Length, .. second, 0, 0]);
        link.Receive(third);
        Assert.Equal([Convert.ToHexString(first), Convert.ToHexString(second), "06"], link.Heard);
    }

    [Fact]
    public void Order_ShuffledWithinTheWindowAndDoubled_ComesOutOnceAndInOrder()
    {
        Gen.Int.Sample(seed =>
        {
            Random random = new(seed);
            UdptlLink link = new(Bare with { GapWait = TimeSpan.FromSeconds(1) });
            link.SendPackets(Packets);
            int[] order = [.. Enumerable.Range(0, Packets).OrderBy(i => i + random.Next(10))];
            foreach (int i in order)
            {
                link.Receive(i);
                if (random.Next(3) == 0)
                {
                    link.Receive(i);
                }
            }

            return link.HeardAll(Packets) && link.Receiver.Lost == 0;
        }, iter: 200);
    }

    [Fact]
    public void Loss_Any_IsToldAndNothingComesTwiceOrWrong()
    {
        Gen.Select(Gen.Int, Gen.Double[0, 0.6], Gen.Bool).Sample((seed, loss, parity) =>
        {
            Random random = new(seed);
            UdptlLink link = new(parity ? Parity : Redundancy(2));
            link.SendPackets(Packets);
            for (int i = 0; i < Packets - 1; i++)
            {
                if (i == 0 || random.NextDouble() >= loss)
                {
                    link.Receive(i);
                }
            }

            link.Receive(Packets - 1);
            link.Quiet();
            return Accounts(link);
        }, iter: 300);
    }

    [Fact]
    public void Gap_ThatStays_IsGivenUpAfterItsTimeAndNotBefore()
    {
        UdptlLink link = new(Bare);
        link.SendPackets(3);
        link.Receive(0);
        link.Receive(2);
        TimeSpan came = link.Now;
        Assert.Equal(came + Bare.GapWait, link.Receiver.NextDeadline);
        link.Receiver.Advance(came + Bare.GapWait - TimeSpan.FromMilliseconds(1));
        Assert.Single(link.Heard);
        link.Receiver.Advance(came + Bare.GapWait);
        Assert.Equal(3, link.Heard.Count);
        Assert.Equal("lost 1", link.Heard[1]);
        Assert.Null(link.Receiver.NextDeadline);
        link.Receive(1);
        Assert.Equal(1, link.Receiver.Late);
    }

    [Fact]
    public void Parity_OfPacketsThatCameBesideCopies_IsLeftAsideUntilOneCoversNoneOfThem()
    {
        // What came beside copies is handed on and let go: the first parities over the lost packet can't be used.
        const int Lost = 12;
        UdptlLink link = new(Redundancy(2));
        UdptlLink parity = new(Parity);
        link.SendPackets(Packets);
        parity.SendPackets(Packets);
        for (int i = 0; i < Packets; i++)
        {
            if (i != Lost)
            {
                link.Receive((i < Lost ? link : parity).Datagrams[i]);
            }
        }

        link.Quiet();
        Assert.True(link.HeardAll(Packets));
        Assert.Equal(1, link.Receiver.Repaired);
    }

    [Theory]
    [InlineData(20_000, 0)]
    [InlineData(0, 30_000)]
    [InlineData(0, 0)]
    [InlineData(0, 2)]
    public void Restart_OfThePeersNumbers_IsFollowedAtTheSecondDatagram(int before, int after)
    {
        UdptlLink link = new(Bare);
        for (int i = 0; i < 5; i++)
        {
            link.Receive(Numbered(before + i, UdptlLink.Packet(i)));
        }

        for (int i = 0; i < 5; i++)
        {
            link.Receive(Numbered(after + i, UdptlLink.Packet(100 + i)));
        }

        string[] expected =
        [
            .. Enumerable.Range(0, 5).Select(i => Convert.ToHexString(UdptlLink.Packet(i))), "lost 1",
            .. Enumerable.Range(100, 5).Select(i => Convert.ToHexString(UdptlLink.Packet(i))),
        ];
        link.Quiet();
        Assert.Equal(expected, link.Heard);
        Assert.Equal(1, link.Receiver.Restarts);
    }

    [Fact]
    public void Stray_OneDatagramOutOfReach_ChangesNothing()
    {
        UdptlLink link = new(Bare);
        link.SendPackets(10);
        for (int i = 0; i < 10; i++)
        {
            link.Receive(i);
            if (i == 5)
            {
                link.Receive(Numbered(41_000, UdptlLink.Packet(50)));
            }
        }

        Assert.True(link.HeardAll(10));
        Assert.Equal(0, link.Receiver.Restarts);
    }

    [Theory]
    [InlineData(48)]
    [InlineData(72)]
    [InlineData(200)]
    [InlineData(400)]
    public void Send_MaxDatagram_IsRespectedByDroppingCopies(int max)
    {
        foreach (UdptlErrorCorrection correction in Enum.GetValues<UdptlErrorCorrection>())
        {
            UdptlLink link = new(Redundancy(7) with { RemoteMaxDatagramBytes = max, ErrorCorrection = correction });
            for (int i = 0; i < 40; i++)
            {
                if (UdptlLink.Packet(i).Length <= max - 6)
                {
                    link.SendPackets(1, i);
                }
            }

            Assert.All(link.Datagrams, datagram => Assert.InRange(datagram.Length, 1, max));
            Assert.All(link.Datagrams, datagram => Assert.True(UdptlDatagram.TryParse(datagram, out _, out _)));
        }
    }

    [Fact]
    public void Datagram_CutAnywhere_IsRefused()
    {
        foreach (T38Settings settings in new[] { Redundancy(3), Parity })
        {
            UdptlLink link = new(settings);
            link.SendPackets(20);
            byte[] whole = link.Datagrams[^1];
            Assert.True(UdptlDatagram.TryParse(whole, out UdptlDatagram datagram, out _));
            int primaryEnd = 3 + datagram.Primary.Length;
            for (int length = 0; length < whole.Length; length++)
            {
                bool bare = length == primaryEnd;
                Assert.Equal(bare, UdptlDatagram.TryParse(whole.AsSpan(0, length), out _, out UdptlFault fault));
                Assert.Equal(bare, fault == UdptlFault.None);
            }

            Assert.False(UdptlDatagram.TryParse([.. whole, 0], out _, out UdptlFault trailing));
            Assert.Equal(UdptlFault.TrailingOctets, trailing);
        }
    }

    internal static T38Settings Redundancy(int depth) => new()
    {
        Version = 3,
        RedundancyDepth = depth,
        ImageRedundancyDepth = depth,
        RemoteMaxDatagramBytes = 1400,
    };

    internal static byte[] Numbered(int number, byte[] packet) =>
        [(byte)(number >> 8), (byte)number, (byte)packet.Length, .. packet, 0, 0];

    // Each word heard must fit the next numbers in turn: a packet one, "lost N" so many.
    private static bool Accounts(UdptlLink link)
    {
        int number = 0;
        foreach (string word in link.Heard)
        {
            if (word.StartsWith("lost ", StringComparison.Ordinal))
            {
                number += int.Parse(word.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture);
                continue;
            }

            string sent = Convert.ToHexString(UdptlLink.Packet(number++));
            if (!word.StartsWith(sent, StringComparison.Ordinal) || word[sent.Length..].Any(c => c != '0'))
            {
                return false;
            }
        }

        return number == Packets;
    }
}
