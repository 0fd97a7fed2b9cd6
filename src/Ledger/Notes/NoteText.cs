// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.Ledger.Notes;

/// <summary>The characters of signed notes and what is written around them (C2SP signed-note).</summary>
internal static class NoteText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Valid UTF-8, no control character below U+0020 but the newline; null if it is not so.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b < 0x20 && b != (byte)'\n')
            {
                return null;
            }
        }
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    public static byte[] Encode(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A key name is not empty and has no Unicode space and no plus.</summary>
    public static bool IsKeyName(string name) => name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || c == '+');

    /// <summary>Decimal digits without leading zeros, up to 2^63 - 1.</summary>
    public static bool TryParseSize(string text, out long size) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size)
        && (text[0] != '0' || text.Length == 1);
}
