// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>RFC 3261 §9: a call that its caller no longer wants.</summary>
public class CancelTests
{
    [Fact]
    public void Cancel_WhileItRings_Gets487()
    {
        AgentPair pair = new();
        pair.Called.OnIncoming = call => call.Ring(pair.Called.Now);
        pair.Caller.Invite();
        pair.Run(3);
        pair.Caller.Call.HangUp(pair.Caller.Now);
        pair.AssertForgotten();
        Assert.Equal(["provisional 180", "ended LocalCancel 0"], pair.Caller.Heard);
        Assert.Equal(["incoming", "ended RemoteCancel 487"], pair.Called.Heard);
        Assert.Single(pair.Called.SentAt("200 CANCEL"));
        Assert.Single(pair.Called.SentAt("487 INVITE"));
        Assert.Equal(pair.Called.Last("487 INVITE").To!.Tag, pair.Called.Last("200 CANCEL").To!.Tag); // §9.2.
        SipMessage invite = pair.Caller.Last("INVITE"), cancel = pair.Caller.Last("CANCEL");
        Assert.Equal(invite.Headers["Via"], cancel.Headers["Via"]);
        Assert.Equal(invite.CSeq.Number, cancel.CSeq.Number);
    }

    [Fact]
    public void Cancel_BeforeAnyResponse_WaitsForOne()
    {
        FarEnd far = new();
        SipCall call = far.Us.Invite();
        SipRequest invite = far.ExpectRequest("INVITE");
        call.HangUp(far.Us.Now);
        Assert.Equal(["ended LocalCancel 0"], far.Us.Heard);
        far.Run(3);
        Assert.DoesNotContain("CANCEL", far.Titles); // §9.1.
        far.Send(SipResponse.For(invite, 100));
        far.Respond(far.ExpectRequest("CANCEL", 1), 200);
        far.Respond(invite, 487);
        far.Expect("ACK");
        far.Run(40);
        Assert.Equal((0, 0), (far.Us.Agent.CallCount, far.Us.Agent.TransactionCount));
    }

    [Fact]
    public void Cancel_OfASilentFarEnd_EndsWithTheInvite()
    {
        FarEnd far = new();
        far.Us.Invite().HangUp(far.Us.Now);
        far.Run(70);
        Assert.DoesNotContain("CANCEL", far.Titles);
        Assert.Equal((0, 0), (far.Us.Agent.CallCount, far.Us.Agent.TransactionCount));
    }

    [Fact]
    public void Cancel_ThatCrossesTheSuccess_IsFollowedByAckAndBye()
    {
        AgentPair pair = new();
        pair.Called.OnIncoming = call => call.Ring(pair.Called.Now);
        pair.Caller.Invite();
        pair.Run(1);
        pair.Called.Answer(pair.Called.Call, pair.Called.Call.RemoteOffer);
        pair.Caller.Call.HangUp(pair.Caller.Now);
        pair.AssertForgotten();
        Assert.Equal(["provisional 180", "ended LocalCancel 0"], pair.Caller.Heard);
        Assert.Equal(["incoming", "established", "ended RemoteHangUp 0"], pair.Called.Heard);
        Assert.Equal(["INVITE", "PRACK", "CANCEL", "ACK", "BYE"], pair.Caller.Sent.Select(one => one.Title));
        Assert.Single(pair.Called.SentAt("200 CANCEL"));
    }

    [Fact]
    public void Cancel_AfterTheSuccess_ChangesNothing()
    {
        FarEnd far = new();
        SipRequest invite = far.Call(FarSdp.Audio());
        SipResponse ok = far.ExpectResponse("200 INVITE");
        far.Send(Cancelling(invite));
        far.Expect("200 CANCEL");
        far.Acknowledge(invite, ok);
        far.Run(1);
        Assert.Equal(["incoming", "established"], far.Us.Heard);
        far.Send(Cancelling(invite));
        far.Run(1);
        Assert.Equal(SipCallState.Established, far.Us.Call.State);
    }

    [Fact]
    public void Cancel_OfNothing_Gets481()
    {
        FarEnd far = new();
        far.Send(Wire.Request("CANCEL"));
        far.Expect("481 CANCEL");
        far.Run(40);
        Assert.Empty(far.Us.Heard);
        Assert.Equal(0, far.Us.Agent.TransactionCount);
    }

    [Fact]
    public void FarEnd_ThatAnswersOnlyTheCancel_IsGivenUp()
    {
        FarEnd far = new();
        far.Us.Invite();
        SipRequest invite = far.ExpectRequest("INVITE");
        far.Respond(invite, 180);
        far.Run(1);
        far.Us.Call.HangUp(far.Us.Now);
        far.Respond(far.ExpectRequest("CANCEL"), 200);
        far.Run(33);
        Assert.Equal((0, 0), (far.Us.Agent.CallCount, far.Us.Agent.TransactionCount));
    }

    [Fact]
    public void Challenge_AfterTheCancel_IsNotAnswered()
    {
        FarEnd far = new();
        far.Us.Invite(change: request => request with { Credentials = new SipCredentials("fax", "secret") });
        SipRequest invite = far.ExpectRequest("INVITE");
        far.Us.Call.HangUp(far.Us.Now);
        far.Respond(invite, 401, more: "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"");
        far.Expect("ACK");
        far.Run(40);
        Assert.Empty(far.Titles);
        Assert.Equal(0, far.Us.Agent.CallCount);
    }

    private static SipRequest Cancelling(SipRequest invite)
    {
        SipRequest cancel = new(SipMethods.Cancel, invite.RequestUri);
        foreach (string name in (string[])["Via", "From", "To", "Call-ID", "Max-Forwards"])
        {
            cancel.Headers.Add(name, invite.Headers[name]!);
        }

        cancel.Headers.Add("CSeq", $"{invite.CSeq.Number} CANCEL");
        return cancel;
    }
}
