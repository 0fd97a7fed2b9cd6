// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>The malformed messages of RFC 4475 §3.1.2 and the well-formed but unfit ones of §3.3, made again after
/// its descriptions, and what we answer.</summary>
public class TortureCallTests
{
    // Each: what of a good request is replaced by what.
    [Theory]
    [InlineData("3.1.2.1", "INVITE", "Contact: <sip:a@192.0.2.1>", "Contact: \"Joe\" <sip:joe@e.example>;;;;", 400)]
    [InlineData("3.1.2.2", "INVITE", "Content-Length: 0", "Content-Length: 9999", 400)]
    [InlineData("3.1.2.3", "INVITE", "Content-Length: 0", "Content-Length: -999", 400)]
    [InlineData("3.1.2.4", "REGISTER", "Max-Forwards: 70", "Max-Forwards: 300", 400)]
    [InlineData("3.1.2.7", "INVITE", "INVITE sip:fax@b.example", "INVITE <sip:fax@b.example>", 400)]
    [InlineData("3.1.2.8", "INVITE", "INVITE sip:fax@b.example", "INVITE sip:fax@b.example; lr", 400)]
    [InlineData("3.1.2.9", "INVITE", "INVITE sip:fax@b.example ", "INVITE  sip:fax@b.example  ", 400)]
    [InlineData("3.1.2.10", "OPTIONS", "SIP/2.0\n", "SIP/2.0  \n", 400)]
    [InlineData("3.1.2.13", "REGISTER", "Contact: <sip:a@192.0.2.1>", "Contact: sip:a@b?Route=%3Csip:x%3E", 400)]
    [InlineData("3.1.2.16", "OPTIONS", "fax@b.example SIP/2.0", "fax@b.example SIP/7.0", 505)]
    [InlineData("3.1.2.17", "OPTIONS", "CSeq: 7 OPTIONS", "CSeq: 8 INVITE", 400)]
    [InlineData("3.1.2.18", "NEWMETHOD", "CSeq: 7 NEWMETHOD", "CSeq: 8 INVITE", 400)]
    [InlineData("3.3.2", "OPTIONS", "sip:fax@b.example SIP", "nobodyKnowsThisScheme:totallyopaque SIP", 416)]
    [InlineData("3.3.3", "OPTIONS", "sip:fax@b.example SIP", "soap.beep://192.0.2.103:3002 SIP", 416)]
    [InlineData("3.3.5", "OPTIONS", "Max-Forwards: 70", "Require: nothingSupportsThis, norThis", 420)]
    [InlineData("3.3.6", "INVITE", "Content-Length: 0\n\n",
        "Content-Type: application/unknownformat\nContent-Length: 1\n\nx", 415)]
    [InlineData("3.3.8", "INVITE", "CSeq: 7 INVITE", "CSeq: 7 INVITE\nCSeq: 8 INVITE", 400)]
    [InlineData("3.3.8", "INVITE", "Call-ID: call-1", "Call-ID: call-1\ni: call-2", 400)]
    [InlineData("3.3.8", "INVITE", "Max-Forwards: 70", "Max-Forwards: 70\nMax-Forwards: 5", 400)]
    [InlineData("3.3.9", "OPTIONS", "Content-Length: 0\n\n", "Content-Length: 3\nContent-Length: 5\n\nabcde", 400)]
    [InlineData("3.3.15", "INVITE", "Max-Forwards: 70", "Accept: text/nobodyKnowsThis", 406)]
    [InlineData("3.3.15", "INVITE", "Max-Forwards: 70", "Accept:", 406)]
    public void Hostile_14_Torture_Unfit_IsRefusedAsItAsks(
        string section, string method, string from, string to, int status)
    {
        FarEnd far = new();
        string good = Wire.Request(method);
        Assert.Contains(from, good, StringComparison.Ordinal);
        far.Send(good.Replace(from, to, StringComparison.Ordinal));
        far.Run(0.1);
        SipResponse answer = Assert.IsType<SipResponse>(Assert.Single(far.Received).Message);
        Assert.True(answer.StatusCode == status, $"§{section}: {answer.StatusCode}");
        Assert.Empty(far.Us.Heard);
        Assert.Equal(status == 420, answer.Headers.Contains("Unsupported"));
        Assert.Equal(status == 415, answer.Headers.Contains("Accept"));
    }

