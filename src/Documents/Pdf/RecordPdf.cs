// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Documents.Composing;
using SkiaSharp;

namespace Hermetic.Documents.Pdf;

/// <summary>One part of a record, from top to bottom.</summary>
/// <param name="Label">What it is; of a heading or a paragraph empty.</param>
/// <param name="Text">What it says, of any length.</param>
/// <param name="IsHeading">Bold and with room above it.</param>
public sealed record RecordPart(string Label, string Text, bool IsHeading = false)
{
    /// <summary>A heading.</summary>
    public static RecordPart Heading(string text) => new("", text, IsHeading: true);

    /// <summary>A paragraph over the whole width.</summary>
    public static RecordPart Paragraph(string text) => new("", text);
}

/// <summary>Writes a record for people as a PDF: headings, labels and values, as many sheets as it takes. Its words
/// stay words, so that they can be searched, copied and read aloud. Drawn by Skia, outside the sandbox: nothing foreign
/// goes in but text.</summary>
public static class RecordPdf
{
    // Our choice, in points: fits on Letter and on A4.
    private const float Width = 595;
    private const float Height = 792;
    private const float Margin = 54;
    private const float ValueAt = Margin + 120;
    private const float Foot = Height - 60;

    // Our limit on one part: what a reason or a list of hashes may take, and no more.
    private const int LinesMax = 60;

    private static readonly TextStyle s_plain = new(9, 12.5f);
    private static readonly TextStyle s_heading = new(11, 15, Bold: true);

    /// <summary>The PDF; a refusal when the fonts are missing or a character can't be drawn.</summary>
    public static (byte[]? Pdf, Refusal? Refusal) Make(string title, IReadOnlyList<RecordPart> parts)
    {
        (Lettering? letters, Refusal? refusal) = Lettering.Open();
        if (refusal is not null)
        {
            return (null, refusal);
        }

        List<(RecordPart Part, IReadOnlyList<string> Lines)> laid = [];
        foreach (RecordPart part in parts)
        {
            float room = Width - Margin - (part.Label.Length > 0 ? ValueAt : Margin);
            TextStyle style = part.IsHeading ? s_heading : s_plain;
            string name = part.Label.Length > 0 ? part.Label : "a paragraph";
            (IReadOnlyList<string> lines, refusal) = Wrapping.Wrap(letters!, name, part.Text, room, style, LinesMax);
            refusal ??= letters!.Check("a label", part.Label);
            if (refusal is not null)
            {
                return (null, refusal);
            }

            laid.Add((part, lines));
        }

        return letters!.Check("the title", title) is { } bad ? (null, bad) : (Draw(letters, title, laid), null);
    }

    private static byte[] Draw(
        Lettering letters, string title, List<(RecordPart Part, IReadOnlyList<string> Lines)> parts)
    {
        using MemoryStream stream = new();
        using (SKDocument document = SKDocument.CreatePdf(stream))
        {
            Sheet sheet = new(document, letters.Regular, letters.Bold);
            int number = 0;
            float y = NewSheet(sheet, title, ref number);
            foreach ((RecordPart part, IReadOnlyList<string> lines) in parts)
            {
                float leading = part.IsHeading ? s_heading.Leading : s_plain.Leading;
                y += part.IsHeading ? 8 : 0;

                // A heading does not stand alone at the foot, a label not apart from its value.
                y = y + (leading * (part.IsHeading ? 2 : 1)) > Foot ? NewSheet(sheet, title, ref number) : y;
                sheet.Text(part.Label, s_plain.Points, Margin, y, colour: SKColors.DimGray);
                foreach (string line in lines)
                {
                    y = y > Foot ? NewSheet(sheet, title, ref number) : y;
                    sheet.Text(line, part.IsHeading ? s_heading.Points : s_plain.Points,
                        part.Label.Length > 0 ? ValueAt : Margin, y, part.IsHeading);
                    y += leading;
                }
            }

            document.Close();
        }

        return stream.ToArray();
    }

    private static float NewSheet(Sheet sheet, string title, ref int number)
    {
        sheet.NewPage(Width, Height);
        sheet.Text(title, 16, Margin, 66, bold: true);
        sheet.Line(Margin, 76, Width - Margin, 76, 0.5f);
        sheet.Text(string.Create(CultureInfo.InvariantCulture, $"Sheet {++number}"), 8, Margin, Height - 36);
        return 98;
    }
}
