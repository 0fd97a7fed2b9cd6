// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Hermetic.Protocol.Sdp;

/// <summary>What one session description may cost us. Each limit is ours (RFC 4566 sets none) and refuses it as a
/// whole.</summary>
public sealed record SdpLimits
{
    /// <summary>The defaults.</summary>
    public static SdpLimits Default { get; } = new();

    /// <summary>Octets. Default 16,384; 512 to 262,144. A fax call's has 300 to 1,500.</summary>
    public int BytesMax { get; init => field = InRange(value, 512, 1 << 18); } = 16_384;

    /// <summary>Octets of one line. Default 1,024; 128 to 8,192.</summary>
    public int LineBytesMax { get; init => field = InRange(value, 128, 8_192); } = 1_024;

    /// <summary>Lines. Default 256; 16 to 4,096.</summary>
    public int LinesMax { get; init => field = InRange(value, 16, 4_096); } = 256;

    /// <summary>Media descriptions. Default 16; 2 to 64.</summary>
    public int MediaMax { get; init => field = InRange(value, 2, 64); } = 16;

    /// <summary>Formats of one medium. Default 64; 4 to 128.</summary>
    public int FormatsMax { get; init => field = InRange(value, 4, 128); } = 64;

    private static int InRange(int value, int min, int max, [CallerMemberName] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max, name);
        return value;
    }
}
