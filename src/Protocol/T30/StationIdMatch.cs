// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>What a station's id says about whether it is the one that was meant.</summary>
public enum StationMatch
{
    /// <summary>Nothing: one of the two is empty, or too short, or is a name where the other is a number.</summary>
    Unknown,
    /// <summary>It is the one.</summary>
    Same,
    /// <summary>It is another.</summary>
    Different,
}

/// <summary>
/// Compares two station ids, or an id and a number that was dialled. Owners write their number into a machine as they
/// would on paper, and so: punctuation does not count, nor a trunk zero in brackets, nor zeros before the number; of
/// the digits the last ones count that both have, so that a country or area code may be missing on one side; letters
/// count where there is no number, and case does not. T.30 §5.3.6.2.4 asks for an international number, and few heed
/// it.
/// </summary>
public static class StationIdMatch
{
    /// <summary>Digits that are compared at most, from the end: the ten of a North American number. Our choice: what
    /// stands before them is a country code, an access code or a trunk prefix, written in as many ways as there are
    /// owners.</summary>
    public const int DigitsMax = 10;

    /// <summary>Digits that make a number. Our choice: fewer, as of an extension, are shared by many
    /// machines.</summary>
    public const int DigitsMin = 6;

    /// <summary>Compares them; which comes first makes no difference.</summary>
    public static StationMatch Compare(string? one, string? other)
    {
        (string mine, string theirs) = (Digits(one), Digits(other));
        if (mine.Length >= DigitsMin && theirs.Length >= DigitsMin)
        {
            return OfNumbers(mine, theirs);
        }

        (string myText, string theirText) = (Text(one), Text(other));
        bool iAmNamed = myText.Any(char.IsAsciiLetter), theyAreNamed = theirText.Any(char.IsAsciiLetter);
        return myText.Length == 0 || theirText.Length == 0 || iAmNamed != theyAreNamed ? StationMatch.Unknown
            : iAmNamed ? Same(myText == theirText)
            : OfShortNumbers(mine, theirs);
    }

    private static StationMatch OfNumbers(string one, string other)
    {
        int common = Math.Min(DigitsMax, Math.Min(one.Length, other.Length));
        return Same(one.AsSpan()[^common..].SequenceEqual(other.AsSpan()[^common..]));
    }

    // Equally long, they tell as numbers do; else an end that fits says nothing, and one that does not says enough.
    private static StationMatch OfShortNumbers(string one, string other)
    {
        int common = Math.Min(one.Length, other.Length);
        bool fits = one.AsSpan()[^common..].SequenceEqual(other.AsSpan()[^common..]);
        return fits && one.Length != other.Length ? StationMatch.Unknown : Same(fits);
    }

    private static StationMatch Same(bool same) => same ? StationMatch.Same : StationMatch.Different;

    private static string Digits(string? id) =>
        string.Concat((id ?? "").Replace("(0)", "", StringComparison.Ordinal).Where(char.IsAsciiDigit)).TrimStart('0');

    private static string Text(string? id) =>
        string.Concat((id ?? "").Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
}
