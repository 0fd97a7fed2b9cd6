// SPDX-License-Identifier: Apache-2.0
using System.Collections;

namespace Hermetic.Protocol.Sip;

/// <summary>One header line: the name in its long form, the value unfolded and trimmed, octet for octet
/// (Latin-1).</summary>
public readonly record struct SipHeader(string Name, string Value);

/// <summary>A message's header lines in their order. Names are compared without case, compact forms as their long
/// form.</summary>
public sealed class SipHeaders : IReadOnlyList<SipHeader>
{
    private readonly List<SipHeader> _lines = new(16);

    /// <inheritdoc/>
    public int Count => _lines.Count;

    /// <inheritdoc/>
    public SipHeader this[int index] => _lines[index];

    /// <summary>The value of the first line of that name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            int at = IndexOf(name);
            return at < 0 ? null : _lines[at].Value;
        }
    }

    /// <summary>Adds a line at the end. Throws when the name is not a token: that is ours to choose, never the
    /// peer's.</summary>
    public void Add(string name, string value) => _lines.Add(Line(name, value));

    /// <summary>Adds a line before all others.</summary>
    public void Prepend(string name, string value) => _lines.Insert(0, Line(name, value));

    /// <summary>Replaces all lines of that name by one, at the first one's place.</summary>
    public void Set(string name, string value)
    {
        SipHeader line = Line(name, value);
        int at = IndexOf(line.Name);
        if (at < 0)
        {
            _lines.Add(line);
            return;
        }

        _lines[at] = line;
        for (int i = _lines.Count - 1; i > at; i--)
        {
            if (Matches(i, line.Name))
            {
                _lines.RemoveAt(i);
            }
        }
    }

    /// <summary>Adds a line behind the last one of that name, so that the order among them is kept.</summary>
    public void InsertAfter(string name, string value)
    {
        SipHeader line = Line(name, value);
        int at = _lines.FindLastIndex(other => other.Name.Equals(line.Name, StringComparison.OrdinalIgnoreCase));
        _lines.Insert(at < 0 ? _lines.Count : at + 1, line);
    }

    /// <summary>Removes all lines of that name.</summary>
    public void Remove(string name)
    {
        string canonical = SipHeaderNames.Canonical(name);
        _lines.RemoveAll(line => line.Name.Equals(canonical, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>True if there is a line of that name.</summary>
    public bool Contains(string name) => IndexOf(name) >= 0;

    /// <summary>The values of all lines of that name, one a line.</summary>
    public IReadOnlyList<string> Lines(string name)
    {
        string canonical = SipHeaderNames.Canonical(name);
        List<string> values = [];
        for (int i = 0; i < _lines.Count; i++)
        {
            if (Matches(i, canonical))
            {
                values.Add(_lines[i].Value);
            }
        }

        return values;
    }

    /// <summary>The values of all lines of that name, split at commas outside quotes and brackets (RFC 3261
    /// §7.3.1).</summary>
    public IReadOnlyList<string> Values(string name)
    {
        string canonical = SipHeaderNames.Canonical(name);
        List<string> values = [];
        for (int i = 0; i < _lines.Count; i++)
        {
            if (Matches(i, canonical))
            {
                Split(_lines[i].Value, values);
            }
        }

        return values;
    }

    /// <summary>True if the list header holds that token, case aside (option tags, methods).</summary>
    public bool HasToken(string name, string token) =>
        Values(name).Any(value => value.Equals(token, StringComparison.OrdinalIgnoreCase));

    /// <summary>A header of one decimal number that fits; false when absent or malformed.</summary>
    public bool TryGetNumber(string name, out uint value)
    {
        value = 0;
        return this[name] is string text && SipGrammar.TryNumber(text, out value);
    }

    /// <inheritdoc/>
    public IEnumerator<SipHeader> GetEnumerator() => _lines.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For the parser: the name is canonical, the value without CR, LF or NUL.</summary>
    internal void AddParsed(string canonicalName, string value) => _lines.Add(new SipHeader(canonicalName, value));

    internal int CountOf(string canonicalName)
    {
        int count = 0;
        for (int i = 0; i < _lines.Count; i++)
        {
            count += Matches(i, canonicalName) ? 1 : 0;
        }

        return count;
    }

    private static SipHeader Line(string name, string value)
    {
        if (!SipGrammar.IsToken(name))
        {
            throw new ArgumentException("A header name is a token.", nameof(name));
        }

        return new SipHeader(SipHeaderNames.Canonical(name), SipGrammar.OneLine(value).Trim(' ', '\t'));
    }

    private static void Split(string line, List<string> values)
    {
        int start = 0;
        while (start >= 0)
        {
            int comma = SipGrammar.IndexOutside(line.AsSpan(start), ',');
            ReadOnlySpan<char> value = comma < 0 ? line.AsSpan(start) : line.AsSpan(start, comma);
            values.Add(value.Length == line.Length ? line : SipGrammar.Trim(value).ToString());
            start = comma < 0 ? -1 : start + comma + 1;
        }
    }

    private bool Matches(int index, string canonicalName)
    {
        string name = _lines[index].Name;
        return ReferenceEquals(name, canonicalName) || name.Equals(canonicalName, StringComparison.OrdinalIgnoreCase);
    }

    private int IndexOf(string name)
    {
        string canonical = SipHeaderNames.Canonical(name);
        for (int i = 0; i < _lines.Count; i++)
        {
            if (Matches(i, canonical))
            {
                return i;
            }
        }

        return -1;
    }
}
