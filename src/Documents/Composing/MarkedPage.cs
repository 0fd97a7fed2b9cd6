// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Raster;
using Hermetic.Protocol.T30;
using SkiaSharp;

namespace Hermetic.Documents.Composing;

/// <summary>A copy of a page with marks burned in: words and strokes first, black boxes over all of it. The copy is
/// coded anew from its pels, so nothing of what a box covers is in it.</summary>
public static class MarkedPage
{
    private const float PointsPerInch = 72;
    private const float LineSpacing = 1.25f; // our choice: as the cover page has it
    private const float BoxMargin = 2; // our choice, in points: white around words, so that they can be read

    /// <summary>Makes the copy; a refusal when words can't be drawn.</summary>
    public static (EncodedPage? Page, Refusal? Refusal) Make(EncodedPage page, IReadOnlyList<PageMark> marks)
    {
        if (marks.Count == 0)
        {
            return (page, null);
        }

        (Lettering? letters, Refusal? refusal) = marks.OfType<TextMark>().Any() ? Lettering.Open() : (null, null);
        foreach (TextMark text in marks.OfType<TextMark>())
        {
            refusal ??= text.Text.Split('\n').Select(line => letters!.Check("a note", line))
                .FirstOrDefault(fault => fault is not null);
        }

        return refusal is null ? (Draw(page, marks, letters), null) : (null, refusal);
    }

    private static EncodedPage Draw(EncodedPage page, IReadOnlyList<PageMark> marks, Lettering? letters)
    {
        double heightPoints = page.Rows / page.Format.VerticalDpi * PointsPerInch;
        using BilevelSheet white = new(page.Format, heightPoints);
        using BilevelSheet ink = new(page.Format, heightPoints);
        (float X, float Y) scale = (BilevelSheet.WidthPoints(page.Format), (float)heightPoints);
        foreach (PageMark mark in marks)
        {
            if (mark is TextMark text)
            {
                Write(text, scale, letters!, white, ink);
            }
            else if (mark is PenMark pen)
            {
                using SKPath stroke = Stroke(pen, scale);
                ink.Draw(stroke);
            }
        }

        BilevelPage cleared = white.Finish();
        BilevelPage drawn = ink.Finish();
        foreach (RedactionMark box in marks.OfType<RedactionMark>())
        {
            Blacken(drawn, box);
        }

        return Merge(page, cleared, drawn);
    }

    private static void Write(
        TextMark text, (float X, float Y) scale, Lettering letters, BilevelSheet white, BilevelSheet ink)
    {
        string[] lines = text.Text.Split('\n');
        float points = (float)text.Points;
        (float left, float top) = ((float)text.Left * scale.X, (float)text.Top * scale.Y);
        white.Fill(left, top, lines.Max(line => letters.Width(line, points, bold: true)) + (2 * BoxMargin),
            (lines.Length * points * LineSpacing) + (2 * BoxMargin));
        for (int i = 0; i < lines.Length; i++)
        {
            using SKPath outline = letters.Outline(lines[i], left + BoxMargin,
                top + BoxMargin + points + (i * points * LineSpacing), points, bold: true);
            ink.Draw(outline);
        }
    }

    private static SKPath Stroke(PenMark pen, (float X, float Y) scale)
    {
        using SKPathBuilder line = new();
        line.MoveTo((float)pen.Path[0].X * scale.X, (float)pen.Path[0].Y * scale.Y);
        foreach ((double x, double y) in pen.Path.Skip(1))
        {
            line.LineTo((float)x * scale.X, (float)y * scale.Y);
        }

        using SKPath way = line.Detach();
        using SKPaint paint = new()
        {
            Style = SKPaintStyle.Stroke,
            StrokeWidth = (float)pen.Points,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
        };
        using SKPathBuilder outline = new();
        paint.GetFillPath(way, outline);
        return outline.Detach();
    }

    // Every pel that the box touches, and not only those that it covers by half.
    private static void Blacken(BilevelPage page, RedactionMark box)
    {
        (int left, int right) = Covered(box.Left, box.Width, page.Format.WidthPels);
        (int top, int bottom) = Covered(box.Top, box.Height, page.Rows);
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                page.SetBlack(x, y);
            }
        }
    }

    private static (int From, int To) Covered(double from, double length, int count) =>
        ((int)Math.Clamp(Math.Floor(from * count), 0, count),
            (int)Math.Clamp(Math.Ceiling((from + length) * count), 0, count));

    private static EncodedPage Merge(EncodedPage page, BilevelPage cleared, BilevelPage drawn)
    {
        EncodedPageBuilder copy = new(page.Format);
        using IRowSource rows = page.OpenRows();
        byte[] row = new byte[page.Format.RowBytes];
        for (int y = 0; rows.TryReadRow(row); y++)
        {
            if (y < drawn.Rows)
            {
                ReadOnlySpan<byte> erase = cleared.Row(y);
                ReadOnlySpan<byte> ink = drawn.Row(y);
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = (byte)((row[i] & ~erase[i]) | ink[i]);
                }
            }

            copy.WriteRow(row);
        }

        return copy.Finish();
    }
}
