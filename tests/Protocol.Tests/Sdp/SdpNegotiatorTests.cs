// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Tests.Sdp;

/// <summary>RFC 3264 between us and a peer whose descriptions are given.</summary>
public class SdpNegotiatorTests
{
    private static SdpLocalEnd Local => SdpText.Local;

    private static SdpSession Of(params string[] media) => SdpText.Parse(SdpText.Head + string.Concat(media));

    [Fact]
    public void Offer_OfBoth_HasAnMLineForEach()
    {
        SdpSession offer = new SdpNegotiator(5).Offer(Local, SdpWish.Both);
        Assert.Equal(["audio 4000 RTP/AVP 0 8", "image 4002 udptl t38"], SdpText.Media(offer));
        string[] lines = SdpText.Lines(offer);
        Assert.Equal(["v=0", "o=hermetic 5 5 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"], lines[..5]);
        Assert.Contains("a=rtpmap:0 PCMU/8000", lines);
        Assert.Contains("a=sendrecv", lines);
        Assert.Contains("a=T38FaxUdpEC:t38UDPRedundancy", lines);
    }

    [Fact]
    public void Offer_OverIp6_SaysSo() => Assert.Contains("c=IN IP6 2001:db8::1",
        SdpText.Lines(new SdpNegotiator(5).Offer(Local with { Address = "2001:db8::1" }, SdpWish.Audio)));

    [Fact]
    public void Answer_KeepsTheOrder_AndDeclinesWithPortZero()
    {
        SdpSession offer = Of("m=video 9 RTP/AVP 31\n", SdpText.Audio, "m=audio 8 RTP/SAVP 0\n", SdpText.Image,
            "m=image 10 udptl t38\n", "m=application 11 x y\n");
        SdpSession? answer = new SdpNegotiator(1).Answer(offer, Local, SdpWish.Both, out SdpAgreement agreement);
        Assert.Equal(
            [
                "video 0 RTP/AVP 31", "audio 4000 RTP/AVP 8", "audio 0 RTP/SAVP 0", "image 4002 udptl t38",
                "image 0 udptl t38", "application 0 x y",
            ],
            SdpText.Media(answer!));
        Assert.Equal(new AudioAgreement("198.51.100.7", 6_002, AudioCodec.Pcma, 8, SdpDirection.SendReceive),
            agreement.Audio);
        Assert.Equal(("198.51.100.7", 6_004), (agreement.Image!.RemoteAddress, agreement.Image.RemotePort));
        Assert.Equal((0, 9_600), (agreement.Image.Agreed.Version, agreement.Image.Agreed.MaxBitRate));
        Assert.Equal(176, agreement.Image.Remote.MaxDatagram);
    }

    [Theory]
    [InlineData(SdpWish.Audio, "audio 4000 RTP/AVP 8", "image 0 udptl t38")]
    [InlineData(SdpWish.Image, "audio 0 RTP/AVP 8 0", "image 4002 udptl t38")]
    [InlineData(SdpWish.Both, "audio 4000 RTP/AVP 8", "image 4002 udptl t38")]
    public void AudioAndImage_InOneOffer_AreTakenAsWished(SdpWish accept, string audio, string image)
    {
        SdpSession offer = Of(SdpText.Audio, SdpText.Image);
        SdpSession? answer = new SdpNegotiator(1).Answer(offer, Local, accept, out SdpAgreement agreement);
        Assert.Equal([audio, image], SdpText.Media(answer!));
        Assert.Equal((accept.HasFlag(SdpWish.Audio), accept.HasFlag(SdpWish.Image)),
            (agreement.Audio is not null, agreement.Image is not null));
    }

