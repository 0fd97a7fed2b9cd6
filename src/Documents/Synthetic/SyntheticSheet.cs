// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Pdf;
using SkiaSharp;

namespace Hermetic.Documents.Synthetic;

/// <summary>Letter paper that is written from top to bottom, in sizes that a fax keeps.</summary>
internal sealed class SyntheticSheet(SKDocument document, SKTypeface regular, SKTypeface bold)
{
    // US letter, in points.
    private const float Width = 612;
    private const float Height = 792;
    private const float Margin = 54;
    private const float Right = Width - Margin;

    private readonly Sheet _sheet = new(document, regular, bold);
    private float _y;

    /// <summary>Begins a page: the mark, the letterhead, the title.</summary>
    public void Page(string house, string title, string of)
    {
        _sheet.NewPage(Width, Height);
        Mark(30);
        Mark(Height - 50);
        _sheet.Text(house, 15, Margin, 76, bold: true);
        _sheet.Text("A practice that does not exist  -  Springfield, ZZ 00000", 9, Margin, 91);
        _sheet.Fill(Margin, 98, Right - Margin, 2, SKColors.Black);
        _sheet.Text(title, 20, Margin, 128, bold: true);
        _sheet.Text(of, 9, Right - 60, 128);
        _y = 140;
    }

    public void Section(string name)
    {
        _y += 14;
        _sheet.Fill(Margin, _y, Right - Margin, 17, new SKColor(30, 30, 30));
        _sheet.Text(name.ToUpperInvariant(), 10, Margin + 6, _y + 12.5f, bold: true, SKColors.White);
        _y += 21;
    }

    /// <summary>Two fields side by side.</summary>
    public void Fields(string label, string value, string label2 = "", string value2 = "")
    {
        _y += 18;
        Field(label, value, Margin);
        if (label2.Length > 0)
        {
            Field(label2, value2, Margin + ((Right - Margin) / 2));
        }

        _sheet.Line(Margin, _y + 4, Right, _y + 4, 0.5f);
    }

    public void Lines(params string[] lines)
    {
        foreach (string line in lines)
        {
            _sheet.Text(line, 10.5f, Margin, _y += 16);
        }
    }

    /// <summary>A row of a table; columns begin at shares of the width.</summary>
    public void Row(bool head, ReadOnlySpan<float> columns, params string[] cells)
    {
        _y += 18;
        for (int i = 0; i < cells.Length; i++)
        {
            _sheet.Text(cells[i], 10, Margin + 4 + (columns[i] * (Right - Margin)), _y, head);
        }

        _sheet.Box(Margin, _y - 13, Right - Margin, 18, head ? 1.2f : 0.5f);
    }

    public void Tick(bool set, string words)
    {
        _y += 19;
        _sheet.Box(Margin, _y - 10, 11, 11, 1);
        if (set)
        {
            _sheet.Text("X", 10.5f, Margin + 2, _y - 0.5f, bold: true);
        }

        _sheet.Text(words, 10.5f, Margin + 18, _y);
    }

    /// <summary>A signature, of a hand that the seed gives.</summary>
    public void Signed(string who, string when, int seed)
    {
        _y += 56;
        using SKPathBuilder curve = new();
        curve.MoveTo(Margin + 8, _y - 14);
        double speed = 0.6 + (seed % 7 * 0.09);
        for (int i = 1; i < 200; i++)
        {
            double at = i / 6.0;
            curve.LineTo(Margin + 8 + (float)(at * 5),
                _y - 14 - (float)(13 * Math.Sin(at * speed) * Math.Cos(at * 0.31)));
        }

        using SKPath path = curve.Detach();
        _sheet.Curve(path, 1.3f, SKColors.Black);
        _sheet.Line(Margin, _y, Margin + 240, _y, 0.8f);
        _sheet.Text($"{who}   {when}", 9, Margin, _y + 13);
        _y += 18;
    }

    private void Mark(float y)
    {
        _sheet.Fill(Margin, y, Right - Margin, 20, SKColors.Black);
        _sheet.Text("SYNTHETIC  -  MADE UP FOR A DEMONSTRATION  -  NO SUCH PERSON", 11, Margin + 42, y + 14.5f,
            bold: true, SKColors.White);
    }

    private void Field(string label, string value, float x)
    {
        _sheet.Text(label, 8.5f, x, _y);
        _sheet.Text(value, 11, x + 74, _y, bold: true);
    }
}
