// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>From INVITE to BYE between two of ours, and what a lost message costs.</summary>
public class CallSetupTests
{
    [Theory]
    [InlineData(SipTransport.Udp)]
    [InlineData(SipTransport.Tcp)]
    public void Call_Answered_IsEstablishedOnBothSides_AndEndsWithBye(SipTransport transport)
    {
        AgentPair pair = new(transport: transport);
        pair.Establish();
        pair.Run(1);
        pair.Caller.Call.HangUp(pair.Caller.Now, new SipReason("Q.850", 16, "done"));
        pair.AssertForgotten();
        Assert.Equal(["established", "ended LocalHangUp 0"], pair.Caller.Heard);
        Assert.Equal(["incoming", "established", "ended RemoteHangUp 0"], pair.Called.Heard);
        Assert.Equal(["INVITE", "ACK", "BYE"], pair.Caller.Sent.Select(one => one.Title));
        Assert.Equal(["200 INVITE", "200 BYE"], pair.Called.Sent.Select(one => one.Title));
        Assert.Equal(new SipReason("Q.850", 16, "done"), pair.Called.Call.End!.Reason);
        Assert.NotNull(pair.Caller.Agreement!.Audio);
        Assert.NotNull(pair.Called.Agreement!.Audio);
    }

    [Fact]
    public void HangUp_OfTheCalledSide_ReachesTheCaller()
    {
        AgentPair pair = new();
        pair.Establish();
        pair.Called.Call.HangUp(pair.Called.Now);
        pair.AssertForgotten();
        Assert.Equal("ended RemoteHangUp 0", pair.Caller.Heard[^1]);
        Assert.Equal("ended LocalHangUp 0", pair.Called.Heard[^1]);
    }

    [Fact]
    public void LostInvite_IsSentAgain()
    {
        AgentPair pair = new();
        pair.Caller.Wire.LosesNumber = number => number < 2;
        pair.Establish();
        Assert.Equal([0, 500, 1_500], pair.Caller.SentAt("INVITE"));
        Assert.Single(pair.Called.Heard, "incoming");
    }

    [Fact]
    public void LostSuccess_IsRepeatedUntilItsAck()
    {
        AgentPair pair = new();
        pair.Called.Wire.LosesNumber = number => number < 3;
        pair.Establish();
        pair.Run(60);

        // At 520 the INVITE came again, and the 2xx is the user agent's to repeat (RFC 3261 §13.3.1.4), not its.
        Assert.Equal([20, 520, 1_520, 3_520], pair.Called.SentAt("200 INVITE"));
        Assert.Equal([3_540], pair.Caller.SentAt("ACK"));
        Assert.Single(pair.Caller.Heard, "established");
    }

    [Fact]
    public void LostAck_IsSentAgainForEachRepeatedSuccess()
    {
        AgentPair pair = new();
        int acks = 0;
        pair.Caller.Wire.LosesNumber = _ => pair.Caller.Sent[^1].Title == "ACK" && ++acks <= 2;
        pair.Caller.Invite();
        pair.Run(20);
        Assert.Equal(["established"], pair.Caller.Heard);
        Assert.Equal(["incoming", "established"], pair.Called.Heard);
        Assert.Equal([40, 540, 1_540], pair.Caller.SentAt("ACK"));
        SipMessage[] sent = [.. pair.Caller.Sent.Where(one => one.Title == "ACK").Select(one => one.Message)];
        Assert.All(sent, ack => Assert.Equal(sent[0].CSeq, ack.CSeq));
    }

    [Fact]
    public void AckThatNeverComes_EndsTheCallWithBye()
    {
        AgentPair pair = new();
        pair.Caller.Wire.LosesNumber = _ => pair.Caller.Sent[^1].Title == "ACK";
        pair.Caller.Invite();
        pair.AssertForgotten();
        Assert.Equal(["incoming", "ended NotAcknowledged 0"], pair.Called.Heard);
        Assert.Equal(["established", "ended RemoteHangUp 0"], pair.Caller.Heard);
        Assert.Equal([32_020], pair.Called.SentAt("BYE"));
    }

    [Fact]
    public void Byes_ThatCross_AreBothAnswered()
    {
        AgentPair pair = new();
        pair.Establish();
        pair.Caller.Call.HangUp(pair.Caller.Now);
        pair.Called.Call.HangUp(pair.Called.Now);
        pair.AssertForgotten();
        Assert.Equal("ended LocalHangUp 0", pair.Caller.Heard[^1]);
        Assert.Equal("ended LocalHangUp 0", pair.Called.Heard[^1]);
        Assert.Single(pair.Caller.SentAt("200 BYE"));
        Assert.Single(pair.Called.SentAt("200 BYE"));
    }

    [Fact]
    public void LostBye_IsSentAgain_AndAnsweredAgain()
    {
        AgentPair pair = new();
        pair.Establish();
        int start = pair.NowMs;
        int sent = pair.Caller.Wire.Sent;
        pair.Caller.Wire.LosesNumber = number => number == sent;
        int answers = pair.Called.Wire.Sent;
        pair.Called.Wire.LosesNumber = number => number == answers;
        pair.Caller.Call.HangUp(pair.Caller.Now);
        pair.AssertForgotten();
        Assert.Equal([0, 500, 1_500], pair.Caller.SentAt("BYE").Select(at => at - start));
        Assert.Equal(2, pair.Called.SentAt("200 BYE").Length);
        Assert.Single(pair.Called.Heard, "ended RemoteHangUp 0");
    }

