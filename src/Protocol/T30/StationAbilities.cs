// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>What a called station says of itself in DIS (T.30 Table 2): what a page could be sent to it by.</summary>
public sealed record StationAbilities
{
    /// <summary>It can take a fax now (bit 10).</summary>
    public required bool CanReceive { get; init; }

    /// <summary>The fastest image rate in bit/s: 2,400 to 14,400 (bits 11–14).</summary>
    public required int RateMax { get; init; }

    /// <summary>Error correction mode (bit 27).</summary>
    public required bool Ecm { get; init; }

    /// <summary>The codings that it can decode; MH is always among them (bits 16, 31).</summary>
    public required FrozenSet<FaxCompression> Compressions { get; init; }

    /// <summary>The resolutions that it can print; Standard is always among them (bits 15, 41–43, 105).</summary>
    public required FrozenSet<FaxResolution> Resolutions { get; init; }

    /// <summary>The widest page that it can print (bits 17–18).</summary>
    public required PageWidth WidthMax { get; init; }

    internal static StationAbilities Of(StationCapabilities station) => new()
    {
        CanReceive = station.CanReceive,
        RateMax = RateOf(station.Modems),
        Ecm = station.Ecm,
        Compressions = CompressionsOf(station).ToFrozenSet(),
        Resolutions = ResolutionsOf(station).ToFrozenSet(),
        WidthMax = station.WidthMax,
    };

    private static int RateOf(FaxModems modems) => modems.HasFlag(FaxModems.V17) ? 14_400
        : modems.HasFlag(FaxModems.V29) ? 9600
        : modems.HasFlag(FaxModems.V27Ter) ? 4800 : 2400;

    // T.30 Table 2, note to bit 31: T.6 has its frames from error correction.
    private static FaxCompression[] CompressionsOf(StationCapabilities station) =>
        [.. Enum.GetValues<FaxCompression>().Where(one => one switch
        {
            FaxCompression.Mr => station.TwoDimensional,
            FaxCompression.Mmr => station is { T6: true, Ecm: true },
            _ => true,
        })];

    private static FaxResolution[] ResolutionsOf(StationCapabilities station) =>
        [.. Enum.GetValues<FaxResolution>().Where(one => Negotiation.CanReceive(station, one))];
}
