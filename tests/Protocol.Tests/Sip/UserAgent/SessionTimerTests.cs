// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>RFC 4028: a call that lasts is refreshed, and one whose far end is gone ends.</summary>
public class SessionTimerTests
{
    private static readonly SipUserAgentSettings Short = new() { SessionExpires = TimeSpan.FromSeconds(120) };

    private static readonly SipUserAgentSettings Without = new() { SessionExpires = null };

    [Fact]
    public void LongCall_IsRefreshedByTheCalledSide_WithUpdate()
    {
        AgentPair pair = new();
        pair.Establish();
        pair.Run(3 * 3_600);
        Assert.Equal("established", pair.Caller.Heard[^1]);
        Assert.Equal("established", pair.Called.Heard[^1]);
        int[] updates = pair.Called.SentAt("UPDATE");
        Assert.Equal(11, updates.Length);
        Assert.Equal(900_020, updates[0]); // Half of 1,800 s after the 2xx went out.
        Assert.Empty(pair.Caller.SentAt("UPDATE"));
        Assert.Equal("1800;refresher=uac", pair.Called.Last("UPDATE").Headers["Session-Expires"]);
        SipMessage ok = pair.Caller.Last("200 UPDATE");
        Assert.Equal("1800;refresher=uac", ok.Headers["Session-Expires"]);
        Assert.True(ok.Headers.HasToken("Require", "timer"));
        Assert.True(ok.Body.IsEmpty);
    }

    [Fact]
    public void FarEnd_ThatIsGone_EndsTheCallOnBothSides()
    {
        AgentPair pair = new(caller: Short);
        pair.Establish();
        pair.Caller.Wire.LosesNumber = _ => true;
        pair.Called.Wire.LosesNumber = _ => true;
        pair.Run(600);

        // The refresher learns it from its UPDATE, the other from the interval's end less a margin of 32 s (§10).
        Assert.Equal("ended TimedOut 408", pair.Called.Heard[^1]);
        Assert.Equal("ended SessionExpired 0", pair.Caller.Heard[^1]);
        Assert.Equal([60_020], pair.Called.SentAt("UPDATE")[..1]);
        Assert.Equal(88_040, pair.Caller.SentAt("BYE")[0]);
        Assert.Equal(new SipReason("SIP", 408, "Session expired"), ReasonOf(pair.Caller.Last("BYE")));
        Assert.Equal((0, 0), (pair.Caller.Agent.CallCount, pair.Called.Agent.CallCount));
    }

    [Fact]
    public void Peer_WithoutUpdate_IsRefreshedByAReInviteThatChangesNothing()
    {
        FarEnd far = new(Short);
        far.Establish(more: ["Session-Expires:120;refresher=uac", "Allow:INVITE, ACK, BYE, CANCEL"]);
        SipRequest first = far.Us.Call.Invite;
        SipRequest refresh = far.ExpectRequest("INVITE", 61);
        Assert.Equal(60_040, far.Us.SentAt("INVITE")[^1]);
        Assert.Equal(first.Body.ToArray(), refresh.Body.ToArray());
        Assert.Equal("120;refresher=uac", refresh.Headers["Session-Expires"]);
        far.Respond(refresh, 200, FarSdp.Audio(), more: "Session-Expires:120;refresher=uac");
        far.Expect("ACK");
        far.Expect("INVITE", 61);
        Assert.Equal(["established"], far.Us.Heard);
    }

    [Theory]
    [InlineData(405)]
    [InlineData(501)]
    public void Update_ThatThePeerDoesNotKnow_IsFollowedByAReInvite(int status)
    {
        FarEnd far = new(Short);
        far.Establish(more: ["Session-Expires:120;refresher=uac", "Allow:INVITE, ACK, BYE, UPDATE"]);
        far.Respond(far.ExpectRequest("UPDATE", 61), status);
        far.Respond(far.ExpectRequest("INVITE", 10), 200, FarSdp.Audio(), more: "Session-Expires:120;refresher=uac");
        far.Expect("ACK");
        Assert.Equal(SipCallState.Established, far.Us.Call.State);
    }

    [Fact]
    public void Refresh_ThatMeetsGlare_IsTriedAgain()
    {
        FarEnd far = new(Short);
        far.Establish(more: ["Session-Expires:120;refresher=uac", "Allow:INVITE, ACK, BYE, UPDATE"]);
        far.Respond(far.ExpectRequest("UPDATE", 61), 491);
        far.Respond(far.ExpectRequest("UPDATE", 5), 500);
        far.Respond(far.ExpectRequest("UPDATE", 5), 200, more: "Session-Expires:120;refresher=uac");
        far.Expect("UPDATE", 61);
        Assert.Equal(["established"], far.Us.Heard);
    }

    [Fact]
    public void Refresh_ThatIsRefusedToTheEnd_EndsTheCallAtItsInterval()
    {
        FarEnd far = new(Short);
        far.OnMessage = message =>
        {
            if (message is SipRequest { Method: "UPDATE" } update)
            {
                far.Respond(update, 500);
            }
        };
        far.Establish(more: ["Session-Expires:120;refresher=uac", "Allow:INVITE, ACK, BYE, UPDATE"]);
        far.Run(125);
        Assert.Equal(["established", "ended SessionExpired 0"], far.Us.Heard);
        Assert.Equal(120_040, far.Us.SentAt("BYE")[0]);
        Assert.True(far.Us.SentAt("UPDATE").Length > 10);
    }

