// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>Ringing, reliably or not (RFC 3262).</summary>
public class ProvisionalTests
{
    private static readonly SipUserAgentSettings Plain = new() { ReliableProvisionals = false };

    [Fact]
    public void Ringing_BetweenOurs_IsReliable_AndAcknowledgedOnce()
    {
        AgentPair pair = new();
        pair.Called.OnIncoming = call => call.Ring(pair.Called.Now);
        pair.Called.Wire.LosesNumber = number => number < 2; // The 180 twice; the INVITE's repetition brings it too.
        pair.Caller.Invite();
        pair.Run(10);
        Assert.Equal(["provisional 180"], pair.Caller.Heard);
        Assert.Single(pair.Caller.SentAt("PRACK"));
        Assert.Single(pair.Called.SentAt("200 PRACK"));
        SipMessage ring = pair.Called.Last("180 INVITE");
        Assert.True(ring.Headers.HasToken("Require", "100rel"));
        Assert.Equal($"{ring.Headers["RSeq"]} 1 INVITE", pair.Caller.Last("PRACK").Headers["RAck"]);
        pair.Called.Answer(pair.Called.Call, pair.Called.Call.RemoteOffer);
        pair.Run(1);
        Assert.Equal(["provisional 180", "established"], pair.Caller.Heard);
        pair.Caller.Call.HangUp(pair.Caller.Now);
        pair.AssertForgotten();
    }

    [Fact]
    public void Ringing_ThatIsNeverAcknowledged_Refuses504()
    {
        FarEnd far = new();
        far.Us.OnIncoming = call => call.Ring(far.Us.Now);
        SipRequest invite = far.Call(FarSdp.Audio(), "Require:100rel");
        far.Run(34);
        Assert.Equal([20, 520, 1_520, 3_520, 7_520, 15_520, 31_520], far.Us.SentAt("180 INVITE"));
        Assert.Equal(["incoming", "ended Rejected 504"], far.Us.Heard);
        far.Expect("504 INVITE");
        Assert.Equal(invite.CallId, far.Us.Call.CallId);
    }

    [Fact]
    public void Prack_OfAnotherNumber_Gets481()
    {
        FarEnd far = new();
        far.Us.OnIncoming = call => call.Ring(far.Us.Now);
        far.Call(FarSdp.Audio(), "Supported:100rel");
        SipResponse ring = far.ExpectResponse("180 INVITE");
        Assert.True(ring.Headers.TryGetNumber("RSeq", out uint number));
        foreach (string rack in (string[])[$"{number + 1} 7 INVITE", $"{number} 8 INVITE", $"{number} 7 UPDATE", "x"])
        {
            far.Request("PRACK", null, $"RAck:{rack}");
            far.Expect("481 PRACK");
        }

        far.Request("PRACK", null, $"RAck:{number} 7 INVITE");
        far.Expect("200 PRACK");
        far.Run(40);
        Assert.DoesNotContain("504 INVITE", far.Titles);
        Assert.Equal(SipCallState.Inviting, far.Us.Call.State);
    }

    [Fact]
    public void Prack_AfterTheAnswer_IsStillAccepted()
    {
        FarEnd far = new();
        far.Us.OnIncoming = call => call.Ring(far.Us.Now);
        SipRequest invite = far.Call(FarSdp.Audio(), "Supported:100rel");
        SipResponse ring = far.ExpectResponse("180 INVITE");
        far.Us.Answer(far.Us.Call, far.Us.Call.RemoteOffer);
        SipResponse ok = far.ExpectResponse("200 INVITE");
        far.Request("PRACK", null, $"RAck:{ring.Headers["RSeq"]} 7 INVITE");
        far.Expect("200 PRACK");
        far.Acknowledge(invite, ok);
        far.Run(1);
        Assert.Equal(["incoming", "established"], far.Us.Heard);
    }

