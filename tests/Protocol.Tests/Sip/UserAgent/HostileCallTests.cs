// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>What is sent into a fax call and has no place there (CVE-2014-6610 and its kin): it is answered, and the
/// call goes on.</summary>
public class HostileCallTests
{
    private static void AssertAlive(FarEnd far)
    {
        Assert.Equal(SipCallState.Established, far.Us.Call.State);
        Assert.DoesNotContain(far.Us.Heard, heard => heard.StartsWith("ended", StringComparison.Ordinal));
        far.Request("INVITE", FarSdp.Image(77));
        SipResponse ok = far.ExpectResponse("200 INVITE");
        Assert.True(FarSdp.Parse(System.Text.Encoding.Latin1.GetString(ok.Body.Span)).Media[0].IsT38);
    }

    [Theory]
    [InlineData("MESSAGE", 405)]
    [InlineData("SUBSCRIBE", 405)]
    [InlineData("REFER", 405)]
    [InlineData("PUBLISH", 405)]
    [InlineData("REGISTER", 405)]
    [InlineData("INFO", 200)]
    [InlineData("NOTIFY", 489)]
    [InlineData("OPTIONS", 200)]
    [InlineData("UPDATE", 200)]
    [InlineData("PRACK", 481)]
    [InlineData("CANCEL", 481)]
    [InlineData("FAX", 501)]
    [InlineData("bye", 501)]
    [InlineData("!%*_+`'~", 501)]
    public void Hostile_07_NonCallMessage_InACall_IsAnsweredAndTheCallSurvives(string method, int status)
    {
        foreach (bool weCall in (bool[])[true, false])
        {
            FarEnd far = new();
            far.Establish(weCall);
            far.Received.Clear();
            far.Request(method);
            far.Run(0.1);
            Assert.Equal([$"{status} {method}"], far.Titles);
            SipMessage answer = far.Received[0].Message;
            Assert.True(status is not (405 or 501) || answer.Headers.Contains("Allow"));
            far.Request(method, "\0\0%n%n<xml>", "Content-Type:text/plain");
            far.Run(0.1);
            Assert.Equal(2, far.Received.Count);
            AssertAlive(far);
        }
    }

    [Theory]
    [InlineData("INFO", 469, "Info-Package:dtmf")]
    [InlineData("NOTIFY", 489, "Event:refer", "Subscription-State:active")]
    [InlineData("MESSAGE", 420, "Require:nonsense")]
    [InlineData("INVITE", 420, "Require:nonsense")]
    [InlineData("UPDATE", 415, "Content-Type:application/isup")]
    [InlineData("INVITE", 415, "Content-Type:application/sdp", "Content-Encoding:gzip")]
    [InlineData("INVITE", 400, "Content-Type:application/sdp")]
    [InlineData("UPDATE", 400, "Content-Type:application/sdp")]
    public void Hostile_07_MessageWeCannotTake_InACall_IsRefusedAndTheCallSurvives(
        string method, int status, params string[] headers)
    {
        FarEnd far = new();
        far.Establish();
        far.Request(method, "m=image 1 udptl t38", headers);
        far.Expect($"{status} {method}");
        AssertAlive(far);
    }

    [Fact]
    public void Hostile_07_EveryMethod_WhileItRings_LeavesItRinging()
    {
        FarEnd far = new();
        far.Us.OnIncoming = call => call.Ring(far.Us.Now);
        SipRequest invite = far.Call(FarSdp.Audio());
        far.Expect("180 INVITE");
        string[] methods = ["MESSAGE", "SUBSCRIBE", "INFO", "NOTIFY", "OPTIONS", "PRACK", "X", "REFER"];
        foreach (string method in methods)
        {
            far.Request(method, "x", "Content-Type:text/plain");
        }

        far.Run(5);
        Assert.Equal(8, far.Received.Count);
        Assert.Equal(SipCallState.Inviting, far.Us.Call.State);
        far.Us.Answer(far.Us.Call, far.Us.Call.RemoteOffer);
        far.Acknowledge(invite, far.ExpectResponse("200 INVITE"));
        far.Run(1);
        AssertAlive(far);
    }

