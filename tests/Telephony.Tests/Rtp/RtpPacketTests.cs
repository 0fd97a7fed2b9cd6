// SPDX-License-Identifier: Apache-2.0
using Hermetic.Telephony.Rtp;

namespace Hermetic.Telephony.Tests.Rtp;

public sealed class RtpPacketTests
{
    [Fact]
    public void Header_Written_ReadsBack()
    {
        byte[] octets = new byte[RtpPacket.HeaderBytes + 3];
        RtpPacket.WriteHeader(octets, marker: true, 8, 0xFFFE, 0x89ABCDEF, 0xFEDCBA98);
        Assert.True(RtpPacket.TryRead(octets, out RtpPacket packet));
        Assert.True(packet.Marker);
        Assert.Equal(8, packet.PayloadType);
        Assert.Equal(0xFFFE, packet.Sequence);
        Assert.Equal(0x89ABCDEFu, packet.Timestamp);
        Assert.Equal(0xFEDCBA98u, packet.Source);
        Assert.Equal(3, packet.Payload.Length);
    }

    [Theory]
    [InlineData("", -1)]
    [InlineData("8000000100000000000000", -1)]
    [InlineData("800000010000000000000000", 0)]
    [InlineData("400000010000000000000000", -1)]
    [InlineData("8200000100000000000000000102030405060708AA", 1)]
    [InlineData("8200000100000000000000000102030405060708", 0)]
    [InlineData("82000001000000000000000001020304050607", -1)]
    [InlineData("900000010000000000000000BEDE000111223344AABB", 2)]
    [InlineData("900000010000000000000000BEDEFFFF11223344AABB", -1)]
    [InlineData("900000010000000000000000BEDE00", -1)]
    [InlineData("A00000010000000000000000AABB0003", 1)]
    [InlineData("A00000010000000000000000AABB00FF", -1)]
    [InlineData("A00000010000000000000000AABB0000", -1)]
    public void Read_OfAnyOctets_GivesThePayloadOrRefuses(string hex, int payloadBytes)
    {
        bool read = RtpPacket.TryRead(Convert.FromHexString(hex), out RtpPacket packet);
        Assert.Equal(payloadBytes >= 0, read);
        Assert.Equal(Math.Max(payloadBytes, 0), packet.Payload.Length);
    }

    [Fact]
    public void Read_OfRandomOctets_NeverThrows()
    {
        const int seed = 5;
        Random random = new(seed);
        byte[] octets = new byte[64];
        for (int i = 0; i < 200_000; i++)
        {
            random.NextBytes(octets);
            octets[0] |= 0x80;
            octets[0] &= 0xBF;
            _ = RtpPacket.TryRead(octets.AsSpan(0, random.Next(65)), out _);
        }
    }
}
