// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Documents.Raster;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;
using SkiaSharp;

namespace Hermetic.Documents.Composing;

/// <summary>The line at the head of each page of one fax. Each raster that is agreed on gets it drawn anew, never
/// scaled. Any thread may use it.</summary>
public sealed class PageHeader
{
    // Our choices, in points. The band is 5.6 mm: less than the margin of nearly every page. The line keeps 10.6 mm to
    // each side, since a recorder may lose 5 mm of a 210 mm sheet (T.4 §2.2: the line is 215 mm).
    private const float BandPoints = 16;
    private const float BaseLinePoints = 11;
    private const float SidePoints = 30;
    private const float GapPoints = 12;
    private const float FontPoints = 8;

    // Our choice: letters as wide as they fit, from their full width down to six tenths; narrower can't be read.
    private static readonly float[] Widths = [1, 0.9f, 0.8f, 0.7f, 0.6f];

    private static readonly PageFormat Narrowest = new(FaxResolution.Fine, PageWidth.A4);

    private readonly Lettering _letters;
    private readonly string _line;
    private readonly float _width;

    private PageHeader(Lettering letters, string line, float width, int pages) =>
        (_letters, _line, _width, Count) = (letters, line, width, pages);

    /// <summary>How many pages the fax has.</summary>
    public int Count { get; }

    /// <summary>The header of a fax of so many pages; a refusal when something of it is missing, can't be drawn, or
    /// does not fit into a line.</summary>
    public static (PageHeader? Header, Refusal? Refusal) Make(HeaderText text, int pages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pages, 1);
        (Lettering? letters, Refusal? refusal) = Lettering.Open();
        refusal ??= Check(letters!, text);
        return refusal is null ? Lay(letters!, LineOf(text), pages) : (null, refusal);
    }

    /// <summary>A page's rows under the header.</summary>
    /// <param name="page">The page, in the raster that it will be sent in. Disposed with the result.</param>
    /// <param name="format">That raster.</param>
    /// <param name="index">Which page of the fax it is, from 0.</param>
    public IRowSource Over(IRowSource page, PageFormat format, int index) =>
        new HeaderedRows(page, Band(format, index));

    /// <summary>When it is sent, as the header and the cover page say it.</summary>
    internal static string TimeOf(DateTimeOffset at)
    {
        string zone = at.Offset == TimeSpan.Zero ? "" : at.ToString("zzz", CultureInfo.InvariantCulture);
        return at.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC" + zone;
    }

    internal BilevelPage Band(PageFormat format, int index)
    {
        string page = PageOf(index + 1, Count);
        float right = BilevelSheet.WidthPoints(format) - (2 * SidePoints);
        using BilevelSheet sheet = new(format, BandPoints, SidePoints);
        Write(sheet, _line, 0);
        Write(sheet, page, right - _letters.Width(page, FontPoints, bold: true, _width));
        return sheet.Finish();
    }

    private void Write(BilevelSheet sheet, string text, float x)
    {
        using SKPath outline = _letters.Outline(text, x, BaseLinePoints, FontPoints, bold: true, _width);
        sheet.Draw(outline);
    }

    private static string LineOf(HeaderText text) =>
        $"{TimeOf(text.At)}   From: {text.From.Trim()} {text.FromNumber.Trim()}   To: {text.To.Trim()}";

    private static string PageOf(int number, int pages) =>
        string.Create(CultureInfo.InvariantCulture, $"Page {number} of {pages}");

    private static Refusal? Check(Lettering letters, HeaderText text)
    {
        (string Name, string Value)[] parts =
        [
            ("the sender's name", text.From), ("the sender's number", text.FromNumber), ("the recipient", text.To),
        ];
        foreach ((string name, string value) in parts)
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                return new(RefusalCode.Malformed, $"{name}: missing. Every page has to say it (47 CFR 68.318(d))");
            }

            if (letters.Check(name, value) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static (PageHeader? Header, Refusal? Refusal) Lay(Lettering letters, string line, int pages)
    {
        float room = BilevelSheet.WidthPoints(Narrowest) - (2 * SidePoints);
        float last = letters.Width(PageOf(pages, pages), FontPoints, bold: true);
        float wanted = letters.Width(line, FontPoints, bold: true);
        float width = Array.Find(Widths, width => (wanted + last) * width + GapPoints <= room);
        if (width == 0)
        {
            return (null, new(RefusalCode.OverLimit,
                "the line at the head of each page is too long: shorten the sender's name or the recipient's"));
        }

        return (new(letters, line, width, pages), null);
    }
}
