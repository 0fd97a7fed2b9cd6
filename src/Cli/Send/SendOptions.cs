// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;
using Hermetic.Telephony.Sip;

namespace Hermetic.Cli.Send;

/// <summary>What `hermetic send` was told.</summary>
internal sealed record SendOptions
{
    /// <summary>`sip:NUMBER@HOST[:PORT]`.</summary>
    public required string To { get; init; }

    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Our number: in From, and as the station's (TSI).</summary>
    public string From { get; init; } = "";

    public bool Ecm { get; init; } = true;

    /// <summary>The fastest rate in bit/s.</summary>
    public int Rate { get; init; } = 14_400;

    public FaxResolution? Resolution { get; init; }

    public bool Json { get; init; }

    public string? Transcript { get; init; }

    /// <summary>Where our SIP is taken; null for a free port on the way to <see cref="To"/>.</summary>
    public SipListener? Local { get; init; }
}
