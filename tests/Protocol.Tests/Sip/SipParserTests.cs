// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip;

public class SipParserTests
{
    [Fact]
    public void Request_WithCompactForms_ReadsAsLongOnes()
    {
        SipRequest request = Assert.IsType<SipRequest>(Wire.Parse("""
            INVITE sip:5551234@b.example;user=phone SIP/2.0
            v: SIP/2.0/TCP a.example:5070;branch=z9hG4bKabc;rport, SIP/2.0/UDP p.example
            f: "A \"quoted\" name" <sip:a@a.example;transport=tcp>;tag=t1
            t: sip:5551234@b.example
            i: x@y
            CSeq: 0012 INVITE
            m: <sip:a@a.example:5070>;expires=60, <sip:b@a.example>
            k: 100rel, timer
            x: 1800;refresher=uac
            c: Application/SDP ; charset=utf-8
            l: 0


            """));
        Assert.Equal("5551234", request.RequestUri.User);
        Assert.Equal("TCP", request.TopVia!.Transport);
        Assert.Equal(5070, request.TopVia.Port);
        Assert.True(request.TopVia.WantsRport);
        Assert.Equal(2, request.Headers.Values("Via").Count);
        Assert.Equal("A \"quoted\" name", request.From!.DisplayName);
        Assert.Equal("tcp", request.From.Uri.Transport);
        Assert.Equal("t1", request.From.Tag);
        Assert.Null(request.To!.Tag);
        Assert.Equal(new SipCSeq(12, "INVITE"), request.CSeq);
        Assert.Equal(2, request.Addresses("contact").Count);
        Assert.True(request.Headers.HasToken("Supported", "TIMER"));
        Assert.Equal("application/sdp", request.ContentType);
    }

    [Fact]
    public void FoldedLines_ReadAsOneSpace()
    {
        SipMessage message = Wire.Parse(Wire.Request(more: "Subject: one\n  two\n\tthree\n \nX-Empty:\n"));
        Assert.Equal("one two three", message.Headers["Subject"]);
        Assert.Equal("", message.Headers["X-Empty"]);
    }

    [Fact]
    public void Datagram_WithoutItsEmptyLine_IsTaken()
    {
        string text = Wire.Request().TrimEnd('\n', '\r');
        Assert.True(Wire.Parse(text).Body.IsEmpty);
        Assert.True(Wire.Parse(text + "\n").Body.IsEmpty);
    }

    [Fact]
    public void EmptyLinesBeforeTheStartLine_AreIgnored() =>
        Assert.Equal("OPTIONS", Assert.IsType<SipRequest>(Wire.Parse("\n\n" + Wire.Request())).Method);

    [Fact]
    public void LowerCaseMethod_IsAnotherMethod() =>
        Assert.Equal("invite", Assert.IsType<SipRequest>(Wire.Parse(Wire.Request("invite"))).Method);

    [Fact]
    public void Body_WithoutContentLength_IsTheRestOfTheDatagram()
    {
        string text = Wire.Request(body: "v=0\n").Replace("Content-Length: 5\n", "", StringComparison.Ordinal);
        Assert.Equal("v=0\r\n", Encoding.Latin1.GetString(Wire.Parse(text).Body.Span));
    }

    [Theory]
    [InlineData("-1", SipFault.ContentLength)]
    [InlineData("+5", SipFault.ContentLength)]
    [InlineData("0x10", SipFault.ContentLength)]
    [InlineData("", SipFault.ContentLength)]
    [InlineData("5 5", SipFault.ContentLength)]
    [InlineData("99999999999999999999", SipFault.ContentLength)]
    [InlineData("4294967295", SipFault.BodyTooLong)]
    [InlineData("2147483648", SipFault.BodyTooLong)]
    [InlineData("12", SipFault.BodyShort)]
    public void Hostile_14_ContentLength_ThatLies_IsRefused(string length, SipFault expected)
    {
        string text = Wire.Request().Replace("Content-Length: 0", $"Content-Length: {length}",
            StringComparison.Ordinal);
        SipParseError error = Wire.Refused(text, out SipMessage? answerable);
        Assert.Equal(expected, error.Fault);
        Assert.NotNull(answerable);
    }

    [Theory]
    [InlineData("Content-Length: 0\n")]
    [InlineData("l: 3\n")]
    [InlineData("Call-ID: other\n")]
    [InlineData("i: other\n")]
    [InlineData("CSeq: 8 OPTIONS\n")]
    [InlineData("From: <sip:c@c.example>;tag=2\n")]
    [InlineData("To: <sip:c@c.example>\n")]
    [InlineData("Max-Forwards: 5\n")]
    public void Hostile_14_SingletonHeader_Twice_IsRefused(string more) =>
        Assert.Equal(SipFault.DuplicateHeader, Wire.Fault(Wire.Request(more: more)));

    [Fact]
    public void Hostile_14_HeaderFlood_IsRefusedAtTheLimit()
    {
        string flood = string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: v\n"));
        Assert.Equal(SipFault.TooManyHeaders, Wire.Fault(Wire.Request(more: flood)));
        string wide = $"X-Long: {new string('a', 9_000)}\n";
        Assert.Equal(SipFault.LineTooLong, Wire.Fault(Wire.Request(more: wide)));
        string folded = "X-Folded: a\n" + string.Concat(Enumerable.Repeat($" {new string('b', 500)}\n", 20));
        Assert.Equal(SipFault.LineTooLong, Wire.Fault(Wire.Request(more: folded)));
        string vias = "Via: " + string.Join(',', Enumerable.Repeat("SIP/2.0/UDP h", 80)) + "\n";
        Assert.Equal(SipFault.TooManyValues, Wire.Fault(Wire.Request(more: vias)));
        string heads = string.Concat(Enumerable.Range(0, 8).Select(i => $"X-{i}: {new string('c', 8_000)}\n"));
        Assert.Equal(SipFault.HeadTooLong, Wire.Fault(Wire.Request(more: heads)));
    }

