// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Hermetic.Protocol.Hdlc;

namespace Hermetic.Fuzzing.Targets;

/// <summary>HDLC: as a line, the input gives the same frames in any chunks, bounded and each with its FCS; as a frame,
/// it comes back from its own line.</summary>
internal sealed class HdlcTarget : IFuzzTarget
{
    // Near an ECM frame's 260, so that inputs reach beyond it at little cost. Our limit.
    private const int FrameBytesMax = 256;

    // A round trip of more would only be slower. Our limit.
    private const int RoundTripBytesMax = 256;

    private readonly ArrayBufferWriter<byte> line = new();
    private readonly Digest whole = new();
    private readonly Digest parts = new();

    public string Name => "hdlc";

    public void Run(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> noise = input.Length > 2 * FrameBytesMax ? input[..(2 * FrameBytesMax)] : input;
        whole.Clear();
        parts.Clear();
        new HdlcDeframer(FrameBytesMax).Write(noise, whole);
        HdlcDeframer second = new(FrameBytesMax);
        for (int at = 0; at < noise.Length; at += 3)
        {
            second.Write(noise[at..Math.Min(at + 3, noise.Length)], parts);
        }

        Oracle.Holds(whole.Sum == parts.Sum && whole.Frames == parts.Frames, "chunks make no difference");
        RoundTrip(input.Length > RoundTripBytesMax ? input[..RoundTripBytesMax] : input);
    }

    private void RoundTrip(ReadOnlySpan<byte> frame)
    {
        if (frame.IsEmpty)
        {
            return;
        }

        line.ResetWrittenCount();
        HdlcFramer framer = new();
        framer.WriteFlags(1, line);
        framer.WriteFrame(frame, line);
        framer.Finish(line);
        int bits = 8 + HdlcFramer.LineBits(frame);
        Oracle.Holds(line.WrittenCount == (bits + 7) / 8, "a frame takes the bits that were foretold");
        whole.Clear();
        new HdlcDeframer(FrameBytesMax).Write(line.WrittenSpan, whole);
        Oracle.Holds(whole.Frames == 1 && whole.Valid == 1 && whole.Last.SequenceEqual(frame), "a frame comes back");
    }

    private sealed class Digest : IHdlcOutput
    {
        private readonly byte[] last = new byte[FrameBytesMax];
        private int lastLength;

        public int Frames { get; private set; }

        public int Valid { get; private set; }

        public ulong Sum { get; private set; }

        public ReadOnlySpan<byte> Last => last.AsSpan(0, lastLength);

        public void Clear() => (Frames, Valid, Sum, lastLength) = (0, 0, 17, 0);

        public void OnFrame(ReadOnlySpan<byte> frame, bool fcsValid)
        {
            Oracle.Holds(frame.Length <= FrameBytesMax, "a frame is bounded");
            Frames++;
            Valid += fcsValid ? 1 : 0;
            frame.CopyTo(last);
            lastLength = frame.Length;
            Sum = Sum * 31 + (fcsValid ? 3UL : 5UL) + Fcs16.Of(frame);
        }

        public void OnFlag() => Sum = Sum * 31 + 1;

        public void OnAbort() => Sum = Sum * 31 + 2;
    }
}
