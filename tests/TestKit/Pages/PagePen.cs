// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Pages;

/// <summary>Draws on a page in millimetres, whatever its raster, so that one layout serves every resolution and
/// width.</summary>
internal sealed class PagePen(PageBitmap page)
{
    private readonly double pelsPerMm = page.Format.HorizontalDpi / 25.4;
    private readonly double rowsPerMm = page.Format.VerticalDpi / 25.4;
    private readonly Dictionary<(char, double), (int X, int Y)[]> glyphs = [];

    public double WidthMm => page.Format.WidthPels / pelsPerMm;

    public double HeightMm => page.Rows / rowsPerMm;

    /// <summary>A filled rectangle, at least one pel and one row.</summary>
    public void Fill(double leftMm, double topMm, double widthMm, double heightMm)
    {
        int left = (int)(leftMm * pelsPerMm);
        int top = (int)(topMm * rowsPerMm);
        int right = left + Math.Max(1, (int)(widthMm * pelsPerMm));
        int bottom = top + Math.Max(1, (int)(heightMm * rowsPerMm));
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                page.Set(x, y);
            }
        }
    }

    /// <summary>The outline of a rectangle.</summary>
    public void Box(double leftMm, double topMm, double widthMm, double heightMm, double lineMm)
    {
        Fill(leftMm, topMm, widthMm, lineMm);
        Fill(leftMm, topMm + heightMm - lineMm, widthMm, lineMm);
        Fill(leftMm, topMm, lineMm, heightMm);
        Fill(leftMm + widthMm - lineMm, topMm, lineMm, heightMm);
    }

    /// <summary>Text from its top left corner; capMm is the height of a capital. Gives the width drawn.</summary>
    public double Text(double leftMm, double topMm, double capMm, string text)
    {
        double x = leftMm;
        foreach (char character in text)
        {
            foreach ((int dx, int dy) in GlyphOf(character, capMm))
            {
                page.Set((int)(x * pelsPerMm) + dx, (int)(topMm * rowsPerMm) + dy);
            }

            x += AdvanceOf(character) * capMm;
        }

        return x - leftMm;
    }

    public static double MeasureText(double capMm, string text) => text.Sum(AdvanceOf) * capMm;

    // Of the cap height: narrow letters take less, as in proportional print.
    private static double AdvanceOf(char character) => character switch
    {
        ' ' => 0.55,
        'i' or 'l' or 'j' or '.' or ',' or ':' or '\'' or '!' or ';' => 0.6,
        'm' or 'w' or 'M' or 'W' => 0.98,
        _ => 0.86,
    };

    private (int X, int Y)[] GlyphOf(char character, double capMm)
    {
        if (!glyphs.TryGetValue((character, capMm), out (int X, int Y)[]? pels))
        {
            pels = DrawGlyph(character, capMm);
            glyphs.Add((character, capMm), pels);
        }

        return pels;
    }

    private (int X, int Y)[] DrawGlyph(char character, double capMm)
    {
        double unitMm = capMm / (StrokeFont.Lines - 3);
        double radiusMm = capMm * 0.075;
        List<(int, int)> pels = [];
        IReadOnlyList<(int X1, int Y1, int X2, int Y2)> strokes = StrokeFont.StrokesOf(character);
        for (int y = -2; y < ((StrokeFont.Lines * unitMm) + 1) * rowsPerMm; y++)
        {
            for (int x = -2; x < ((StrokeFont.Columns * unitMm) + 1) * pelsPerMm; x++)
            {
                double xMm = (x + 0.5) / pelsPerMm;
                double yMm = (y + 0.5) / rowsPerMm;
                if (strokes.Any(s => Distance(xMm, yMm, s.X1 * unitMm * 0.8, s.Y1 * unitMm, s.X2 * unitMm * 0.8,
                        s.Y2 * unitMm) <= radiusMm))
                {
                    pels.Add((x, y));
                }
            }
        }

        return [.. pels];
    }

    private static double Distance(double x, double y, double x1, double y1, double x2, double y2)
    {
        double dx = x2 - x1;
        double dy = y2 - y1;
        double square = (dx * dx) + (dy * dy);
        double along = square == 0 ? 0 : Math.Clamp((((x - x1) * dx) + ((y - y1) * dy)) / square, 0, 1);
        return double.Hypot(x - x1 - (along * dx), y - y1 - (along * dy));
    }
}
