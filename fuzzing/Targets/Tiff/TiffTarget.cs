// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Documents.Rendering;
using Hermetic.Documents.Tiff;
using Hermetic.Protocol.T4;

namespace Hermetic.Fuzzing.Targets.Tiff;

/// <summary>A hostile TIFF file. Held to: directories and strips are read without harm and within the limits, a page
/// never gives more rows than it claims and all of them if it is taken, and a page on a fax raster comes back pel for
/// pel from the file that we write of it.</summary>
internal sealed class TiffTarget : IFuzzTarget
{
    // An input costs at most these: eight pages of the size of a fine A4 page. Our limits.
    private static readonly RenderLimits Limits = new() { PagesMax = 8, RowsMax = 3_000, PelsMax = 4_500_000 };

    public string Name => "tiff";

    public void Run(ReadOnlySpan<byte> input)
    {
        byte[] file = input.ToArray();
        (IReadOnlyList<TiffPage> pages, Refusal? refusal) = TiffReader.Read(file, Limits);
        Oracle.Holds(pages.Count <= Limits.PagesMax, "pages are limited");
        Oracle.Holds(refusal is not null || pages.Count > 0, "a file without pages is refused");
        if (refusal is not null)
        {
            Oracle.Holds(refusal.Reason.Length > 0 && !(refusal.Page > Limits.PagesMax), "a refusal has its reason");
            return;
        }

        List<(PageFormat Format, byte[] Rows, EncodedPage Page)> taken = [];
        foreach (TiffPage page in pages.Where(page => page.IsPlainBilevel))
        {
            Check(file, page);
            if (Decode(file, page) is { } rows && TiffPages.FaxRaster(page) is { } format)
            {
                taken.Add((format, rows, Encode(format, rows)));
            }
        }

        if (taken.Count > 0)
        {
            RoundTrip(taken);
        }
    }

    private static void Check(byte[] file, TiffPage page)
    {
        Oracle.Holds(page.Width > 0 && page.Height is > 0 and <= 3_000, "a page has a size within the limits");
        Oracle.Holds((long)page.Width * page.Height <= Limits.PelsMax, "a page has pels within the limits");
        Oracle.Holds(page.Strips.All(strip => strip.Offset >= 0 && strip.Length >= 0
            && (long)strip.Offset + strip.Length <= file.Length), "strips lie in the file");
    }

    // The page's rows; null when it is refused.
    private static byte[]? Decode(byte[] file, TiffPage page)
    {
        int rowBytes = (page.Width + 7) / 8;
        Rows rows = new(rowBytes, page);
        Refusal? refusal = TiffBits.Decode(file, page, rows, out int bad);
        Oracle.Holds(bad >= 0, "bad rows are counted");
        if (refusal is not null)
        {
            return null;
        }

        Oracle.Holds(rows.Count == page.Height, "a page that is taken has all its rows");
        return rows.Bits[..(rows.Count * rowBytes)];
    }

    private static EncodedPage Encode(PageFormat format, byte[] rows)
    {
        EncodedPageBuilder builder = new(format);
        for (int at = 0; at < rows.Length; at += format.RowBytes)
        {
            builder.WriteRow(rows.AsSpan(at, format.RowBytes));
        }

        return builder.Finish();
    }

    private static void RoundTrip(List<(PageFormat Format, byte[] Rows, EncodedPage Page)> taken)
    {
        using FileInMemory written = new();
        FaxTiffWriter writer = new(written);
        for (int i = 0; i < taken.Count; i++)
        {
            writer.Put(i, taken[i].Page);
        }

        Oracle.Holds(writer.Bytes == written.Length, "the writer knows where its file ends");
        byte[] file = written.ToArray();
        (IReadOnlyList<TiffPage> pages, Refusal? refusal) = TiffReader.Read(file, Limits);
        Oracle.Holds(refusal is null && pages.Count == taken.Count, "what we write we read");
        for (int i = 0; i < taken.Count; i++)
        {
            Oracle.Holds(TiffPages.FaxRaster(pages[i]) == taken[i].Format, "a page keeps its raster");
            Oracle.Holds(Decode(file, pages[i]) is { } rows && rows.AsSpan().SequenceEqual(taken[i].Rows),
                "a page keeps its pels");
        }
    }

    private sealed class Rows(int rowBytes, TiffPage page) : IRowOutput
    {
        public byte[] Bits { get; } = new byte[rowBytes * page.Height];

        public int Count { get; private set; }

        public void WriteRow(ReadOnlySpan<byte> row)
        {
            Oracle.Holds(Count < page.Height && row.Length == rowBytes, "no more rows than claimed, each of the width");
            Oracle.Holds((page.Width & 7) == 0 || (row[^1] & (0xFF >> (page.Width & 7))) == 0,
                "the pels beyond the width are white");
            row.CopyTo(Bits.AsSpan(Count++ * rowBytes));
        }
    }
}
