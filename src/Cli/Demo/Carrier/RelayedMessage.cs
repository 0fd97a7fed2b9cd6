// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Text;

namespace Hermetic.Cli.Demo.Carrier;

/// <summary>A SIP message on its way through the demo's telephone company: between two dialogs that are one call. It
/// comes from our own engine on this machine, spelled as that spells it, and from nobody else.</summary>
internal sealed class RelayedMessage
{
    private const string OurBranch = "z9hG4bK-relay-"; // RFC 3261 §8.1.1.7: the cookie that it begins with
    private const string EndOfHead = "\r\n\r\n";

    private readonly List<string> _lines;
    private readonly string _body;

    private RelayedMessage(List<string> lines, string body) => (_lines, _body) = (lines, body);

    public bool IsRequest => !_lines[0].StartsWith("SIP/2.0 ", StringComparison.Ordinal);

    public string CallId
    {
        get => ValueOf("Call-ID");
        set => Replace("Call-ID", value);
    }

    /// <summary>The user part of the Request-URI: the number that was dialled.</summary>
    public string Dialled
    {
        get
        {
            string uri = _lines[0].Split(' ')[1];
            return Uri.UnescapeDataString(uri[(uri.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('@', ';')[0]);
        }
    }

    /// <summary>Reads one; null for what is none (a keep-alive).</summary>
    public static RelayedMessage? Parse(ReadOnlySpan<byte> datagram)
    {
        string text = Encoding.Latin1.GetString(datagram);
        int end = text.IndexOf(EndOfHead, StringComparison.Ordinal);
        return end < 0 ? null : new([.. text[..end].Split("\r\n")], text[end..]);
    }

    /// <summary>Puts our own place on the way before the others, as a proxy does (RFC 3261 §16.6). The branch follows
    /// from the one above, so that a repetition, an ACK and a CANCEL have that of their INVITE.</summary>
    public void PushVia(IPEndPoint own)
    {
        int first = _lines.FindIndex(line => line.StartsWith("Via:", StringComparison.OrdinalIgnoreCase));
        string branch = _lines[first].Split("branch=")[1].Split(';', ',')[0].Trim();
        _lines.Insert(first, $"Via: SIP/2.0/UDP {own};rport;branch={OurBranch}{branch.Replace("z9hG4bK", "",
            StringComparison.Ordinal)}");
    }

    /// <summary>Takes our own place off again (RFC 3261 §16.7).</summary>
    public void PopVia()
    {
        int first = _lines.FindIndex(line => line.StartsWith("Via:", StringComparison.OrdinalIgnoreCase));
        if (first >= 0 && _lines[first].Contains(OurBranch, StringComparison.Ordinal))
        {
            _lines.RemoveAt(first);
        }
    }

    /// <summary>Has the other side send its later requests to us.</summary>
    public void SetContact(IPEndPoint own)
    {
        string contact = ValueOf("Contact");
        if (contact.Length == 0)
        {
            return;
        }

        int at = contact.IndexOf('@', StringComparison.Ordinal);
        int begin = at >= 0 ? at + 1 : contact.IndexOf("sip:", StringComparison.Ordinal) + 4;
        int end = contact.AsSpan(begin).IndexOfAny('>', ';');
        Replace("Contact", contact[..begin] + own + (end < 0 ? "" : contact[(begin + end)..]));
    }

    public byte[] ToBytes() => Encoding.Latin1.GetBytes(string.Join("\r\n", _lines) + _body);

    private string ValueOf(string name) =>
        _lines.Find(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase)) is { } line
            ? line[(name.Length + 1)..].Trim() : "";

    private void Replace(string name, string value)
    {
        int at = _lines.FindIndex(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase));
        _lines[at] = $"{name}: {value}";
    }
}
