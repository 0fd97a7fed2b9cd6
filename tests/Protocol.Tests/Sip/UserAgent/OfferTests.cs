// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>Offers within a call: the switch to T.38, its refusal, glare, UPDATE (RFC 3261 §14, RFC 3311).</summary>
public class OfferTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SwitchToT38_ByEitherSide_IsAgreed(bool byCaller)
    {
        AgentPair pair = new();
        pair.Establish();
        (AgentEnd offers, AgentEnd answers) = byCaller ? (pair.Caller, pair.Called) : (pair.Called, pair.Caller);
        Assert.True(offers.SendOffer(SdpWish.Image));
        Assert.False(offers.Call.CanOffer);
        pair.Run(5);
        Assert.Equal("offer Accepted 200", offers.Heard[^1]);
        Assert.Equal("offer of image", answers.Heard[^1]);
        Assert.All([offers, answers], end => Assert.True(end.Agreement is { Audio: null, Image: not null }));
        Assert.True(offers.SendOffer(SdpWish.Audio));
        pair.Run(5);
        Assert.All([offers, answers], end => Assert.True(end.Agreement is { Audio: not null, Image: null }));
        answers.Call.HangUp(answers.Now);
        pair.AssertForgotten();
    }

    [Fact]
    public void Offer_RefusedWith488_LeavesTheCallAsItWas()
    {
        AgentPair pair = new();
        pair.Establish();
        pair.Called.Accepts = SdpWish.Audio;
        for (int attempt = 0; attempt < 2; attempt++)
        {
            Assert.True(pair.Caller.SendOffer(SdpWish.Image));
            pair.Run(5);
            Assert.Equal("offer Refused 488", pair.Caller.Heard[^1]);
            Assert.Equal(SipCallState.Established, pair.Caller.Call.State);
            Assert.NotNull(pair.Caller.Agreement!.Audio);
        }

        Assert.Contains("Warning", pair.Called.Last("488 INVITE").Headers.Select(header => header.Name));
        pair.Called.Accepts = SdpWish.Both;
        Assert.True(pair.Called.SendOffer(SdpWish.Image));
        pair.Run(5);
        Assert.NotNull(pair.Caller.Agreement!.Image);
        pair.Called.Call.HangUp(pair.Called.Now);
        pair.AssertForgotten();
    }

    [Fact]
    public void Glare_IsRefusedOnBothSides_AndTheCalledSideComesFirst()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            AgentPair pair = new(seed);
            pair.Establish();
            int start = pair.NowMs;
            Assert.True(pair.Caller.SendOffer(SdpWish.Image) && pair.Called.SendOffer(SdpWish.Image));
            pair.Run(10);
            Assert.Single(pair.Caller.SentAt("491 INVITE"));
            Assert.Single(pair.Called.SentAt("491 INVITE"));
            int[] tries = pair.Called.SentAt("INVITE");
            Assert.Equal(2, tries.Length);
            Assert.InRange(tries[1] - start - 40, 0, 2_000); // §14.1: 0 to 2 s for who did not make the Call-ID.
            Assert.Equal("offer Accepted 200", pair.Called.Heard[^1]);
            Assert.Equal(["established", "offer of image", "offer Superseded 491"], pair.Caller.Heard);
            Assert.All([pair.Caller, pair.Called], end => Assert.NotNull(end.Agreement!.Image));
        }
    }

    [Fact]
    public void Glare_WithAPeerThatGivesUp_IsRetriedAfterTheCallersTime()
    {
        HashSet<int> waits = [];
        for (int seed = 1; seed <= 40; seed++)
        {
            FarEnd far = new(seed: seed);
            far.Establish();
            far.Us.SendOffer(SdpWish.Image);
            far.Respond(far.ExpectRequest("INVITE"), 491);
            far.Expect("ACK");
            int refused = (int)far.Us.Now.TotalMilliseconds;
            Assert.False(far.Us.Call.CanOffer);
            far.Respond(far.ExpectRequest("INVITE"), 200, FarSdp.Image());
            far.Expect("ACK");
            int wait = far.Us.SentAt("INVITE")[^1] - refused + 20;
            Assert.InRange(wait, 2_100, 4_000); // §14.1: 2.1 to 4 s in steps of 10 ms for who made the Call-ID.
            Assert.Equal(0, wait % 10);
            Assert.Equal("offer Accepted 200", far.Us.Heard[^1]);
            waits.Add(wait);
        }

        Assert.True(waits.Count > 20, "the wait is drawn anew each time");
    }

    [Fact]
    public void ReInvite_WhileOursIsOpen_Gets491()
    {
        FarEnd far = new();
        far.Establish();
        far.Us.SendOffer(SdpWish.Image);
        SipRequest ours = far.ExpectRequest("INVITE");
        far.Request("INVITE", FarSdp.Image());
        far.Expect("491 INVITE");
        far.Request("UPDATE", FarSdp.Image());
        far.Expect("491 UPDATE");
        far.Respond(ours, 200, FarSdp.Image());
        far.Expect("ACK");
        Assert.Equal("offer Accepted 200", far.Us.Heard[^1]);
    }

    [Fact]
    public void ReInvite_WhileTheirsIsUnanswered_Gets500WithRetryAfter()
    {
        FarEnd far = new();
        far.Establish(weCall: false);
        far.Us.OnOffered = (_, _) => { };
        SipRequest first = far.Request("INVITE", FarSdp.Image());
        far.Expect("100 INVITE");
        far.Request("UPDATE", FarSdp.Image(3));
        SipResponse refused = far.ExpectResponse("500 UPDATE");
        Assert.True(refused.Headers.TryGetNumber("Retry-After", out uint seconds) && seconds <= 10);
        far.Us.Answer(far.Us.Call, FarSdp.Parse(FarSdp.Image()));
        Assert.Equal(first.CSeq, far.ExpectResponse("200 INVITE").CSeq);
    }

    [Fact]
    public void ReInvite_WithoutOffer_GetsOurs_AndItsAckTheAnswer()
    {
        FarEnd far = new();
        far.Establish(weCall: false);
        SipRequest invite = far.Request("INVITE");
        SipResponse ok = far.ExpectResponse("200 INVITE");
        Assert.Equal("offer wanted", far.Us.Heard[^1]);
        SdpSession offer = FarSdp.Parse(System.Text.Encoding.Latin1.GetString(ok.Body.Span));
        Assert.Equal(2, offer.Media.Count);
        string image = FarSdp.Image();
        far.Acknowledge(invite, ok, image.Replace("m=image", "m=audio 0 RTP/AVP 0\nm=image", StringComparison.Ordinal));
        far.Run(1);
        Assert.Equal("offer Accepted 200", far.Us.Heard[^1]);
        Assert.True(far.Us.Agreement is { Audio: null, Image: not null });
    }

    [Fact]
    public void ReInvite_WithoutOffer_WhoseAckHasNoAnswer_EndsTheCall()
    {
        FarEnd far = new();
        far.Establish(weCall: false);
        SipRequest invite = far.Request("INVITE");
        far.Acknowledge(invite, far.ExpectResponse("200 INVITE"));
        far.Respond(far.ExpectRequest("BYE"), 200);
        Assert.Equal("ended BadAnswer 0", far.Us.Heard[^1]);
    }

    [Fact]
    public void ReInvite_Cancelled_LeavesTheCall()
    {
        FarEnd far = new();
        far.Establish(weCall: false);
        far.Us.OnOffered = (_, _) => { };
        SipRequest invite = far.Request("INVITE", FarSdp.Image());
        far.Expect("100 INVITE");
        SipRequest cancel = new(SipMethods.Cancel, invite.RequestUri);
        foreach (string name in (string[])["Via", "From", "To", "Call-ID"])
        {
            cancel.Headers.Add(name, invite.Headers[name]!);
        }

        cancel.Headers.Add("CSeq", $"{invite.CSeq.Number} CANCEL");
        far.Send(cancel);
        far.Expect("200 CANCEL");
        far.Expect("487 INVITE");
        far.Us.Answer(far.Us.Call, FarSdp.Parse(FarSdp.Image())); // The host comes too late: nothing is sent.
        far.Run(1);
        Assert.All(far.Titles, title => Assert.Equal("487 INVITE", title)); // Repeated, since nobody acknowledges it.
        Assert.Equal(SipCallState.Established, far.Us.Call.State);
        Assert.True(far.Us.Call.CanOffer);
    }

    [Fact]
    public void Update_WithAnOffer_IsAnsweredInItsResponse()
    {
        FarEnd far = new();
        far.Establish();
        far.Request("UPDATE", FarSdp.Image());
        SipResponse ok = far.ExpectResponse("200 UPDATE");
        Assert.True(FarSdp.Parse(System.Text.Encoding.Latin1.GetString(ok.Body.Span)).Media[0].IsT38);
        Assert.NotNull(far.Us.Agreement!.Image);
        far.Us.Accepts = SdpWish.Audio;
        far.Request("UPDATE", FarSdp.Image(3));
        far.Expect("488 UPDATE");
        Assert.Equal(SipCallState.Established, far.Us.Call.State);
    }

    [Fact]
    public void Offer_AnsweredWithoutDescription_IsABadAnswer()
    {
        FarEnd far = new();
        far.Establish();
        far.Us.SendOffer(SdpWish.Image);
        far.Respond(far.ExpectRequest("INVITE"), 200);
        far.Expect("ACK");
        Assert.Equal("offer BadAnswer 200", far.Us.Heard[^1]);
        Assert.Equal(SipCallState.Established, far.Us.Call.State);
    }

    [Theory]
    [InlineData(481, "ended DialogLost 481")]
    [InlineData(408, "ended TimedOut 408")]
    public void Offer_ToAPeerThatHasLostTheCall_EndsIt(int status, string ended)
    {
        FarEnd far = new();
        far.Establish();
        far.Us.SendOffer(SdpWish.Image);
        far.Respond(far.ExpectRequest("INVITE"), status);
        far.Respond(far.ExpectRequest("BYE"), 481);
        far.Run(40);
        Assert.Equal(ended, far.Us.Heard[^1]);
        Assert.Equal(0, far.Us.Agent.CallCount);
    }

    [Fact]
    public void Offer_ThatIsNeverAnswered_EndsTheCall()
    {
        FarEnd far = new();
        far.Establish();
        far.Us.SendOffer(SdpWish.Image);
        far.Run(33);
        far.Respond(far.ExpectRequest("BYE"), 200);
        Assert.Equal("ended TimedOut 408", far.Us.Heard[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Offer_AnsweredOnlyWith100_IsForgottenAfterTheCall(bool weHangUp)
    {
        FarEnd far = new();
        far.Establish();
        far.Us.SendOffer(SdpWish.Image);
        far.Send(SipResponse.For(far.ExpectRequest("INVITE"), 100));
        far.Run(60);
        if (weHangUp)
        {
            far.Us.Call.HangUp(far.Us.Now);
            far.Respond(far.ExpectRequest("BYE"), 200);
        }
        else
        {
            far.Request("BYE");
        }

        far.Run(30);
        Assert.Equal(1, far.Us.Agent.CallCount);
        far.Run(10);
        Assert.Equal((0, 0), (far.Us.Agent.CallCount, far.Us.Agent.TransactionCount));
    }

    [Fact]
    public void Offer_AcceptedAfterTheCallsEnd_IsStillAcknowledged()
    {
        FarEnd far = new();
        far.Establish();
        far.Us.SendOffer(SdpWish.Image);
        SipRequest offer = far.ExpectRequest("INVITE");
        far.Send(SipResponse.For(offer, 100));
        far.Us.Call.HangUp(far.Us.Now);
        far.Respond(far.ExpectRequest("BYE"), 200);
        far.Respond(offer, 200, FarSdp.Image());
        far.Expect("ACK");
        far.Run(40);
        Assert.Equal(["established", "ended LocalHangUp 0"], far.Us.Heard);
        Assert.Equal((0, 0), (far.Us.Agent.CallCount, far.Us.Agent.TransactionCount));
    }

    [Fact]
    public void PendingOffer_WhenByeComes_Gets487()
    {
        FarEnd far = new();
        far.Establish(weCall: false);
        far.Us.OnOffered = (_, _) => { };
        far.Request("INVITE", FarSdp.Image());
        far.Expect("100 INVITE");
        far.Request("BYE");
        far.Expect("200 BYE");
        far.Expect("487 INVITE");
        far.Us.Answer(far.Us.Call, FarSdp.Parse(FarSdp.Image()));
        far.Run(1);
        Assert.DoesNotContain("200 INVITE", far.Titles);
    }
}
