// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T4;

/// <summary>The coding of a page's rows: T.4 §4.1 (MH), T.4 §4.2 (MR), T.6 (MMR).</summary>
public enum FaxCompression
{
    /// <summary>Modified Huffman, one-dimensional (T.4 §4.1).</summary>
    Mh,
    /// <summary>Modified READ, two-dimensional with parameter K (T.4 §4.2).</summary>
    Mr,
    /// <summary>Modified modified READ (T.6); only with error correction.</summary>
    Mmr,
}

/// <summary>Horizontal by vertical resolution as T.30 Table 2 lists them (pels per 25.4 mm or per mm).</summary>
public enum FaxResolution
{
    /// <summary>R8 × 3.85 lines/mm: 204 × 98 dpi, "standard".</summary>
    Standard,
    /// <summary>R8 × 7.7 lines/mm: 204 × 196 dpi, "fine".</summary>
    Fine,
    /// <summary>R8 × 15.4 lines/mm: 204 × 391 dpi, "superfine".</summary>
    Superfine,
    /// <summary>200 × 200 dpi.</summary>
    Dpi200,
    /// <summary>300 × 300 dpi.</summary>
    Dpi300,
    /// <summary>R16 × 15.4 lines/mm: 408 × 391 dpi.</summary>
    R16,
    /// <summary>400 × 400 dpi.</summary>
    Dpi400,
    /// <summary>600 × 600 dpi.</summary>
    Dpi600,
}

/// <summary>Recording width as T.30 names it (Table 2, bits 17–18).</summary>
public enum PageWidth
{
    /// <summary>215 mm, 1728 pels at R8.</summary>
    A4,
    /// <summary>255 mm, 2048 pels at R8.</summary>
    B4,
    /// <summary>303 mm, 2432 pels at R8.</summary>
    A3,
}

/// <summary>The raster of a page: its resolution and width. Rows are packed, the leftmost pel in the most
/// significant bit, black as 1.</summary>
public readonly record struct PageFormat(FaxResolution Resolution, PageWidth Width)
{
    /// <summary>Pels in a row (T.4 §2.2, T.30 Table 2): always a multiple of 8, at most 7,296.</summary>
    public int WidthPels => (HorizontalClass, Width) switch
    {
        (200, PageWidth.A4) => 1728,
        (200, PageWidth.B4) => 2048,
        (200, PageWidth.A3) => 2432,
        (300, PageWidth.A4) => 2592,
        (300, PageWidth.B4) => 3072,
        (300, PageWidth.A3) => 3648,
        (400, PageWidth.A4) => 3456,
        (400, PageWidth.B4) => 4096,
        (400, PageWidth.A3) => 4864,
        (600, PageWidth.A4) => 5184,
        (600, PageWidth.B4) => 6144,
        (600, PageWidth.A3) => 7296,
        _ => throw new ArgumentOutOfRangeException(nameof(Width), "not a width that T.30 Table 2 lists"),
    };

    /// <summary>Octets in a packed row.</summary>
    public int RowBytes => WidthPels / 8;

    /// <summary>Horizontal resolution in dots per inch.</summary>
    public double HorizontalDpi => Resolution switch
    {
        FaxResolution.Standard or FaxResolution.Fine or FaxResolution.Superfine => 204,
        FaxResolution.R16 => 408,
        FaxResolution.Dpi300 => 300,
        FaxResolution.Dpi400 => 400,
        FaxResolution.Dpi600 => 600,
        _ => 200,
    };

    /// <summary>Vertical resolution in dots per inch.</summary>
    public double VerticalDpi => Resolution switch
    {
        FaxResolution.Standard => 97.79,
        FaxResolution.Fine => 195.58,
        FaxResolution.Superfine or FaxResolution.R16 => 391.16,
        FaxResolution.Dpi300 => 300,
        FaxResolution.Dpi400 => 400,
        FaxResolution.Dpi600 => 600,
        _ => 200,
    };

    private int HorizontalClass => Resolution switch
    {
        FaxResolution.Dpi300 => 300,
        FaxResolution.R16 or FaxResolution.Dpi400 => 400,
        FaxResolution.Dpi600 => 600,
        _ => 200,
    };
}
