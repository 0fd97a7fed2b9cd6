// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Hermetic.Documents.Rendering;
using SkiaSharp;

namespace Hermetic.Documents.Composing;

/// <summary>
/// Our own words as outlines, in points, in DejaVu Sans. Outlines and not glyphs: they are filled by the raster that
/// they land on, so that each resolution gets its own sharp letters, and the same words give the same pels. The fonts
/// are read once and stay for the process's life: Skia's typefaces may be used by any thread.
/// </summary>
internal sealed class Lettering
{
    // Set once both fonts were found, under no lock: two that find them at once hold the same.
    private static Lettering? _found;

    private Lettering(SKTypeface regular, SKTypeface bold) => (Regular, Bold) = (regular, bold);

    public SKTypeface Regular { get; }

    public SKTypeface Bold { get; }

    public static (Lettering? Letters, Refusal? Refusal) Open()
    {
        if (_found is { } found)
        {
            return (found, null);
        }

        SKTypeface? regular = SKTypeface.FromFile(Path.Combine(WorkerFonts.Folder, "DejaVuSans.ttf"));
        SKTypeface? bold = SKTypeface.FromFile(Path.Combine(WorkerFonts.Folder, "DejaVuSans-Bold.ttf"));
        if (regular is not null && bold is not null)
        {
            return (_found = new(regular, bold), null);
        }

        regular?.Dispose();
        bold?.Dispose();
        return (null, new(RefusalCode.NoFont, $"the DejaVu Sans fonts are not in {WorkerFonts.Folder}. "
            + "Install them: apt-get install fonts-dejavu-core"));
    }

    /// <summary>Null when every character of the text can be drawn as it is meant; else why not, by the text's
    /// name.</summary>
    public Refusal? Check(string name, string text)
    {
        using SKFont regular = new(Regular);
        using SKFont bold = new(Bold);
        foreach (Rune rune in text.EnumerateRunes())
        {
            // A control or format character would be drawn as nothing; a letter written from the right, in the wrong
            // order, since we do not shape text; half a character, as a sign that something was here. A fax with a
            // wrong name on it is worse than none.
            bool writable = rune != Rune.ReplacementChar && !IsFromTheRight(rune.Value)
                && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            if (!writable || regular.GetGlyph(rune.Value) == 0 || bold.GetGlyph(rune.Value) == 0)
            {
                return new(RefusalCode.NotRendered, $"{name}: a character that can't be drawn "
                    + $"(U+{rune.Value:X4}). Write it in other letters");
            }
        }

        return null;
    }

    public float Width(string text, float points, bool bold = false, float condensed = 1)
    {
        using SKFont font = Font(points, bold, condensed);
        return font.MeasureText(text);
    }

    /// <summary>The outlines, from the left end of the base line.</summary>
    public SKPath Outline(string text, float x, float y, float points, bool bold = false, float condensed = 1)
    {
        using SKFont font = Font(points, bold, condensed);
        return font.GetTextPath(text, new SKPoint(x, y));
    }

    private SKFont Font(float points, bool bold, float condensed) => new(bold ? Bold : Regular, points, condensed)
    {
        Hinting = SKFontHinting.None,
        LinearMetrics = true,
        Subpixel = true,
    };

    private static bool IsFromTheRight(int value) =>
        value is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF);
}
