// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Protocol.Sdp;

namespace Hermetic.Protocol.Sip;

/// <summary>What a body holds.</summary>
internal enum SipBodyKind
{
    /// <summary>No body.</summary>
    None,
    /// <summary>A session description.</summary>
    Session,
    /// <summary>A session description that cannot be read.</summary>
    Malformed,
    /// <summary>A type or coding that we do not take: 415.</summary>
    Unsupported,
}

/// <summary>Finds the session description in a body: the whole of it, or the first such part of a multipart (SIP-I
/// trunks put ISUP beside it; RFC 5621 §3.1, RFC 2046 §5.1).</summary>
internal static class SipBodies
{
    public const string SdpType = "application/sdp";

    /// <summary>Our limit: parts of a multipart that are looked at.</summary>
    private const int PartsMax = 16;

    public static SipBodyKind Read(SipMessage message, SdpLimits limits, out SdpSession? session)
    {
        session = null;
        if (message.Body.IsEmpty)
        {
            return SipBodyKind.None;
        }

        string coding = message.Headers[SipHeaderNames.ContentEncoding] ?? "identity";
        string type = message.ContentType;
        bool coded = !coding.Equals("identity", StringComparison.OrdinalIgnoreCase);
        ReadOnlySpan<byte> body = message.Body.Span;
        if (!coded && type.StartsWith("multipart/", StringComparison.Ordinal))
        {
            body = SdpPart(body, message.Headers[SipHeaderNames.ContentType] ?? "");
            type = body.IsEmpty ? type : SdpType;
        }

        // §20.15: a body without a type is malformed; devices that forget it send SDP.
        if (coded || (type.Length > 0 && type != SdpType))
        {
            return SipBodyKind.Unsupported;
        }

        return SdpParser.TryParse(body, limits, out session, out _) ? SipBodyKind.Session : SipBodyKind.Malformed;
    }

    private static ReadOnlySpan<byte> SdpPart(ReadOnlySpan<byte> body, string contentType)
    {
        int semicolon = contentType.IndexOf(';', StringComparison.Ordinal);
        if (!SipParameters.TryParseAt(contentType, semicolon, inUri: false, out SipParameters parameters)
            || parameters["boundary"] is not { Length: > 0 } boundary)
        {
            return [];
        }

        ReadOnlySpan<byte> delimiter = Encoding.Latin1.GetBytes($"--{SipGrammar.Unquote(boundary)}");
        for (int part = 0; part < PartsMax; part++)
        {
            int start = body.IndexOf(delimiter);
            if (start < 0 || body[(start + delimiter.Length)..].StartsWith("--"u8))
            {
                return [];
            }

            body = body[(start + delimiter.Length)..];
            int end = body.IndexOf(delimiter);
            ReadOnlySpan<byte> content = end < 0 ? body : body[..end];
            int headEnd = content.IndexOf("\r\n\r\n"u8);
            if (headEnd >= 0 && IsSdp(Encoding.Latin1.GetString(content[..headEnd])))
            {
                return content[(headEnd + 4)..];
            }
        }

        return [];
    }

    private static bool IsSdp(string head)
    {
        foreach (string line in head.Split("\r\n"))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string name = colon < 0 ? "" : line[..colon].Trim();
            if (name.Equals(SipHeaderNames.ContentType, StringComparison.OrdinalIgnoreCase))
            {
                return line[(colon + 1)..].Split(';')[0].Trim().Equals(SdpType, StringComparison.OrdinalIgnoreCase);
            }
        }

        return false;
    }
}
