// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Sdp;

/// <summary>`a=name[:value]`. Names are compared without case, since T.38's are often misspelt that way.</summary>
public readonly record struct SdpAttribute(string Name, string? Value);

/// <summary>`o=username session-id version IN IP4 address` (RFC 4566 §5.2).</summary>
public sealed record SdpOrigin(string Username, string SessionId, ulong Version, string AddressType, string Address);

/// <summary>`c=IN IP4 address` (RFC 4566 §5.7). The address is as written, an IP address or a host name.</summary>
public sealed record SdpConnection(string AddressType, string Address)
{
    /// <summary>The null address: media is to go nowhere, an old form of hold (RFC 3264 §8.4).</summary>
    public bool IsNull => Address is "0.0.0.0" or "::";

    /// <summary>Of an IP address.</summary>
    public static SdpConnection For(string address) =>
        new(address.Contains(':', StringComparison.Ordinal) ? "IP6" : "IP4", address);
}

/// <summary>Which way media flows, seen from the side whose description it is (RFC 4566 §6).</summary>
public enum SdpDirection
{
    SendReceive,
    SendOnly,
    ReceiveOnly,
    Inactive,
}

/// <summary>`m=type port[/count] protocol format…` with its own lines (RFC 4566 §5.14).</summary>
/// <param name="Type">audio, image, video…, in lower case.</param>
/// <param name="Port">0 when declined or disabled (RFC 3264 §6, §8.2).</param>
/// <param name="Protocol">RTP/AVP, udptl…, as written.</param>
public sealed record SdpMedia(string Type, int Port, string Protocol)
{
    /// <summary>Payload types, or `t38`.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>Its own address; null when the session's holds.</summary>
    public SdpConnection? Connection { get; init; }

    /// <summary>b= lines as written.</summary>
    public IReadOnlyList<string> Bandwidths { get; init; } = [];

    /// <summary>a= lines.</summary>
    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    /// <summary>True for `udptl t38` over `m=image`, whatever the case (RFC 3362, T.38 Annex D).</summary>
    public bool IsT38 => Type == "image" && Protocol.Equals("udptl", StringComparison.OrdinalIgnoreCase)
        && Formats.Any(format => format.Equals("t38", StringComparison.OrdinalIgnoreCase));

    /// <summary>True for plain RTP audio.</summary>
    public bool IsRtpAudio => Type == "audio" && Protocol.ToUpperInvariant() is "RTP/AVP" or "RTP/AVPF";

    /// <summary>The first attribute of that name; false when there is none.</summary>
    public bool TryGet(string name, out string? value) => SdpSession.TryGet(Attributes, name, out value);
}

/// <summary>A session description. Lines that a fax call has no use for (i, u, e, p, r, z, k) are dropped.</summary>
public sealed record SdpSession(SdpOrigin Origin)
{
    /// <summary>s=, "-" when empty.</summary>
    public string Name { get; init; } = "-";

    /// <summary>c= of the session; null when each medium has its own.</summary>
    public SdpConnection? Connection { get; init; }

    /// <summary>b= lines as written.</summary>
    public IReadOnlyList<string> Bandwidths { get; init; } = [];

    /// <summary>t= as written.</summary>
    public string Time { get; init; } = "0 0";

    /// <summary>a= lines of the session.</summary>
    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    /// <summary>The media, in order: the order is what offer and answer go by (RFC 3264 §6).</summary>
    public IReadOnlyList<SdpMedia> Media { get; init; } = [];

    /// <summary>Where a medium's packets are to go; null when nowhere is told.</summary>
    public SdpConnection? ConnectionOf(SdpMedia media) => media.Connection ?? Connection;

    /// <summary>A medium's direction; its own attribute wins over the session's, and sendrecv is the default.</summary>
    public SdpDirection DirectionOf(SdpMedia media) =>
        Direction(media.Attributes) ?? Direction(Attributes) ?? SdpDirection.SendReceive;

    internal static bool TryGet(IReadOnlyList<SdpAttribute> attributes, string name, out string? value)
    {
        foreach (SdpAttribute attribute in attributes)
        {
            if (attribute.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                value = attribute.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    private static SdpDirection? Direction(IReadOnlyList<SdpAttribute> attributes)
    {
        foreach (SdpAttribute attribute in attributes)
        {
            switch (attribute.Name.ToLowerInvariant())
            {
                case "sendrecv": return SdpDirection.SendReceive;
                case "sendonly": return SdpDirection.SendOnly;
                case "recvonly": return SdpDirection.ReceiveOnly;
                case "inactive": return SdpDirection.Inactive;
                default: break;
            }
        }

        return null;
    }
}