    [Fact]
    public void Ringing_OfAPeerThatDoesNotKnowIt_IsPlain()
    {
        FarEnd far = new();
        far.Us.OnIncoming = call => call.Ring(far.Us.Now);
        far.Call(FarSdp.Audio());
        Assert.False(far.ExpectResponse("180 INVITE").Headers.Contains("Require"));
        far.Run(10);
        Assert.Empty(far.Titles);
    }

    [Theory]
    [InlineData("Supported:100rel", false)]
    [InlineData("Require:100rel", true)]
    public void Ringing_WhereWeDoNotOfferIt_IsReliableOnlyIfRequired(string header, bool reliable)
    {
        FarEnd far = new(Plain);
        far.Us.OnIncoming = call => call.Ring(far.Us.Now);
        far.Call(FarSdp.Audio(), header);
        Assert.Equal(reliable, far.ExpectResponse("180 INVITE").Headers.Contains("RSeq"));
    }

    [Fact]
    public void ReliableResponses_OutOfTurn_WaitForTheOneBefore()
    {
        FarEnd far = new();
        far.Us.Invite();
        SipRequest invite = far.ExpectRequest("INVITE");
        far.Respond(invite, 183, null, FarEnd.Tag, "Require:100rel", "RSeq:10");
        far.Respond(far.ExpectRequest("PRACK"), 200);
        far.Respond(invite, 180, null, FarEnd.Tag, "Require:100rel", "RSeq:12");
        far.Respond(invite, 183, null, FarEnd.Tag, "Require:100rel", "RSeq:10");
        far.Respond(invite, 183, null, FarEnd.Tag, "Require:100rel", "RSeq:0");
        far.Respond(invite, 183, null, FarEnd.Tag, "Require:100rel");
        far.Run(1);
        Assert.Empty(far.Titles);
        far.Respond(invite, 183, null, FarEnd.Tag, "Require:100rel", "RSeq:11");
        Assert.Equal("11 1 INVITE", far.ExpectRequest("PRACK").Headers["RAck"]);
        far.Respond(invite, 180, null, FarEnd.Tag, "Require:100rel", "RSeq:12");
        Assert.Equal("12 1 INVITE", far.ExpectRequest("PRACK").Headers["RAck"]);
        Assert.Equal(["provisional 183", "provisional 183", "provisional 180"], far.Us.Heard);
    }

    [Fact]
    public void EarlyAnswer_InAReliableResponse_IsTheAnswer()
    {
        FarEnd far = new();
        far.Us.Invite();
        SipRequest invite = far.ExpectRequest("INVITE");
        far.Respond(invite, 183, FarSdp.Audio(), FarEnd.Tag, "Require:100rel", "RSeq:1");
        far.Respond(far.ExpectRequest("PRACK"), 200);
        far.Respond(invite, 200);
        far.Expect("ACK");
        Assert.Equal(["provisional 183", "established"], far.Us.Heard);
        Assert.NotNull(far.Us.Agreement!.Audio);
    }

    [Fact]
    public void RingingForAnHour_IsTheHostsToEnd()
    {
        AgentPair pair = new();
        pair.Called.OnIncoming = call => call.Ring(pair.Called.Now);
        pair.Caller.Invite();
        pair.Run(3_600);
        Assert.Equal(SipCallState.Inviting, pair.Caller.Call.State);
        pair.Called.Call.HangUp(pair.Called.Now);
        pair.AssertForgotten();
        Assert.Equal("ended Refused 480", pair.Caller.Heard[^1]);
    }

    [Fact]
    public void Bye_WhileItRings_EndsTheInviteToo()
    {
        FarEnd far = new();
        far.Us.OnIncoming = call => call.Ring(far.Us.Now);
        far.Call(FarSdp.Audio());
        far.Expect("180 INVITE");
        far.Request("BYE");
        far.Run(0.1);
        Assert.Equal(["200 BYE", "487 INVITE"], far.Titles);
        Assert.Equal("ended RemoteHangUp 0", far.Us.Heard[^1]);
    }
}
