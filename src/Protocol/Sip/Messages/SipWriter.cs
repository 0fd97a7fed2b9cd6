// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;

namespace Hermetic.Protocol.Sip;

/// <summary>Writes messages. Content-Length is always the body's true length, whatever the headers say, and no CR, LF
/// or NUL from a value reaches the wire: they become spaces. Text beyond Latin-1 goes out as UTF-8.</summary>
public static class SipWriter
{
    /// <summary>Writes one message.</summary>
    public static void Write(SipMessage message, IBufferWriter<byte> output)
    {
        switch (message)
        {
            case SipRequest request:
                Text(output, request.Method);
                Text(output, " ");
                Text(output, request.RequestUri.ToString());
                Text(output, " SIP/2.0");
                break;
            case SipResponse response:
                Text(output, "SIP/2.0 ");
                Text(output, response.StatusCode.ToString(CultureInfo.InvariantCulture));
                Text(output, " ");
                Text(output, response.ReasonPhrase);
                break;
            default:
                throw new ArgumentException("Neither a request nor a response.", nameof(message));
        }

        output.Write("\r\n"u8);
        for (int i = 0; i < message.Headers.Count; i++)
        {
            SipHeader header = message.Headers[i];
            if (header.Name != SipHeaderNames.ContentLength)
            {
                Text(output, header.Name);
                output.Write(": "u8);
                Text(output, header.Value);
                output.Write("\r\n"u8);
            }
        }

        output.Write("Content-Length: "u8);
        Text(output, message.Body.Length.ToString(CultureInfo.InvariantCulture));
        output.Write("\r\n\r\n"u8);
        output.Write(message.Body.Span);
    }

    /// <summary>One message as an array.</summary>
    public static byte[] ToArray(SipMessage message)
    {
        ArrayBufferWriter<byte> output = new(1_024 + message.Body.Length);
        Write(message, output);
        return output.WrittenSpan.ToArray();
    }

    private static void Text(IBufferWriter<byte> output, string text)
    {
        bool latin = !text.AsSpan().ContainsAnyExceptInRange('\0', '\xff');
        int length = latin ? text.Length : System.Text.Encoding.UTF8.GetByteCount(text);
        Span<byte> octets = output.GetSpan(length)[..length];
        _ = latin
            ? System.Text.Encoding.Latin1.GetBytes(text, octets)
            : System.Text.Encoding.UTF8.GetBytes(text, octets);
        int at = octets.IndexOfAny("\r\n\0"u8);
        for (; at >= 0 && at < octets.Length; at++)
        {
            octets[at] = octets[at] is (byte)'\r' or (byte)'\n' or 0 ? (byte)' ' : octets[at];
        }

        output.Advance(length);
    }
}
