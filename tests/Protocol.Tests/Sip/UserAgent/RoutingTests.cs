// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>Where requests and responses go: forks, route sets, rport, targets that move; and what is asked outside
/// calls.</summary>
public class RoutingTests
{
    private const string Routes = "Record-Route:<sip:p1.example;lr>, <sip:p2.example:5080;lr>";

    [Fact]
    public void Fork_WithTwoSuccesses_KeepsTheFirstAndEndsTheOther()
    {
        FarEnd far = new();
        far.Us.Invite();
        SipRequest invite = far.ExpectRequest("INVITE");
        far.Respond(invite, 180, null, "a");
        far.Respond(invite, 180, null, "b");
        far.Respond(invite, 200, FarSdp.Audio(), "b");
        Assert.Equal("b", far.ExpectRequest("ACK").To!.Tag);
        SipResponse other = far.Respond(invite, 200, FarSdp.Audio(), "a");
        Assert.Equal("a", far.ExpectRequest("ACK").To!.Tag);
        SipRequest bye = far.ExpectRequest("BYE");
        Assert.Equal(("a", "far-a"), (bye.To!.Tag, bye.RequestUri.User));
        far.Send(other);
        Assert.Equal("a", far.ExpectRequest("ACK").To!.Tag);
        far.Respond(bye, 200, null, "a");
        far.Run(1);
        Assert.Equal(["provisional 180", "provisional 180", "established"], far.Us.Heard);
        Assert.Equal(SipCallState.Established, far.Us.Call.State);
        far.Us.Call.HangUp(far.Us.Now);
        bye = far.ExpectRequest("BYE");
        Assert.Equal(("b", "far-b"), (bye.To!.Tag, bye.RequestUri.User));
        far.Respond(bye, 200, null, "b");
        far.Run(40);
        Assert.Equal((0, 0), (far.Us.Agent.CallCount, far.Us.Agent.TransactionCount));
    }

    [Fact]
    public void Fork_WhoseSecondSuccessComesAfterTheCall_IsEndedToo()
    {
        FarEnd far = new();
        far.Us.Invite();
        SipRequest invite = far.ExpectRequest("INVITE");
        far.Respond(invite, 200, FarSdp.Audio(), "b");
        far.Expect("ACK");
        far.Us.Call.HangUp(far.Us.Now);
        far.Respond(far.ExpectRequest("BYE"), 200, null, "b");
        far.Run(5);
        far.Respond(invite, 200, FarSdp.Audio(), "a");
        far.Expect("ACK");
        Assert.Equal("a", far.ExpectRequest("BYE").To!.Tag);
        Assert.Equal(["established", "ended LocalHangUp 0"], far.Us.Heard);
    }

    [Fact]
    public void RouteSet_OfTheCaller_IsTheReversedRecord()
    {
        FarEnd far = new();
        far.Us.Invite();
        far.Respond(far.ExpectRequest("INVITE"), 200, FarSdp.Audio(), FarEnd.Tag, Routes);
        SipRequest ack = far.ExpectRequest("ACK");
        far.Us.SendOffer(SdpWish.Image);
        SipRequest invite = far.ExpectRequest("INVITE");
        far.Us.Call.HangUp(far.Us.Now);
        SipRequest bye = far.ExpectRequest("BYE");
        foreach (SipRequest request in (SipRequest[])[ack, invite, bye])
        {
            Assert.Equal(["<sip:p2.example:5080;lr>", "<sip:p1.example;lr>"], request.Headers.Values("Route"));
            Assert.Equal("sip:far-far1@198.51.100.9:5070", request.RequestUri.ToString());
            SipFlow flow = far.Us.Sent.First(one => one.Message.CSeq == request.CSeq).Flow;
            Assert.Equal(("p2.example", 5080), (flow.Address, flow.Port));
        }
    }

    [Fact]
    public void RouteSet_OfTheCalled_IsTheRecordAsItStands()
    {
        FarEnd far = new();
        SipRequest invite = far.Call(FarSdp.Audio(), Routes);
        SipResponse ok = far.ExpectResponse("200 INVITE");
        Assert.Equal(invite.Headers.Values("Record-Route"), ok.Headers.Values("Record-Route"));
        far.Acknowledge(invite, ok);
        far.Run(1);
        far.Us.Call.HangUp(far.Us.Now);
        SipRequest bye = far.ExpectRequest("BYE");
        Assert.Equal(["<sip:p1.example;lr>", "<sip:p2.example:5080;lr>"], bye.Headers.Values("Route"));
        Assert.Equal("p1.example", far.Us.Sent[^1].Flow.Address);
    }

    [Fact]
    public void OutboundProxy_StandsInTheInvitesRoute_AndItsAckAndCancel()
    {
        FarEnd far = new();
        SipAddress proxy = new(SipUri.Parse("sip:proxy.example;lr"));
        far.Us.Invite(change: request => request with { Routes = [proxy] });
        SipRequest invite = far.ExpectRequest("INVITE");
        Assert.Equal(["<sip:proxy.example;lr>"], invite.Headers.Values("Route"));
        far.Respond(invite, 180);
        far.Run(0.1);
        far.Us.Call.HangUp(far.Us.Now);
        SipRequest cancel = far.ExpectRequest("CANCEL");
        Assert.Equal(invite.Headers.Values("Route"), cancel.Headers.Values("Route"));
        Assert.Equal(invite.RequestUri, cancel.RequestUri);
        far.Respond(invite, 487);
        SipRequest ack = far.ExpectRequest("ACK");
        Assert.Equal(invite.Headers.Values("Route"), ack.Headers.Values("Route"));
    }

