// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Tiff;

/// <summary>What one image file directory says of its page, checked against the file and the limits.</summary>
internal sealed record TiffPage
{
    public int Width { get; init; }

    public int Height { get; init; }

    public int BitsPerSample { get; init; } = 1;

    public int SamplesPerPixel { get; init; } = 1;

    public int Compression { get; init; } = TiffCompression.None;

    /// <summary>0: white is 0; 1: black is 0.</summary>
    public int Photometric { get; init; }

    /// <summary>2: the leftmost pel lies in the least significant bit.</summary>
    public int FillOrder { get; init; } = 1;

    /// <summary>1 upright, 3 upside down, 6 and 8 a quarter turned; the mirrored ones are refused.</summary>
    public int Orientation { get; init; } = 1;

    public int RowsPerStrip { get; init; }

    /// <summary>Where each strip lies; within the file.</summary>
    public IReadOnlyList<(int Offset, int Length)> Strips { get; init; } = [];

    /// <summary>Bit 0: two-dimensional rows (T.4 §4.2).</summary>
    public int T4Options { get; init; }

    /// <summary>Dots per inch; 0 when the file does not say.</summary>
    public double HorizontalDpi { get; init; }

    /// <summary>Dots per inch; 0 when the file does not say.</summary>
    public double VerticalDpi { get; init; }

    public bool IsTiled { get; init; }

    /// <summary>Rows that came damaged over the line (RFC 2301 §3.2.3).</summary>
    public int BadRows { get; init; }

    /// <summary>The most of them one after the other.</summary>
    public int LongestBadRun { get; init; }

    /// <summary>True when our own decoder takes it; else a colour or differently packed page, for the
    /// sandbox.</summary>
    public bool IsPlainBilevel => BitsPerSample == 1 && SamplesPerPixel == 1 && !IsTiled && Photometric is 0 or 1
        && (Compression == TiffCompression.None
            || (Compression is TiffCompression.Group3 or TiffCompression.Group4
                && Width <= FaxDecoderLimits.WidthPelsMax));
}
