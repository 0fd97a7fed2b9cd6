// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using Hermetic.Protocol.Sip;

namespace Hermetic.Protocol.Tests.Sip;

public class SipStreamReaderTests
{
    private static readonly string Stream =
        "\n" + Wire.Request(body: "first body") + "\n\n" + Wire.Request("INVITE", body: "v=0\n\n\n")
        + "\n\n\n\n\n" + Wire.Request("REGISTER", more: "Max-Forwards: 3\n", body: "bad") + Wire.Request("BYE");

    [Theory]
    [InlineData(4096)]
    [InlineData(1024)]
    [InlineData(16)]
    [InlineData(1)]
    public void Stream_InChunksOfAnySize_IsCutAtTheSamePlaces(int chunk)
    {
        string[] expected =
        [
            "Message OPTIONS 10", "KeepAlive", "Message INVITE 9", "KeepAlive", "KeepAlive",
                "Malformed DuplicateHeader",
            "Message BYE 0", "NeedMore",
        ];
        Assert.Equal(expected, Chunked(Wire.Octets(Stream), chunk, SipLimits.Default));
    }

    [Theory]
    [InlineData("Content-Length: 0", "X-None: 0", SipFault.ContentLength)]
    [InlineData("Content-Length: 0", "Content-Length: -5", SipFault.ContentLength)]
    [InlineData("Content-Length: 0", "Content-Length: 1\nContent-Length: 2", SipFault.DuplicateHeader)]
    [InlineData("Content-Length: 0", "Content-Length: 4000000000", SipFault.BodyTooLong)]
    [InlineData("Max-Forwards: 70", "Max-Forwards 70", SipFault.HeaderName)]
    public void Hostile_14_Stream_WhoseCutIsInDoubt_IsBroken(string from, string to, SipFault expected)
    {
        string text = Wire.Request().Replace(from, to, StringComparison.Ordinal);
        foreach (int chunk in (int[])[4096, 7, 1])
        {
            Assert.Equal([$"Broken {expected}"], Chunked(Wire.Octets(text), chunk, SipLimits.Default));
        }
    }

    [Fact]
    public void Hostile_14_HeadWithoutEnd_IsBrokenAtTheLimit()
    {
        SipLimits limits = new() { HeadBytesMax = 1_000 };
        byte[] octets = Encoding.ASCII.GetBytes(
            "OPTIONS sip:a SIP/2.0\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 400)));
        foreach (int chunk in (int[])[4096, 100, 1])
        {
            Assert.Equal(["Broken HeadTooLong"], Chunked(octets, chunk, limits));
        }
    }

    /// <summary>What a reader says of a stream fed in chunks, its segments no longer than a chunk.</summary>
    internal static List<string> Chunked(byte[] octets, int chunk, SipLimits limits)
    {
        SipStreamReader reader = new(limits);
        List<string> said = [];
        int unread = 0;
        for (int fed = 0; fed < octets.Length;)
        {
            fed = Math.Min(fed + chunk, octets.Length);
            ReadOnlySequence<byte> buffer = Segments(octets.AsMemory(unread, fed - unread), chunk);
            SipStreamResult result;
            do
            {
                long before = buffer.Length;
                result = reader.TryRead(ref buffer, out SipMessage? message, out SipParseError error);
                unread += (int)(before - buffer.Length);
                if (result != SipStreamResult.NeedMore || fed == octets.Length)
                {
                    said.Add(Describe(result, message, error));
                }

                if (result == SipStreamResult.Broken)
                {
                    return said;
                }
            }
            while (result != SipStreamResult.NeedMore);
        }

        return said;
    }

    private static string Describe(SipStreamResult result, SipMessage? message, SipParseError error) => result switch
    {
        SipStreamResult.Message => $"Message {message!.CSeq.Method} {message.Body.Length}",
        SipStreamResult.Malformed or SipStreamResult.Broken => $"{result} {error.Fault}",
        _ => result.ToString(),
    };

    private static ReadOnlySequence<byte> Segments(ReadOnlyMemory<byte> octets, int size)
    {
        Segment first = new(octets[..Math.Min(size, octets.Length)]);
        Segment last = first;
        for (int at = size; at < octets.Length; at += size)
        {
            last = last.Append(octets.Slice(at, Math.Min(size, octets.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
