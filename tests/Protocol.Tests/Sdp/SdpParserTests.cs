// SPDX-License-Identifier: Apache-2.0
using System.Text;
using CsCheck;
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Tests.Sdp;

public class SdpParserTests
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

    private static readonly string[] Types = ["audio", "image", "video", "x-other"];

    private static readonly Gen<string> Word = Gen.String[Gen.Char[Letters], 1, 12];

    // Any octet but NUL, CR and LF may stand in a value; white space at its ends may not.
    private static readonly Gen<string> Text = Gen.String[Gen.Char['\x01', '\xff'], 0, 30].Select(text =>
        text.Replace('\r', '.').Replace('\n', '.').Trim(' ', '\t'));

    private static readonly Gen<SdpAttribute> Attribute =
        Gen.Select(Word, Text, Gen.Bool, (name, value, bare) => new SdpAttribute(name, bare ? null : value));

    private static readonly Gen<SdpConnection?> Connection = Gen.Select(Gen.Int[0, 2], Word, (kind, host) => kind switch
    {
        0 => null,
        1 => new SdpConnection("IP4", host),
        _ => new SdpConnection("IP6", "2001:db8::7"),
    });

    private static readonly Gen<SdpMedia> Media = Gen.Select(
        Gen.Int[0, 3].Select(i => Types[i]), Gen.Int[0, 65_535], Gen.Select(Word, Word),
        Word.Array[1, 8], Gen.Select(Connection, Text.Array[0, 3], Attribute.Array[0, 10]),
        (type, port, protocol, formats, rest) => new SdpMedia(type, port, $"{protocol.Item1}/{protocol.Item2}")
        {
            Formats = formats,
            Connection = rest.Item1,
            Bandwidths = rest.Item2,
            Attributes = rest.Item3,
        });

    [Fact]
    public void WrittenSession_ParsesToTheSame() => Gen.Select(
        Gen.Select(Word, Word, Gen.ULong), Gen.Select(Text, Connection, Text.Array[0, 3]), Attribute.Array[0, 8],
        Media.Array[0, 6]).Sample(
        (origin, head, attributes, media) =>
        {
            SdpSession session = new(new SdpOrigin(origin.Item1, origin.Item2, origin.Item3, "IP4", "192.0.2.1"))
            {
                Name = head.Item1.Length == 0 ? "-" : head.Item1,
                Connection = head.Item2,
                Bandwidths = head.Item3,
                Attributes = attributes,
                Media = media,
            };
            byte[] written = SdpWriter.ToArray(session);
            SdpSession again = SdpText.Parse(written);
            Assert.Equal(SdpText.Describe(session), SdpText.Describe(again));
            Assert.Equal(written, SdpWriter.ToArray(again));
        },
        iter: 2_000);

    [Fact]
    public void Session_OfATrunk_IsRead()
    {
        SdpSession session = SdpText.Parse(SdpText.Head + "b=AS:64\na=sendonly\n" + SdpText.Audio
            + "a=recvonly\nc=IN IP4 203.0.113.9\n" + SdpText.Image);
        Assert.Equal(new SdpOrigin("peer", "77", 3, "IP4", "198.51.100.7"), session.Origin);
        Assert.Equal(["AS:64"], session.Bandwidths);
        Assert.Equal(2, session.Media.Count);
        (SdpMedia audio, SdpMedia image) = (session.Media[0], session.Media[1]);
        Assert.True(audio is { IsRtpAudio: true, IsT38: false, Port: 6_002 });
        Assert.True(image is { IsRtpAudio: false, IsT38: true, Port: 6_004 });
        Assert.Equal(["8", "0"], audio.Formats);
        Assert.Equal("203.0.113.9", session.ConnectionOf(audio)!.Address);
        Assert.Equal("198.51.100.7", session.ConnectionOf(image)!.Address);
        Assert.Equal(SdpDirection.ReceiveOnly, session.DirectionOf(audio));
        Assert.Equal(SdpDirection.SendOnly, session.DirectionOf(image));
        Assert.True(image.TryGet("t38faxmaxbuffer", out string? buffer));
        Assert.Equal("262", buffer);
    }

    [Theory]
    [InlineData("m=image 6004 UDPTL T38")]
    [InlineData("m=IMAGE 6004 Udptl t38")]
    [InlineData("m=image  6004  udptl  t38 ")]
    [InlineData("m=image 6004/1 udptl x t38")]
    public void Image_HoweverWritten_IsT38(string line) =>
        Assert.True(SdpText.Parse(SdpText.Head + line + "\n").Media[0] is { IsT38: true, Port: 6_004 });

    [Theory]
    [InlineData("m=image 6004 tcp t38")]
    [InlineData("m=image 6004 udptl t37")]
    [InlineData("m=audio 6004 udptl t38")]
    [InlineData("m=image 6004 RTP/AVP 98")]
    public void Medium_OfAnotherKind_IsNotT38(string line) =>
        Assert.False(SdpText.Parse(SdpText.Head + line + "\n").Media[0].IsT38);

    [Fact]
    public void LooseForms_OfTheField_AreRead()
    {
        string loose = "v=0\no=- x1 99999999999999999999 in ip4 gw.example\ni=words\ns=\na=  \nz=0\n"
            + "c=in ip4 224.2.1.1/127/3\n\nm=audio 9 RTP/AVP 0";
        byte[] bareLineFeeds = Encoding.Latin1.GetBytes(loose);
        foreach (SdpSession session in (SdpSession[])[SdpText.Parse(loose), SdpText.Parse(bareLineFeeds)])
        {
            Assert.Equal(new SdpOrigin("-", "x1", 0, "IP4", "gw.example"), session.Origin);
            Assert.Equal(("-", "0 0"), (session.Name, session.Time));
            Assert.Equal("224.2.1.1", session.Connection!.Address);
            Assert.Empty(session.Attributes);
            Assert.Equal(9, Assert.Single(session.Media).Port);
        }
    }

    [Theory]
    [InlineData("", SdpFault.Version)]
    [InlineData("v=1\n", SdpFault.Version)]
    [InlineData("o=- 1 1 IN IP4 a\nv=0\n", SdpFault.Version)]
    [InlineData("v=0\nv=0\n", SdpFault.Version)]
    [InlineData("v=0\ns=-\n", SdpFault.MissingOrigin)]
    [InlineData("v=0\no=- 1 1 IN IP4\n", SdpFault.Origin)]
    [InlineData("v=0\no=- 1 1 IN IP4 a b\n", SdpFault.Origin)]
    [InlineData("v=0\no=- 1 1 XX IP4 a\n", SdpFault.Origin)]
    [InlineData("v=0\no=- 1 1 IN IP5 a\n", SdpFault.Origin)]
    [InlineData("v=0\no=- 1 1 IN IP4 a\no=- 1 1 IN IP4 b\n", SdpFault.Origin)]
    [InlineData(SdpText.Head + "c=IN IP4\n", SdpFault.Connection)]
    [InlineData(SdpText.Head + "c=IN IP4 a;b\n", SdpFault.Connection)]
    [InlineData(SdpText.Head + "c=IN IP4 ::1\n", SdpFault.Connection)]
    [InlineData(SdpText.Head + "m=audio\n", SdpFault.Media)]
    [InlineData(SdpText.Head + "m=audio 1 RTP/AVP\n", SdpFault.Media)]
    [InlineData(SdpText.Head + "m=audio -1 RTP/AVP 0\n", SdpFault.Media)]
    [InlineData(SdpText.Head + "m=audio 65536 RTP/AVP 0\n", SdpFault.Media)]
    [InlineData(SdpText.Head + "m=audio 4294967297 RTP/AVP 0\n", SdpFault.Media)]
    [InlineData(SdpText.Head + "m=audio 1/x RTP/AVP 0\n", SdpFault.Media)]
    [InlineData(SdpText.Head + "m=audio 1/2/3 RTP/AVP 0\n", SdpFault.Media)]
    [InlineData(SdpText.Head + "m=a@b 1 RTP/AVP 0\n", SdpFault.Media)]
    [InlineData(SdpText.Head + "m=audio 1 RTP//AVP 0\n", SdpFault.Media)]
    [InlineData(SdpText.Head + "A=x\n", SdpFault.Line)]
    [InlineData(SdpText.Head + "a\n", SdpFault.Line)]
    [InlineData(SdpText.Head + "a x\n", SdpFault.Line)]
    [InlineData(SdpText.Head + "a=x\ry\n", SdpFault.Line)]
    [InlineData(SdpText.Head + "a=x\0y\n", SdpFault.Nul)]
    public void MalformedSession_IsRefusedWithItsFault(string text, SdpFault expected) =>
        Assert.Equal(expected, SdpText.Fault(text));

    [Fact]
    public void Limits_RefuseWhatIsBeyondThem()
    {
        static string Times(int count, string line) => string.Concat(Enumerable.Repeat(line, count));
        string head = SdpText.Head;
        SdpText.Parse(head + Times(16, "m=audio 1 RTP/AVP 0\n"));
        Assert.Equal(SdpFault.TooManyMedia, SdpText.Fault(head + Times(17, "m=audio 1 RTP/AVP 0\n")));
        SdpText.Parse(head + $"m=audio 1 RTP/AVP{Times(64, " 0")}\n");
        Assert.Equal(SdpFault.TooManyFormats, SdpText.Fault(head + $"m=audio 1 RTP/AVP{Times(65, " 0")}\n"));
        SdpText.Parse(head + Times(251, "a=x\n"));
        Assert.Equal(SdpFault.TooManyLines, SdpText.Fault(head + Times(252, "a=x\n")));
        SdpText.Parse(head + $"a={new string('x', 1_022)}\n");
        Assert.Equal(SdpFault.LineTooLong, SdpText.Fault(head + $"a={new string('x', 1_023)}\n"));
        Assert.Equal(SdpFault.TooLong, SdpText.Fault(head + Times(20, $"a={new string('x', 1_000)}\n")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SdpLimits { LinesMax = 3 });
    }

    [Fact]
    public void Writer_NeverLetsAValueEndItsLine()
    {
        SdpSession session = new(new SdpOrigin("a\r\nm=audio 1 RTP/AVP 0", "1", 1, "IP4", "192.0.2.1"))
        {
            Name = "x\nm=image 2 udptl t38\0",
            Attributes = [new SdpAttribute("a\rb", "c\r\nm=image 3 udptl t38")],
        };
        string[] lines = SdpText.Lines(session);
        Assert.DoesNotContain(lines, line => line.StartsWith("m=", StringComparison.Ordinal));
        Assert.Equal(["v=", "o=", "s=", "t=", "a="], lines.Select(line => line[..2]));
    }
}