    [Theory]
    [InlineData("m=audio 9 RTP/AVP 18\na=rtpmap:18 G729/8000\n")]
    [InlineData("m=audio 9 RTP/SAVP 0\n")]
    [InlineData("m=image 9 tcp t38\n")]
    [InlineData("m=audio 0 RTP/AVP 0\n")]
    [InlineData("m=audio 9 RTP/AVP 0\na=rtpmap:0 L16/8000\n")]
    [InlineData("")]
    public void Offer_WithNothingForUs_HasNoAnswer(string media)
    {
        Assert.Null(new SdpNegotiator(1).Answer(Of(media), Local, SdpWish.Both, out SdpAgreement agreement));
        Assert.True(agreement.IsEmpty);
    }

    [Fact]
    public void PayloadType_OfTheOfferer_IsKept()
    {
        SdpSession offer = Of("m=audio 9 RTP/AVP 18 97 0\na=rtpmap:97 pcma/8000\n");
        SdpSession? answer = new SdpNegotiator(1).Answer(offer, Local, SdpWish.Audio, out SdpAgreement agreement);
        Assert.Equal(["audio 4000 RTP/AVP 97"], SdpText.Media(answer!));
        Assert.Contains("a=rtpmap:97 PCMA/8000", SdpText.Lines(answer!));
        Assert.Equal((AudioCodec.Pcma, 97), (agreement.Audio!.Codec, agreement.Audio.PayloadType));
    }

    [Theory]
    [InlineData("a=sendonly\n", "a=recvonly", SdpDirection.ReceiveOnly)]
    [InlineData("a=recvonly\n", "a=sendonly", SdpDirection.SendOnly)]
    [InlineData("a=inactive\n", "a=inactive", SdpDirection.Inactive)]
    [InlineData("a=sendrecv\n", "a=sendrecv", SdpDirection.SendReceive)]
    [InlineData("c=IN IP4 0.0.0.0\n", "a=recvonly", SdpDirection.ReceiveOnly)]
    [InlineData("c=IN IP4 0.0.0.0\na=recvonly\n", "a=inactive", SdpDirection.Inactive)]
    public void Direction_IsMirrored(string theirs, string ours, SdpDirection expected)
    {
        SdpSession? answer = new SdpNegotiator(1).Answer(
            Of(SdpText.Audio + theirs), Local, SdpWish.Audio, out SdpAgreement agreement);
        Assert.Contains(ours, SdpText.Lines(answer!));
        Assert.Equal(expected, agreement.Audio!.Direction);
        answer = new SdpNegotiator(1).Answer(Of(SdpText.Image + theirs), Local, SdpWish.Image, out agreement);
        Assert.Equal(expected != SdpDirection.SendReceive, SdpText.Lines(answer!).Contains(ours));
        Assert.Equal(expected, agreement.Image!.Direction);
    }

    [Fact]
    public void SwitchToT38_TakesTheAudiosPlace_AndBack()
    {
        SdpNegotiator us = new(10);
        SdpSession first = us.Offer(Local, SdpWish.Audio);
        Assert.NotNull(us.Accept(first, Of(SdpText.Audio), Local)!.Audio);
        SdpSession second = us.Offer(Local, SdpWish.Image);
        Assert.Equal(["image 4002 udptl t38"], SdpText.Media(second));
        Assert.NotNull(us.Accept(second, Of(SdpText.Image), Local)!.Image);
        SdpSession third = us.Offer(Local, SdpWish.Audio);
        Assert.Equal(["audio 4000 RTP/AVP 0 8"], SdpText.Media(third));
        Assert.Equal([10ul, 11ul, 12ul], ((SdpSession[])[first, second, third]).Select(one => one.Origin.Version));
        Assert.All([first, second, third], one => Assert.Equal("10", one.Origin.SessionId));
    }

    [Fact]
    public void ReOffer_WithPlacesForBoth_KeepsThemAndAddsNone()
    {
        SdpNegotiator us = new(10);
        us.Answer(Of(SdpText.Audio, SdpText.Image, "m=video 7 RTP/AVP 31\n"), Local, SdpWish.Audio, out _);
        Assert.Equal(["audio 0 RTP/AVP 8", "image 4002 udptl t38", "video 0 RTP/AVP 31"],
            SdpText.Media(us.Offer(Local, SdpWish.Image)));
        Assert.Equal(["audio 4000 RTP/AVP 0 8", "image 4002 udptl t38", "video 0 RTP/AVP 31"],
            SdpText.Media(us.Offer(Local, SdpWish.Both)));
    }

