// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Sdp;

/// <summary>Builds our m= sections and reads codecs out of theirs.</summary>
internal static class SdpLines
{
    public static SdpMedia Audio(SdpLocalEnd local, IReadOnlyList<AudioCodec> codecs) =>
        new("audio", local.AudioPort, "RTP/AVP")
        {
            Formats = [.. codecs.Select(codec => ((int)codec).ToString(CultureInfo.InvariantCulture))],
            Attributes =
            [
                .. codecs.Select(codec => new SdpAttribute("rtpmap", RtpMap((int)codec, codec))),
                new SdpAttribute("ptime", "20"),
                Direction(SdpDirection.SendReceive),
            ],
        };

    public static SdpMedia Image(SdpLocalEnd local, T38MediaParameters parameters) =>
        new("image", local.ImagePort, "udptl") { Formats = ["t38"], Attributes = parameters.ToAttributes() };

    // The protocol and formats are repeated as they were offered, case and all: some peers compare them so.
    public static SdpMedia AudioAnswer(
        SdpLocalEnd local, SdpMedia offered, AudioCodec codec, int payloadType, SdpDirection direction) =>
        new("audio", local.AudioPort, offered.Protocol)
        {
            Formats = [payloadType.ToString(CultureInfo.InvariantCulture)],
            Attributes =
            [
                new SdpAttribute("rtpmap", RtpMap(payloadType, codec)),
                new SdpAttribute("ptime", "20"),
                Direction(direction),
            ],
        };

    public static SdpMedia ImageAnswer(
        SdpLocalEnd local, SdpMedia offered, T38MediaParameters agreed, SdpDirection direction)
    {
        IReadOnlyList<SdpAttribute> attributes = agreed.ToAttributes();
        return new SdpMedia("image", local.ImagePort, offered.Protocol)
        {
            Formats = offered.Formats,
            Attributes = direction == SdpDirection.SendReceive ? attributes : [.. attributes, Direction(direction)],
        };
    }

    /// <summary>The first offered format that is one of ours: the offerer's order is its preference (RFC 3264
    /// §6.1).</summary>
    public static (AudioCodec Codec, int PayloadType)? FirstCodec(SdpMedia media, IReadOnlyList<AudioCodec> ours)
    {
        foreach (string format in media.Formats)
        {
            if (SipGrammar.TryNumber(format, out uint type) && type <= 127
                && CodecOf(media, (int)type) is AudioCodec codec && ours.Contains(codec))
            {
                return (codec, (int)type);
            }
        }

        return null;
    }

    /// <summary>Our direction, given theirs (RFC 3264 §6.1). The null address means that we may not send
    /// (§8.4).</summary>
    public static SdpDirection Answering(SdpDirection theirs, bool nullAddress) => (theirs, nullAddress) switch
    {
        (SdpDirection.Inactive, _) => SdpDirection.Inactive,
        (SdpDirection.ReceiveOnly, true) => SdpDirection.Inactive,
        (_, true) => SdpDirection.ReceiveOnly,
        (SdpDirection.SendOnly, _) => SdpDirection.ReceiveOnly,
        (SdpDirection.ReceiveOnly, _) => SdpDirection.SendOnly,
        _ => SdpDirection.SendReceive,
    };

    // rtpmap:0 PCMU/8000; a static type needs none (RFC 3551 §6).
    private static AudioCodec? CodecOf(SdpMedia media, int payloadType)
    {
        string prefix = payloadType.ToString(CultureInfo.InvariantCulture) + " ";
        foreach (SdpAttribute attribute in media.Attributes)
        {
            if (attribute.Name.Equals("rtpmap", StringComparison.OrdinalIgnoreCase)
                && attribute.Value?.StartsWith(prefix, StringComparison.Ordinal) == true)
            {
                return attribute.Value[prefix.Length..].Trim().ToUpperInvariant() switch
                {
                    "PCMU/8000" or "PCMU/8000/1" => AudioCodec.Pcmu,
                    "PCMA/8000" or "PCMA/8000/1" => AudioCodec.Pcma,
                    _ => null,
                };
            }
        }

        return payloadType is 0 or 8 ? (AudioCodec)payloadType : null;
    }

    private static string RtpMap(int payloadType, AudioCodec codec)
    {
        string name = codec == AudioCodec.Pcmu ? "PCMU" : "PCMA";
        return string.Create(CultureInfo.InvariantCulture, $"{payloadType} {name}/8000");
    }

    private static SdpAttribute Direction(SdpDirection direction) => new(
        direction switch
        {
            SdpDirection.SendOnly => "sendonly",
            SdpDirection.ReceiveOnly => "recvonly",
            SdpDirection.Inactive => "inactive",
            _ => "sendrecv",
        },
        null);
}
