// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>Parses the start line (RFC 3261 §7.1, §7.2): single spaces, no others.</summary>
internal static class SipStartLine
{
    // Stands in a malformed request that is only kept to be answered.
    private static readonly SipUri Unreadable = new() { Scheme = "invalid", Opaque = "invalid" };

    /// <summary>A message without headers. With a fault it is a request that can perhaps be answered, or
    /// null.</summary>
    public static SipMessage? Parse(ReadOnlySpan<byte> line, out SipFault fault)
    {
        if (line.StartsWith("SIP/"u8))
        {
            return ParseStatus(line, out fault);
        }

        fault = SipFault.StartLine;
        int first = line.IndexOf((byte)' ');
        if (first <= 0)
        {
            return null;
        }

        string method = SipMethods.Intern(line[..first]);
        int last = line.LastIndexOf((byte)' ');
        if (!SipGrammar.IsToken(method) || last == first || !line[(last + 1)..].StartsWith("SIP/"u8))
        {
            return SipGrammar.IsToken(method) && line.TrimEnd((byte)' ').EndsWith("SIP/2.0"u8)
                ? new SipRequest(method, Unreadable) : null;
        }

        string target = Encoding.Latin1.GetString(line[(first + 1)..last]);
        bool versioned = line[(last + 1)..].SequenceEqual("SIP/2.0"u8);
        bool readable = SipUri.TryParse(target, out SipUri? uri);
        fault = !versioned ? SipFault.Version : readable ? SipFault.None : SipFault.RequestUri;
        return new SipRequest(method, readable ? uri! : Unreadable);
    }

    // SIP/2.0 SP 3DIGIT SP Reason. The space before an empty reason is often forgotten.
    private static SipResponse? ParseStatus(ReadOnlySpan<byte> line, out SipFault fault)
    {
        fault = SipFault.Version;
        if (!line.StartsWith("SIP/2.0 "u8))
        {
            return null;
        }

        ReadOnlySpan<byte> rest = line[8..];
        int space = rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> digits = space < 0 ? rest : rest[..space];
        fault = SipFault.StatusCode;
        if (digits.Length != 3 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int code)
            || code is < 100 or > 699)
        {
            return null;
        }

        fault = SipFault.None;
        return new SipResponse(code, space < 0 ? "" : Encoding.Latin1.GetString(rest[(space + 1)..]));
    }
}
