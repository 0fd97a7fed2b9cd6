// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Tests.Sdp;

/// <summary>The attributes of T.38 Annex D, as the Recommendation and as the field writes them.</summary>
public class T38MediaParametersTests
{
    private static T38MediaParameters Read(params string[] attributes) => T38MediaParameters.Read(
        SdpText.Parse(SdpText.Head + "m=image 1 udptl t38\n"
            + string.Concat(attributes.Select(attribute => $"a={attribute}\n"))).Media[0]);

    [Fact]
    public void Parameters_NotStated_AreTheDefaults() => Assert.Equal(
        new T38MediaParameters
        {
            Version = 0,
            MaxBitRate = 14_400,
            RateManagement = T38SdpRateManagement.TransferredTcf,
            MaxBuffer = 0,
            MaxDatagram = 400,
            ErrorCorrection = T38SdpErrorCorrection.None,
        },
        Read());

    [Fact]
    public void Parameters_AllStated_AreRead() => Assert.Equal(
        new T38MediaParameters
        {
            Version = 2,
            MaxBitRate = 33_600,
            FillBitRemoval = true,
            TranscodingMmr = true,
            TranscodingJbig = true,
            RateManagement = T38SdpRateManagement.LocalTcf,
            MaxBuffer = 1_800,
            MaxDatagram = 320,
            MaxIfp = 40,
            ErrorCorrection = T38SdpErrorCorrection.Fec,
            VendorInfo = "0 0 37",
        },
        Read("T38FaxVersion:2", "T38MaxBitRate:33600", "T38FaxFillBitRemoval", "T38FaxTranscodingMMR",
            "T38FaxTranscodingJBIG", "T38FaxRateManagement:localTCF", "T38FaxMaxBuffer:1800", "T38FaxMaxDatagram:320",
            "T38FaxMaxIFP:40", "T38FaxUdpEC:t38UDPFEC", "T38VendorInfo:0 0 37"));

    [Theory]
    [InlineData("T38FaxFillBitRemoval", true)]
    [InlineData("T38FaxFillBitRemoval:", true)]
    [InlineData("T38FaxFillBitRemoval:1", true)]
    [InlineData("T38FaxFillBitRemoval:true", true)]
    [InlineData("t38faxfillbitremoval: 1", true)]
    [InlineData("T38FaxFillBitRemoval:0", false)]
    [InlineData("T38FaxFillBitRemoval:false", false)]
    [InlineData("T38FaxFillBitRemoval:no", false)]
    public void Flag_InEachSpellingOfTheField_IsRead(string attribute, bool expected) =>
        Assert.Equal(expected, Read(attribute).FillBitRemoval);

    [Theory]
    [InlineData("T38FaxUdpEC:t38UDPRedundancy", T38SdpErrorCorrection.Redundancy)]
    [InlineData("T38FaxUdpEC:T38UDPRedundancy", T38SdpErrorCorrection.Redundancy)]
    [InlineData("T38FaxUdpECC: t38UDPFEC", T38SdpErrorCorrection.Fec)]
    [InlineData("T38FaxUdpEC:t38UDPNoEC", T38SdpErrorCorrection.None)]
    [InlineData("T38FaxUdpEC", T38SdpErrorCorrection.None)]
    [InlineData("T38FaxUdpECDepth:1 3", T38SdpErrorCorrection.None)]
    public void Correction_InEachSpelling_IsRead(string attribute, T38SdpErrorCorrection expected) =>
        Assert.Equal(expected, Read(attribute).ErrorCorrection);

    [Theory]
    [InlineData("T38FaxRateManagement:localTCF", T38SdpRateManagement.LocalTcf)]
    [InlineData("T38FaxRateManagement:LocalTCF", T38SdpRateManagement.LocalTcf)]
    [InlineData("T38FaxRateManagement:transferredTCF", T38SdpRateManagement.TransferredTcf)]
    [InlineData("T38FaxRateManagement:transferedTCF", T38SdpRateManagement.TransferredTcf)]
    [InlineData("T38FaxRateManagement", T38SdpRateManagement.TransferredTcf)]
    public void RateManagement_InEachSpelling_IsRead(string attribute, T38SdpRateManagement expected) =>
        Assert.Equal(expected, Read(attribute).RateManagement);

