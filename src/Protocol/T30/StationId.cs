// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>
/// The 20 characters of CSI, TSI and CIG, and of SUB, SEP, PWD and SID: digits, + and space, the last character first
/// and each least significant bit first (T.30 §5.3.6.2.4 to §5.3.6.2.11).
/// </summary>
public static class StationId
{
    /// <summary>Octets of the field (T.30 §5.3.6.2.4).</summary>
    public const int Length = 20;

    /// <summary>Fills the field: right-aligned on the line's end, padded with spaces. Characters that the field can't
    /// carry become spaces, and what is longer is cut.</summary>
    public static void Write(string text, Span<byte> destination)
    {
        for (int i = 0; i < Length; i++)
        {
            // The last character goes first, so that the padding follows the text.
            char c = i < text.Length && i < Length ? text[Math.Min(text.Length, Length) - 1 - i] : ' ';
            destination[i] = BitOrder.Reverse(IsSafe(c) ? (byte)c : (byte)' ');
        }
    }

    /// <summary>Reads the field as text that is safe to show, log in a sealed record or put into a file's tag:
    /// printable ASCII without markup characters; anything else becomes '?' (Hostile_13). Never more than 20
    /// characters.</summary>
    public static string Read(ReadOnlySpan<byte> fif)
    {
        int count = Math.Min(fif.Length, Length);
        Span<char> text = stackalloc char[Length];
        for (int i = 0; i < count; i++)
        {
            char c = (char)BitOrder.Reverse(fif[count - 1 - i]);
            text[i] = c == 0 ? ' ' : IsSafe(c) ? c : '?';
        }

        return new string(text[..count].Trim(' '));
    }

    // T.30 table 3 knows digits, + and space; letters and a few signs are common in the field and harmless.
    private static bool IsSafe(char c)
        => char.IsAsciiLetterOrDigit(c) || c is ' ' or '+' or '-' or '.' or '*' or '#' or '(' or ')' or '/';
}
