// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Sip;

/// <summary>What a user agent is told at its start.</summary>
public sealed record SipUserAgentSettings
{
    /// <summary>User-Agent and Server header.</summary>
    public string Product { get; init; } = "Hermetic";

    /// <summary>Retransmission timers.</summary>
    public SipTimers Timers { get; init; } = SipTimers.Default;

    /// <summary>Limits of the session descriptions in bodies.</summary>
    public SdpLimits SdpLimits { get; init; } = SdpLimits.Default;

    /// <summary>Session-Expires that we ask for: 1,800 s as RFC 4028 §4 recommends; null asks for no session timer. At
    /// least <see cref="MinSessionExpires"/>.</summary>
    public TimeSpan? SessionExpires
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? TimeSpan.MaxValue, TimeSpan.FromSeconds(90));
            field = value;
        }
    } = TimeSpan.FromSeconds(1_800);

    /// <summary>Min-SE: 90 s, the least that RFC 4028 §5 lets anybody ask for.</summary>
    public TimeSpan MinSessionExpires { get; } = TimeSpan.FromSeconds(90);

    /// <summary>Whether we offer reliable provisional responses (RFC 3262). A peer that requires them gets them
    /// anyway.</summary>
    public bool ReliableProvisionals { get; init; } = true;

    /// <summary>Server transactions alive at once; a request beyond it gets 503 without state. Default 4,096, 64 to
    /// 65,536. Our limit: each holds its request for up to 32 s.</summary>
    public int ServerTransactionsMax { get; init => field = InRange(value, 64, 65_536); } = 4_096;

    /// <summary>Calls alive at once, both ways; an INVITE beyond it gets 503. Default 1,024, 1 to 16,384. Our limit:
    /// what one machine of two cores carries at line rate, with room.</summary>
    public int CallsMax { get; init => field = InRange(value, 1, 16_384); } = 1_024;

    private static int InRange(int value, int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max);
        return value;
    }
}
