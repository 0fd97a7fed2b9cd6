// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>From what both sides can do to what one DCS commands (T.30 §3.2.2), and back: is a DCS within what we
/// offered?</summary>
internal static class Negotiation
{
    // From the finest down: what to try when the receiver lacks a page's resolution. The host scales.
    private static readonly FaxResolution[] InchFirst =
    [
        FaxResolution.Dpi600, FaxResolution.Dpi400, FaxResolution.R16, FaxResolution.Dpi300, FaxResolution.Superfine,
        FaxResolution.Dpi200, FaxResolution.Fine, FaxResolution.Standard,
    ];

    /// <summary>DIS bits 11–14 can say V.17 only together with V.29 and V.27 ter, and V.29 only with 9,600: where
    /// RateMax is lower, the family is not offered, so that no sender may exceed it.</summary>
    public static FaxModems ModemsOffered(T30Settings settings)
    {
        FaxModems modems = settings.Modems;
        if (modems != FaxModems.All || settings.RateMax < FaxModulation.V17At14400.BitsPerSecond())
        {
            modems &= ~FaxModems.V17;
        }

        if (settings.RateMax < FaxModulation.V29At9600.BitsPerSecond())
        {
            modems &= ~FaxModems.V29;
        }

        return settings.RateMax < FaxModulation.V27Ter4800.BitsPerSecond() ? FaxModems.V27TerFallBack : modems;
    }

    public static RateLadder Ladder(T30Settings settings, StationCapabilities remote)
        => new(settings.Modems & remote.Modems, settings.RateMax);

    /// <summary>The raster in which a page goes: its own if the receiver has it, else the finest that is not
    /// finer.</summary>
    public static PageFormat FormatFor(PageFormat page, StationCapabilities remote)
    {
        int from = Array.IndexOf(InchFirst, page.Resolution);
        FaxResolution resolution = FaxResolution.Standard;
        for (int i = Math.Max(from, 0); i < InchFirst.Length; i++)
        {
            if (CanReceive(remote, InchFirst[i]))
            {
                resolution = InchFirst[i];
                break;
            }
        }

        return new PageFormat(resolution, (PageWidth)Math.Min((int)page.Width, (int)remote.WidthMax));
    }

    public static DcsParameters ParametersFor(T30Settings settings, StationCapabilities remote, PageFormat page,
        FaxModulation modulation)
    {
        PageFormat format = FormatFor(page, remote);
        bool ecm = settings.Ecm && remote.Ecm;
        int minimum = ecm ? 0 : ScanLineTime.Milliseconds(remote, format.Resolution);
        bool unlimited = remote.LengthCode == StationCapabilities.LengthUnlimited;
        return new DcsParameters
        {
            Modulation = modulation,
            Format = format,
            Compression = CompressionFor(settings, remote, ecm),
            Ecm = ecm,
            Frames64 = ecm && settings.EcmFrames64,
            MinimumScanLineMs = ScanLineTime.ToDcs(minimum).Milliseconds,
            LengthCode = unlimited ? StationCapabilities.LengthUnlimited : 0,
            HasSubAddress = remote.SubAddress && !string.IsNullOrEmpty(settings.SubAddress),
            HasSenderId = remote.Password && !string.IsNullOrEmpty(settings.Password),
        };
    }

    /// <summary>True if our DIS or DTC offered what this DCS commands.</summary>
    public static bool IsOffered(T30Settings settings, in DcsParameters dcs)
    {
        bool compression = dcs.Compression == FaxCompression.Mh || settings.Compressions.Contains(dcs.Compression);
        return compression
            && (!dcs.Ecm || settings.Ecm)
            && IsOffered(settings, dcs.Modulation)
            && CanReceive(StationCapabilities.Of(settings, canReceive: true, hasDocument: false), dcs.Format.Resolution)
            && dcs.Format.Width <= settings.WidthMax;
    }

    public static bool IsOffered(T30Settings settings, FaxModulation modulation)
    {
        FaxModems offered = ModemsOffered(settings);
        return modulation switch
        {
            FaxModulation.V27Ter2400 => true,
            FaxModulation.V27Ter4800 => offered.HasFlag(FaxModems.V27Ter),
            FaxModulation.V29At7200 or FaxModulation.V29At9600 => offered.HasFlag(FaxModems.V29),
            _ => offered.HasFlag(FaxModems.V17),
        };
    }

    private static FaxCompression CompressionFor(T30Settings settings, StationCapabilities remote, bool ecm)
    {
        if (ecm && remote.T6 && settings.Compressions.Contains(FaxCompression.Mmr))
        {
            return FaxCompression.Mmr;
        }

        bool twoDimensional = remote.TwoDimensional && settings.Compressions.Contains(FaxCompression.Mr);
        return twoDimensional ? FaxCompression.Mr : FaxCompression.Mh;
    }

    /// <summary>True if pages in this resolution can be sent to the station.</summary>
    public static bool CanReceive(StationCapabilities station, FaxResolution resolution) => resolution switch
    {
        FaxResolution.Fine => station.Fine,
        FaxResolution.Superfine => station.Superfine,
        FaxResolution.Dpi200 => station.Fine && station.Inch,
        FaxResolution.Dpi300 => station.Dpi300,
        FaxResolution.R16 => station.R16,
        FaxResolution.Dpi400 => station.R16 && station.Inch,
        FaxResolution.Dpi600 => station.Dpi600,
        _ => true,
    };
}
