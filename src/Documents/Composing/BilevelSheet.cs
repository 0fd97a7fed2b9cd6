// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Raster;
using Hermetic.Protocol.T4;
using SkiaSharp;

namespace Hermetic.Documents.Composing;

/// <summary>A sheet on a fax raster to draw on in points, from the top left; black or white and nothing
/// between.</summary>
internal sealed class BilevelSheet : IDisposable
{
    private const double PointsPerInch = 72;

    // Our choice: a pel is black when ink covers 45 hundredths of it. At half, the thinnest strokes of small letters
    // would break where they lie across two rows of the standard resolution.
    private const int BlackMax = 255 - (255 * 45 / 100);

    private readonly PageFormat _format;
    private readonly SKSurface _surface;
    private readonly SKPaint _ink = new() { Color = SKColors.Black, IsAntialias = true };

    /// <param name="format">The raster.</param>
    /// <param name="heightPoints">How long the sheet is.</param>
    /// <param name="left">Where the drawing's left edge lies on it, in points.</param>
    public BilevelSheet(PageFormat format, double heightPoints, float left = 0)
    {
        _format = format;
        Rows = (int)Math.Round(heightPoints / PointsPerInch * format.VerticalDpi);
        _surface = SKSurface.Create(new SKImageInfo(format.WidthPels, Rows, SKColorType.Gray8, SKAlphaType.Opaque));
        _surface.Canvas.Clear(SKColors.White);
        _surface.Canvas.Scale((float)(format.HorizontalDpi / PointsPerInch),
            (float)(format.VerticalDpi / PointsPerInch));
        _surface.Canvas.Translate(left, 0);
    }

    public int Rows { get; }

    /// <summary>How wide a raster is, in points.</summary>
    public static float WidthPoints(PageFormat format) =>
        (float)(format.WidthPels / format.HorizontalDpi * PointsPerInch);

    public void Draw(SKPath path) => _surface.Canvas.DrawPath(path, _ink);

    public void Fill(float x, float y, float width, float height) =>
        _surface.Canvas.DrawRect(x, y, width, height, _ink);

    /// <summary>What was drawn.</summary>
    public BilevelPage Finish()
    {
        BilevelPage page = new(_format, Rows);
        using SKPixmap pels = _surface.PeekPixels();
        ReadOnlySpan<byte> grey = pels.GetPixelSpan();
        for (int y = 0; y < Rows; y++)
        {
            ReadOnlySpan<byte> row = grey.Slice(y * pels.RowBytes, _format.WidthPels);
            for (int x = 0; x < row.Length; x++)
            {
                if (row[x] <= BlackMax)
                {
                    page.SetBlack(x, y);
                }
            }
        }

        return page;
    }

    public void Dispose()
    {
        _ink.Dispose();
        _surface.Dispose();
    }
}
