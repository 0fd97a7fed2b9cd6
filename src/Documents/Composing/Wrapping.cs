// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Composing;

/// <summary>How a text is set: size of its letters and from base line to base line, in points.</summary>
internal readonly record struct TextStyle(float Points, float Leading, bool Bold = false);

/// <summary>Breaks a text into lines of a width: at spaces, within a word only where it alone is wider than the
/// line.</summary>
internal static class Wrapping
{
    /// <summary>The lines, or why not: a character that can't be drawn, or more lines than there is room for.</summary>
    public static (IReadOnlyList<string> Lines, Refusal? Refusal) Wrap(Lettering letters, string name, string text,
        float width, TextStyle style, int linesMax)
    {
        List<string> lines = [];
        foreach (string paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            string plain = paragraph.Replace('\t', ' ');
            if (letters.Check(name, plain) is { } refusal)
            {
                return ([], refusal);
            }

            // Far beyond what fits there is nothing to measure (our limit: no letter is narrower than a fifth).
            if (plain.Length > (linesMax + 1) * width / style.Points * 5)
            {
                return ([], new(RefusalCode.OverLimit, $"{name}: far too long for the cover page. Shorten it"));
            }

            Break(letters, plain, width, style, lines);
        }

        return lines.Count <= linesMax ? (lines, null) : ([], new(RefusalCode.OverLimit,
            $"{name}: {lines.Count} lines, and the cover page has room for {linesMax}. Shorten it"));
    }

    private static void Break(Lettering letters, string text, float width, TextStyle style, List<string> lines)
    {
        bool Fits(string line) => letters.Width(line, style.Points, style.Bold) <= width;
        string line = "";
        foreach (string word in text.Split(' '))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (Fits(longer))
            {
                line = longer;
                continue;
            }

            if (line.Length > 0)
            {
                lines.Add(line);
            }

            line = word;
            while (!Fits(line))
            {
                int fitting = FittingPart(line, Fits);
                lines.Add(line[..fitting]);
                line = line[fitting..];
            }
        }

        lines.Add(line);
    }

    // At least one character, and never half of a surrogate pair.
    private static int FittingPart(string word, Func<string, bool> fits)
    {
        int count = word.Length;
        while (count > 1 && !fits(word[..count]))
        {
            count--;
        }

        return count > 1 && char.IsLowSurrogate(word[count]) ? count - 1 : Math.Max(count, 1);
    }
}
