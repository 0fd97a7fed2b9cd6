// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Hermetic.Protocol.Sip;

/// <summary>What one SIP message may cost us. Each limit is ours (RFC 3261 sets none) and refuses a message as a
/// whole.</summary>
public sealed record SipLimits
{
    /// <summary>The defaults.</summary>
    public static SipLimits Default { get; } = new();

    /// <summary>Octets of a whole message. Default 65,535, what one UDP datagram can carry; 1,300 to
    /// 1,048,576.</summary>
    public int MessageBytesMax { get; init => field = InRange(value, 1_300, 1 << 20); } = 65_535;

    /// <summary>Octets of the start line and all header lines. Default 32,768; 1,000 to 262,144.</summary>
    public int HeadBytesMax { get; init => field = InRange(value, 1_000, 1 << 18); } = 32_768;

    /// <summary>Octets of one header after unfolding. Default 8,192; 256 to 65,535.</summary>
    public int LineBytesMax { get; init => field = InRange(value, 256, 65_535); } = 8_192;

    /// <summary>Header lines. Default 128; 16 to 1,024. A call through ten proxies has about 40.</summary>
    public int HeadersMax { get; init => field = InRange(value, 16, 1_024); } = 128;

    /// <summary>Values in one comma-separated header, all its lines together. Default 70, as Max-Forwards starts; 8 to
    /// 256.</summary>
    public int ValuesMax { get; init => field = InRange(value, 8, 256); } = 70;

    /// <summary>Octets of a body. Default 32,768; 1,000 to 1,048,576. An SDP of ours has about 500.</summary>
    public int BodyBytesMax { get; init => field = InRange(value, 1_000, 1 << 20); } = 32_768;

    private static int InRange(int value, int min, int max, [CallerMemberName] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max, name);
        return value;
    }
}
