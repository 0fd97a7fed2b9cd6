// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.Protocol.T4;

/// <summary>What to answer a page sent without error correction.</summary>
public enum CopyVerdict
{
    /// <summary>MCF: the page is good.</summary>
    Mcf,
    /// <summary>RTP: the page is usable, but the line wants training again.</summary>
    Rtp,
    /// <summary>RTN: the page is not usable.</summary>
    Rtn,
}

/// <summary>From where on a page is doubtful or unusable. T.30 and T.4 leave the criterion to the terminals; these are
/// our limits, and strict ones, since a mended row may have held the bar of a digit.</summary>
public sealed record CopyQualitySettings
{
    public static CopyQualitySettings Default { get; } = new();

    /// <summary>RTP from more bad rows than this, in thousandths of the page's rows. Our limit: 1 %, 23 rows
    /// of an A4 page at fine resolution.</summary>
    public int DoubtfulBadRowsPerMille { get; init => field = PerMille(value); } = 10;

    /// <summary>RTN from more bad rows than this, in thousandths. Our limit: 5 %, as fax servers commonly have
    /// it.</summary>
    public int UnusableBadRowsPerMille { get; init => field = PerMille(value); } = 50;

    /// <summary>RTP from a longer run of bad rows than this. Our limit: a stroke of print is 3 rows high at
    /// fine.</summary>
    public int DoubtfulBadRun { get; init => field = Run(value); } = 3;

    /// <summary>RTN from a longer run of bad rows than this. Our limit: 8 rows are a third of a digit at
    /// fine.</summary>
    public int UnusableBadRun { get; init => field = Run(value); } = 8;

    private static int PerMille(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1000);
        return value;
    }

    private static int Run(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }
}

/// <summary>Decides between MCF, RTP and RTN (T.30 §5.3.6.1.7) from a page's counts.</summary>
public static class CopyQuality
{
    public static CopyVerdict Judge(in PageQuality quality, CopyQualitySettings? settings = null)
    {
        settings ??= CopyQualitySettings.Default;
        if (quality.Rows == 0 || quality.Rows == quality.BadRows)
        {
            // Nothing of the page arrived.
            return CopyVerdict.Rtn;
        }

        long perMille = quality.BadRows * 1000L;
        if (perMille > (long)settings.UnusableBadRowsPerMille * quality.Rows
            || quality.LongestBadRun > settings.UnusableBadRun)
        {
            return CopyVerdict.Rtn;
        }

        // Lost octets may have taken whole rows along, which no count of rows can see.
        bool doubtful = perMille > (long)settings.DoubtfulBadRowsPerMille * quality.Rows
            || quality.LongestBadRun > settings.DoubtfulBadRun || quality.LostOctets > 0;
        return doubtful ? CopyVerdict.Rtp : CopyVerdict.Mcf;
    }
}
