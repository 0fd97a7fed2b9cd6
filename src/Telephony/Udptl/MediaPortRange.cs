// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Telephony.Udptl;

/// <summary>The ports that media may use: RTP on the even ones (RFC 3550 §11), T.38 on any even one too.</summary>
public sealed record MediaPortRange
{
    /// <summary>Our default: 20,000 ports above the registered services, below Linux's ephemeral ports
    /// (32,768).</summary>
    public static readonly MediaPortRange Default = new(12_000, 31_998);

    /// <param name="first">The lowest port, at least 1,024; an odd one is rounded up.</param>
    /// <param name="last">The highest port.</param>
    public MediaPortRange(int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1024);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, 65535);
        First = (first + 1) & ~1;
        ArgumentOutOfRangeException.ThrowIfLessThan(last, First);
        Last = last;
    }

    /// <summary>The lowest even port.</summary>
    public int First { get; }

    /// <summary>The highest port.</summary>
    public int Last { get; }

    /// <summary>Reads `FIRST-LAST`; null when it is no range that media may use.</summary>
    public static MediaPortRange? TryParse(string text) =>
        text.Split('-') is [var first, var last]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int from)
        && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int to)
        && from is >= 1024 and < 65_535 && to is > 1024 and <= 65_535 && from < to
            ? new(from, to)
            : null;

    /// <summary>How many even ports there are.</summary>
    public int Count => ((Last - First) / 2) + 1;
}
