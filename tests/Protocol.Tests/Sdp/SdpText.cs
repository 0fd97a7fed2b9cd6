// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Tests.Sdp;

/// <summary>Descriptions as text: a line feed in the source stands for CRLF.</summary>
internal static class SdpText
{
    public const string Head = "v=0\no=peer 77 3 IN IP4 198.51.100.7\ns=-\nc=IN IP4 198.51.100.7\nt=0 0\n";

    public const string Audio = "m=audio 6002 RTP/AVP 8 0\na=rtpmap:8 PCMA/8000\na=rtpmap:0 PCMU/8000\n";

    public const string Image =
        "m=image 6004 udptl t38\na=T38FaxVersion:0\na=T38MaxBitRate:9600\na=T38FaxRateManagement:transferredTCF\n"
        + "a=T38FaxMaxBuffer:262\na=T38FaxMaxDatagram:176\na=T38FaxUdpEC:t38UDPRedundancy\n";

    public static SdpLocalEnd Local { get; } = new("192.0.2.1")
    {
        AudioPort = 4_000,
        ImagePort = 4_002,
        T38 = new T38MediaParameters { Version = 3, ErrorCorrection = T38SdpErrorCorrection.Redundancy },
    };

    public static byte[] Octets(string text) =>
        Encoding.Latin1.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal));

    public static SdpSession Parse(string text) => Parse(Octets(text));

    public static SdpSession Parse(byte[] octets)
    {
        bool parsed = SdpParser.TryParse(octets, SdpLimits.Default, out SdpSession? session, out SdpFault fault);
        Assert.True(parsed, fault.ToString());
        return session!;
    }

    public static SdpFault Fault(string text)
    {
        Assert.False(SdpParser.TryParse(Octets(text), SdpLimits.Default, out SdpSession? session, out SdpFault fault));
        Assert.Null(session);
        return fault;
    }

    /// <summary>The lines as written, CR and LF off.</summary>
    public static string[] Lines(SdpSession session) =>
        Encoding.Latin1.GetString(SdpWriter.ToArray(session)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The m= lines, written.</summary>
    public static string[] Media(SdpSession session) =>
        [.. Lines(session).Where(line => line.StartsWith("m=", StringComparison.Ordinal)).Select(line => line[2..])];

    /// <summary>Everything that a description says, apart from the writer's way of saying it.</summary>
    public static string Describe(SdpSession session)
    {
        StringBuilder text = new();
        text.AppendLine($"{session.Origin} {session.Connection} {session.Time} [{session.Name}]");
        Append(session.Bandwidths, session.Attributes);
        foreach (SdpMedia media in session.Media)
        {
            string formats = string.Join('|', media.Formats);
            text.AppendLine($"{media.Type} {media.Port} {media.Protocol} {formats} {media.Connection}");
            Append(media.Bandwidths, media.Attributes);
        }

        return text.ToString();

        void Append(IReadOnlyList<string> bandwidths, IReadOnlyList<SdpAttribute> attributes)
        {
            text.AppendLine(string.Join('|', bandwidths)).AppendLine(string.Join('|', attributes));
        }
    }
}
