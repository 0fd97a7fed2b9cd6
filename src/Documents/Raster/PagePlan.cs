// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Raster;

/// <summary>
/// Where a page of a given paper size lies on the fax raster: at its true size where it fits between the edges of the
/// recording width, margins and all, else shrunk to it as a whole; a page wider than that and wider than long is
/// turned; its length is never cut.
/// </summary>
/// <param name="Width">Pels that the page takes across, at most the row's.</param>
/// <param name="Height">Rows that it takes.</param>
/// <param name="Turned">True when the page is turned a quarter clockwise first.</param>
internal readonly record struct PagePlan(int Width, int Height, bool Turned)
{
    // Our choice: rather shrink a page by so much than cut or turn it.
    private const double LeastSize = 1e-3;

    /// <summary>The width in which the unturned page has to be rendered.</summary>
    public int RenderWidth => Turned ? Height : Width;

    /// <summary>The height in which the unturned page has to be rendered.</summary>
    public int RenderHeight => Turned ? Width : Height;

    /// <summary>Plans a page of so many inches; a refusal when it has no size or goes over a limit.</summary>
    public static (PagePlan Plan, Refusal? Refusal) For(double widthInches, double heightInches, PageFormat format,
        RenderLimits limits)
    {
        if (!(widthInches > LeastSize && heightInches > LeastSize && widthInches < 1e6 && heightInches < 1e6))
        {
            return (default, new(RefusalCode.Malformed, "the page has no usable size"));
        }

        double paper = format.WidthPels / format.HorizontalDpi;
        bool turned = widthInches > paper && widthInches > heightInches;
        (double across, double along) = turned ? (heightInches, widthInches) : (widthInches, heightInches);
        double scale = Math.Min(1, paper / across);
        double width = Math.Clamp(Math.Round(across * scale * format.HorizontalDpi), 1, format.WidthPels);
        double height = Math.Max(Math.Round(along * scale * format.VerticalDpi), 1);
        if (height > limits.RowsMax || height * format.WidthPels > limits.PelsMax)
        {
            return (default, new(RefusalCode.OverLimit,
                $"the page is too long: {height:F0} rows at this resolution, at most "
                + $"{Math.Min(limits.RowsMax, limits.PelsMax / format.WidthPels)}"));
        }

        return (new((int)width, (int)height, turned), null);
    }
}