    [Theory]
    [InlineData("T38MaxBitRate:9600", 9_600)]
    [InlineData("T38maxBitRate:9600", 9_600)]
    [InlineData("T38FaxMaxBitRate:9600", 9_600)]
    [InlineData("T38MaxBitRate: 9600 ", 9_600)]
    [InlineData("T38MaxBitRate:0", 14_400)]
    [InlineData("T38MaxBitRate:fast", 14_400)]
    [InlineData("T38MaxBitRate:1", 2_400)]
    [InlineData("T38MaxBitRate:64000", 33_600)]
    public void BitRate_InEachSpelling_IsReadIntoItsRange(string attribute, int expected) =>
        Assert.Equal(expected, Read(attribute).MaxBitRate);

    [Fact]
    public void Version_NotANumberOfOurs_IsClamped()
    {
        Assert.Equal(0, Read("T38FaxVersion:").Version);
        Assert.Equal(0, Read("T38FaxVersion:-2").Version);
        Assert.Equal(3, Read("T38FaxVersion:4").Version);
        Assert.Equal(3, Read($"T38FaxVersion:{new string('9', 40)}").Version);
        Assert.Equal(2, Read($"T38FaxVersion:{new string('0', 40)}2").Version);
    }

    [Fact]
    public void Attributes_Written_ReadAsTheSame() => Gen.Select(
        Gen.Select(Gen.Int[0, 3], Gen.Int[2_400, 33_600], Gen.Bool, Gen.Bool),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 65_535], Gen.Int[72, 1_400]),
        Gen.Select(Gen.Int[0, 1_400], Gen.Int[0, 2])).Sample(
        (first, second, third) =>
        {
            T38MediaParameters parameters = new()
            {
                Version = first.Item1,
                MaxBitRate = first.Item2,
                FillBitRemoval = first.Item3,
                TranscodingMmr = first.Item4,
                TranscodingJbig = second.Item1,
                RateManagement = second.Item2 ? T38SdpRateManagement.LocalTcf : T38SdpRateManagement.TransferredTcf,
                MaxBuffer = second.Item3,
                MaxDatagram = second.Item4,
                MaxIfp = third.Item1,
                ErrorCorrection = (T38SdpErrorCorrection)third.Item2,
            };
            SdpSession session = SdpText.Parse(SdpText.Head);
            SdpMedia media = new("image", 1, "udptl") { Formats = ["t38"], Attributes = parameters.ToAttributes() };
            byte[] written = SdpWriter.ToArray(session with { Media = [media] });
            Assert.Equal(parameters, T38MediaParameters.Read(SdpText.Parse(written).Media[0]));
        },
        iter: 1_000);

    [Fact]
    public void Attributes_Written_AreAnnexDsOwn() => Assert.Equal(
        [
            "T38FaxVersion:3", "T38MaxBitRate:14400", "T38FaxFillBitRemoval:", "T38FaxRateManagement:transferredTCF",
            "T38FaxMaxDatagram:400", "T38FaxUdpEC:t38UDPFEC",
        ],
        new T38MediaParameters { Version = 3, FillBitRemoval = true, ErrorCorrection = T38SdpErrorCorrection.Fec }
            .ToAttributes().Select(attribute => $"{attribute.Name}:{attribute.Value}"));

    [Fact]
    public void Answer_IsWithinBothSidesAbilities()
    {
        T38MediaParameters ours = new()
        {
            Version = 3,
            MaxBitRate = 14_400,
            TranscodingMmr = true,
            MaxDatagram = 900,
            ErrorCorrection = T38SdpErrorCorrection.Fec,
        };
        T38MediaParameters answer = ours.AnswerTo(Read("T38FaxVersion:1", "T38MaxBitRate:33600", "T38FaxMaxDatagram:72",
            "T38FaxFillBitRemoval", "T38FaxRateManagement:localTCF", "T38FaxUdpEC:t38UDPRedundancy",
            "T38VendorInfo:x"));
        Assert.Equal((1, 14_400), (answer.Version, answer.MaxBitRate));
        Assert.Equal((false, false), (answer.FillBitRemoval, answer.TranscodingMmr));
        Assert.Equal(T38SdpRateManagement.LocalTcf, answer.RateManagement);
        Assert.Equal(T38SdpErrorCorrection.Redundancy, answer.ErrorCorrection);
        Assert.Equal(900, answer.MaxDatagram);
        Assert.Null(answer.VendorInfo);
    }
}
