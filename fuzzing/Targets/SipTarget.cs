// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.Sip;

namespace Hermetic.Fuzzing.Targets;

/// <summary>SIP: the input is both one datagram and the octets of a stream. What parses must survive being written and
/// parsed again; a stream must be cut at the same places whatever the chunks, and each piece must mean to the datagram
/// parser what it means to the stream.</summary>
internal sealed class SipTarget : IFuzzTarget
{
    // Writing adds a space here and a Content-Length there; the second reading must not fail for that.
    internal static SipLimits Wide { get; } = new()
    {
        MessageBytesMax = 1 << 20,
        HeadBytesMax = 1 << 18,
        LineBytesMax = 65_535,
        HeadersMax = 1_024,
        ValuesMax = 256,
        BodyBytesMax = 1 << 20,
    };

    private static readonly SipCredentials User = new("fax", "secret");

    private readonly List<SipPiece> whole = [];
    private readonly List<SipPiece> chunked = [];

    public string Name => "sip";

    public void Run(ReadOnlySpan<byte> input)
    {
        byte[] octets = input.ToArray();
        bool good = SipParser.TryParse(octets, SipLimits.Default, out SipMessage? message, out SipParseError error);
        Oracle.Holds(good == (error.Fault == SipFault.None), "a refusal has a reason, and only that");
        Oracle.Holds(good || error.Status is 400 or 505 or 513, "a refusal has a status");
        Oracle.Holds(message is not null || !good, "what parses is there");
        if (message is not null)
        {
            Oracle.Holds(message is SipRequest { Method: not SipMethods.Ack } || good, "only requests are answered");
            ReadViews(message);
        }

        if (good)
        {
            CheckWritten(message!);
        }

        SipPieces.Read(octets, octets.Length, whole);
        foreach (int chunk in (ReadOnlySpan<int>)[4096, 16, 1])
        {
            SipPieces.Read(octets, chunk, chunked);
            Oracle.Holds(whole.SequenceEqual(chunked), $"a stream in chunks of {chunk} is cut as the whole is");
        }

        CheckPieces(octets);
        if (good)
        {
            CheckStream(octets);
        }
    }

    // Every typed view of every header, on whatever it holds.
    private static void ReadViews(SipMessage message)
    {
        _ = (message.ContentType, message.From?.Tag, message.To?.Uri.UserDecoded, message.Contact);
        _ = (message.TopVia?.ResponseTarget(), message.TopVia?.HasMagicBranch, message.CSeq);
        foreach (SipHeader header in message.Headers)
        {
            message.Addresses(header.Name);
            message.Headers.TryGetNumber(header.Name, out _);
            CheckValue(header.Value);
        }

        SipBodies.Read(message, Protocol.Sdp.SdpLimits.Default, out _);
        SipRequestRules.Check(message as SipRequest ?? new SipRequest("X", new SipUri { Host = "x" }), out _);
    }

    // Whatever a value can be read as, it can be written and read as again.
    private static void CheckValue(string value)
    {
        Oracle.Holds(!SipAddress.TryParse(value, out SipAddress? address)
            || (SipAddress.TryParse(address!.ToString(), out SipAddress? address2) && address2 == address), "address");
        Oracle.Holds(!SipReason.TryParse(value, out SipReason? reason)
            || (SipReason.TryParse(reason!.ToString(), out SipReason? reason2) && reason2 == reason), "reason");
        Oracle.Holds(!SipVia.TryParse(value, out SipVia? via)
            || (SipVia.TryParse(via!.ToString(), out SipVia? via2) && via2 == via), "via");
        Oracle.Holds(!SipRAck.TryParse(value, out SipRAck rack)
            || (SipRAck.TryParse(rack.ToString(), out SipRAck rack2) && rack2 == rack), "RAck");
        Oracle.Holds(!SipRetryAfter.TryParse(value, out SipRetryAfter after)
            || (SipRetryAfter.TryParse(after.ToString(), out SipRetryAfter after2) && after2 == after), "Retry-After");
        Oracle.Holds(!SipSessionExpires.TryParse(value, out SipSessionExpires expires)
            || (SipSessionExpires.TryParse(expires.ToString(), out SipSessionExpires expires2) && expires2 == expires),
            "Session-Expires");
        if (SipChallenge.TryParse(value, out SipChallenge? challenge))
        {
            string answer = challenge!.Authorize(User, "INVITE", "sip:x", [], "c", 1);
            bool read = SipAuthHeader.TryParse(answer, out SipAuthHeader? header);
            Oracle.Holds(read && header!["nonce"] == challenge.Nonce && header["realm"] == challenge.Realm
                && header["opaque"] == challenge.Opaque, "credentials");
        }
    }

