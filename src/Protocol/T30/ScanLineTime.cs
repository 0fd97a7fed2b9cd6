// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Protocol.T30;

/// <summary>The minimum scan line time: DIS bits 21–23 and 46, DCS bits 21–23 (T.30 Table 2).</summary>
internal static class ScanLineTime
{
    /// <summary>DCS: no minimum.</summary>
    public const int DcsCodeNone = 0b111;

    public static int DisCode(int milliseconds) => milliseconds switch
    {
        <= 0 => 0b111,
        <= 5 => 0b100,
        <= 10 => 0b010,
        <= 20 => 0b000,
        _ => 0b001,
    };

    /// <summary>Milliseconds that a receiver needs for a row at this resolution.</summary>
    public static int Milliseconds(StationCapabilities receiver, FaxResolution resolution)
    {
        (int at385, int at77) = receiver.ScanTimeCode switch
        {
            0b000 => (20, 20),
            0b001 => (40, 40),
            0b010 => (10, 10),
            0b100 => (5, 5),
            0b011 => (10, 5),
            0b110 => (20, 10),
            0b101 => (40, 20),
            _ => (0, 0),
        };
        return resolution switch
        {
            FaxResolution.Standard => at385,
            FaxResolution.Fine or FaxResolution.Dpi200 => at77,
            _ => receiver.ScanTimeHalves ? (at77 + 1) / 2 : at77,
        };
    }

    /// <summary>DCS knows 0, 5, 10, 20 and 40 ms: the next one that is long enough.</summary>
    public static (int Code, int Milliseconds) ToDcs(int milliseconds) => milliseconds switch
    {
        <= 0 => (DcsCodeNone, 0),
        <= 5 => (0b100, 5),
        <= 10 => (0b010, 10),
        <= 20 => (0b000, 20),
        _ => (0b001, 40),
    };
}
