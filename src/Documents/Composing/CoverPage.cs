// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Documents.Raster;
using Hermetic.Protocol.T4;
using SkiaSharp;

namespace Hermetic.Documents.Composing;

/// <summary>A cover page, laid out: words at their places. Drawn anew for each raster. Any thread may use it.</summary>
public sealed class CoverPage
{
    // Our choice: the part that A4 and Letter have in common, 210 mm by 11 inches, so that it fits on either.
    private const float WidthPoints = 595;
    private const float HeightPoints = 792;
    private const float Margin = 54;

    private readonly Lettering _letters;
    private readonly List<Words> _words = [];
    private readonly List<SKRect> _rules = [];

    private CoverPage(Lettering letters) => _letters = letters;

    /// <summary>Lays a cover page out; a refusal, which names the part, when something can't be drawn or is too
    /// long.</summary>
    public static (CoverPage? Cover, Refusal? Refusal) Make(CoverSheet sheet, DateTimeOffset at, int pages)
    {
        (Lettering? letters, Refusal? refusal) = Lettering.Open();
        if (refusal is not null)
        {
            return (null, refusal);
        }

        CoverPage page = new(letters!);
        refusal = page.Lay(sheet, PageHeader.TimeOf(at), pages);
        return refusal is null ? (page, null) : (null, refusal);
    }

    /// <summary>The page in a raster, without the header line.</summary>
    public EncodedPage Draw(PageFormat format)
    {
        float left = Math.Max((BilevelSheet.WidthPoints(format) - WidthPoints) / 2, 0);
        using BilevelSheet sheet = new(format, HeightPoints, left);
        foreach (Words words in _words)
        {
            using SKPath outline = _letters.Outline(words.Text, words.X, words.Y, words.Points, words.Bold);
            sheet.Draw(outline);
        }

        foreach (SKRect rule in _rules)
        {
            sheet.Fill(rule.Left, rule.Top, rule.Width, rule.Height);
        }

        return Rescaler.Encode(sheet.Finish());
    }

    private Refusal? Lay(CoverSheet sheet, string date, int pages)
    {
        CoverTemplate template = sheet.Template;
        float y = 62;
        Refusal? refusal = Block("the practice's name", template.Practice, Margin, ref y, 400, new(18, 22, true), 2)
            ?? Lines("the practice's address", template.Address, ref y)
            ?? Block("the practice's numbers", $"Phone {template.Phone}   Fax {template.Fax}", Margin, ref y, 400,
                new(10, 14), 2);
        _words.Add(new("FAX", WidthPoints - Margin - _letters.Width("FAX", 36, bold: true), 84, 36, true));
        y = Math.Max(y, 96);
        Rule(y, 2);
        y += 26;
        refusal ??= Field("To", "the recipient", sheet.To, ref y)
            ?? Field("Fax", "the recipient's number", sheet.ToNumber, ref y)
            ?? Field("From", "the sender", sheet.From, ref y)
            ?? Field("Date", "the date", date, ref y)
            ?? Field("Pages", "the number of pages", Pages(pages), ref y)
            ?? Field("Subject", "the subject", sheet.Subject, ref y);
        Rule(y - 10, 1);

        // The notice stands at the foot, and is laid out first: the notes get what is left.
        float foot = 0;
        refusal ??= Notice(template.Notice, out foot);
        y += 14;
        int room = Math.Max((int)((foot - 12 - y) / Body.Leading) + 1, 0);
        return refusal ?? (sheet.Notes.Trim().Length == 0 ? null
            : Block("the notes", sheet.Notes.Trim(), Margin, ref y, WidthPoints - (2 * Margin), Body, room));
    }

    private static TextStyle Body => new(11, 15);

    private static string Pages(int pages) =>
        string.Create(CultureInfo.InvariantCulture, $"{pages}, with this one");

    private Refusal? Lines(string name, IReadOnlyList<string> lines, ref float y)
    {
        if (lines.Count > 4)
        {
            return new(RefusalCode.OverLimit,
                $"{name}: {lines.Count} lines, and the cover page has room for 4. Shorten it");
        }

        foreach (string line in lines)
        {
            if (Block(name, line, Margin, ref y, 400, new(10, 13), 1) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private Refusal? Field(string label, string name, string value, ref float y)
    {
        if (value.Trim().Length == 0)
        {
            return null;
        }

        _words.Add(new(label, Margin, y, 10, false));
        Refusal? refusal = Block(name, value.Trim(), Margin + 70, ref y, WidthPoints - (2 * Margin) - 70,
            new(13, 17, true), 3);
        y += 7;
        return refusal;
    }

    private Refusal? Notice(string text, out float top)
    {
        const float Inner = 10;
        TextStyle style = new(9.5f, 12.5f);
        float width = WidthPoints - (2 * Margin) - (2 * Inner);
        (IReadOnlyList<string> lines, Refusal? refusal) = Wrapping.Wrap(_letters, "the notice", text, width, style, 18);
        float height = (lines.Count * style.Leading) + 34;
        top = HeightPoints - 40 - height;
        if (refusal is not null)
        {
            return refusal;
        }

        Frame(Margin, top, WidthPoints - (2 * Margin), height);
        _words.Add(new("CONFIDENTIAL HEALTH INFORMATION", Margin + Inner, top + 17, 11, true));
        float y = top + 32;
        foreach (string line in lines)
        {
            _words.Add(new(line, Margin + Inner, y, style.Points, style.Bold));
            y += style.Leading;
        }

        return null;
    }

    private Refusal? Block(string name, string text, float x, ref float y, float width, TextStyle style, int linesMax)
    {
        (IReadOnlyList<string> lines, Refusal? refusal) = Wrapping.Wrap(_letters, name, text, width, style, linesMax);
        foreach (string line in lines)
        {
            _words.Add(new(line, x, y, style.Points, style.Bold));
            y += style.Leading;
        }

        return refusal;
    }

    private void Rule(float y, float thick) =>
        _rules.Add(SKRect.Create(Margin, y, WidthPoints - (2 * Margin), thick));

    // As rectangles that do not overlap: where two pieces of ink lie on one pel they count twice.
    private void Frame(float x, float y, float width, float height)
    {
        const float Pen = 1.5f;
        _rules.AddRange([SKRect.Create(x, y, width, Pen), SKRect.Create(x, y + height - Pen, width, Pen),
            SKRect.Create(x, y + Pen, Pen, height - (2 * Pen)),
            SKRect.Create(x + width - Pen, y + Pen, Pen, height - (2 * Pen))]);
    }

    private readonly record struct Words(string Text, float X, float Y, float Points, bool Bold);
}
