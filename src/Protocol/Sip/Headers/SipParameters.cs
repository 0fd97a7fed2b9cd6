// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>Parameters `;name[=value]` of a header or URI: an immutable list in order, names compared without
/// case.</summary>
public sealed class SipParameters : IEquatable<SipParameters>
{
    /// <summary>Our limit: no header in use has more than a dozen.</summary>
    private const int CountMax = 64;

    private readonly (string Name, string? Value)[] _items;

    private SipParameters((string, string?)[] items) => _items = items;

    /// <summary>None.</summary>
    public static SipParameters None { get; } = new([]);

    /// <summary>How many there are.</summary>
    public int Count => _items.Length;

    /// <summary>The value as it stands (a quoted string with its quotes); null when absent or without value.</summary>
    public string? this[string name] => Find(name) is int at and >= 0 ? _items[at].Value : null;

    /// <summary>True if the parameter is there, with or without a value.</summary>
    public bool Contains(string name) => Find(name) >= 0;

    /// <summary>Parses what stands from index <paramref name="start"/> on; nothing if it is negative.</summary>
    internal static bool TryParseAt(ReadOnlySpan<char> text, int start, bool inUri, out SipParameters parameters) =>
        TryParse(start < 0 ? [] : text[start..], inUri, out parameters);

    /// <summary>Parses what stands from the first semicolon on; empty text is no parameters.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, bool inUri, out SipParameters parameters)
    {
        parameters = None;
        text = SipGrammar.Trim(text);
        if (text.IsEmpty)
        {
            return true;
        }

        List<(string, string?)> items = [];
        while (!text.IsEmpty)
        {
            if (text[0] != ';' || items.Count == CountMax)
            {
                return false;
            }

            text = text[1..];
            int end = SipGrammar.IndexOutside(text, ';');
            if (end == -2 || !TryItem(SipGrammar.Trim(end < 0 ? text : text[..end]), inUri, out (string, string?) item))
            {
                return false;
            }

            items.Add(item);
            text = end < 0 ? [] : text[end..];
        }

        parameters = new SipParameters([.. items]);
        return true;
    }

    /// <summary>These with one set or replaced.</summary>
    public SipParameters With(string name, string? value)
    {
        int at = Find(name);
        (string, string?) item = (name, value is null ? null : SipGrammar.OneLine(value));
        if (at < 0)
        {
            return new SipParameters([.. _items, item]);
        }

        (string, string?)[] items = [.. _items];
        items[at] = item;
        return new SipParameters(items);
    }

    /// <summary>These without that one.</summary>
    public SipParameters Without(string name) => Contains(name)
        ? new SipParameters([.. _items.Where(item => !item.Name.Equals(name, StringComparison.OrdinalIgnoreCase))])
        : this;

    /// <summary>Appends `;name=value…`.</summary>
    internal void AppendTo(StringBuilder text)
    {
        foreach ((string name, string? value) in _items)
        {
            text.Append(';').Append(name);
            if (value is not null)
            {
                text.Append('=').Append(value);
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        AppendTo(text);
        return text.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(SipParameters? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SipParameters);

    /// <inheritdoc/>
    public override int GetHashCode() => _items.Length;

    private static bool TryItem(ReadOnlySpan<char> text, bool inUri, out (string Name, string? Value) item)
    {
        item = default;
        int equals = text.IndexOf('=');
        ReadOnlySpan<char> name = equals < 0 ? text : SipGrammar.Trim(text[..equals]);
        if (inUri ? name.IsEmpty : !SipGrammar.IsToken(name))
        {
            return false;
        }

        ReadOnlySpan<char> value = equals < 0 ? [] : SipGrammar.Trim(text[(equals + 1)..]);
        item = (name.ToString(), equals < 0 ? null : value.ToString());
        return true;
    }

    private int Find(string name)
    {
        for (int i = 0; i < _items.Length; i++)
        {
            if (_items[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
