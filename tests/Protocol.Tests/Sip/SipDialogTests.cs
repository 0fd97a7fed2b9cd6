// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip;

public class SipDialogTests
{
    private const string Routes =
        "Record-Route: <sip:p1.example;lr>, <sip:p2.example;lr>\nRecord-Route: <sip:p3.example;lr>\n";

    [Fact]
    public void CalledSide_KeepsTheRouteInOrder()
    {
        SipDialog dialog = Called(Routes);
        SipRequest bye = dialog.CreateRequest("BYE");
        Assert.Equal("sip:a@192.0.2.1", bye.RequestUri.ToString());
        Assert.Equal(["<sip:p1.example;lr>", "<sip:p2.example;lr>", "<sip:p3.example;lr>"],
            bye.Headers.Values("Route"));
        Assert.Equal("p1.example", dialog.NextHop.Host);
        Assert.Equal(("ours", "from1"), (bye.From!.Tag, bye.To!.Tag));
        Assert.Equal(new SipCSeq(101, "BYE"), bye.CSeq);
        Assert.Equal(new SipCSeq(102, "INFO"), dialog.CreateRequest("INFO").CSeq);
    }

    [Fact]
    public void CallerSide_ReversesTheRoute()
    {
        SipDialog dialog = Caller(Routes);
        SipRequest update = dialog.CreateRequest("UPDATE");
        Assert.Equal(["<sip:p3.example;lr>", "<sip:p2.example;lr>", "<sip:p1.example;lr>"],
            update.Headers.Values("Route"));
        Assert.Equal("sip:callee@198.51.100.4:5080", update.RequestUri.ToString());
        Assert.Equal(new SipCSeq(8, "UPDATE"), update.CSeq);
        Assert.Equal(new SipCSeq(7, "ACK"), dialog.CreateAck(7).CSeq);
    }

    [Fact]
    public void StrictRouter_BecomesTheRequestUri()
    {
        SipRequest bye = Called("Record-Route: <sip:old.example>, <sip:p2.example;lr>\n").CreateRequest("BYE");
        Assert.Equal("sip:old.example", bye.RequestUri.ToString());
        Assert.Equal(["<sip:p2.example;lr>", "<sip:a@192.0.2.1>"], bye.Headers.Values("Route"));
    }

    [Theory]
    [InlineData("call-1", "from1", "ours", 8u, "BYE", 0)]
    [InlineData("call-1", "from1", "ours", 7u, "BYE", 500)]
    [InlineData("call-1", "from1", "ours", 7u, "ACK", 0)]
    [InlineData("call-2", "from1", "ours", 8u, "BYE", 481)]
    [InlineData("call-1", "other", "ours", 8u, "BYE", 481)]
    [InlineData("call-1", "from1", "other", 8u, "BYE", 481)]
    public void Request_OfThePeer_IsChecked(string callId, string from, string to, uint number, string method,
        int expected)
    {
        SipRequest request = (SipRequest)Wire.Parse(Wire.Request(method));
        request.Headers.Set("Call-ID", callId);
        request.Headers.Set("From", $"<sip:a@a.example>;tag={from}");
        request.Headers.Set("To", $"<sip:fax@b.example>;tag={to}");
        request.Headers.Set("CSeq", $"{number} {method}");
        Assert.Equal(expected, Called("").Check(request));
    }

    [Fact]
    public void TargetRefresh_MovesLaterRequests()
    {
        SipDialog dialog = Called("");
        dialog.RefreshTarget(Wire.Parse(Wire.Request("UPDATE")
            .Replace("<sip:a@192.0.2.1>", "<sip:a@192.0.2.250:6000>", StringComparison.Ordinal)));
        Assert.Equal("sip:a@192.0.2.250:6000", dialog.CreateRequest("BYE").RequestUri.ToString());
    }

    private static SipDialog Called(string more) =>
        SipDialog.ForCalled((SipRequest)Wire.Parse(Wire.Request("INVITE", more)), "ours", 100);

    private static SipDialog Caller(string more)
    {
        SipRequest invite = (SipRequest)Wire.Parse(Wire.Request("INVITE", more));
        SipResponse response = SipResponse.For(invite, 180, null, "theirs");
        response.Headers.Add("Contact", "<sip:callee@198.51.100.4:5080>");
        foreach (string line in invite.Headers.Lines("Record-Route"))
        {
            response.Headers.Add("Record-Route", line);
        }

        return SipDialog.ForCaller(invite, response);
    }
}