    [Fact]
    public void ReOffer_OfBoth_AddsThePlaceThatIsLacking()
    {
        SdpNegotiator us = new(10);
        us.Answer(Of(SdpText.Image), Local, SdpWish.Both, out _);
        Assert.Equal(["image 4002 udptl t38", "audio 4000 RTP/AVP 0 8"],
            SdpText.Media(us.Offer(Local, SdpWish.Both)));
    }

    [Fact]
    public void Description_ThatDoesNotChange_KeepsItsVersion()
    {
        SdpNegotiator us = new(10);
        SdpSession first = us.Offer(Local, SdpWish.Audio), again = us.Offer(Local, SdpWish.Audio);
        Assert.Equal(SdpWriter.ToArray(first), SdpWriter.ToArray(again));
        Assert.Equal(11ul, us.Offer(Local with { AudioPort = 4_100 }, SdpWish.Audio).Origin.Version);
        Assert.Equal(12ul, us.Answer(Of(SdpText.Audio), Local, SdpWish.Audio, out _)!.Origin.Version);
    }

    [Fact]
    public void RefusedReOffer_LeavesThePlacesForTheNext()
    {
        SdpNegotiator us = new(10);
        us.Accept(us.Offer(Local, SdpWish.Audio), Of(SdpText.Audio), Local);
        us.Offer(Local, SdpWish.Image); // Refused with 488: nothing comes back.
        Assert.Equal(["audio 4000 RTP/AVP 0 8"], SdpText.Media(us.Offer(Local, SdpWish.Audio)));
    }

    [Fact]
    public void LateOffer_IsOursToMake_AndTheirAnswerIsRead()
    {
        SdpNegotiator us = new(10);
        SdpSession offer = us.Offer(Local, SdpWish.Both);
        SdpAgreement? agreement = us.Accept(offer, Of("m=audio 0 RTP/AVP 0\n", SdpText.Image), Local);
        Assert.Null(agreement!.Audio);
        Assert.Equal(6_004, agreement.Image!.RemotePort);
        Assert.Equal(9_600, agreement.Image.Agreed.MaxBitRate);
    }

    [Fact]
    public void Answer_ThatDeclinesEverything_IsEmpty()
    {
        SdpNegotiator us = new(1);
        SdpSession offer = us.Offer(Local, SdpWish.Both);
        Assert.True(us.Accept(offer, Of("m=audio 0 RTP/AVP 0\n", "m=image 0 udptl t38\n"), Local)!.IsEmpty);
        Assert.True(us.Accept(offer, Of("m=audio 5 RTP/AVP 18\n", "m=image 5 udptl t37\n"), Local)!.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData(SdpText.Audio)]
    [InlineData(SdpText.Image + SdpText.Audio)]
    [InlineData(SdpText.Audio + SdpText.Image + "m=video 0 RTP/AVP 31\n")]
    public void Answer_ThatDoesNotFitTheOffer_IsNone(string media)
    {
        SdpNegotiator us = new(1);
        Assert.Null(us.Accept(us.Offer(Local, SdpWish.Both), Of(media), Local));
    }

    [Fact]
    public void Answer_WithoutAnAddress_OpensNothing()
    {
        SdpNegotiator us = new(1);
        SdpSession nowhere = SdpText.Parse("v=0\no=- 1 1 IN IP4 x\n" + SdpText.Image);
        Assert.True(us.Accept(us.Offer(Local, SdpWish.Image), nowhere, Local)!.IsEmpty);
        Assert.Null(us.Answer(nowhere, Local, SdpWish.Both, out _));
    }
}
