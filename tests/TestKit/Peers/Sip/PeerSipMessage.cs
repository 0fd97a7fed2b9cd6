// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.TestKit.Peers.Sip;

/// <summary>A SIP message as a peer sees it: start line, headers in order, body. Trusting, and without any code of
/// ours, so that the two check each other.</summary>
internal sealed record PeerSipMessage(string StartLine, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    private static readonly Dictionary<string, string> s_compact = new(StringComparer.OrdinalIgnoreCase)
    {
        ["v"] = "Via",
        ["f"] = "From",
        ["t"] = "To",
        ["i"] = "Call-ID",
        ["m"] = "Contact",
        ["l"] = "Content-Length",
        ["c"] = "Content-Type",
    };

    public bool IsResponse => StartLine.StartsWith("SIP/2.0 ", StringComparison.Ordinal);

    public int Status => int.Parse(StartLine.Split(' ')[1], CultureInfo.InvariantCulture);

    public string Method => IsResponse ? this["CSeq"].Split(' ')[1] : StartLine.Split(' ')[0];

    public int Sequence => int.Parse(this["CSeq"].Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>The first header of that name; empty if there is none.</summary>
    public string this[string name] => All(name).FirstOrDefault() ?? "";

    public static PeerSipMessage Parse(ReadOnlySpan<byte> datagram)
    {
        string text = Encoding.UTF8.GetString(datagram);
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string[] lines = text[..end].Split("\r\n");
        return new PeerSipMessage(lines[0], [.. lines[1..].Select(Header)], text[(end + 4)..]);
    }

    public IEnumerable<string> All(string name) => Headers
        .Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(header => header.Value);

    /// <summary>The URI between angle brackets, or up to the first parameter.</summary>
    public string UriOf(string name)
    {
        string value = this[name];
        int open = value.IndexOf('<', StringComparison.Ordinal);
        return open < 0 ? value.Split(';')[0] : value[(open + 1)..value.IndexOf('>', StringComparison.Ordinal)];
    }

    public byte[] ToBytes()
    {
        StringBuilder text = new(StartLine);
        text.Append("\r\n");
        foreach ((string name, string value) in Headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n\r\n{Body}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static (string Name, string Value) Header(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string name = line[..colon].Trim();
        return (s_compact.GetValueOrDefault(name, name), line[(colon + 1)..].Trim());
    }
}
