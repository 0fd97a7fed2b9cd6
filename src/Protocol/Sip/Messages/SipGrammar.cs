// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>The lexical rules of RFC 3261 §25.1 that the header types share.</summary>
internal static class SipGrammar
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> TokenChars = SearchValues.Create(Alphanumeric + "-.!%*_+`'~");
    private static readonly SearchValues<char> HostChars = SearchValues.Create(Alphanumeric + "-._");
    private static readonly SearchValues<char> Ip6Chars = SearchValues.Create("0123456789abcdefABCDEF:.%");
    private static readonly SearchValues<char> Unsafe = SearchValues.Create("\r\n\0");

    /// <summary>§25.1 token.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    /// <summary>A host name, IPv4 address or bracketed IPv6 reference. The underscore is no RFC's, but the
    /// field's.</summary>
    public static bool IsHost(ReadOnlySpan<char> text)
    {
        if (text.Length > 2 && text[0] == '[' && text[^1] == ']')
        {
            return !text[1..^1].ContainsAnyExcept(Ip6Chars) && text.Contains(':');
        }

        return !text.IsEmpty && text.Length <= 255 && !text.ContainsAnyExcept(HostChars);
    }

    /// <summary>Without spaces and tabs at both ends.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => text.Trim(" \t");

    /// <summary>Decimal digits only, no sign and no space. False when it does not fit.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out uint value) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>Splits `host[:port]`, brackets known. Port 0 when none is given.</summary>
    public static bool TryHostPort(ReadOnlySpan<char> text, out ReadOnlySpan<char> host, out int port)
    {
        port = 0;
        host = text;
        int bracket = text.StartsWith("[") ? text.IndexOf(']') : 0;
        int colon = bracket < 0 ? -1 : text[bracket..].IndexOf(':') + bracket;
        if (colon > 0 && colon >= bracket && text[colon] == ':')
        {
            host = Trim(text[..colon]);
            if (!TryNumber(Trim(text[(colon + 1)..]), out uint number) || number is 0 or > 65_535)
            {
                return false;
            }

            port = (int)number;
        }

        return IsHost(host);
    }

    /// <summary>Where <paramref name="separator"/> first stands outside quotes and angle brackets; -1 if nowhere,
    /// -2 if a quote or bracket never closes.</summary>
    public static int IndexOutside(ReadOnlySpan<char> text, char separator)
    {
        bool quoted = false, angled = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted)
            {
                i += c == '\\' ? 1 : 0;
                quoted = c != '"';
            }
            else if (c == separator && !angled)
            {
                return i;
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is '<' or '>')
            {
                angled = c == '<';
            }
        }

        return quoted || angled ? -2 : -1;
    }

    /// <summary>The content of a quoted string with its escapes undone; other text as it is.</summary>
    public static string Unquote(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
        {
            return text.ToString();
        }

        text = text[1..^1];
        if (!text.Contains('\\'))
        {
            return text.ToString();
        }

        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            i += text[i] == '\\' && i + 1 < text.Length ? 1 : 0;
            plain.Append(text[i]);
        }

        return plain.ToString();
    }

    /// <summary>As a quoted string.</summary>
    public static string Quote(string text) => text.AsSpan().ContainsAny('"', '\\')
        ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : $"\"{text}\"";

    /// <summary>CR, LF and NUL become spaces, so that no value can end its line (RFC 3261 §7.3.1).</summary>
    public static string OneLine(string text)
    {
        if (!text.AsSpan().ContainsAny(Unsafe))
        {
            return text;
        }

        return text.Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ');
    }
}
