// SPDX-License-Identifier: Apache-2.0
using SkiaSharp;

namespace Hermetic.Documents.Pdf;

/// <summary>Draws on the pages of a PDF, in points from the top left.</summary>
internal sealed class Sheet(SKDocument document, SKTypeface regular, SKTypeface bold)
{
    private SKCanvas _canvas = null!;

    public void NewPage(float width, float height) => _canvas = document.BeginPage(width, height);

    public void Text(string text, float points, float x, float y, bool bold = false, SKColor? colour = null)
    {
        using SKFont font = new(bold ? Bold : regular, points);
        using SKPaint ink = new() { Color = colour ?? SKColors.Black };
        _canvas.DrawText(text, x, y, SKTextAlign.Left, font, ink);
    }

    public void Fill(float x, float y, float width, float height, SKColor colour)
    {
        using SKPaint ink = new() { Color = colour };
        _canvas.DrawRect(x, y, width, height, ink);
    }

    public void Box(float x, float y, float width, float height, float pen)
    {
        using SKPaint ink = Pen(pen, SKColors.Black);
        _canvas.DrawRect(x, y, width, height, ink);
    }

    public void Line(float fromX, float fromY, float toX, float toY, float pen)
    {
        using SKPaint ink = Pen(pen, SKColors.Black);
        _canvas.DrawLine(fromX, fromY, toX, toY, ink);
    }

    public void Curve(SKPath path, float pen, SKColor colour)
    {
        using SKPaint ink = Pen(pen, colour);
        _canvas.DrawPath(path, ink);
    }

    /// <summary>A rectangle or an oval, shaded from its top left to its bottom right.</summary>
    public void Shade(SKRect area, SKColor from, SKColor to, bool oval)
    {
        using SKShader shader = SKShader.CreateLinearGradient(new(area.Left, area.Top), new(area.Right, area.Bottom),
            [from, to], SKShaderTileMode.Clamp);
        using SKPaint ink = new() { Shader = shader };
        if (oval)
        {
            _canvas.DrawOval(area, ink);
        }
        else
        {
            _canvas.DrawRect(area, ink);
        }
    }

    private SKTypeface Bold => bold;

    private static SKPaint Pen(float width, SKColor colour) =>
        new() { Color = colour, Style = SKPaintStyle.Stroke, StrokeWidth = width };
}
