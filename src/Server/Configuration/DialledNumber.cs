// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Configuration;

/// <summary>One spelling for each telephone number, so that the same number always has the same tag.</summary>
public static class DialledNumber
{
    // Our limit, well above E.164's 15 digits: trunks put prefixes in front.
    private const int DigitsMax = 32;

    /// <summary>Our limit: subscribers' numbers of the North American plan have no fewer digits, and no emergency or
    /// service number (three digits, with an outside line's prefix four or five) has so many.</summary>
    public const int WholeDigitsMin = 7;

    /// <summary>True of a number, as <see cref="Normalize"/> gives it, that is too short for a
    /// subscriber's.</summary>
    public static bool IsShort(string normalized) => normalized.Count(char.IsAsciiDigit) < WholeDigitsMin;

    /// <summary>The digits, and a + in front if there was one; what people and trunks put between them (spaces,
    /// hyphens, dots, brackets) is dropped. Empty when there is anything else in it, or no digit.</summary>
    public static string Normalize(string? number)
    {
        if (string.IsNullOrEmpty(number))
        {
            return "";
        }

        string trimmed = number.Trim();
        string kept = string.Concat(trimmed.Where(c => !"-. ()/".Contains(c, StringComparison.Ordinal)));
        string digits = kept.StartsWith('+') ? kept[1..] : kept;
        bool valid = digits.Length is > 0 and <= DigitsMax && digits.All(char.IsAsciiDigit);
        return valid ? kept : "";
    }
}
