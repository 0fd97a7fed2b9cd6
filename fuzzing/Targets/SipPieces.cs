// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Hermetic.Protocol.Sip;

namespace Hermetic.Fuzzing.Targets;

/// <summary>What a stream reader said of one piece of a stream.</summary>
/// <param name="Result">Its word.</param>
/// <param name="Fault">What was wrong.</param>
/// <param name="End">Octets of the stream up to its end.</param>
/// <param name="Written">The message, written again, in hex; null when there was none.</param>
internal readonly record struct SipPiece(SipStreamResult Result, SipFault Fault, int End, string? Written);

/// <summary>Feeds octets to a stream reader in chunks, in a buffer of segments no longer than a chunk.</summary>
internal static class SipPieces
{
    // Segments of one octet cost more than they show: from here on the buffer is of one piece. Our limit.
    private const int SegmentedChunkMin = 16;

    public static void Read(byte[] octets, int chunk, List<SipPiece> pieces)
    {
        pieces.Clear();
        SipStreamReader reader = new(SipLimits.Default);
        int unread = 0;
        for (int fed = 0; fed < octets.Length;)
        {
            fed = Math.Min(fed + chunk, octets.Length);
            ReadOnlySequence<byte> buffer = Buffer(octets.AsMemory(unread, fed - unread), chunk);
            while (true)
            {
                long before = buffer.Length;
                SipStreamResult result = reader.TryRead(ref buffer, out SipMessage? message, out SipParseError error);
                unread += (int)(before - buffer.Length);
                if (result == SipStreamResult.NeedMore)
                {
                    break;
                }

                string? written = message is null ? null : Convert.ToHexString(SipWriter.ToArray(message));
                pieces.Add(new SipPiece(result, error.Fault, unread, written));
                if (result == SipStreamResult.Broken)
                {
                    return;
                }
            }
        }
    }

    private static ReadOnlySequence<byte> Buffer(ReadOnlyMemory<byte> octets, int size)
    {
        if (octets.Length <= size || size < SegmentedChunkMin)
        {
            return new ReadOnlySequence<byte>(octets);
        }

        Segment first = new(octets[..size]);
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
