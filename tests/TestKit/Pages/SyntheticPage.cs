// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.T4;

namespace Hermetic.TestKit.Pages;

/// <summary>Pages of the three kinds that a clinic faxes, A4 long, the same for the same seed: printed text, ruled
/// forms, dithered pictures. All names in them are made up.</summary>
public static class SyntheticPage
{
    private const double LengthMm = 297;
    private const double MarginMm = 18;

    private static readonly string[] Words =
    [
        "the", "patient", "was", "seen", "today", "for", "follow", "up", "of", "a", "chronic", "condition", "and",
        "reports", "that", "symptoms", "have", "improved", "since", "last", "visit", "with", "no", "new",
        "complaints", "blood", "pressure", "remains", "within", "normal", "limits", "laboratory", "results", "were",
        "reviewed", "discussed", "in", "detail", "continue", "current", "medication", "return", "to", "clinic",
        "six", "weeks", "or", "sooner", "if", "needed", "Metformin", "Lisinopril", "X-ray", "MRI", "500 mg", "twice",
        "daily", "before", "meals", "Dr. Example", "(see note 4)", "quarterly", "hypothyroidism", "examination",
        "Zephyr Ward", "known", "allergies:", "none", "joint", "follow-up",
    ];

    private static readonly string[] Labels =
    [
        "Name", "Date of birth", "Address", "Telephone", "Member no.", "Plan", "Referring physician", "Diagnosis code",
        "Medication", "Dose", "Quantity", "Refills", "Pharmacy", "Signature", "Date", "Allergies", "Height", "Weight",
    ];

    /// <summary>A letter: heading, paragraphs of 10 point text, a small table, page number.</summary>
    public static PageBitmap Text(PageFormat format, int seed)
    {
        PageBitmap page = NewPage(format);
        PagePen pen = new(page);
        Random random = new(seed);
        pen.Text(MarginMm, 16, 5.2, "CENTRAL CLINIC OF SYNTHETIC MEDICINE");
        pen.Text(MarginMm, 24, 2.4, "100 Example Street, Testville  -  Fax (555) 010-0100");
        pen.Fill(MarginMm, 29, pen.WidthMm - (2 * MarginMm), 0.4);
        double y = 38;
        while (y < LengthMm - 45)
        {
            y = Paragraph(pen, random, y) + 3.5;
        }

        Table(pen, random, LengthMm - 42, 4);
        pen.Text((pen.WidthMm / 2) - 8, LengthMm - 12, 2.2,
            string.Create(CultureInfo.InvariantCulture, $"Page {seed + 1}"));
        return page;
    }

    /// <summary>A form: a black title bar, boxes with labels, tick boxes, some fields filled in, a table.</summary>
    public static PageBitmap Form(PageFormat format, int seed)
    {
        PageBitmap page = NewPage(format);
        PagePen pen = new(page);
        Random random = new(seed);
        double width = pen.WidthMm - (2 * MarginMm);
        pen.Fill(MarginMm, 12, width, 3);
        pen.Text(MarginMm, 18, 4.2, "PRIOR AUTHORIZATION REQUEST");
        double y = 28;
        while (y < 165)
        {
            int cells = 1 + random.Next(4);
            for (int cell = 0; cell < cells; cell++)
            {
                Field(pen, random, MarginMm + (cell * width / cells), y, width / cells);
            }

            y += 12;
        }

        for (int row = 0; row < 5; row++, y += 7)
        {
            TickBox(pen, random, MarginMm, y);
            TickBox(pen, random, MarginMm + (width / 2), y);
        }

        Table(pen, random, y + 3, 9);
        return page;
    }

    /// <summary>A picture: above, a lit sphere on a gradient by ordered dither; below, by error diffusion.</summary>
    public static PageBitmap DitheredGrey(PageFormat format, int seed)
    {
        PageBitmap page = NewPage(format);
        Dither.Ordered(page, seed, page.Rows / 20, page.Rows / 2);
        Dither.Diffused(page, seed, page.Rows * 11 / 20, page.Rows * 19 / 20);
        return page;
    }

    private static PageBitmap NewPage(PageFormat format) =>
        new(format, (int)(LengthMm * format.VerticalDpi / 25.4));

    private static double Paragraph(PagePen pen, Random random, double y)
    {
        const double capMm = 2.5;
        double right = pen.WidthMm - MarginMm;
        int words = 25 + random.Next(90);
        double x = MarginMm;
        for (int i = 0; i < words && y < LengthMm - 48; i++)
        {
            string word = Words[random.Next(Words.Length)];
            word = i == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : word;
            word = i == words - 1 ? word + "." : random.Next(12) == 0 ? word + "," : word;
            if (x + PagePen.MeasureText(capMm, word) > right)
            {
                x = MarginMm;
                y += 4.4;
            }

            x += pen.Text(x, y, capMm, word + " ");
        }

        return y + 4.4;
    }

    private static void Table(PagePen pen, Random random, double top, int rows)
    {
        double width = pen.WidthMm - (2 * MarginMm);
        for (int row = 0; row < rows && top + (row * 6) < LengthMm - 14; row++)
        {
            for (int column = 0; column < 5; column++)
            {
                double left = MarginMm + (column * width / 5);
                pen.Box(left, top + (row * 6), width / 5, 6.2, 0.2);
                string text = row == 0 ? Labels[random.Next(Labels.Length)]
                    : (random.Next(100_000) / 100m).ToString("N2", CultureInfo.InvariantCulture);
                pen.Text(left + 1.5, top + (row * 6) + 2, 2.0, text);
            }
        }
    }

    private static void Field(PagePen pen, Random random, double left, double top, double width)
    {
        pen.Box(left, top, width, 12.2, 0.25);
        pen.Text(left + 1.2, top + 1, 1.5, Labels[random.Next(Labels.Length)]);
        if (random.Next(3) > 0)
        {
            pen.Text(left + 2.5, top + 5.5, 3.0, Words[random.Next(Words.Length)]);
        }
    }

    private static void TickBox(PagePen pen, Random random, double left, double top)
    {
        pen.Box(left, top, 3.5, 3.5, 0.3);
        if (random.Next(2) == 0)
        {
            pen.Text(left + 0.7, top + 0.6, 2.4, "X");
        }

        pen.Text(left + 6, top + 0.6, 2.2, string.Join(' ', Words[random.Next(Words.Length)],
            Words[random.Next(Words.Length)], Words[random.Next(Words.Length)]));
    }
}
