// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Hermetic.Telephony.Sip;
using Hermetic.Telephony.Udptl;

namespace Hermetic.Cli.Tests;

public sealed class AddressesTests
{
    [Theory]
    [InlineData("127.0.0.1:5070", SipTransportKind.Udp, "127.0.0.1", 5070)]
    [InlineData("127.0.0.1", SipTransportKind.Udp, "127.0.0.1", 5060)]
    [InlineData("127.0.0.1:0", SipTransportKind.Udp, "127.0.0.1", 0)]
    [InlineData("tcp:192.0.2.7:5061", SipTransportKind.Tcp, "192.0.2.7", 5061)]
    [InlineData("udp:[::1]:5062", SipTransportKind.Udp, "::1", 5062)]
    [InlineData("[::1]", SipTransportKind.Udp, "::1", 5060)]
    [InlineData("::1", SipTransportKind.Udp, "::1", 5060)]
    public void Listener_AsPeopleTypeIt_IsRead(string text, SipTransportKind kind, string address, int port)
    {
        SipListener? listener = Addresses.ParseListener(text);
        Assert.Equal(new SipListener(kind, new IPEndPoint(IPAddress.Parse(address), port)), listener);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:5060")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("tls:127.0.0.1:5061")]
    [InlineData("127.0.0.1:5060/24")]
    public void Listener_ThatIsNone_IsRefused(string text) => Assert.Null(Addresses.ParseListener(text));

    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.0/24")]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    public void Network_OrAddress_IsRead(string text, string network) =>
        Assert.Equal(IPNetwork.Parse(network), SourceNetwork.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("192.0.2.0/33")]
    [InlineData("everybody")]
    public void Network_ThatIsNone_IsRefused(string text) => Assert.Null(SourceNetwork.TryParse(text));

    [Theory]
    [InlineData("12000-12999", true)]
    [InlineData("1023-2000", false)]
    [InlineData("2000-2000", false)]
    [InlineData("65535-65535", false)]
    [InlineData("3000-2000", false)]
    [InlineData("12000", false)]
    [InlineData("-1-5", false)]
    public void MediaPorts_WithinTheirRange_AreRead(string text, bool good) =>
        Assert.Equal(good, MediaPortRange.TryParse(text) is not null);

    [Theory]
    [InlineData("sip:5551234@127.0.0.1:5060")]
    [InlineData("sip:127.0.0.1;transport=tcp")]
    [InlineData("sip:5551234@[::1]:5060")]
    [InlineData("sip:5551234@no-such-host.invalid")]
    public void LocalAddress_TowardsThisMachine_IsLoopback(string uri) =>
        Assert.True(IPAddress.IsLoopback(Addresses.LocalFor(uri)));
}
