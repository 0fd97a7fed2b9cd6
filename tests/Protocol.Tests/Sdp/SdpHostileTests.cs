// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Tests.Sdp;

/// <summary>Descriptions of the kinds that have crashed fax systems (AST-2010-001, AST-2019-004, AST-2021-002,
/// AST-2021-006, CVE-2007-2293).</summary>
public class SdpHostileTests
{
    private static SdpLocalEnd Local => SdpText.Local;

    private static SdpSession Of(params string[] media) => SdpText.Parse(SdpText.Head + string.Concat(media));

    private static SdpAgreement Agree(SdpSession offer)
    {
        new SdpNegotiator(1).Answer(offer, Local, SdpWish.Both, out SdpAgreement agreement);
        return agreement;
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("a=T38FaxMaxDatagram\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:0\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:0000\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:-1\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:-2147483648\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:-99999999999999999999\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:+400\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:0x90\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:200 bytes\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:%s%n\n", 400)]
    [InlineData("a=T38FaxMaxDatagram:1\n", 72)]
    [InlineData("a=T38FaxMaxDatagram:71\n", 72)]
    [InlineData("a=T38FaxMaxDatagram:176\n", 176)]
    [InlineData("a=T38FaxMaxDatagram:1401\n", 1_400)]
    [InlineData("a=T38FaxMaxDatagram:2147483648\n", 1_400)]
    [InlineData("a=T38FaxMaxDatagram:4294967296\n", 1_400)]
    [InlineData("a=T38FaxMaxDatagram:99999999999999999999\n", 1_400)]
    [InlineData("a=T38FaxMaxDatagram:176\na=T38FaxMaxDatagram:0\n", 400)]
    public void Hostile_05_MaxDatagram_WhateverItSays_IsInRange(string attribute, int expected)
    {
        ImageAgreement? image = Agree(Of("m=image 6004 udptl t38\n", attribute)).Image;
        Assert.Equal(expected, image!.Remote.MaxDatagram);
        Assert.Equal(Local.T38.MaxDatagram, image.Agreed.MaxDatagram);
    }

    [Theory]
    [InlineData("T38FaxMaxBuffer", "-1")]
    [InlineData("T38FaxMaxBuffer", "4294967296")]
    [InlineData("T38FaxMaxIFP", "-1")]
    [InlineData("T38FaxMaxIFP", "18446744073709551616")]
    [InlineData("T38MaxBitRate", "-14400")]
    [InlineData("T38MaxBitRate", "9223372036854775808")]
    [InlineData("T38FaxVersion", "-1")]
    [InlineData("T38FaxVersion", "256")]
    public void Hostile_05_OtherNumbers_WhateverTheySay_AreInRange(string name, string value)
    {
        T38MediaParameters remote = Agree(Of($"m=image 6004 udptl t38\na={name}:{value}\n")).Image!.Remote;
        Assert.InRange(remote.Version, 0, 3);
        Assert.InRange(remote.MaxBitRate, 2_400, 33_600);
        Assert.InRange(remote.MaxBuffer, 0, 65_535);
        Assert.InRange(remote.MaxIfp, 0, 1_400);
    }

    [Theory]
    [InlineData("m=image 0 udptl t38\n")]
    [InlineData("m=image 0 udptl t38\na=T38FaxMaxDatagram:400\n")]
    [InlineData("m=image 0/9 udptl t38\nc=IN IP4 203.0.113.1\n")]
    public void Hostile_06_ImageWithPortZero_IsNeverOpened(string image)
    {
        SdpSession? answer = new SdpNegotiator(1).Answer(
            Of(SdpText.Audio, image), Local, SdpWish.Both, out SdpAgreement agreement);
        Assert.Null(agreement.Image);
        Assert.Equal(["audio 4000 RTP/AVP 8", "image 0 udptl t38"], SdpText.Media(answer!));
        Assert.Null(new SdpNegotiator(1).Answer(Of(image), Local, SdpWish.Both, out _));
    }

    [Fact]
    public void Hostile_06_SwitchAnsweredWithPortZero_LeavesNothingOpen()
    {
        SdpNegotiator us = new(1);
        us.Accept(us.Offer(Local, SdpWish.Audio), Of(SdpText.Audio), Local);
        SdpSession reOffer = us.Offer(Local, SdpWish.Image);
        Assert.True(us.Accept(reOffer, Of("m=image 0 udptl t38\n"), Local)!.IsEmpty);
        Assert.True(us.Accept(reOffer, Of("m=audio 0 RTP/AVP 0\n"), Local)!.IsEmpty);
        Assert.Null(us.Accept(reOffer, Of(SdpText.Audio), Local));
        Assert.Equal(["image 4002 udptl t38"], SdpText.Media(us.Offer(Local, SdpWish.Image)));
    }