    [Theory]
    [InlineData(486)]
    [InlineData(603)]
    [InlineData(302)]
    public void Refusal_IsToldWithItsStatus(int status)
    {
        AgentPair pair = new();
        pair.Called.OnIncoming = call => call.Reject(pair.Called.Now, status, new SipHeader("Retry-After", "60"));
        pair.Caller.Invite();
        pair.AssertForgotten();
        Assert.Equal([$"ended Refused {status}"], pair.Caller.Heard);
        Assert.Equal(60u, pair.Caller.Call.End!.RetryAfterSeconds);
        Assert.Equal(["incoming", $"ended Rejected {status}"], pair.Called.Heard);
        Assert.Single(pair.Caller.SentAt("ACK"));
    }

    [Fact]
    public void Offer_WithNothingForTheCalled_IsRefusedWith488()
    {
        AgentPair pair = new();
        pair.Called.Accepts = Protocol.Sdp.SdpWish.Image;
        pair.Caller.Invite();
        pair.AssertForgotten();
        Assert.Equal(["ended Refused 488"], pair.Caller.Heard);
    }

    [Fact]
    public void FarEnd_ThatIsSilent_IsGivenUpAfter32Seconds()
    {
        AgentPair pair = new();
        pair.Caller.Wire.LosesNumber = _ => true;
        pair.Caller.Invite();
        pair.Run(31.9);
        Assert.Empty(pair.Caller.Heard);
        pair.AssertForgotten();
        Assert.Equal(["ended TimedOut 408"], pair.Caller.Heard);
        Assert.Equal(7, pair.Caller.SentAt("INVITE").Length);
    }

    [Fact]
    public void TransportThatFails_EndsTheCallAtOnce()
    {
        AgentPair pair = new(transport: SipTransport.Tcp);
        pair.Caller.Invite();
        pair.Caller.Agent.TransportFailed(pair.Caller.Now, pair.Caller.Peer);
        Assert.Equal(["ended TransportFailed 503"], pair.Caller.Heard);
        Assert.Equal(0, pair.Caller.Agent.CallCount);
    }

    [Fact]
    public void SuccessWithoutDescription_IsAcknowledgedAndEnded()
    {
        FarEnd far = new();
        far.Us.Invite();
        far.Respond(far.ExpectRequest("INVITE"), 200);
        far.Expect("ACK");
        far.Respond(far.ExpectRequest("BYE"), 200);
        far.Run(40);
        Assert.Equal(["ended BadAnswer 200"], far.Us.Heard);
        Assert.Equal((0, 0), (far.Us.Agent.CallCount, far.Us.Agent.TransactionCount));
    }

    [Fact]
    public void LateOffer_IsAnsweredInTheAck()
    {
        AgentPair pair = new();
        pair.Caller.Invite(late: true);
        pair.Run(5);
        Assert.Equal(["offer of audio", "established"], pair.Caller.Heard);
        Assert.Equal(["incoming", "established"], pair.Called.Heard);
        Assert.False(pair.Caller.Last("ACK").Body.IsEmpty);
        Assert.NotNull(pair.Called.Agreement!.Audio);
        Assert.NotNull(pair.Called.Agreement.Image);
        pair.Caller.Call.HangUp(pair.Caller.Now);
        pair.AssertForgotten();
    }

    [Fact]
    public void LateOffer_ThatIsRefused_EndsTheCallWithBye()
    {
        AgentPair pair = new();
        pair.Caller.OnOffered = (call, _) => call.RefuseOffer(pair.Caller.Now);
        pair.Caller.Invite(late: true);
        pair.AssertForgotten();
        Assert.Equal(["offer of audio", "ended LocalHangUp 0"], pair.Caller.Heard);
        Assert.Single(pair.Caller.SentAt("BYE"));
        Assert.Equal(0, pair.Called.Agent.CallCount);
    }

    [Fact]
    public void LateOffer_WithoutAnAnswerInTheAck_EndsTheCall()
    {
        FarEnd far = new();
        SipRequest invite = far.Call(null);
        SipResponse ok = far.ExpectResponse("200 INVITE");
        Assert.False(ok.Body.IsEmpty);
        far.Acknowledge(invite, ok);
        far.Respond(far.ExpectRequest("BYE"), 200);
        Assert.Equal(["incoming", "ended BadAnswer 0"], far.Us.Heard);
    }

    [Fact]
    public void CalledSide_ThatHangsUpBeforeTheAck_WaitsForItWithItsBye()
    {
        AgentPair pair = new();
        pair.Caller.Wire.LosesNumber = _ => pair.Caller.Sent[^1].Title == "ACK" && pair.NowMs < 500;
        pair.Caller.Invite();
        pair.Run(0.1);
        pair.Called.Call.HangUp(pair.Called.Now);
        Assert.Equal(["incoming", "ended LocalHangUp 0"], pair.Called.Heard);
        pair.Run(0.3);
        Assert.Empty(pair.Called.SentAt("BYE")); // RFC 3261 §15.
        pair.AssertForgotten();
        Assert.Equal([560], pair.Called.SentAt("BYE"));
        Assert.Equal("ended RemoteHangUp 0", pair.Caller.Heard[^1]);
    }
}
