// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.Documents.Text;

/// <summary>One character in its cell: line and column from 0. A combining mark shares the cell of what it
/// marks.</summary>
internal readonly record struct TextCell(int Line, int Column, Rune Rune);

/// <summary>
/// Lays plain text out as a line printer would: fixed columns, tabs to every eighth, a line that is too long goes on in
/// the next, a form feed starts a page. Characters that would steer a terminal or turn the writing direction are shown
/// as U+FFFD and do nothing.
/// </summary>
internal sealed class TextLayout(int columns, int lines, int pagesMax)
{
    // Our choice: what line printers and editors have always done.
    private const int TabWidth = 8;

    private readonly List<List<TextCell>> _pages = [[]];
    private int _line;
    private int _column;

    /// <summary>The pages with their cells; null when there are more than allowed.</summary>
    public static IReadOnlyList<IReadOnlyList<TextCell>>? Lay(string text, int columns, int lines, int pagesMax)
    {
        TextLayout layout = new(columns, lines, pagesMax);
        bool afterReturn = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!(rune.Value == '\n' && afterReturn) && !layout.Put(rune))
            {
                return null;
            }

            afterReturn = rune.Value == '\r';
        }

        // A form feed or line end at the very end opens no page of its own.
        if (layout._pages.Count > 1 && layout._pages[^1].Count == 0)
        {
            layout._pages.RemoveAt(layout._pages.Count - 1);
        }

        return layout._pages;
    }

    private bool Put(Rune rune)
    {
        switch (rune.Value)
        {
            case '\n' or '\r' or 0x85 or 0x2028:
                _line++;
                _column = 0;
                return true;
            case '\f' or 0x2029:
                return NewPage();
            case '\t':
                _column = (_column / TabWidth * TabWidth) + TabWidth;
                return true;
            case 0xFEFF or 0x00AD or 0x200B:
                return true;
        }

        UnicodeCategory category = Rune.GetUnicodeCategory(rune);
        if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark && _column > 0)
        {
            _pages[^1].Add(new(_line, _column - 1, rune));
            return true;
        }

        return PutCell(category is UnicodeCategory.Control or UnicodeCategory.Format ? Rune.ReplacementChar : rune);
    }

    private bool PutCell(Rune rune)
    {
        if (_column >= columns)
        {
            _line++;
            _column = 0;
        }

        if (_line >= lines && !NewPageAt(_column))
        {
            return false;
        }

        if (!Rune.IsWhiteSpace(rune))
        {
            _pages[^1].Add(new(_line, _column, rune));
        }

        _column++;
        return true;
    }

    private bool NewPageAt(int column)
    {
        // Lines that ran over the foot of the page go on at the head of the next, blank ones too.
        int over = _line - lines;
        bool fits = NewPage();
        while (fits && over >= lines)
        {
            over -= lines;
            fits = NewPage();
        }

        (_line, _column) = (over, column);
        return fits;
    }

    private bool NewPage()
    {
        (_line, _column) = (0, 0);
        _pages.Add([]);
        return _pages.Count <= pagesMax;
    }
}
