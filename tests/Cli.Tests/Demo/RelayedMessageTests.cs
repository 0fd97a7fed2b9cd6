// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;
using Hermetic.Cli.Demo.Carrier;

namespace Hermetic.Cli.Tests.Demo;

public sealed class RelayedMessageTests
{
    private static readonly IPEndPoint Own = new(IPAddress.Loopback, 5099);

    private const string Invite =
        "INVITE sip:+15555550160@127.0.0.1:5099 SIP/2.0\r\n"
        + "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKabc;rport\r\n"
        + "Call-ID: 1234@here\r\nContact: <sip:+15555550140@127.0.0.1:5060;transport=udp>\r\n\r\nbody\r\n\r\nmore";

    [Fact]
    public void Request_Relayed_HasOurPlaceOnTop_AndAnAnswerToItComesToUs()
    {
        RelayedMessage message = RelayedMessage.Parse(Encoding.ASCII.GetBytes(Invite))!;
        Assert.True(message.IsRequest);
        Assert.Equal(("+15555550160", "1234@here"), (message.Dialled, message.CallId));
        message.CallId = "relayed-1234@here";
        message.PushVia(Own);
        message.SetContact(Own);

        string[] lines = Encoding.ASCII.GetString(message.ToBytes()).Split("\r\n");
        Assert.Equal("Via: SIP/2.0/UDP 127.0.0.1:5099;rport;branch=z9hG4bK-relay-abc", lines[1]);
        Assert.Equal("Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKabc;rport", lines[2]);
        Assert.Equal("Call-ID: relayed-1234@here", lines[3]);
        Assert.Equal("Contact: <sip:+15555550140@127.0.0.1:5099;transport=udp>", lines[4]);
        Assert.Equal(["", "body", "", "more"], lines[5..]);
    }

    [Fact]
    public void Answer_Relayed_LosesOurPlaceAlone()
    {
        RelayedMessage answer = RelayedMessage.Parse("""
            SIP/2.0 200 OK
            Via: SIP/2.0/UDP 127.0.0.1:5099;rport=5099;branch=z9hG4bK-relay-abc
            Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKabc
            Call-ID: relayed-1234@here


            """u8.ToArray().AsSpan().ToCrLf())!;
        Assert.False(answer.IsRequest);
        answer.PopVia();
        answer.PopVia();
        answer.SetContact(Own);
        Assert.Equal("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKabc\r\n"
            + "Call-ID: relayed-1234@here\r\n\r\n", Encoding.ASCII.GetString(answer.ToBytes()));
    }

    [Fact]
    public void KeepAlive_IsNoMessage() => Assert.Null(RelayedMessage.Parse("\r\n"u8));
}

file static class Lines
{
    public static byte[] ToCrLf(this Span<byte> text) =>
        Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(text).ReplaceLineEndings("\r\n"));
}
