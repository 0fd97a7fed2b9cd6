// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Tiff;

/// <summary>The fields of TIFF 6.0 (§8, §10, §11) and of RFC 2301 that fax pages use.</summary>
internal enum TiffTag : ushort
{
    NewSubfileType = 254,
    ImageWidth = 256,
    ImageLength = 257,
    BitsPerSample = 258,
    Compression = 259,
    PhotometricInterpretation = 262,
    FillOrder = 266,
    StripOffsets = 273,
    Orientation = 274,
    SamplesPerPixel = 277,
    RowsPerStrip = 278,
    StripByteCounts = 279,
    XResolution = 282,
    YResolution = 283,
    T4Options = 292,
    T6Options = 293,
    ResolutionUnit = 296,
    PageNumber = 297,
    Software = 305,
    TileWidth = 322,
    BadFaxLines = 326,
    CleanFaxData = 327,
    ConsecutiveBadFaxLines = 328,
}

/// <summary>How a TIFF page's strips are coded (TIFF 6.0 §7, §10, §11).</summary>
internal static class TiffCompression
{
    public const int None = 1;
    public const int Group3 = 3;
    public const int Group4 = 4;
}
