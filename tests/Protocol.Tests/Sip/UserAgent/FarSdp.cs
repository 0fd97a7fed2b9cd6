// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Tests.Sip.UserAgent;

/// <summary>Session descriptions for the user agent's tests.</summary>
internal static class FarSdp
{
    /// <summary>A far end's audio, of a given version.</summary>
    public static string Audio(int version = 1) => Of(version, "m=audio 6002 RTP/AVP 0\n");

    /// <summary>A far end's T.38.</summary>
    public static string Image(int version = 2) =>
        Of(version, "m=image 6004 udptl t38\na=T38FaxVersion:0\na=T38FaxUdpEC:t38UDPRedundancy\n");

    public static SdpLocalEnd Local(string address) => new(address) { AudioPort = 4_000, ImagePort = 4_002 };

    public static SdpSession Parse(string text)
    {
        byte[] octets = Encoding.Latin1.GetBytes(text);
        Assert.True(SdpParser.TryParse(octets, SdpLimits.Default, out SdpSession? session, out _));
        return session!;
    }

    private static string Of(int version, string media) =>
        $"v=0\no=far 9 {version} IN IP4 198.51.100.9\ns=-\nc=IN IP4 198.51.100.9\nt=0 0\n{media}";
}
