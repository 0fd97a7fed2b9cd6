// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace Hermetic.Protocol.Sip;

/// <summary>What <see cref="SipStreamReader.TryRead"/> found at the head of the stream.</summary>
public enum SipStreamResult
{
    /// <summary>Nothing whole yet: read more octets and offer them behind those left.</summary>
    NeedMore,
    /// <summary>CRLF CRLF between messages: answer it with <see cref="SipStreamReader.KeepAliveReply"/> (RFC 5626
    /// §3.5.1).</summary>
    KeepAlive,
    /// <summary>A message.</summary>
    Message,
    /// <summary>A malformed message whose end is known: the stream goes on behind it. A message comes with it if it
    /// can be answered.</summary>
    Malformed,
    /// <summary>It is not known where the message ends: close the connection.</summary>
    Broken,
}

/// <summary>Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 §18.3). One reader a
/// connection.</summary>
public sealed class SipStreamReader(SipLimits limits)
{
    // Octets at the head of the unread stream in which no end of head has been found: not to be scanned again.
    private long _scanned;

    // Octets of the message at the head of the unread stream; 0 while its head is not whole.
    private int _length;

    /// <summary>What answers a keep-alive.</summary>
    public static ReadOnlySpan<byte> KeepAliveReply => "\r\n"u8;

    /// <summary>Reads one item and moves <paramref name="buffer"/> behind it. Call until it says NeedMore; what is
    /// then left must head the next buffer.</summary>
    public SipStreamResult TryRead(ref ReadOnlySequence<byte> buffer, out SipMessage? message, out SipParseError error)
    {
        message = null;
        error = default;
        Span<byte> four = stackalloc byte[4];
        while (true)
        {
            int have = (int)Math.Min(4, buffer.Length);
            buffer.Slice(0, have).CopyTo(four);
            ReadOnlySpan<byte> start = four[..have];
            if (have == 0 || (have < 4 && "\r\n\r\n"u8.StartsWith(start)))
            {
                return SipStreamResult.NeedMore;
            }

            if (!start.StartsWith("\r\n"u8))
            {
                break;
            }

            // A single empty line before a message is ignored (RFC 3261 §7.5), two are a keep-alive.
            bool keepAlive = start.SequenceEqual("\r\n\r\n"u8);
            buffer = buffer.Slice(keepAlive ? 4 : 2);
            _scanned = 0;
            if (keepAlive)
            {
                return SipStreamResult.KeepAlive;
            }
        }

        return ReadMessage(ref buffer, out message, out error);
    }

    private SipStreamResult ReadMessage(
        ref ReadOnlySequence<byte> buffer, out SipMessage? message, out SipParseError error)
    {
        message = null;
        error = default;
        if (_length == 0)
        {
            SipFault fault = FindLength(buffer);
            if (fault != SipFault.None)
            {
                error = new SipParseError(fault, 0);
                return SipStreamResult.Broken;
            }
        }

        if (_length == 0 || buffer.Length < _length)
        {
            return SipStreamResult.NeedMore;
        }

        using Scratch whole = new(buffer.Slice(0, _length));
        buffer = buffer.Slice(_length);
        _scanned = _length = 0;
        bool parsed = SipParser.TryParse(whole.Octets, limits, out message, out error);
        return parsed ? SipStreamResult.Message : SipStreamResult.Malformed;
    }

    // Sets _length once the empty line behind the head has come.
    private SipFault FindLength(ReadOnlySequence<byte> buffer)
    {
        int headMax = Math.Min(limits.HeadBytesMax, limits.MessageBytesMax);
        SequenceReader<byte> reader = new(buffer.Slice(_scanned));
        if (!reader.TryReadTo(out ReadOnlySequence<byte> before, "\r\n\r\n"u8))
        {
            _scanned = Math.Max(0, buffer.Length - 3);
            return buffer.Length >= headMax ? SipFault.HeadTooLong : SipFault.None;
        }

        long headLength = _scanned + before.Length + 4;
        if (headLength > headMax)
        {
            return SipFault.HeadTooLong;
        }

        using Scratch head = new(buffer.Slice(0, headLength));
        SipFault fault = ContentLength(head.Octets, limits, out int bodyLength);
        _length = fault == SipFault.None ? (int)headLength + bodyLength : 0;
        return fault;
    }

    // On a stream Content-Length is mandatory (RFC 3261 §20.14). Two of them, or one that could be read in two ways,
    // would let two parties cut the stream at different places, so it is read here by the same strict rules as by the
    // parser.
    private static SipFault ContentLength(ReadOnlySpan<byte> head, SipLimits limits, out int length)
    {
        length = 0;
        SipFault fault = SipParser.TryReadHead(head, limits, out SipMessage? message);
        if (message?.Headers[SipHeaderNames.ContentLength] is not string text)
        {
            return fault == SipFault.None ? SipFault.ContentLength : fault;
        }

        if (!SipGrammar.TryNumber(text, out uint number))
        {
            return SipFault.ContentLength;
        }

        length = (int)Math.Min(number, int.MaxValue);
        bool tooLong = number > limits.BodyBytesMax || head.Length + number > limits.MessageBytesMax;
        return tooLong ? SipFault.BodyTooLong : SipFault.None;
    }

    // Octets of a sequence in one piece: rented, since a message may lie across segments.
    private readonly ref struct Scratch : IDisposable
    {
        private readonly byte[] _rented;

        public Scratch(ReadOnlySequence<byte> octets)
        {
            _rented = ArrayPool<byte>.Shared.Rent((int)octets.Length);
            octets.CopyTo(_rented);
            Octets = _rented.AsSpan(0, (int)octets.Length);
        }

        public ReadOnlySpan<byte> Octets { get; }

        public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);
    }
}
