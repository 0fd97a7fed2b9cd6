// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Rendering;
using SkiaSharp;

namespace Hermetic.Documents.Pdf;

/// <summary>A made-up prescription of two pages for the demo and the tests: text of several sizes, rules, boxes, a
/// signature, a shaded picture. Every name, number and drug order in it is invented, and each page says so.</summary>
public static class SyntheticPrescription
{
    private const string Banner = "SYNTHETIC - NOT A PRESCRIPTION - FOR TESTING";
    private const float Margin = 54;
    private const float Width = 595;
    private const float Height = 842;

    private static readonly (string Drug, string Order, string Quantity)[] Items =
    [
        ("Exampline 500 mg tablets", "1 tablet by mouth twice daily with meals", "60"),
        ("Specimenol 10 mg tablets", "1 tablet by mouth each morning", "30"),
        ("Testafene 0.05 % cream", "apply thinly to the left forearm at night", "1 tube"),
    ];

    private static readonly string[] Guidance =
    [
        "Exampline: start with one tablet a day for the first week, then two. Take it with food.",
        "Specimenol: have blood pressure measured after two weeks. Stand up slowly.",
        "Testafene: not on broken skin. Wash hands afterwards. Stop after fourteen days.",
        "Call the clinic if a rash, swelling or trouble with breathing appears.",
        "Refills: two for the tablets, none for the cream. Next visit in twelve weeks.",
    ];

    /// <summary>The PDF; a refusal when the fonts are missing. Drawn by Skia, outside the sandbox: nothing foreign goes
    /// in.</summary>
    public static (byte[]? Pdf, Refusal? Refusal) Make()
    {
        using SKTypeface? regular = SKTypeface.FromFile(Path.Combine(WorkerFonts.Folder, "DejaVuSans.ttf"));
        using SKTypeface? bold = SKTypeface.FromFile(Path.Combine(WorkerFonts.Folder, "DejaVuSans-Bold.ttf"));
        if (regular is null || bold is null)
        {
            return (null, new(RefusalCode.NoFont, $"the DejaVu Sans fonts are not in {WorkerFonts.Folder}. "
                + "Install them: apt-get install fonts-dejavu-core"));
        }

        using MemoryStream stream = new();
        using (SKDocument document = SKDocument.CreatePdf(stream))
        {
            Sheet sheet = new(document, regular, bold);
            Prescription(sheet);
            Instructions(sheet);
            document.Close();
        }

        return (stream.ToArray(), null);
    }

    private static void Head(Sheet sheet, string title)
    {
        sheet.NewPage(Width, Height);
        sheet.Fill(Margin, 36, Width - (2 * Margin), 18, SKColors.Black);
        sheet.Text(Banner, 9, Margin + 90, 49, bold: true, SKColors.White);
        sheet.Text(title, 19, Margin, 88, bold: true);
        sheet.Text("Clinic of Invented Medicine, 1 Sample Street, 00000 Nowhere", 8, Margin, 104);
        sheet.Line(Margin, 112, Width - Margin, 112, 0.25f);
    }

    private static void Prescription(Sheet sheet)
    {
        Head(sheet, "Prescription");
        Field(sheet, "Patient", "Jane Specimen", 130);
        Field(sheet, "Born", "1 January 1970", 152);
        Field(sheet, "Prescriber", "Dr. A. Sample, licence 00-00000", 174);
        Field(sheet, "Pharmacy", "Pharmacy of Nowhere, fax 555 0100", 196);
        float y = 240;
        sheet.Text("Rx", 26, Margin, y, bold: true);
        foreach ((string drug, string order, string quantity) in Items)
        {
            y += 46;
            sheet.Box(Margin, y - 18, Width - (2 * Margin), 40, 0.5f);
            sheet.Text(drug, 12, Margin + 8, y - 2, bold: true);
            sheet.Text(order, 9.5f, Margin + 8, y + 13);
            sheet.Text($"Qty {quantity}", 10, Width - Margin - 70, y - 2);
        }

        sheet.Fill(Margin, 470, Width - (2 * Margin), 34, new SKColor(225, 225, 225));
        sheet.Text("Dispense as written. Substitution is not permitted.", 10, Margin + 10, 491, bold: true);
        Signature(sheet);
        sheet.Text("Page 1 of 2. If you are not the named pharmacy, this page is still only a test.", 7, Margin, 800);
    }

    private static void Signature(Sheet sheet)
    {
        using SKPathBuilder curve = new();
        curve.MoveTo(Margin + 10, 612);
        for (int i = 1; i < 240; i++)
        {
            double at = i / 6.0;
            curve.LineTo(Margin + 10 + (float)(at * 4.6), 612 - (float)(14 * Math.Sin(at * 0.9) * Math.Cos(at * 0.23)));
        }

        using SKPath path = curve.Detach();
        sheet.Curve(path, 1.1f, SKColors.DarkBlue);
        sheet.Line(Margin, 628, Margin + 220, 628, 0.5f);
        sheet.Text("Signature", 8, Margin, 640);
    }

    private static void Instructions(Sheet sheet)
    {
        Head(sheet, "Instructions");
        float y = 130;
        for (int i = 0; i < Guidance.Length; i++)
        {
            sheet.Text($"{i + 1}.  {Guidance[i]}", 9.5f, Margin, y += 20);
        }

        sheet.Text("Figure: left forearm (shaded, to be dithered)", 8, Margin, 290);
        sheet.Shade(new SKRect(Margin, 300, Margin + 110, 370), new(235, 235, 235), new(38, 38, 38), oval: false);
        sheet.Shade(new SKRect(Margin + 25, 312, Margin + 85, 358), SKColors.Orange, SKColors.SaddleBrown, oval: true);
        for (int i = 0; i < 12; i++)
        {
            sheet.Text("The small print goes down to five points, where a fax begins to fail.", 10.5f - (i * 0.5f),
                Margin, 400 + (i * 14));
        }

        sheet.Text("Page 2 of 2.", 7, Margin, 800);
    }

    private static void Field(Sheet sheet, string label, string value, float y)
    {
        sheet.Text(label, 8, Margin, y, colour: SKColors.DimGray);
        sheet.Text(value, 11, Margin + 80, y);
        sheet.Line(Margin + 78, y + 4, Width - Margin, y + 4, 0.25f);
    }
}