    [Theory]
    [InlineData("X: a\rb\r\n", SipFault.BareCrOrLf)]
    [InlineData("X: a\nb: c\r\n", SipFault.BareCrOrLf)]
    [InlineData("X: a\0b\r\n", SipFault.Nul)]
    [InlineData("X\0Y: b\r\n", SipFault.Nul)]
    [InlineData("No colon\r\n", SipFault.HeaderName)]
    [InlineData("Na me: x\r\n", SipFault.HeaderName)]
    [InlineData(": x\r\n", SipFault.HeaderName)]
    public void Hostile_14_LineThatCouldBeReadInTwoWays_IsRefused(string line, SipFault expected)
    {
        byte[] octets = Wire.Octets(Wire.Request(more: "X-Here: 1\n"));
        string text = Encoding.Latin1.GetString(octets).Replace("X-Here: 1\r\n", line, StringComparison.Ordinal);
        byte[] changed = Encoding.Latin1.GetBytes(text);
        Assert.False(SipParser.TryParse(changed, SipLimits.Default, out _, out SipParseError error));
        Assert.Equal(expected, error.Fault);
    }

    [Theory]
    [InlineData("Via")]
    [InlineData("From")]
    [InlineData("To")]
    [InlineData("Call-ID")]
    [InlineData("CSeq")]
    public void Message_WithoutAMandatoryHeader_IsRefusedAndCannotBeAnswered(string name)
    {
        string[] lines = Wire.Request().Split('\n');
        string text = string.Join('\n', lines.Where(line => !line.StartsWith(name + ":", StringComparison.Ordinal)));
        Assert.Equal(SipFault.MissingHeader, Wire.Refused(text, out SipMessage? answerable).Fault);
        Assert.Null(answerable);
    }

    [Fact]
    public void Message_OverTheLimit_IsRefusedUnread()
    {
        SipLimits limits = new() { MessageBytesMax = 1_300 };
        byte[] octets = Wire.Octets(Wire.Request(body: new string('x', 1_500)));
        Assert.False(SipParser.TryParse(octets, limits, out SipMessage? message, out SipParseError error));
        Assert.Equal(SipFault.TooLong, error.Fault);
        Assert.Equal(513, error.Status);
        Assert.Null(message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SipLimits { HeadersMax = 0 });
    }

    [Fact]
    public void Hostile_14_Writer_NeverEmitsInjectedLines()
    {
        SipRequest request = new("OPTIONS\r\nX: 1", SipUri.Parse("sip:b.example") with { User = "a\r\nEvil: 1\r\n" });
        request.Headers.Add("From", "\"Fax\r\nEvil: 2\" <sip:a@a.example>\0;tag=1");
        request.Headers.Add("Content-Length", "999");
        SipResponse response = new(200, "OK\r\nEvil: 3");
        response.Headers.Add("Subject", "a\nEvil: 4\r\n\r\nbody");
        Assert.Throws<ArgumentException>(() => response.Headers.Add("Bad\r\nName", "x"));
        foreach (SipMessage message in new SipMessage[] { request, response })
        {
            string text = Encoding.Latin1.GetString(SipWriter.ToArray(message));
            Assert.DoesNotContain(text.Split("\r\n"), line => line.StartsWith("Evil", StringComparison.Ordinal));
            Assert.EndsWith("Content-Length: 0\r\n\r\n", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\0', text);
            Assert.Equal(text.Split("\r\n").Length - 1, text.Count(c => c == '\n'));
            Assert.Equal(message.Headers.Count(header => header.Name != "Content-Length") + 3,
                text.Count(c => c == '\n'));
        }
    }

    [Fact]
    public void WrittenMessage_ParsesToTheSame()
    {
        Gen<string> text = Gen.String[Gen.Char[' ', 'ÿ'], 0, 40];
        Gen<(string Name, string Value)> header = Gen.Select(
            Gen.String[Gen.Char.AlphaNumeric, 1, 20].Select(name => "X-" + name),
                text.Select(value => value.Trim(' ', '\t')));
        Gen.Select(header.List[0, 20], text, Gen.Byte.Array[0, 200]).Sample(
            (headers, subject, body) =>
            {
                SipRequest request = Assert.IsType<SipRequest>(Wire.Parse(Wire.Request("MESSAGE")));
                headers.ForEach(item => request.Headers.Add(item.Name, item.Value));
                request.Headers.Add("Subject", subject);
                request.Body = body;
                byte[] written = SipWriter.ToArray(request);
                SipRequest again = Assert.IsType<SipRequest>(Wire.Parse(written));
                Assert.Equal(written, SipWriter.ToArray(again));
                Assert.Equal(
                    request.Headers.Where(item => item.Name != "Content-Length"),
                    again.Headers.Where(item => item.Name != "Content-Length"));
                Assert.Equal(body, again.Body.ToArray());
            },
            iter: 500);
    }
}
