// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Hermetic.Protocol.Sip;

/// <summary>
/// Parses one message over octets.
/// <code>
///   Method SP Request-URI SP SIP/2.0 CRLF      or      SIP/2.0 SP Status SP Reason CRLF
///   Name [LWS] ":" [LWS] value CRLF            a line that starts with SP or HT continues the one before
///   CRLF
///   body, Content-Length octets
/// </code>
/// </summary>
/// <remarks>Strict: CR and LF only together, no NUL in the head, one Content-Length that the octets cover, one of each
/// singleton header, the mandatory headers well formed. Lenient: folded lines, compact forms, spaces around colons,
/// empty lines before the start line, a datagram that ends without its empty line.</remarks>
public static class SipParser
{
    /// <summary>Parses a datagram, or a message that a stream reader has cut out. False with the fault if refused;
    /// <paramref name="message"/> is then still given if it is a request that can be answered with the fault's status.
    /// Octets after the body are ignored (RFC 3261 §18.3).</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> octets, SipLimits limits, out SipMessage? message, out SipParseError error)
    {
        message = null;
        if (octets.Length > limits.MessageBytesMax)
        {
            error = new SipParseError(SipFault.TooLong, 0);
            return false;
        }

        HeadReader head = new(octets, limits);
        SipMessage? read = head.Read();
        error = head.Error;
        if (read is null)
        {
            return false;
        }

        if (error.Fault == SipFault.None)
        {
            error = ReadBody(octets, head.Position, limits, read);
        }

        SipFault essentials = SipEssentials.Check(read);
        if (error.Fault == SipFault.None)
        {
            SipFault fault = essentials == SipFault.None ? SipEssentials.CheckRest(read, limits) : essentials;
            error = new SipParseError(fault, 0);
        }

        bool valid = error.Fault == SipFault.None;
        bool answerable = read is SipRequest { Method: not SipMethods.Ack }
            && essentials is SipFault.None or SipFault.CSeqMethod;
        message = valid || answerable ? read : null;
        return valid;
    }

    /// <summary>Start line and header lines alone, for the stream reader. The message is null if the lines could not
    /// all be read: a second Content-Length might then lie in the rest.</summary>
    internal static SipFault TryReadHead(ReadOnlySpan<byte> octets, SipLimits limits, out SipMessage? message)
    {
        HeadReader head = new(octets, limits);
        SipMessage? read = head.Read();
        message = head.ReachedEnd ? read : null;
        return head.Error.Fault;
    }

    private static SipParseError ReadBody(ReadOnlySpan<byte> octets, int start, SipLimits limits, SipMessage message)
    {
        ReadOnlySpan<byte> rest = octets[Math.Min(start, octets.Length)..];
        if (message.Headers[SipHeaderNames.ContentLength] is string text)
        {
            if (!SipGrammar.TryNumber(text, out uint length))
            {
                return new SipParseError(SipFault.ContentLength, start);
            }

            if (length > rest.Length)
            {
                SipFault fault = length > limits.BodyBytesMax ? SipFault.BodyTooLong : SipFault.BodyShort;
                return new SipParseError(fault, start);
            }

            rest = rest[..(int)length];
        }

        if (rest.Length > limits.BodyBytesMax)
        {
            return new SipParseError(SipFault.BodyTooLong, start);
        }

        message.Body = rest.ToArray();
        return default;
    }

