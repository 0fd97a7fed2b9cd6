// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Modems;
using Hermetic.Telephony.Rtp;

namespace Hermetic.Telephony.Tests.Rtp;

public sealed class AudioLegTests
{
    private static readonly TimeSpan Packet = TimeSpan.FromMilliseconds(20);

    private static void Run(AudioLeg from, AudioLeg to, TimeSpan length, Func<int, bool>? drop = null)
    {
        byte[] octets = new byte[AudioLeg.PacketBytes];
        int index = 0;
        for (TimeSpan now = TimeSpan.Zero; now < length; now += Packet / 4)
        {
            int bytes;
            while ((bytes = from.NextPacket(now, octets)) > 0)
            {
                if (drop?.Invoke(index++) != true)
                {
                    Assert.True(RtpPacket.TryRead(octets.AsSpan(0, bytes), out RtpPacket packet));
                    Assert.True(to.Receive(packet));
                }
            }
        }
    }

    [Theory]
    [InlineData(FaxTone.Cng, FaxSignals.Cng)]
    [InlineData(FaxTone.Ced, FaxSignals.Ced)]
    [InlineData(FaxTone.None, FaxSignals.None)]
    public void Tone_Sent_IsHeardByTheOtherEnd(FaxTone tone, FaxSignals expected)
    {
        foreach (G711Law law in Enum.GetValues<G711Law>())
        {
            AudioLeg sender = new(law, new Random(1), TimeSpan.Zero);
            AudioLeg receiver = new(law, new Random(2), TimeSpan.Zero);
            sender.Start(tone);
            Run(sender, receiver, TimeSpan.FromSeconds(1));
            Assert.Equal(expected, receiver.Heard);
            Assert.Equal(50, receiver.Received);
            Assert.Equal(0, receiver.Lost);
        }
    }

    [Fact]
    public void Loss_IsCounted_AndCngStillHeard()
    {
        AudioLeg sender = new(G711Law.Mu, new Random(1), TimeSpan.Zero);
        AudioLeg receiver = new(G711Law.Mu, new Random(2), TimeSpan.Zero);
        sender.Start(FaxTone.Cng);
        Run(sender, receiver, TimeSpan.FromSeconds(1), index => index % 10 == 3);
        Assert.Equal(5, receiver.Lost);
        Assert.Equal(FaxSignals.Cng, receiver.Heard);
    }

    [Fact]
    public void OldAndForeignPackets_AreNotTaken()
    {
        AudioLeg leg = new(G711Law.Mu, new Random(1), TimeSpan.Zero);
        Assert.True(Take(leg, 0, 100));
        Assert.False(Take(leg, 0, 100));
        Assert.False(Take(leg, 0, 99));
        Assert.False(Take(leg, 101, 101));
        Assert.True(Take(leg, 8, 101));
        Assert.True(Take(leg, 0, 40_000));
        Assert.Equal(0, leg.Lost);
    }

    [Fact]
    public void Packets_AfterALongPause_AreNotSentInABurst()
    {
        AudioLeg leg = new(G711Law.Mu, new Random(1), TimeSpan.Zero);
        byte[] octets = new byte[AudioLeg.PacketBytes];
        int sent = 0;
        while (leg.NextPacket(TimeSpan.FromSeconds(30), octets) > 0)
        {
            sent++;
        }

        Assert.InRange(sent, 1, 2);
    }

    private static bool Take(AudioLeg leg, int payloadType, ushort sequence)
    {
        byte[] octets = new byte[AudioLeg.PacketBytes];
        RtpPacket.WriteHeader(octets, false, payloadType, sequence, 0, 1);
        Assert.True(RtpPacket.TryRead(octets, out RtpPacket packet));
        return leg.Receive(packet);
    }
}