    // What cannot be answered for want of whom or what to answer is dropped; so are responses.
    [Theory]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-INVITE-1;rport", "Via: SIP/2.0/UDP 192.0.2.15;;,;,,")]
    [InlineData("CSeq: 7 INVITE", "CSeq: 36893488147419103232 INVITE")]
    [InlineData("To: <sip:fax@b.example>", "To: \"Mr. J. User <sip:fax@b.example>")]
    [InlineData("From: <sip:a@a.example>;tag=from1\nTo: <sip:fax@b.example>\nCall-ID: call-1\n", "")]
    [InlineData("INVITE sip:fax@b.example SIP/2.0", "SIP/2.0 4294967301 better not break the receiver")]
    [InlineData("INVITE sip:fax@b.example SIP/2.0", "SIP/2.0 99 too low")]
    [InlineData("INVITE sip:fax@b.example SIP/2.0", "SIP/7.0 200 OK")]
    [InlineData("INVITE sip:fax@b.example SIP/2.0", "SIP/2.0 200 OK")]
    [InlineData("INVITE sip:fax@b.example SIP/2.0", "INVITE")]
    public void Hostile_14_Torture_Unanswerable_IsDropped(string from, string to)
    {
        FarEnd far = new();
        string good = Wire.Request("INVITE");
        Assert.Contains(from, good, StringComparison.Ordinal);
        far.Send(good.Replace(from, to, StringComparison.Ordinal));
        far.Run(40);
        Assert.Empty(far.Titles);
        Assert.Empty(far.Us.Heard);
        Assert.Equal(0, far.Us.Agent.TransactionCount);
    }

    // §3.1.2.11, 12, 14, 15 and §3.3.4, 7, 11: RFC 4475 lets an element forgive these, and we do.
    [Theory]
    [InlineData("OPTIONS sip:fax@b.example", "OPTIONS sip:fax@b.example?Route=%3Csip:b.example%3E")]
    [InlineData("Max-Forwards: 70", "Date: Fri, 01 Jan 2010 16:00:00 EST")]
    [InlineData("To: <sip:fax@b.example>", "To: \"Watson, Thomas\" < sip:fax@b.example >")]
    [InlineData("From: <sip:a@a.example>", "From: Bell, Alexander <sip:a@a.example>")]
    [InlineData("Contact: <sip:a@192.0.2.1>", "Contact: <name:John_Smith>")]
    [InlineData("To: <sip:fax@b.example>", "To: isbn:2983792873")]
    [InlineData("Max-Forwards: 70", "Authorization: NoOneKnowsThisScheme opaque-data=here")]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 0")]
    [InlineData("Max-Forwards: 70", "Proxy-Require: nothingSupportsThis")]
    public void Hostile_14_Torture_Forgivable_IsAnswered(string from, string to)
    {
        FarEnd far = new();
        string good = Wire.Request();
        Assert.Contains(from, good, StringComparison.Ordinal);
        far.Send(good.Replace(from, to, StringComparison.Ordinal));
        far.Expect("200 OPTIONS");
    }

    [Fact]
    public void Hostile_14_Torture_3_3_10_BroadcastVia_IsNoResponseOfOurs()
    {
        FarEnd far = new();
        SipCall call = far.Us.Invite();
        SipResponse response = SipResponse.For(far.ExpectRequest("INVITE"), 200, null, "x");
        response.Headers.Set("Via", "SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23");
        far.Send(response);
        far.Run(0.2);
        Assert.Equal(SipCallState.Inviting, call.State);
        Assert.Empty(far.Titles);
    }

    [Fact]
    public void Hostile_14_Torture_3_4_1_Rfc2543Invite_IsTaken()
    {
        FarEnd far = new();
        string body = FarSdp.Audio();
        far.Send("INVITE sip:fax@b.example SIP/2.0\nVia: SIP/2.0/UDP iftgw.example\n"
            + "From: <sip:+13035551111@c.example;user=phone>\nTo: sip:+16505552222@s.example;user=phone\n"
            + "Record-Route: <sip:fax@b.example;maddr=ss1.example>\nContact: <sip:c@c.example>\n"
            + $"Call-ID: 1717@c.example\nCSeq: 56 INVITE\nContent-Type: application/sdp\n\n{body}");
        far.Expect("200 INVITE");
        Assert.Equal(["incoming"], far.Us.Heard);
    }

    [Fact]
    public void Hostile_14_Torture_InviteWithoutContact_IsRefused()
    {
        FarEnd far = new();
        far.Send(Wire.Request("INVITE").Replace("Contact: <sip:a@192.0.2.1>\n", "", StringComparison.Ordinal));
        far.Expect("400 INVITE"); // DIVERGENCES.md
        Assert.Empty(far.Us.Heard);
    }
}
