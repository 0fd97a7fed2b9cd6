// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Raster;
using Hermetic.Documents.Tiff;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Rendering;

/// <summary>The pages of a TIFF file on their way to fax pages: those on a fax raster stay as they are, bit for
/// bit.</summary>
internal sealed class TiffPages(RenderTask task, ReadOnlyMemory<byte> file, FaxResolution? keepRaster)
{
    // Our choice: a resolution this near to one of T.30's is that one (TIFF writers say 200 × 100 for 204 × 98).
    private const double Near = 0.035;

    // Our choice for a TIFF that names no resolution: it is as wide as A4.
    private const double PaperInches = 210 / 25.4;

    private static readonly PageFormat[] Rasters = [.. Enum.GetValues<FaxResolution>()
        .SelectMany(resolution => Enum.GetValues<PageWidth>().Select(width => new PageFormat(resolution, width)))];

    private IReadOnlyList<TiffPage> _pages = [];

    public int Count => _pages.Count;

    public Refusal? Inspect()
    {
        (_pages, Refusal? refusal) = TiffReader.Read(file, task.Limits);
        return refusal;
    }

    /// <summary>True for a page that only the sandbox may decode: grey, colour, or packed in another way.</summary>
    public bool NeedsWorker(int index) => !_pages[index].IsPlainBilevel;

    /// <summary>How large the page of so many pels, as the worker gives it, has to become.</summary>
    public (PagePlan Plan, Refusal? Refusal) Plan(int index, PgmReader reader) =>
        Plan(_pages[index], reader.Width, reader.Height);

    /// <summary>A plain page by our own decoder.</summary>
    public (EncodedPage? Page, Refusal? Refusal, string? Note) Read(int index)
    {
        TiffPage page = _pages[index];
        PageFormat? raster = FaxRaster(page);
        if (raster is { } format && page.Orientation == 1
            && (keepRaster is null || keepRaster == format.Resolution))
        {
            EncodedPageBuilder builder = new(format);
            BuilderOutput output = new(builder);
            Refusal? refusal = TiffBits.Decode(file, page, output, out int bad);
            return refusal is null ? (builder.Finish(), null, Note(bad)) : (null, refusal, null);
        }

        return Scale(page);
    }

    /// <summary>The fax raster that the page lies on already; null when it lies on none.</summary>
    internal static PageFormat? FaxRaster(TiffPage page)
    {
        return Rasters
            .Where(format => format.WidthPels == page.Width && Distance(page, format) <= Near)
            .OrderBy(format => Distance(page, format))
            .Select(format => (PageFormat?)format)
            .FirstOrDefault();
    }

    private (EncodedPage? Page, Refusal? Refusal, string? Note) Scale(TiffPage page)
    {
        bool sideways = page.Orientation is 6 or 8;
        int width = sideways ? page.Height : page.Width;
        int height = sideways ? page.Width : page.Height;
        (PagePlan plan, Refusal? refusal) = Plan(page, width, height);
        if (refusal is not null)
        {
            return (null, refusal, null);
        }

        // The stored page is scaled as it lies, then turned: so the scaler's target is the plan seen from there.
        int toWidth = sideways ? plan.RenderHeight : plan.RenderWidth;
        int toHeight = sideways ? plan.RenderWidth : plan.RenderHeight;
        AreaScaler scaler = new(page.Width, page.Height, toWidth, toHeight);
        refusal = TiffBits.Decode(file, page, new ScalerOutput(scaler, page.Width), out int bad);
        if (refusal is not null)
        {
            return (null, refusal, null);
        }

        int turns = page.Orientation switch { 6 => 1, 3 => 2, 8 => 3, _ => 0 } + (plan.Turned ? 1 : 0);
        GreyPage grey = scaler.Finish();
        for (int i = 0; i < turns % 4; i++)
        {
            grey = grey.TurnedClockwise();
        }

        return (Rescaler.Encode(Bileveller.Convert(grey, task.Format)), null, Note(bad));
    }

    private (PagePlan Plan, Refusal? Refusal) Plan(TiffPage page, int width, int height)
    {
        bool sideways = page.Orientation is 6 or 8;
        double horizontal = sideways ? page.VerticalDpi : page.HorizontalDpi;
        double vertical = sideways ? page.HorizontalDpi : page.VerticalDpi;
        if (page.Orientation == 1 && FaxRaster(page) is { } raster)
        {
            (horizontal, vertical) = (raster.HorizontalDpi, raster.VerticalDpi);
        }

        if (horizontal <= 0 || vertical <= 0)
        {
            horizontal = vertical = width / PaperInches;
        }

        return PagePlan.For(width / horizontal, height / vertical, task.Format, task.Limits);
    }

    // The greater of both relative errors.
    private static double Distance(TiffPage page, PageFormat format) => Math.Max(
        Math.Abs((page.HorizontalDpi / format.HorizontalDpi) - 1),
        Math.Abs((page.VerticalDpi / format.VerticalDpi) - 1));

    private static string? Note(int badRows) =>
        badRows > 0 ? $"{badRows} lines were damaged in the TIFF and mended" : null;

    private sealed class BuilderOutput(EncodedPageBuilder builder) : IRowOutput
    {
        public void WriteRow(ReadOnlySpan<byte> row) => builder.WriteRow(row);
    }

    private sealed class ScalerOutput(AreaScaler scaler, int width) : IRowOutput
    {
        private readonly byte[] _grey = new byte[width];

        public void WriteRow(ReadOnlySpan<byte> row)
        {
            Rescaler.Unpack(row, _grey);
            scaler.WriteRow(_grey);
        }
    }
}
