// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Raster;

/// <summary>Black and white pages from one fax raster to another.</summary>
internal static class Rescaler
{
    // T.30 takes R8 and 200 dpi for equivalent: a fiftieth more or less is not worth scaling letters for.
    private const double Near = 0.035;

    /// <summary>The page on another raster: as large as it was, or shrunk where the recording width is
    /// smaller.</summary>
    public static EncodedPage Rescale(EncodedPage page, PageFormat to)
    {
        PageFormat from = page.Format;
        double shrink = Math.Min(1, Millimetres(to.Width) / Millimetres(from.Width));
        double across = (double)Class(to) / Class(from) * shrink;
        double down = to.VerticalDpi / from.VerticalDpi * shrink;
        down = Math.Abs(down - 1) < Near ? 1 : down;
        int width = Math.Clamp((int)Math.Round(from.WidthPels * across), 1, to.WidthPels);
        int height = Math.Max((int)Math.Round(page.Rows * down), 1);
        AreaScaler scaler = new(from.WidthPels, page.Rows, width, height);
        using IRowSource rows = page.OpenRows();
        byte[] row = new byte[from.RowBytes];
        byte[] grey = new byte[from.WidthPels];
        while (rows.TryReadRow(row))
        {
            Unpack(row, grey);
            scaler.WriteRow(grey);
        }

        return Encode(Bileveller.Convert(scaler.Finish(), to));
    }

    /// <summary>The page in T.6.</summary>
    public static EncodedPage Encode(BilevelPage page)
    {
        EncodedPageBuilder builder = new(page.Format);
        for (int y = 0; y < page.Rows; y++)
        {
            builder.WriteRow(page.Row(y));
        }

        return builder.Finish();
    }

    /// <summary>True when not one pel is black.</summary>
    public static bool IsBlank(EncodedPage page)
    {
        using IRowSource rows = page.OpenRows();
        byte[] row = new byte[page.Format.RowBytes];
        while (rows.TryReadRow(row))
        {
            if (row.AsSpan().ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Packed bits into octets: black 0, white 255.</summary>
    public static void Unpack(ReadOnlySpan<byte> row, Span<byte> grey)
    {
        for (int x = 0; x < grey.Length; x++)
        {
            grey[x] = (byte)(((row[x >> 3] >> (7 - (x & 7))) & 1) - 1);
        }
    }

    private static int Class(PageFormat format) => new PageFormat(format.Resolution, PageWidth.A4).WidthPels;

    // T.30 Table 2, bits 17 and 18.
    private static double Millimetres(PageWidth width) => width switch
    {
        PageWidth.A4 => 215,
        PageWidth.B4 => 255,
        _ => 303,
    };
}