    private static void CheckWritten(SipMessage message)
    {
        byte[] written = SipWriter.ToArray(message);
        SipMessage again = Parsed(written, "what was written parses");
        Oracle.Holds(written.AsSpan().SequenceEqual(SipWriter.ToArray(again)), "it is written the same again");
        Oracle.Holds(again.Body.Span.SequenceEqual(message.Body.Span), "the body stays");
        Oracle.Holds(Others(message).SequenceEqual(Others(again)), "the headers stay, in their order");
        if (message is SipRequest request)
        {
            Oracle.Holds(again is SipRequest other && other.Method == request.Method
                && other.RequestUri == request.RequestUri, "the request line stays");
            SipResponse response = SipResponse.For(request, 200, null, "fuzz");
            Parsed(SipWriter.ToArray(response), "the response to what parses parses");
            request.NoteSource("192.0.2.77", 5077);
            Oracle.Holds(request.TopVia is not null, "noting the source keeps the Via");
            Parsed(SipWriter.ToArray(request), "noting the source keeps the message");
        }
    }

    private static IEnumerable<SipHeader> Others(SipMessage message) =>
        message.Headers.Where(header => header.Name != SipHeaderNames.ContentLength);

    private static SipMessage Parsed(byte[] octets, string what)
    {
        bool good = SipParser.TryParse(octets, Wide, out SipMessage? message, out SipParseError error);
        Oracle.Holds(good, $"{what} ({error.Fault})");
        return message!;
    }

    private void CheckPieces(byte[] octets)
    {
        int at = 0;
        foreach (SipPiece piece in whole)
        {
            Oracle.Holds(piece.End >= at && piece.End <= octets.Length, "pieces follow each other");
            if (piece.Result is SipStreamResult.Message or SipStreamResult.Malformed)
            {
                byte[] cut = octets[at..piece.End];
                bool good = SipParser.TryParse(cut, SipLimits.Default, out SipMessage? message, out SipParseError why);
                Oracle.Holds(good == (piece.Result == SipStreamResult.Message) && why.Fault == piece.Fault,
                    "stream and datagram agree on what is malformed");
                Oracle.Holds(message is null == piece.Written is null, "stream and datagram agree on what can be used");
                Oracle.Holds(message is null || Convert.ToHexString(SipWriter.ToArray(message)) == piece.Written,
                    "stream and datagram read the same");
            }

            at = piece.End;
        }
    }

    // A datagram that says how long its body is, and whose head ends, is also the first message of a stream.
    private void CheckStream(byte[] octets)
    {
        SipParser.TryParse(octets, SipLimits.Default, out SipMessage? fresh, out _);
        ReadOnlySpan<byte> trimmed = octets.AsSpan().TrimStart("\r\n"u8);
        bool cuts = fresh!.Headers.Contains(SipHeaderNames.ContentLength) && trimmed.IndexOf("\r\n\r\n"u8) >= 0
            && octets.Length < SipLimits.Default.HeadBytesMax;
        if (cuts)
        {
            SipPiece first = whole.Find(piece => piece.Result != SipStreamResult.KeepAlive);
            Oracle.Holds(first.Result == SipStreamResult.Message, $"a datagram makes a stream ({first.Fault})");
            Oracle.Holds(first.Written == Convert.ToHexString(SipWriter.ToArray(fresh)), "and is the same in it");
        }
    }
}
