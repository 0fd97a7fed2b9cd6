// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip;

/// <summary>The well-formed messages of RFC 4475 §3.1.1, made again after its descriptions: each is read, and means
/// what it says there.</summary>
public class TortureTests
{
    private const string Rest = """
        Via: SIP/2.0/UDP h1.example;branch=z9hG4bKtorture
        Max-Forwards: 70
        From: <sip:a@a.example>;tag=1
        To: <sip:b@b.example>
        Call-ID: torture@a.example
        CSeq: 9 OPTIONS
        Content-Length: 0


        """;

    private static SipRequest Read(string text) => Assert.IsType<SipRequest>(Wire.Parse(text));

    private static SipRequest Options(string uri, string from = "", string to = "", string extra = "") =>
        Read($"OPTIONS {uri} SIP/2.0\n" + extra + With(from, to));

    private static string With(string from, string to)
    {
        string text = from.Length == 0 ? Rest : Rest.Replace("<sip:a@a.example>;tag=1", from, StringComparison.Ordinal);
        return to.Length == 0 ? text : text.Replace("<sip:b@b.example>", to, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_14_Torture_3_1_1_1_ShortAndTortuous()
    {
        SipRequest request = Read("""
            INVITE sip:v@p.example;unknownparam SIP/2.0
            TO :
             sip:v@p.example ;   tag    = 1918
            from   : "J Doe \\\""       <sip:jd@e.example>
              ;
              tag = 98as
            MaX-fOrWaRdS: 0068
            Call-ID: ws.1@192.0.2.1
            Content-Length   : 4
            cseq: 0009
              INVITE
            Via  : SIP  /   2.0
             /UDP
                192.0.2.2;branch=390skdjuw
            s :
            NewFangledHeader:   new
             and more of it
            UnknownHeaderWithUnusualValue: ;;,,;;,;
            Content-Type: application/sdp
            Route:
             <sip:services.example;lr;unknownwith=value;unknown-no-value>
            v:  SIP  / 2.0  / TCP     spindle.example   ;
              branch  =   z9hG4bK9ikj8  ,
             SIP  /    2.0   / UDP  192.168.255.111   ; branch=
             z9hG4bK30239
            m:"Quoted string \"\"" <sip:jd@e.example> ; newparam =
                  newvalue ;
              secondparam ; q = 0.33

            body
            """);
        Assert.Equal(("1918", "98as"), (request.To!.Tag, request.From!.Tag));
        Assert.Equal("J Doe \\\"", request.From.DisplayName);
        Assert.True(request.Headers.TryGetNumber("Max-Forwards", out uint hops) && hops == 68);
        Assert.Equal(new SipCSeq(9, "INVITE"), request.CSeq);
        Assert.Equal(("UDP", "192.0.2.2", "390skdjuw"),
            (request.TopVia!.Transport, request.TopVia.Host, request.TopVia.Branch));
        Assert.Equal(3, request.Headers.Values("Via").Count);
        Assert.True(SipVia.TryParse(request.Headers.Values("Via")[2], out SipVia? last));
        Assert.Equal(("192.168.255.111", "z9hG4bK30239"), (last!.Host, last.Branch));
        Assert.Equal(("", "new and more of it"), (request.Headers["Subject"], request.Headers["NewFangledHeader"]));
        Assert.Equal(";;,,;;,;", request.Headers["UnknownHeaderWithUnusualValue"]);
        Assert.Equal("value", request.Addresses("Route")[0].Uri.Parameters["unknownwith"]);
        Assert.Equal(("newvalue", "0.33"), (request.Contact!.Parameters["newparam"], request.Contact.Parameters["q"]));
        Assert.Equal("Quoted string \"\"", request.Contact.DisplayName);
        Assert.Equal("body", Encoding.Latin1.GetString(request.Body.Span));
    }

    [Fact]
    public void Hostile_14_Torture_3_1_1_2_WideRangeOfCharacters()
    {
        const string method = "!interesting-Method0123456789_*+`.%indeed'~";
        const string user = "1_odd.URI~(to-be!sure)&isn't+it$/crazy?,/;;*";
        const string uri = $"sip:{user}:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@e.example";
        const string from = "t1~` t2'+_ t3*%!.- <sip:m@e.example>;p''~+*_!.-%=\"\xd1\x80\";tag=_t~1'+`*%!-.";
        string text = $"{method} {uri} SIP/2.0\n" + Rest.Replace("OPTIONS", method, StringComparison.Ordinal)
            .Replace("<sip:a@a.example>;tag=1", from, StringComparison.Ordinal)
            .Replace("<sip:b@b.example>", "\"BEL:\\\x07 DEL:\\\x7f\" <sip:b@b.example>", StringComparison.Ordinal)
            .Replace("Max", "extensionHeader-!.%*+_`'~:\xef\xbb\xbf\xe5\xa4\xa7\nMax", StringComparison.Ordinal);
        SipRequest request = Read(text);
        Assert.Equal((method, method), (request.Method, request.CSeq.Method));
        Assert.Equal(uri, request.RequestUri.ToString());
        Assert.Equal(user, request.RequestUri.User);
        Assert.Equal(("t1~` t2'+_ t3*%!.-", "_t~1'+`*%!-."), (request.From!.DisplayName, request.From.Tag));
        Assert.Equal("BEL:\x07 DEL:\x7f", request.To!.DisplayName);
        Assert.Equal("\xef\xbb\xbf\xe5\xa4\xa7", request.Headers["extensionHeader-!.%*+_`'~"]);

        // We leave the Recommendation's way in one thing: a NUL, though quoted, is refused (DIVERGENCES.md).
        Assert.Equal(SipFault.Nul, Wire.Fault(text.Replace('\x07', '\0')));
    }

    [Fact]
    public void Hostile_14_Torture_3_1_1_3_to_5_Escapes()
    {
        SipRequest request = Options("sip:sips%3Auser%40e.example@f.example", to: "sip:%75se%72@e.example",
            extra: "Contact: <sip:cal%6Cer@h5.example;%6C%72;n%61me=v%61lue%25%34%31>\n");
        Assert.Equal(("sips:user@e.example", "f.example"), (request.RequestUri.UserDecoded, request.RequestUri.Host));
        Assert.Equal("user", request.To!.Uri.UserDecoded);
        Assert.Equal("caller", request.Contact!.Uri.UserDecoded);
        request = Options("sip:b.example", to: "sip:null-%00-null@e.example",
            extra: "Contact: <sip:%00@h5.example>\nContact: <sip:%00%00@h5.example>\n");
        Assert.Equal("null-\0-null", request.To!.Uri.UserDecoded);
        Assert.False(request.Addresses("Contact")[0].Uri.Matches(request.Addresses("Contact")[1].Uri));
        const string method = "RE%47IST%45R";
        request = Read($"{method} sip:r.example SIP/2.0\nc%6Fntact: <sip:x@y>\n"
            + Rest.Replace("OPTIONS", method, StringComparison.Ordinal));
        Assert.Equal(method, request.Method); // Escapes are for URIs: this is not REGISTER, and that no Contact.
        Assert.Null(request.Contact);
    }

    [Fact]
    public void Hostile_14_Torture_3_1_1_6_NoSpaceBeforeTheBracket()
    {
        SipRequest request = Options("sip:b.example", from: "caller<sip:caller@e.example>;tag=323");
        Assert.Equal(("caller", "323"), (request.From!.DisplayName, request.From.Tag));
    }

    [Fact]
    public void Hostile_14_Torture_3_1_1_7_LongValues()
    {
        string name = string.Concat(Enumerable.Repeat("I have a very, very long name ", 40)).Trim();
        string unknown = string.Concat(Enumerable.Repeat("longvalue", 100));
        string vias = string.Concat(Enumerable.Range(0, 34).Select(i => $"Via: SIP/2.0/TCP sip{i}.example\n"));
        SipRequest request = Options(
            $"sip:b.example;unknown={unknown}", from: $"<sip:a@a.example>;tag=1;{unknown}={unknown}",
            to: $"\"{name}\" <sip:b@b.example>", extra: $"Unknown-{unknown}: {unknown}\n{vias}");
        Assert.Equal(name, request.To!.DisplayName);
        Assert.Equal(35, request.Headers.Values("Via").Count);
        Assert.Equal(unknown, request.Headers[$"unknown-{unknown}"]);
    }

    [Fact]
    public void Hostile_14_Torture_3_1_1_8_OctetsBehindTheDatagram()
    {
        SipRequest request = Options("sip:b.example");
        byte[] twice = Wire.Octets("OPTIONS sip:b.example SIP/2.0\n" + Rest + Wire.Request("INVITE"));
        Assert.Equal(SipWriter.ToArray(request), SipWriter.ToArray(Wire.Parse(twice)));
    }

    [Fact]
    public void Hostile_14_Torture_3_1_1_9_SemicolonsInTheUser()
    {
        SipUri uri = Options("sip:user;par=u%40n.example@e.example").RequestUri;
        Assert.Equal(("user;par=u@n.example", "e.example", 0), (uri.UserDecoded, uri.Host, uri.Parameters.Count));
    }

    [Fact]
    public void Hostile_14_Torture_3_1_1_10_UnknownTransports()
    {
        string vias = string.Concat(((string[])["SCTP", "TLS", "UNKNOWN", "TCP"]).Select(transport =>
            $"Via: SIP/2.0/{transport} {transport}.example;branch=z9hG4bK{transport}\n"));
        SipRequest request = Options("sip:b.example", extra: vias);
        Assert.Equal(5, request.Headers.Values("Via").Count);
        Assert.Equal("SCTP", request.TopVia!.Transport);
    }

    [Fact]
    public void Hostile_14_Torture_3_1_1_11_BinaryBody()
    {
        byte[] body = [.. "--b\r\n"u8, .. Enumerable.Range(0, 256).Select(i => (byte)i), .. "\r\n--b--\r\n"u8];
        SipRequest request = Read(Wire.Request("MESSAGE"));
        request.SetBody("multipart/signed;boundary=b", body);
        Assert.Equal(body, Wire.Parse(SipWriter.ToArray(request)).Body.ToArray());
    }

    [Theory]
    [InlineData("SIP/2.0 200 = 2**3 * 5**2 \xd1\x82\xd1\x8b", 200, "= 2**3 * 5**2 \xd1\x82\xd1\x8b")]
    [InlineData("SIP/2.0 100 ", 100, "")]
    [InlineData("SIP/2.0 100", 100, "")]
    public void Hostile_14_Torture_3_1_1_12_to_13_ReasonPhrases(string line, int status, string reason)
    {
        SipResponse response = Assert.IsType<SipResponse>(Wire.Parse(line + "\n" + Rest));
        Assert.Equal((status, reason), (response.StatusCode, response.ReasonPhrase));
    }

    [Fact]
    public void Hostile_14_Torture_3_2_1_CookieWithoutTransactionId()
    {
        SipRequest request = Read(Wire.Request().Replace("z9hG4bK-OPTIONS-1", "z9hG4bK", StringComparison.Ordinal));
        Assert.False(request.TopVia!.HasMagicBranch);
        Assert.Contains("call-1", SipServerTransaction.KeyOf(request), StringComparison.Ordinal);
    }
}
