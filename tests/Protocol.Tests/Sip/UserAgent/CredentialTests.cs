// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>401 and 407 to INVITE and within the call (RFC 3261 §22, RFC 8760).</summary>
public class CredentialTests
{
    private const string Md5 = "Digest realm=\"r\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"";
    private const string Sha = "Digest realm=\"r\", nonce=\"n1\", algorithm=SHA-256, qop=\"auth\"";

    private static FarEnd Calling(string password = "secret")
    {
        FarEnd far = new();
        far.Us.Invite(change: request => request with { Credentials = new SipCredentials("fax", password) });
        return far;
    }

    [Theory]
    [InlineData(401, Md5)]
    [InlineData(407, Md5)]
    [InlineData(401, Sha)]
    [InlineData(407, Sha)]
    [InlineData(401, "Digest realm=\"r\", nonce=\"n1\"")]
    public void Challenge_IsAnsweredWithTheNextCSeq(int status, string challenge)
    {
        FarEnd far = Calling();
        string asks = status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
        string gives = status == 401 ? "Authorization" : "Proxy-Authorization";
        SipRequest first = far.ExpectRequest("INVITE");
        far.Respond(first, status, more: $"{asks}:{challenge}");
        Assert.Equal(first.TopVia, far.ExpectRequest("ACK").TopVia);
        SipRequest second = far.ExpectRequest("INVITE");
        Assert.True(DigestServer.Accepts(second, gives, "fax", "secret", "r"));
        Assert.Equal((1u, 2u), (first.CSeq.Number, second.CSeq.Number));
        Assert.Equal((first.CallId, first.From!.Tag), (second.CallId, second.From!.Tag));
        Assert.NotEqual(first.TopVia!.Branch, second.TopVia!.Branch);
        Assert.Equal(first.Body.ToArray(), second.Body.ToArray());
        far.Respond(second, 200, FarSdp.Audio());
        SipRequest ack = far.ExpectRequest("ACK");
        Assert.Equal(2u, ack.CSeq.Number);
        Assert.Equal(second.Headers[gives], ack.Headers[gives]); // §22.1: the ACK repeats the INVITE's.
        Assert.Equal(["established"], far.Us.Heard);
    }

    [Fact]
    public void ProxyAndServer_MayBothAsk()
    {
        FarEnd far = Calling();
        far.Respond(far.ExpectRequest("INVITE"), 407, more: $"Proxy-Authenticate:{Md5}");
        SipRequest second = far.ExpectRequest("INVITE");
        far.Respond(second, 401, more: $"WWW-Authenticate:{Sha.Replace("\"r\"", "\"s\"", StringComparison.Ordinal)}");
        SipRequest third = far.ExpectRequest("INVITE");
        Assert.True(DigestServer.Accepts(third, "Proxy-Authorization", "fax", "secret", "r"));
        Assert.True(DigestServer.Accepts(third, "Authorization", "fax", "secret", "s"));
        Assert.Equal(3u, third.CSeq.Number);
    }

    [Fact]
    public void WrongPassword_IsRefusedOnce_NotForEver()
    {
        FarEnd far = Calling("wrong");
        int nonce = 0;
        far.OnMessage = message =>
        {
            if (message is SipRequest { Method: "INVITE" } invite)
            {
                Assert.False(DigestServer.Accepts(invite, "Authorization", "fax", "secret", "r"));
                far.Respond(invite, 401, more: $"WWW-Authenticate:Digest realm=\"r\", nonce=\"n{nonce++}\"");
            }
        };
        far.Run(40);
        Assert.Equal(["ended Refused 401"], far.Us.Heard);
        Assert.Equal(3, nonce); // One more try where the nonce is new: some servers forget to say stale.
        Assert.Equal((0, 0), (far.Us.Agent.CallCount, far.Us.Agent.TransactionCount));
    }

    [Fact]
    public void Challenge_WithoutCredentials_EndsTheCall()
    {
        FarEnd far = new();
        far.Us.Invite();
        far.Respond(far.ExpectRequest("INVITE"), 407, more: $"Proxy-Authenticate:{Md5}");
        far.Expect("ACK");
        Assert.Equal(["ended Refused 407"], far.Us.Heard);
    }

    [Fact]
    public void Challenge_ThatCannotBeAnswered_EndsTheCall()
    {
        FarEnd far = Calling();
        far.Respond(far.ExpectRequest("INVITE"), 401, more: "WWW-Authenticate:Basic realm=\"r\"");
        far.Expect("ACK");
        Assert.Equal(["ended Refused 401"], far.Us.Heard);
    }

    [Fact]
    public void LaterRequests_CarryCredentialsAtOnce_AndAnswerAStaleNonce()
    {
        FarEnd far = Calling();
        far.Respond(far.ExpectRequest("INVITE"), 407, more: $"Proxy-Authenticate:{Md5}");
        SipRequest invite = far.ExpectRequest("INVITE");
        far.Respond(invite, 200, FarSdp.Audio());
        far.Expect("ACK");
        far.Us.SendOffer(SdpWish.Image);
        SipRequest offer = far.ExpectRequest("INVITE");
        Assert.True(DigestServer.Accepts(offer, "Proxy-Authorization", "fax", "secret", "r"));
        Assert.Contains("nc=00000002", offer.Headers["Proxy-Authorization"]!, StringComparison.Ordinal);
        string stale = Md5.Replace("n1", "n2", StringComparison.Ordinal) + ", stale=true";
        far.Respond(offer, 407, more: $"Proxy-Authenticate:{stale}");
        SipRequest again = far.ExpectRequest("INVITE");
        Assert.True(DigestServer.Accepts(again, "Proxy-Authorization", "fax", "secret", "r"));
        Assert.Contains("\"n2\"", again.Headers["Proxy-Authorization"]!, StringComparison.Ordinal);
        Assert.Equal(4u, again.CSeq.Number);
        far.Respond(again, 200, FarSdp.Image());
        Assert.Equal(4u, far.ExpectRequest("ACK").CSeq.Number);
        Assert.Equal("offer Accepted 200", far.Us.Heard[^1]);
        far.Us.Call.HangUp(far.Us.Now);
        SipRequest bye = far.ExpectRequest("BYE");
        Assert.Equal(5u, bye.CSeq.Number);
        Assert.True(DigestServer.Accepts(bye, "Proxy-Authorization", "fax", "secret", "r"));
    }

    [Fact]
    public void Bye_ThatIsChallenged_IsSentAgain()
    {
        FarEnd far = Calling();
        far.Respond(far.ExpectRequest("INVITE"), 200, FarSdp.Audio());
        far.Expect("ACK");
        far.Us.Call.HangUp(far.Us.Now);
        far.Respond(far.ExpectRequest("BYE"), 401, more: $"WWW-Authenticate:{Sha}");
        SipRequest bye = far.ExpectRequest("BYE");
        Assert.True(DigestServer.Accepts(bye, "Authorization", "fax", "secret", "r"));
        far.Respond(bye, 200);
        far.Run(40);
        Assert.Equal((0, 0), (far.Us.Agent.CallCount, far.Us.Agent.TransactionCount));
    }
}