    /// <summary>Walks the lines of one message's head.</summary>
    private ref struct HeadReader(ReadOnlySpan<byte> octets, SipLimits limits)
    {
        private readonly ReadOnlySpan<byte> _octets = octets;

        /// <summary>Where the next line starts; after the head, where the body does.</summary>
        public int Position { get; private set; }

        /// <summary>True once every line of the head has been read, whatever faults were met.</summary>
        public bool ReachedEnd { get; private set; }

        /// <summary>The first fault met. A fault in the header lines keeps what was read before it.</summary>
        public SipParseError Error { get; private set; }

        public SipMessage? Read()
        {
            while (_octets[Position..].StartsWith("\r\n"u8))
            {
                Position += 2; // RFC 3261 §7.5: empty lines before the start line are ignored.
            }

            if (Position == _octets.Length)
            {
                return Fail(SipFault.Empty);
            }

            if (!TryLine(out ReadOnlySpan<byte> line))
            {
                return null;
            }

            SipMessage? message = SipStartLine.Parse(line, out SipFault fault);
            if (fault != SipFault.None)
            {
                Fail(fault);
            }

            bool more = message is not null;
            while (more && TryHeader(message!, out more))
            {
                ReachedEnd = !more;
            }

            return message;
        }

        // One header with its continuation lines. False on a fault, more false at the empty line or the end.
        private bool TryHeader(SipMessage message, out bool more)
        {
            int start = Position;
            more = false;
            if (Position >= _octets.Length)
            {
                return true;
            }

            if (!TryLine(out ReadOnlySpan<byte> line))
            {
                return false;
            }

            if (line.IsEmpty)
            {
                return true;
            }

            more = true;
            int colon = line.IndexOf((byte)':');
            ReadOnlySpan<byte> name = colon < 0 ? [] : line[..colon].TrimEnd(" \t"u8);
            if (!IsName(name))
            {
                Position = start;
                Fail(SipFault.HeaderName);
                return false;
            }

            return TryValue(line[(colon + 1)..], start, out string value)
                && TryAdd(message, SipHeaderNames.Canonical(name), value, start);
        }

        private bool TryValue(ReadOnlySpan<byte> first, int start, out string value)
        {
            value = Encoding.Latin1.GetString(first.Trim(" \t"u8));
            if (!AtContinuation())
            {
                return true;
            }

            // RFC 3261 §7.3.1: a line break and the white space after it stand for one space.
            StringBuilder whole = new(value);
            while (AtContinuation())
            {
                if (!TryLine(out ReadOnlySpan<byte> line))
                {
                    return false;
                }

                ReadOnlySpan<byte> trimmed = line.Trim(" \t"u8);
                _ = trimmed.IsEmpty || whole.Length == 0 ? whole : whole.Append(' ');
                whole.Append(Encoding.Latin1.GetString(trimmed));
                if (Position - start > limits.LineBytesMax)
                {
                    Fail(SipFault.LineTooLong);
                    return false;
                }
            }

            value = whole.ToString();
            return true;
        }

        private readonly bool AtContinuation() =>
            Position < _octets.Length && _octets[Position] is (byte)' ' or (byte)'\t';

        private bool TryAdd(SipMessage message, string name, string value, int start)
        {
            bool duplicate = SipHeaderNames.IsSingleton(name) && message.Headers.Contains(name);
            if (duplicate && name != SipHeaderNames.ContentLength)
            {
                Fail(SipFault.DuplicateHeader);
                return true; // Refused, but the lines after it can still be told.
            }

            if (duplicate || message.Headers.Count == limits.HeadersMax)
            {
                Position = start;
                Fail(duplicate ? SipFault.DuplicateHeader : SipFault.TooManyHeaders);
                return false;
            }

            message.Headers.AddParsed(name, value);
            return true;
        }

        // The next line without its CRLF, and Position behind it. The last line may end with the octets.
        private bool TryLine(out ReadOnlySpan<byte> line)
        {
            ReadOnlySpan<byte> rest = _octets[Position..];
            int end = rest.IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
            int length = end < 0 ? rest.Length : end;
            line = rest[..length];
            SipFault fault = length > limits.LineBytesMax ? SipFault.LineTooLong
                : Position + length > limits.HeadBytesMax ? SipFault.HeadTooLong
                : end < 0 || rest[end..].StartsWith("\r\n"u8) ? SipFault.None
                : rest[end] == 0 ? SipFault.Nul
                : SipFault.BareCrOrLf;
            if (fault != SipFault.None)
            {
                Fail(fault);
                return false;
            }

            Position += length + (end < 0 ? 0 : 2);
            return true;
        }

        private static bool IsName(ReadOnlySpan<byte> name)
        {
            foreach (byte octet in name)
            {
                if (!char.IsAsciiLetterOrDigit((char)octet) && !"-.!%*_+`'~"u8.Contains(octet))
                {
                    return false;
                }
            }

            return !name.IsEmpty;
        }

        private SipMessage? Fail(SipFault fault)
        {
            if (Error.Fault == SipFault.None)
            {
                Error = new SipParseError(fault, Position);
            }

            return null;
        }
    }
}
