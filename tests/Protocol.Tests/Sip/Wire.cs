// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip;

/// <summary>Messages as text: a line feed in the source stands for CRLF.</summary>
internal static class Wire
{
    public static byte[] Octets(string text) =>
        Encoding.Latin1.GetBytes(
            text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));

    public static SipMessage Parse(string text) => Parse(Octets(text));

    public static SipMessage Parse(ReadOnlySpan<byte> octets)
    {
        bool parsed = SipParser.TryParse(octets, SipLimits.Default, out SipMessage? message, out SipParseError error);
        Assert.True(parsed, $"{error.Fault} at {error.Offset}");
        return message!;
    }

    public static SipParseError Refused(string text, out SipMessage? answerable)
    {
        bool parsed = SipParser.TryParse(Octets(text), SipLimits.Default, out answerable, out SipParseError error);
        Assert.False(parsed, "parsed, but should have been refused");
        return error;
    }

    public static SipFault Fault(string text) => Refused(text, out _).Fault;

    /// <summary>A request with all mandatory headers; <paramref name="more"/> is header lines, each ended by a line
    /// feed.</summary>
    public static string Request(
        string method = "OPTIONS", string more = "", string body = "", string uri = "sip:fax@b.example") =>
        $"""
        {method} {uri} SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-{method}-1;rport
        Max-Forwards: 70
        From: <sip:a@a.example>;tag=from1
        To: <sip:fax@b.example>
        Call-ID: call-1
        CSeq: 7 {method}
        Contact: <sip:a@192.0.2.1>
        {more}Content-Length: {Octets(body).Length}

        {body}
        """;
}

/// <summary>Randomness that a seed repeats.</summary>
internal sealed class SeededSipRandom(int seed) : ISipRandom
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> octets) => _random.NextBytes(octets);
}
