// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Documents.Rendering;
using SkiaSharp;

namespace Hermetic.Documents.Text;

/// <summary>UTF-8 text into grey A4 pages by Skia, in DejaVu Sans Mono, 80 columns by 60 lines. Runs inside the
/// sandbox.</summary>
internal static class TextWorker
{
    public const int Columns = 80;
    public const int Lines = 60;
    private const double PageWidthMm = 210;
    private const double PageHeightMm = 297;
    private const float MarginPoints = 42;
    private const float LinePoints = 12.5f;

    // 0.602 of it is the advance of a cell: 80 of them fill the line between the margins.
    private const float FontPoints = 10.6f;

    /// <summary>Writes every page; a word of <see cref="RenderWorker.Words"/> (and the page) when it is
    /// refused.</summary>
    public static string? Render(byte[] input, int width, double horizontalDpi, double verticalDpi, int pagesMax,
        Stream output)
    {
        if (Decode(input) is not { } text)
        {
            return "utf8";
        }

        if (TextLayout.Lay(text, Columns, Lines, pagesMax) is not { } pages)
        {
            return "pages";
        }

        using SKTypeface? typeface = SKTypeface.FromFile(WorkerFonts.Mono);
        if (typeface is null)
        {
            return "font";
        }

        using SKFont font = new(typeface, FontPoints) { Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None };
        for (int i = 0; i < pages.Count; i++)
        {
            if (pages[i].Any(cell => font.GetGlyph(cell.Rune.Value) == 0))
            {
                return $"glyphs {i + 1}";
            }
        }

        int across = Math.Min(width, (int)Math.Round(PageWidthMm * horizontalDpi / 25.4));
        SKImageInfo info = new(across, (int)Math.Round(PageHeightMm * verticalDpi / 25.4), SKColorType.Gray8,
            SKAlphaType.Opaque);
        using SKSurface surface = SKSurface.Create(info);
        surface.Canvas.Scale((float)(horizontalDpi / 72), (float)(verticalDpi / 72));
        foreach (IReadOnlyList<TextCell> page in pages)
        {
            Draw(surface, font, page);
            Write(surface, info, output);
        }

        return null;
    }

    /// <summary>The text, or null when the octets are not UTF-8.</summary>
    internal static string? Decode(ReadOnlySpan<byte> octets)
    {
        try
        {
            UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return strict.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static void Draw(SKSurface surface, SKFont font, IReadOnlyList<TextCell> page)
    {
        using SKPaint ink = new() { Color = SKColors.Black, IsAntialias = true };
        surface.Canvas.Clear(SKColors.White);
        float advance = font.MeasureText("0");
        foreach (TextCell cell in page)
        {
            surface.Canvas.DrawText(cell.Rune.ToString(), MarginPoints + (cell.Column * advance),
                MarginPoints + ((cell.Line + 1) * LinePoints), SKTextAlign.Left, font,
                ink);
        }
    }

    private static void Write(SKSurface surface, SKImageInfo info, Stream output)
    {
        using SKPixmap pels = surface.PeekPixels();
        RenderWorker.WriteHeader(output, info.Width, info.Height);
        ReadOnlySpan<byte> octets = pels.GetPixelSpan();
        for (int y = 0; y < info.Height; y++)
        {
            output.Write(octets.Slice(y * pels.RowBytes, info.Width));
        }
    }
}
