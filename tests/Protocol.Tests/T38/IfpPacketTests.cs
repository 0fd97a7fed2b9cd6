// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Hermetic.Protocol.T38;

namespace Hermetic.Protocol.Tests.T38;

public sealed class IfpPacketTests
{
    // Octets worked out by hand from the PER layout drawn above IfpPacket; the 2002 ones are what the field sends.
    [Theory]
    [InlineData("00", T38Indicator.NoSignal)]
    [InlineData("02", T38Indicator.Cng)]
    [InlineData("04", T38Indicator.Ced)]
    [InlineData("06", T38Indicator.V21Preamble)]
    [InlineData("1E", T38Indicator.V17At14400LongTraining)]
    [InlineData("2000", T38Indicator.V8Ansam)]
    [InlineData("2040", T38Indicator.V8Signal)]
    [InlineData("2180", T38Indicator.V33At14400Training)]
    public void Indicator_KnownOctets_ParseAndWriteBack(string hex, T38Indicator indicator)
    {
        byte[] octets = Convert.FromHexString(hex);
        foreach (IfpSyntax syntax in Enum.GetValues<IfpSyntax>())
        {
            Assert.True(IfpPacket.TryParse(octets, syntax, out IfpPacket packet, out IfpFault fault), fault.ToString());
            Assert.True(packet.IsIndicator);
            Assert.Equal(indicator, packet.Indicator);
            Assert.Equal(0, packet.FieldCount);
        }

        Span<byte> buffer = stackalloc byte[4];
        Assert.Equal(hex, Convert.ToHexString(buffer[..IfpWriter.WriteIndicator(buffer, indicator)]));
    }

    [Theory]
    [InlineData(IfpSyntax.Asn2002, "C001800002FFC8F7", T38DataType.V21, T38FieldType.HdlcData, "FFC8F7")]
    [InlineData(IfpSyntax.Asn1998, "C001800002FFC8F7", T38DataType.V21, T38FieldType.HdlcData, "FFC8F7")]
    [InlineData(IfpSyntax.Asn2002, "C00110", T38DataType.V21, T38FieldType.HdlcFcsOk, "")]
    [InlineData(IfpSyntax.Asn1998, "C00120", T38DataType.V21, T38FieldType.HdlcFcsOk, "")]
    [InlineData(IfpSyntax.Asn2002, "C00120", T38DataType.V21, T38FieldType.HdlcFcsOkSigEnd, "")]
    [InlineData(IfpSyntax.Asn2002, "D001B00001ABCD", T38DataType.V17At14400, T38FieldType.T4NonEcmData, "ABCD")]
    [InlineData(IfpSyntax.Asn1998, "D001E00001ABCD", T38DataType.V17At14400, T38FieldType.T4NonEcmData, "ABCD")]
    [InlineData(IfpSyntax.Asn2002, "D00138", T38DataType.V17At14400, T38FieldType.T4NonEcmSigEnd, "")]
    [InlineData(IfpSyntax.Asn1998, "D00170", T38DataType.V17At14400, T38FieldType.T4NonEcmSigEnd, "")]
    [InlineData(IfpSyntax.Asn2002, "E00001C1800000AA", T38DataType.V8, T38FieldType.V34Rate, "AA")]
    public void Data_KnownOctets_ParseAndWriteBack(
        IfpSyntax syntax, string hex, T38DataType type, T38FieldType field, string data)
    {
        byte[] octets = Convert.FromHexString(hex);
        Assert.True(IfpPacket.TryParse(octets, syntax, out IfpPacket packet, out IfpFault fault), fault.ToString());
        Assert.False(packet.IsIndicator);
        Assert.Equal(type, packet.DataType);
        Assert.Equal([(field, data)], Fields(packet));

        byte[] buffer = new byte[64];
        IfpWriter writer = new(buffer, syntax, type);
        writer.Add(field, Convert.FromHexString(data));
        Assert.Equal(hex, Convert.ToHexString(buffer.AsSpan(0, writer.Length)));
    }

