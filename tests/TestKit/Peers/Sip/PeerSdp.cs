// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;

namespace Hermetic.TestKit.Peers.Sip;

/// <summary>The two session descriptions that a fax peer needs, and the one answer that it wants from ours.</summary>
internal static class PeerSdp
{
    public static string Image(int port, int version) =>
        Head(version) + string.Create(CultureInfo.InvariantCulture, $"m=image {port} udptl t38\r\n")
        + "a=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\na=T38FaxRateManagement:transferredTCF\r\n"
        + "a=T38FaxMaxBuffer:2000\r\na=T38FaxMaxDatagram:400\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n";

    public static string Audio(int port, int version) =>
        Head(version) + string.Create(CultureInfo.InvariantCulture, $"m=audio {port} RTP/AVP 0\r\n")
        + "a=rtpmap:0 PCMU/8000\r\n";

    public static bool OffersImage(string sdp) => PortOf(sdp, "image") > 0;

    /// <summary>Where the far end wants its UDPTL; null if it takes no image.</summary>
    public static IPEndPoint? ImageTarget(string sdp)
    {
        int port = PortOf(sdp, "image");
        string address = Lines(sdp).Last(line => line.StartsWith("c=IN IP4 ", StringComparison.Ordinal))[9..];
        return port > 0 ? new IPEndPoint(IPAddress.Parse(address), port) : null;
    }

    private static int PortOf(string sdp, string media) => Lines(sdp)
        .Where(line => line.StartsWith($"m={media} ", StringComparison.Ordinal))
        .Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))
        .FirstOrDefault();

    private static string[] Lines(string sdp) => sdp.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    private static string Head(int version) => string.Create(CultureInfo.InvariantCulture,
        $"v=0\r\no=peer 4711 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n");
}
