// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>The value of From, To, Contact, Route, Record-Route, Refer-To…: `"Name" &lt;uri&gt;;parameters` (RFC 3261
/// §25.1).</summary>
/// <param name="Uri">The address.</param>
public sealed record SipAddress(SipUri Uri)
{
    /// <summary>With quotes and escapes undone; null when there is none. It may hold a person's name: never log
    /// it.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Of the header, not of the URI.</summary>
    public SipParameters Parameters { get; init; } = SipParameters.None;

    /// <summary>The dialog tag.</summary>
    public string? Tag => Parameters["tag"];

    /// <summary>Parses one value (no comma list).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipAddress? address)
    {
        address = null;
        text = SipGrammar.Trim(text);
        int open = SipGrammar.IndexOutside(text, '<');
        if (open == -2)
        {
            return false;
        }

        if (open < 0)
        {
            return TryParseBare(text, out address);
        }

        int length = text[open..].IndexOf('>');
        if (length < 0 || !TryDisplayName(SipGrammar.Trim(text[..open]), out string? name))
        {
            return false;
        }

        // RFC 4475 §3.1.2.13 leaves it to us: spaces within the brackets are forgiven.
        ReadOnlySpan<char> inside = SipGrammar.Trim(text[(open + 1)..(open + length)]);
        if (!SipUri.TryParse(inside, out SipUri? uri)
            || !SipParameters.TryParse(text[(open + length + 1)..], inUri: false, out SipParameters parameters))
        {
            return false;
        }

        address = new SipAddress(uri!) { DisplayName = name, Parameters = parameters };
        return true;
    }

    /// <summary>This with another tag.</summary>
    public SipAddress WithTag(string tag) => this with { Parameters = Parameters.With("tag", tag) };

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        if (DisplayName is not null)
        {
            text.Append(SipGrammar.Quote(DisplayName)).Append(' ');
        }

        text.Append('<').Append(Uri).Append('>');
        Parameters.AppendTo(text);
        return text.ToString();
    }

    // §20: without brackets, everything from the first semicolon on belongs to the header, and ',' and '?' may not
    // stand.
    private static bool TryParseBare(ReadOnlySpan<char> text, out SipAddress? address)
    {
        address = null;
        int semicolon = text.IndexOf(';');
        ReadOnlySpan<char> inside = SipGrammar.Trim(semicolon < 0 ? text : text[..semicolon]);
        if (inside.ContainsAny(',', '?', '>') || !SipUri.TryParse(inside, out SipUri? uri)
            || !SipParameters.TryParseAt(text, semicolon, inUri: false, out SipParameters parameters))
        {
            return false;
        }

        address = new SipAddress(uri!) { Parameters = parameters };
        return true;
    }

    private static bool TryDisplayName(ReadOnlySpan<char> text, out string? name)
    {
        name = null;
        if (text.IsEmpty)
        {
            return true;
        }

        bool quoted = text[0] == '"';
        if (quoted ? text.Length < 2 || text[^1] != '"' : text.ContainsAny('"', '<', '>'))
        {
            return false;
        }

        name = SipGrammar.Unquote(text);
        return true;
    }
}
