// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.Server.Features.Handling;

/// <summary>The labels of a fax ("tags" in the API) as people write them, and as they are sealed: UTF-8, a line each.
/// What people write of a patient is PHI: it is not logged.</summary>
internal static class LabelText
{
    /// <summary>Our limit: more say nothing any more.</summary>
    public const int LabelsMax = 20;

    /// <summary>Our limit: a label, not a note.</summary>
    public const int LabelCharsMax = 40;

    /// <summary>What a fax may have, in words.</summary>
    public static readonly string Takes = string.Create(CultureInfo.InvariantCulture,
        $"takes at most {LabelsMax} words of 1 to {LabelCharsMax} characters on one line");

    /// <summary>Labels in their one spelling, each once; null if one of them is none, or they are too many.</summary>
    public static IReadOnlyList<string>? Of(IEnumerable<string> given)
    {
        List<string> labels = [.. given.Select(Tidy).DistinctBy(KeyOf)];
        return labels.Count <= LabelsMax && labels.TrueForAll(IsLabel) ? labels : null;
    }

    /// <summary>What two spellings of the same label have in common.</summary>
    public static string KeyOf(string label) => Tidy(label).ToUpperInvariant();

    /// <summary>As they are sealed.</summary>
    public static byte[] Encode(IReadOnlyList<string> labels) => Encoding.UTF8.GetBytes(string.Join('\n', labels));

    /// <summary>As they were sealed.</summary>
    public static IReadOnlyList<string> Decode(string text) => text.Length == 0 ? [] : text.Split('\n');

    /// <summary>True if all of it can be shown: no marks that turn text round or hide it, no control characters but
    /// ends of lines.</summary>
    public static bool IsText(string text) => text.EnumerateRunes().All(letter => letter.Value == '\n'
        || Rune.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.Surrogate)) && !text.Contains(Rune.ReplacementChar.ToString(), StringComparison.Ordinal);

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LabelCharsMax && !label.Contains('\n', StringComparison.Ordinal) && IsText(label);

    private static string Tidy(string? text) => (text ?? "").Trim();
}