    [Fact]
    public void Hostile_06_AnswerWithAMediumThatWasNotOffered_IsRefused()
    {
        SdpNegotiator us = new(1);
        SdpSession offer = us.Offer(Local, SdpWish.Audio);
        Assert.Null(us.Accept(offer, Of(SdpText.Image), Local));
        Assert.Null(us.Accept(offer, Of(SdpText.Audio, SdpText.Image), Local));
    }

    [Fact]
    public void Hostile_06_PlaceThatWeDeclined_IsNotOpenedByTheirAnswer()
    {
        SdpNegotiator us = new(1);
        us.Answer(Of(SdpText.Audio, SdpText.Image), Local, SdpWish.Audio, out _);
        SdpSession offer = us.Offer(Local, SdpWish.Image);
        SdpAgreement agreement = us.Accept(offer, Of(SdpText.Audio, SdpText.Image), Local)!;
        Assert.Null(agreement.Audio);
        Assert.NotNull(agreement.Image);
    }

    [Fact]
    public void Hostile_06_LateReOffer_AfterEachSwitch_IsStillInOrder()
    {
        SdpNegotiator us = new(1);
        string[] offers = [SdpText.Audio, SdpText.Image, "m=image 0 udptl t38\n", SdpText.Audio, SdpText.Image];
        string?[] answers = [.. offers.Select(offer => us.Answer(Of(offer), Local, SdpWish.Both, out _))
            .Select(answer => answer is null ? null : string.Join(';', SdpText.Media(answer)))];
        Assert.Equal(
            [
                "audio 4000 RTP/AVP 8", "image 4002 udptl t38", null, "audio 4000 RTP/AVP 8", "image 4002 udptl t38",
            ],
            answers);
    }

    [Fact]
    public void Hostile_06_AudioAndImageOnOnePort_AreTwoMedia()
    {
        SdpAgreement agreement = Agree(Of("m=audio 6004 RTP/AVP 0\n", SdpText.Image));
        Assert.Equal(agreement.Audio!.RemotePort, agreement.Image!.RemotePort);
    }

    [Fact]
    public void Hostile_06_ManyImages_OpenOne()
    {
        SdpSession offer = Of([.. Enumerable.Repeat("m=image 6004 udptl t38\n", 16)]);
        SdpSession? answer = new SdpNegotiator(1).Answer(offer, Local, SdpWish.Both, out SdpAgreement agreement);
        Assert.NotNull(agreement.Image);
        Assert.Equal(15, SdpText.Media(answer!).Count(line => line == "image 0 udptl t38"));
    }

    [Theory]
    [InlineData("T38FaxRateManagement")]
    [InlineData("T38FaxUdpEC")]
    [InlineData("T38FaxVersion")]
    [InlineData("T38FaxMaxDatagram")]
    [InlineData("T38VendorInfo")]
    [InlineData("T38FaxTranscodingMMR")]
    public void Hostile_06_OverLongAttribute_IsRefusedOrReadAsItsDefault(string name)
    {
        foreach (int length in (int[])[65, 255, 256, 257, 900])
        {
            string value = new('A', length);
            ImageAgreement image = Agree(Of($"m=image 6004 udptl t38\na={name}:{value}\n")).Image!;
            T38MediaParameters plain = Agree(Of("m=image 6004 udptl t38\n")).Image!.Remote;
            Assert.Equal(plain, image.Remote with { VendorInfo = null });
            Assert.True(image.Remote.VendorInfo is null or { Length: 64 });
            Assert.DoesNotContain("AAAA", string.Concat(image.Agreed.ToAttributes()), StringComparison.Ordinal);
        }

        string line = $"m=image 6004 udptl t38\na={name}:{new string('A', 5_000)}\n";
        Assert.Equal(SdpFault.LineTooLong, SdpText.Fault(SdpText.Head + line));
    }

    [Fact]
    public void Hostile_06_AttributeFlood_IsRefused() => Assert.Equal(SdpFault.TooManyLines, SdpText.Fault(
        SdpText.Head + SdpText.Image + string.Concat(Enumerable.Repeat("a=T38FaxVersion:0\n", 400))));
}
