// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip;

public class SipHeaderTests
{
    [Theory]
    [InlineData("sip:a@b.example", "a", "b.example", 0)]
    [InlineData("SIPS:a:secret@b.example:5061;transport=tls?Subject=x", "a", "b.example", 5061)]
    [InlineData("sip:+1-555;ext=2@[2001:db8::1]:5070;lr", "+1-555;ext=2", "[2001:db8::1]", 5070)]
    [InlineData("sip:192.0.2.7;lr", null, "192.0.2.7", 0)]
    [InlineData("sip:a%20b%zz@b", "a%20b%zz", "b", 0)]
    public void Uri_WellFormed_ReadsAndWritesTheSame(string text, string? user, string host, int port)
    {
        SipUri uri = SipUri.Parse(text);
        Assert.Equal((user, host, port), (uri.User, uri.Host, uri.Port));
        Assert.Equal(text.Replace("SIPS", "sips", StringComparison.Ordinal), uri.ToString());
        Assert.Equal(uri, SipUri.Parse(uri.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sip:")]
    [InlineData("sip:@b")]
    [InlineData("sip:a@")]
    [InlineData("sip:a@b:0")]
    [InlineData("sip:a@b:70000")]
    [InlineData("sip:a@b:5060x")]
    [InlineData("sip:a@b@c")]
    [InlineData("sip:a@b c")]
    [InlineData("<sip:a@b>")]
    [InlineData("sip:a@[::1")]
    [InlineData("a@b")]
    [InlineData("1sip:a@b")]
    public void Uri_Malformed_IsRefused(string text) => Assert.False(SipUri.TryParse(text, out _));

    [Fact]
    public void Uri_OfAnotherScheme_IsKeptWhole()
    {
        SipUri uri = SipUri.Parse("tel:+15551234;phone-context=x");
        Assert.False(uri.IsSip);
        Assert.Equal("+15551234", uri.UserDecoded);
        Assert.Equal("tel:+15551234;phone-context=x", uri.ToString());
    }

    [Fact]
    public void User_Escaped_ComesBack() => Gen.String[0, 30].Sample(
        text =>
        {
            string user = new([.. text.Where(c => !char.IsSurrogate(c))]);
            SipUri uri = new() { User = SipUri.EscapeUser("x" + user), Host = "b" };
            Assert.Equal("x" + user, SipUri.Parse(uri.ToString()).UserDecoded);
        },
        iter: 500);

    [Theory]
    [InlineData("\"Clinic, East\" <sip:a@b>;tag=1;x=\"y;z\"", "Clinic, East", "1")]
    [InlineData("Clinic East <sip:a@b;lr>;tag=2", "Clinic East", "2")]
    [InlineData("<sip:a@b>", null, null)]
    [InlineData("sip:a@b;tag=3", null, "3")]
    [InlineData("\"\\\\\\\"<sip:x@y>\" <sip:a@b>;TAG=4", "\\\"<sip:x@y>", "4")]
    public void Address_WellFormed_ReadsAndWritesTheSame(string text, string? name, string? tag)
    {
        Assert.True(SipAddress.TryParse(text, out SipAddress? address));
        Assert.Equal((name, tag), (address!.DisplayName, address.Tag));
        Assert.True(SipAddress.TryParse(address.ToString(), out SipAddress? again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData("\"open <sip:a@b>")]
    [InlineData("<sip:a@b")]
    [InlineData("sip:a@b?Route=x")]
    [InlineData("<sip:a@b>;;")]
    [InlineData("<sip:a@b> trailing")]
    [InlineData("\"a\"b\" <sip:a@b>")]
    public void Address_Malformed_IsRefused(string text) => Assert.False(SipAddress.TryParse(text, out _));

    [Fact]
    public void Via_WithSpaces_Reads()
    {
        Assert.True(
            SipVia.TryParse(
                "SIP  / 2.0 / udp   [2001:db8::9] : 5080 ;branch=z9hG4bKx ; rport=6060;received=2001:db8::a",
                    out SipVia? via));
        Assert.Equal(("UDP", "[2001:db8::9]", 5080, 6060), (via!.Transport, via.Host, via.Port, via.Rport));
        Assert.Equal(("2001:db8::a", 6060), via.ResponseTarget());
        Assert.True(via.HasMagicBranch);
        // Read, so that the 505 finds its way (RFC 4475 §3.1.2.16), and given back as it came.
        Assert.True(SipVia.TryParse("SIP/3.0/UDP h;branch=z9hG4bK1", out SipVia? later));
        Assert.Equal(("3.0", "SIP/3.0/UDP h;branch=z9hG4bK1"), (later!.Version, later.ToString()));
        Assert.False(SipVia.TryParse("SIP//UDP h", out _));
        Assert.False(SipVia.TryParse("SIP/2.0/UDP", out _));
        Assert.False(SipVia.TryParse("SIP/2.0/UDP h;;branch=x", out _));
    }

    [Fact]
    public void Numbers_OutOfRange_AreRefused()
    {
        Assert.True(SipCSeq.TryParse("2147483647 ACK", out _));
        Assert.False(SipCSeq.TryParse("2147483648 ACK", out _));
        Assert.False(SipCSeq.TryParse("36893488147419103232 ACK", out _));
        Assert.False(SipCSeq.TryParse("1", out _));
        Assert.True(SipRAck.TryParse("776656 1 INVITE", out SipRAck rack));
        Assert.Equal(new SipRAck(776656, new SipCSeq(1, "INVITE")), rack);
        Assert.False(SipRAck.TryParse("1 INVITE", out _));
        Assert.True(SipRetryAfter.TryParse("120 (in a meeting)", out SipRetryAfter after));
        Assert.Equal(120u, after.Seconds);
        Assert.True(SipRetryAfter.TryParse("18000;duration=3600", out _));
        Assert.False(SipRetryAfter.TryParse("soon", out _));
        Assert.True(SipSessionExpires.TryParse("4000;Refresher=UAS", out SipSessionExpires expires));
        Assert.Equal(new SipSessionExpires(4000, "uas"), expires);
    }

    [Fact]
    public void Reason_ReadsAndWritesTheSame()
    {
        Assert.True(SipReason.TryParse("Q.850 ;cause=16 ;text=\"Normal; \\\"clearing\\\"\"", out SipReason? reason));
        Assert.Equal(new SipReason("Q.850", 16, "Normal; \"clearing\""), reason);
        Assert.True(SipReason.TryParse(reason!.ToString(), out SipReason? again));
        Assert.Equal(reason, again);
    }

    [Fact]
    public void Headers_KeepTheirOrderAndSplitOutsideQuotes()
    {
        SipHeaders headers = new();
        headers.Add("Contact", "\"a,b\" <sip:a@b;x=1,2>, <sip:c@d>");
        headers.Add("X-One", "1");
        headers.Add("m", "<sip:e@f>");
        Assert.Equal(["\"a,b\" <sip:a@b;x=1,2>", "<sip:c@d>", "<sip:e@f>"], headers.Values("CONTACT"));
        headers.Set("contact", "<sip:g@h>");
        Assert.Equal(["Contact", "X-One"], headers.Select(header => header.Name));
        headers.Remove("M");
        Assert.False(headers.Contains("Contact"));
    }

    [Fact]
    public void Source_IsNotedAsRfc3581Asks()
    {
        SipRequest request = Assert.IsType<SipRequest>(Wire.Parse(Wire.Request(more: "Via: SIP/2.0/TCP second\n")));
        request.NoteSource("203.0.113.9", 61_000);
        Assert.Equal(("203.0.113.9", 61_000), (request.TopVia!.Received, request.TopVia.Rport));
        Assert.Equal("SIP/2.0/TCP second", request.Headers.Values("Via")[1]);
        SipFlow flow = new(SipTransport.Udp, "203.0.113.9", 61_000);
        Assert.Equal(flow, flow.ForResponse(request));
    }
}
