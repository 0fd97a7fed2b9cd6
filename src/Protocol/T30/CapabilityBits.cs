// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>Bits of the DIS, DTC and DCS fields by their number in T.30 Table 2. Only the ones that we set, read or
/// refuse.</summary>
internal static class CapabilityBits
{
    /// <summary>DIS, DTC: frames of 64 octets are preferred.</summary>
    public const int Frames64Preferred = 7;
    /// <summary>DIS: a document is ready to be polled.</summary>
    public const int HasDocument = 9;
    /// <summary>DIS: can receive. DCS: receive.</summary>
    public const int Receive = 10;
    /// <summary>Bits 11 to 14: modems, or the modem and rate of a DCS.</summary>
    public const int Rate = 11;
    /// <summary>R8 × 7.7 lines/mm, or 200 × 200 with <see cref="Inch"/>.</summary>
    public const int Fine = 15;
    public const int TwoDimensional = 16;
    /// <summary>Bits 17 and 18: recording width.</summary>
    public const int Width = 17;
    /// <summary>Bits 19 and 20: recording length.</summary>
    public const int Length = 19;
    /// <summary>Bits 21 to 23: minimum scan line time.</summary>
    public const int ScanTime = 21;
    public const int Uncompressed = 26;
    public const int Ecm = 27;
    /// <summary>DCS: frames of 64 octets.</summary>
    public const int Frames64 = 28;
    public const int T6 = 31;
    public const int Superfine = 41;
    public const int Dpi300 = 42;
    /// <summary>R16 × 15.4 lines/mm, or 400 × 400 with <see cref="Inch"/>.</summary>
    public const int R16 = 43;
    /// <summary>DIS: inch-based resolutions are preferred. DCS: the resolution is inch-based.</summary>
    public const int Inch = 44;
    public const int MetricPreferred = 45;
    /// <summary>DIS: rows at 15.4 lines/mm take half the time of those at 7.7.</summary>
    public const int ScanTimeHalves = 46;
    public const int SelectivePolling = 47;
    public const int SubAddress = 49;
    /// <summary>DIS: can take PWD and SID. DTC: PWD comes. DCS: SID comes.</summary>
    public const int Password = 50;
    public const int Dpi600 = 105;

    /// <summary>Extension bits: the last bit of each octet from the third on says that another octet follows.</summary>
    public const int FirstExtend = 24;

    /// <summary>
    /// DCS bits that ask for what we never offer: uncompressed mode; T.43 and planes; voice; file, EDI, character and
    /// mixed transfers; JPEG and colour with their options; T.85 (JBIG); encryption; mixed raster content; colour and
    /// other resolutions; T.45; T.38 internet mode; T.88; sYCC. Hostile_09 and Hostile_10: bilevel MH, MR and MMR,
    /// nothing else.
    /// </summary>
    public static ReadOnlySpan<byte> NeverOffered =>
    [
        26, 36, 37, 38, 39, 53, 54, 55, 57, 60, 62, 65, 68, 69, 71, 73, 74, 75, 78, 79, 81, 82, 83, 84, 85, 86, 87,
        89, 90, 92, 93, 94, 97, 98, 106, 107, 108, 109, 110, 111, 115, 116, 123, 124, 125, 126, 127,
    ];
}