    [Fact]
    public void Data_FieldWithoutDataInFront_ReadAsPerAndAsOctetAligned()
    {
        // hdlc-fcs-OK (0 0 010) then hdlc-data (1 0 000) with one octet: PER puts the second right behind the first.
        byte[] per = Convert.FromHexString("C00214000000AA");
        byte[] aligned = Convert.FromHexString("C00210800000AA");
        foreach (byte[] octets in new[] { per, aligned })
        {
            bool parsed = IfpPacket.TryParse(octets, IfpSyntax.Asn2002, out IfpPacket packet, out IfpFault fault);
            Assert.True(parsed, fault.ToString());
            Assert.Equal([(T38FieldType.HdlcFcsOk, ""), (T38FieldType.HdlcData, "AA")], Fields(packet));
        }
    }

    [Theory]
    [InlineData("", IfpFault.Truncated)]
    [InlineData("C0", IfpFault.Truncated)]
    [InlineData("C001", IfpFault.Truncated)]
    [InlineData("C0018000", IfpFault.Truncated)]
    [InlineData("C001800002FFC8", IfpFault.Truncated)]
    [InlineData("20", IfpFault.Truncated)]
    [InlineData("2600", IfpFault.UnknownType)]
    [InlineData("3000", IfpFault.UnknownType)]
    [InlineData("D201B0", IfpFault.UnknownType)]
    [InlineData("C0017800", IfpFault.UnknownType)]
    [InlineData("C041", IfpFault.TooManyFields)]
    [InlineData("C080", IfpFault.TooManyFields)]
    [InlineData("0001", IfpFault.TrailingOctets)]
    [InlineData("C0011001", IfpFault.TrailingOctets)]
    public void Packet_Malformed_RefusedWithItsReason(string hex, IfpFault expected)
    {
        Assert.False(IfpPacket.TryParse(Convert.FromHexString(hex), IfpSyntax.Asn2002, out _, out IfpFault fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Packet_ZeroPadding_IsTaken()
    {
        Assert.True(IfpPacket.TryParse([0x06, 0, 0, 0], IfpSyntax.Asn2002, out IfpPacket packet, out _));
        Assert.Equal(T38Indicator.V21Preamble, packet.Indicator);
    }

    [Fact]
    public void Packet_AnyFields_RoundTripInBothSyntaxes()
    {
        Gen<(int Type, byte[] Data)> field = Gen.Select(Gen.Int[0, 7], Gen.Byte.Array[1, 90]);
        Gen.Select(Gen.Enum<IfpSyntax>(), Gen.Enum<T38DataType>(), field.Array[0, 8], Gen.Bool).Sample(
            (syntax, type, fields, bareEnd) =>
            {
                byte[] buffer = new byte[2048];
                IfpWriter writer = new(buffer, syntax, type);
                foreach ((int fieldType, byte[] data) in fields)
                {
                    writer.Add((T38FieldType)fieldType, data);
                }

                if (bareEnd)
                {
                    writer.Add(T38FieldType.HdlcFcsOkSigEnd);
                }

                bool parsed = IfpPacket.TryParse(buffer.AsSpan(0, writer.Length), syntax, out IfpPacket packet, out _);
                List<(T38FieldType, string)> expected =
                    [.. fields.Select(f => ((T38FieldType)f.Type, Convert.ToHexString(f.Data)))];
                if (bareEnd)
                {
                    expected.Add((T38FieldType.HdlcFcsOkSigEnd, ""));
                }

                return parsed && packet.DataType == type && Fields(packet).SequenceEqual(expected);
            },
            iter: 5000);
    }

    private static List<(T38FieldType, string)> Fields(IfpPacket packet)
    {
        List<(T38FieldType, string)> found = [];
        foreach (IfpField field in packet)
        {
            found.Add((field.Type, Convert.ToHexString(field.Data)));
        }

        return found;
    }
}