    [Fact]
    public void Target_MovesWithTheContactOfAReInviteOrUpdate()
    {
        FarEnd far = new();
        far.Establish();
        far.Request("UPDATE", null, "Contact:<sip:moved@203.0.113.5:5099>");
        far.Expect("200 UPDATE");
        far.Us.Call.HangUp(far.Us.Now);
        Assert.Equal("sip:moved@203.0.113.5:5099", far.ExpectRequest("BYE").RequestUri.ToString());
        Assert.Equal(("203.0.113.5", 5099), (far.Us.Sent[^1].Flow.Address, far.Us.Sent[^1].Flow.Port));
    }

    [Fact]
    public void Response_BehindNat_GoesWhereTheRequestCameFrom()
    {
        FarEnd far = new();
        far.Us.Peer = new SipFlow(SipTransport.Udp, "203.0.113.77", 61_000);
        far.Send(Wire.Request());
        SipResponse ok = far.ExpectResponse("200 OPTIONS");
        Assert.Equal(("203.0.113.77", 61_000), (ok.TopVia!.Received, ok.TopVia.Rport));
        Assert.Equal(far.Us.Peer, far.Us.Sent[^1].Flow);
    }

    [Fact]
    public void Response_WithoutRport_GoesToThePortOfTheVia()
    {
        FarEnd far = new();
        far.Us.Peer = new SipFlow(SipTransport.Udp, "203.0.113.77", 61_000);
        far.Send(Wire.Request().Replace("192.0.2.1:5060", "192.0.2.1:5099", StringComparison.Ordinal)
            .Replace(";rport", "", StringComparison.Ordinal));
        far.Expect("200 OPTIONS");
        Assert.Equal(far.Us.Peer with { Port = 5_099 }, far.Us.Sent[^1].Flow);
    }

    [Fact]
    public void Options_TellsWhatWeCan()
    {
        FarEnd far = new();
        far.Send(Wire.Request());
        SipResponse ok = far.ExpectResponse("200 OPTIONS");
        Assert.Equal(SipMethods.Allowed, ok.Headers["Allow"]);
        Assert.Equal("application/sdp", ok.Headers["Accept"]);
        Assert.True(ok.Headers.HasToken("Supported", "timer") && ok.Headers.HasToken("Supported", "100rel"));
        Assert.NotNull(ok.To!.Tag);
        far.Run(40);
        Assert.Equal(0, far.Us.Agent.TransactionCount);
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(404, 404)]
    [InlineData(0, 408)]
    public void OptionsOfOurs_ReportsTheOutcome(int status, int expected)
    {
        FarEnd far = new();
        List<int> heard = [];
        SipUri target = SipUri.Parse("sip:198.51.100.9");
        SipAddress from = new(SipUri.Parse("sip:fax@us.example"));
        SipFlow flow = far.Us.Peer;
        far.Us.Agent.SendOptions(far.Us.Now, target, from, flow, null, (_, answer) => heard.Add(answer.StatusCode));
        SipRequest options = far.ExpectRequest("OPTIONS");
        if (status != 0)
        {
            far.Respond(options, status);
        }

        far.Run(40);
        Assert.Equal([expected], heard);
        Assert.Equal(0, far.Us.Agent.TransactionCount);
    }

    [Fact]
    public void MergedRequest_ByAnotherPath_Gets482()
    {
        FarEnd far = new();
        far.Us.OnIncoming = _ => { };
        SipRequest invite = far.Call(FarSdp.Audio());
        invite.Headers.Set("Via", "SIP/2.0/UDP 192.0.2.99;branch=z9hG4bK-other");
        far.Send(invite);
        far.Expect("482 INVITE");
        Assert.Equal(["incoming"], far.Us.Heard);
    }

    [Fact]
    public void Calls_BeyondTheLimit_Get503WithRetryAfter()
    {
        FarEnd far = new(new SipUserAgentSettings { CallsMax = 1 });
        far.Call(FarSdp.Audio());
        far.Expect("200 INVITE");
        far.Send(Wire.Request("INVITE").Replace("call-1", "call-2", StringComparison.Ordinal)
            .Replace("z9hG4bK", "z9hG4bK-2", StringComparison.Ordinal));
        Assert.Equal("10", far.ExpectResponse("503 INVITE").Headers["Retry-After"]);
        Assert.Equal(["incoming"], far.Us.Heard);
    }

    [Fact]
    public void Requests_BeyondTheLimit_AreAnsweredWithoutState()
    {
        FarEnd far = new(new SipUserAgentSettings { ServerTransactionsMax = 64 });
        for (int i = 0; i < 200; i++)
        {
            far.Send(Wire.Request().Replace("z9hG4bK", $"z9hG4bK{i}", StringComparison.Ordinal)
                .Replace("call-1", $"call-{i}", StringComparison.Ordinal));
        }

        far.Run(1);
        Assert.Equal(64, far.Us.Agent.TransactionCount);
        Assert.Equal(64, far.Titles.Count(title => title == "200 OPTIONS"));
        Assert.Equal(136, far.Titles.Count(title => title == "503 OPTIONS"));
        far.Run(40);
        Assert.Equal(0, far.Us.Agent.TransactionCount);
    }
}
