// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Raster;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Png;

/// <summary>
/// Fax pages as PNG (ISO/IEC 15948): one bit a pel for a page, eight for a small picture of one.
/// </summary>
/// <remarks>
/// Browsers draw a PNG with square pels whatever its pHYs chunk says, so that a page of 204 × 98 dpi would lie there
/// squashed: pels or rows are repeated until both resolutions are alike. No pel is lost, and none is interpolated.
/// </remarks>
public static class FaxPngWriter
{
    private const double MetresPerInch = 0.0254;

    /// <summary>The page, each pel of it.</summary>
    public static byte[] Write(EncodedPage page)
    {
        (int across, int down) = Repeats(page.Format);
        using PngChunks png = new(page.Format.WidthPels * across, page.Rows * down, bitDepth: 1);
        png.Density(page.Format.HorizontalDpi * across / MetresPerInch, page.Format.VerticalDpi * down / MetresPerInch);
        byte[] row = new byte[page.Format.RowBytes];
        byte[] wide = new byte[page.Format.RowBytes * across];
        using IRowSource rows = page.OpenRows();
        while (rows.TryReadRow(row))
        {
            Invert(row, wide, across);
            for (int i = 0; i < down; i++)
            {
                png.WriteRow(wide);
            }
        }

        return png.Finish();
    }

    /// <summary>A small picture in grey, as wide as asked and as high as the paper is.</summary>
    /// <param name="page">The page.</param>
    /// <param name="widthPels">From 16 to <see cref="PageFormat.WidthPels"/>.</param>
    public static byte[] WriteThumbnail(EncodedPage page, int widthPels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widthPels, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(widthPels, page.Format.WidthPels);
        double scale = widthPels / (double)page.Format.WidthPels
            * page.Format.HorizontalDpi / page.Format.VerticalDpi;
        int height = Math.Max((int)Math.Round(page.Rows * scale), 1);
        AreaScaler scaler = new(page.Format.WidthPels, page.Rows, widthPels, height);
        byte[] row = new byte[page.Format.RowBytes];
        byte[] grey = new byte[page.Format.WidthPels];
        using IRowSource rows = page.OpenRows();
        while (rows.TryReadRow(row))
        {
            Rescaler.Unpack(row, grey);
            scaler.WriteRow(grey);
        }

        GreyPage small = scaler.Finish();
        using PngChunks png = new(small.Width, small.Height, bitDepth: 8);
        for (int y = 0; y < small.Height; y++)
        {
            png.WriteRow(small.Row(y));
        }

        return png.Finish();
    }

    private static (int Across, int Down) Repeats(PageFormat format) =>
        (Math.Max((int)Math.Round(format.VerticalDpi / format.HorizontalDpi), 1),
            Math.Max((int)Math.Round(format.HorizontalDpi / format.VerticalDpi), 1));

    // In a PNG black is 0 (ISO/IEC 15948 §4.2), on a fax 1.
    private static void Invert(ReadOnlySpan<byte> row, Span<byte> wide, int across)
    {
        if (across == 1)
        {
            for (int i = 0; i < row.Length; i++)
            {
                wide[i] = (byte)~row[i];
            }

            return;
        }

        wide.Clear();
        for (int x = 0; x < wide.Length * 8; x++)
        {
            int from = x / across;
            wide[x >> 3] |= (byte)(((~row[from >> 3] >> (7 - (from & 7))) & 1) << (7 - (x & 7)));
        }
    }
}