    [Theory]
    [InlineData("To:<sip:us@us.example>;tag=guessed")]
    [InlineData("From:<sip:x@far.example>;tag=guessed")]
    [InlineData("From:<sip:x@far.example>")]
    [InlineData("Call-ID:guessed")]
    public void Hostile_07_ByeOfAnotherDialog_Gets481AndTheCallSurvives(string header)
    {
        FarEnd far = new();
        far.Establish();
        far.Request("BYE", null, header);
        far.Expect("481 BYE");
        AssertAlive(far);
    }

    [Fact]
    public void Hostile_07_RequestOutOfOrder_Gets500AndTheCallSurvives()
    {
        FarEnd far = new();
        far.Establish();
        far.Request("OPTIONS");
        far.Expect("200 OPTIONS");
        far.Request("BYE", null, "CSeq:3 BYE");
        far.Expect("500 BYE");
        AssertAlive(far);
    }

    [Fact]
    public void Hostile_07_StrayResponsesAndAcks_ChangeNothing()
    {
        FarEnd far = new();
        far.Establish();
        far.Received.Clear();
        SipRequest invite = far.Us.Call.Invite;
        foreach (int status in (int[])[100, 180, 200, 401, 481, 487, 500, 603, 699])
        {
            SipResponse response = SipResponse.For(invite, status, null, "elsewhere");
            response.Headers.Set("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKguessed");
            far.Send(response);
        }

        far.Request("ACK", FarSdp.Image());
        far.Request("ACK", null, "CSeq:1 ACK");
        far.Run(5);
        Assert.Empty(far.Titles);
        AssertAlive(far);
    }

    [Fact]
    public void Hostile_07_MalformedMessage_InACall_IsRefusedAndTheCallSurvives()
    {
        FarEnd far = new();
        far.Establish();
        string to = $"<sip:fax@b.example>;tag={far.Us.Call.LocalTag}";
        string bye = Wire.Request("BYE").Replace("<sip:fax@b.example>", to, StringComparison.Ordinal);
        far.Send(bye.Replace("Content-Length: 0", "Content-Length: -1", StringComparison.Ordinal));
        far.Expect("400 BYE");
        far.Send(bye.Replace("Max-Forwards: 70", "Max-Forwards: 300", StringComparison.Ordinal));
        far.Expect("400 BYE");
        far.Send(bye.Replace("CSeq: 7 BYE", "CSeq: 7 INVITE", StringComparison.Ordinal));
        far.Expect("400 INVITE");
        far.Send("\0\0\0garbage");
        far.Run(1);
        Assert.Empty(far.Titles);
        AssertAlive(far);
    }

    [Fact]
    public void Hostile_06_ImageDeclinedInAReInvite_LeavesTheCall()
    {
        FarEnd far = new();
        far.Establish(weCall: false);
        far.Request("INVITE", FarSdp.Image().Replace("6004", "0", StringComparison.Ordinal));
        far.Expect("488 INVITE");
        AssertAlive(far);
    }

    [Fact]
    public void Hostile_06_LateReInvite_AfterTheCall_Gets481()
    {
        FarEnd far = new();
        far.Establish();
        far.Us.Call.HangUp(far.Us.Now);
        SipRequest bye = far.ExpectRequest("BYE");
        far.Request("INVITE", FarSdp.Image());
        far.Expect("481 INVITE");
        far.Respond(bye, 200);
        far.Run(40);
        far.Request("INVITE", FarSdp.Image());
        far.Expect("481 INVITE");
        Assert.Equal(["established", "ended LocalHangUp 0"], far.Us.Heard);
        Assert.Equal(0, far.Us.Agent.CallCount);
    }

    [Fact]
    public void Hostile_06_SwitchAnsweredWithPortZero_IsAnAnswerWithoutMedia()
    {
        FarEnd far = new();
        far.Establish();
        far.Us.SendOffer(SdpWish.Image);
        far.Respond(far.ExpectRequest("INVITE"), 200, FarSdp.Image().Replace("6004", "0", StringComparison.Ordinal));
        far.Expect("ACK");
        Assert.Equal("offer Accepted 200", far.Us.Heard[^1]);
        Assert.True(far.Us.Agreement!.IsEmpty);
        AssertAlive(far);
    }
}