    [Fact]
    public void Refresh_OfThePeer_RenewsTheSession()
    {
        FarEnd far = new(Short);
        far.Establish(more: ["Session-Expires:120;refresher=uas", "Allow:INVITE, ACK, BYE, UPDATE"]);
        far.Run(80);
        far.Request("UPDATE", null, "Supported:timer", "Session-Expires:120;refresher=uac");
        SipResponse ok = far.ExpectResponse("200 UPDATE");
        Assert.Equal("120;refresher=uac", ok.Headers["Session-Expires"]);
        far.Run(80);
        SipRequest again = far.Request(
            "INVITE", FarSdp.Audio(), "Supported:timer", "Session-Expires:120;refresher=uac");
        ok = far.ExpectResponse("200 INVITE");
        far.Acknowledge(again, ok);
        far.Run(80);
        Assert.Equal(["established"], far.Us.Heard); // A refresh is not the host's business.
        Assert.Equal(far.Us.Call.Invite.Body.ToArray(), ok.Body.ToArray());
        far.Respond(far.ExpectRequest("BYE", 20), 200);
        Assert.Equal("ended SessionExpired 0", far.Us.Heard[^1]);
    }

    [Fact]
    public void IntervalTooSmall_ForUs_Gets422WithOurMinimum()
    {
        FarEnd far = new();
        far.Call(FarSdp.Audio(), "Supported:timer", "Session-Expires:60");
        Assert.Equal("90", far.ExpectResponse("422 INVITE").Headers["Min-SE"]);
        Assert.Empty(far.Us.Heard);
    }

    [Fact]
    public void IntervalTooSmall_OfAPeerThatCannotBeTold_IsRaised()
    {
        FarEnd far = new();
        far.Call(FarSdp.Audio(), "Session-Expires:60"); // A proxy put it there: the caller does not know 422 (§9).
        SipResponse ok = far.ExpectResponse("200 INVITE");
        Assert.Equal("90;refresher=uas", ok.Headers["Session-Expires"]);
        Assert.False(ok.Headers.Contains("Require"));
    }

    [Fact]
    public void IntervalTooSmall_ForThePeer_IsRaisedAndAskedAgain()
    {
        FarEnd far = new(Short);
        far.Us.Invite();
        far.Respond(far.ExpectRequest("INVITE"), 422, more: "Min-SE:3600");
        far.Expect("ACK");
        SipRequest again = far.ExpectRequest("INVITE");
        Assert.Equal(("3600", "3600"), (again.Headers["Session-Expires"], again.Headers["Min-SE"]));
        Assert.Equal(2u, again.CSeq.Number);
        far.Respond(again, 200, FarSdp.Audio(), more: "Session-Expires:3600;refresher=uac");
        far.Expect("ACK");
        Assert.Equal(["established"], far.Us.Heard);
        far.Run(1_700);
        Assert.Empty(far.Titles);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Min-SE:60")]
    [InlineData("Min-SE:120")]
    [InlineData("Min-SE:4000000000")]
    public void TooSmall_ThatSaysNothingOfUse_EndsTheCall(string header)
    {
        FarEnd far = new(Short);
        far.Us.Invite();
        string[] more = header.Length == 0 ? [] : [header];
        far.Respond(far.ExpectRequest("INVITE"), 422, more: more);
        far.Run(5);
        Assert.Equal(["ended Refused 422"], far.Us.Heard);
    }

    [Fact]
    public void Peer_WithoutTimers_HasNone()
    {
        FarEnd far = new(Short);
        far.Establish();
        far.Run(24 * 3_600);
        Assert.Equal(["established"], far.Us.Heard);
        Assert.Empty(far.Titles);
    }

    [Fact]
    public void OurSide_WithoutTimers_AsksForNone_AndStillRefreshesForAPeerThatDoes()
    {
        AgentPair pair = new(caller: Without);
        pair.Establish();
        Assert.False(pair.Caller.Last("INVITE").Headers.Contains("Session-Expires"));
        pair.Run(7_200);
        Assert.Empty(pair.Called.SentAt("UPDATE"));
        AgentPair other = new(called: Without);
        other.Establish();
        other.Run(7_200);
        Assert.NotEmpty(other.Called.SentAt("UPDATE"));
        Assert.Equal("established", other.Caller.Heard[^1]);
    }

    [Fact]
    public void SwitchToT38_KeepsTheSessionAlive()
    {
        AgentPair pair = new(caller: Short);
        pair.Establish();
        pair.Run(10);
        pair.Caller.SendOffer(SdpWish.Image);
        pair.Run(3_600);
        Assert.Equal("offer Accepted 200", pair.Caller.Heard[^1]);
        Assert.NotNull(pair.Called.Agreement!.Image);
        Assert.True(pair.Called.SentAt("UPDATE").Length > 50);
    }

    private static SipReason? ReasonOf(SipMessage message) =>
        SipReason.TryParse(message.Headers["Reason"], out SipReason? reason) ? reason : null;
}
