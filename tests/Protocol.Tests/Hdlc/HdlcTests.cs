// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using CsCheck;
using Hermetic.Protocol.Hdlc;

namespace Hermetic.Protocol.Tests.Hdlc;

public sealed class HdlcTests
{
    private static readonly byte[] Awkward = [0xFF, 0x7E, 0x00, 0x1F, 0xF8];

    private static readonly Gen<byte[][]> Frames = Gen.OneOf(
        Gen.Byte.Array[1, 40], Gen.Int[0, 4].Select(i => Awkward[i]).Array[1, 40]).Array[1, 8];

    [Fact]
    public void Fcs_CheckValueOfTheCatalogue_IsMet()
    {
        // CRC-16/IBM-SDLC (ISO/IEC 13239, the same CRC least significant bit first) of "123456789" is 0x906E.
        byte[] octets = "123456789"u8.ToArray();
        BitOrder.Reverse(octets);
        ushort fcs = Fcs16.Of(octets);
        Assert.Equal(0x90, BitOrder.Reverse((byte)fcs));
        Assert.Equal(0x6E, BitOrder.Reverse((byte)(fcs >> 8)));
    }

    [Fact]
    public void Reverse_EveryOctet_MirrorsItsBits()
    {
        for (int octet = 0; octet < 256; octet++)
        {
            int mirrored = Enumerable.Range(0, 8).Sum(bit => (octet >> bit & 1) << (7 - bit));
            Assert.Equal(mirrored, BitOrder.Reverse((byte)octet));
        }
    }

    [Fact]
    public void Fcs_AnySingleBitError_IsSeen()
    {
        Gen.Select(Gen.Byte.Array[1, 60], Gen.Int[0, 10_000]).Sample((frame, at) =>
        {
            ushort fcs = Fcs16.Of(frame);
            byte[] whole = [.. frame, (byte)(fcs >> 8), (byte)fcs];
            bool before = Fcs16.IsValid(whole);
            whole[at % (whole.Length * 8) / 8] ^= (byte)(1 << at % 8);
            return before && !Fcs16.IsValid(whole);
        }, iter: 2000);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(16)]
    [InlineData(1)]
    public void Framer_AnyFrames_ComeBackAtEveryChunkSize(int chunk)
    {
        Frames.Sample(frames =>
        {
            byte[] line = Line(frames);
            HdlcRecorder heard = new();
            HdlcDeframer deframer = new(frameBytesMax: 64);
            foreach (byte[] part in line.Chunk(chunk))
            {
                deframer.Write(part, heard);
            }

            return heard.Frames.SequenceEqual(frames.Select(frame => (Convert.ToHexString(frame), true)));
        }, iter: 500);
    }

    [Fact]
    public void Framer_LineBits_AreWhatItWrites()
    {
        Frames.Sample(frames =>
        {
            ArrayBufferWriter<byte> output = new();
            HdlcFramer framer = new();
            int bits = 0;
            foreach (byte[] frame in frames)
            {
                framer.WriteFrame(frame, output);
                bits += HdlcFramer.LineBits(frame);
            }

            return output.WrittenCount == bits / 8;
        }, iter: 500);
    }

    [Fact]
    public void Framer_NoFrame_HoldsSixOnesInARow()
    {
        byte[] line = Line([[0xFF, 0xFF, 0xFF, 0xFF]]);
        string bits = string.Concat(line.Select(octet => octet.ToString("b8", null)));
        string body = bits[24..bits.IndexOf("01111110", 24, StringComparison.Ordinal)];
        Assert.DoesNotContain("111111", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Deframer_Abort_DropsTheFrameAndFindsTheNext()
    {
        byte[] frame = [0xFF, 0xC8, 0x21];
        HdlcRecorder heard = new();
        HdlcDeframer deframer = new(frameBytesMax: 64);
        deframer.Write([0x7E, 0xAA, 0x55, 0xFF, 0xFF, 0xFF], heard);
        deframer.Write(Line([frame]), heard);
        Assert.Equal(1, heard.Aborts);
        Assert.Equal([(Convert.ToHexString(frame), true)], heard.Frames);
    }

    [Theory]
    [InlineData(65)]
    [InlineData(5000)]
    public void Deframer_FrameTooLong_IsReportedBadAndBounded(int length)
    {
        HdlcRecorder heard = new();
        HdlcDeframer deframer = new(frameBytesMax: 64);
        deframer.Write(Line([new byte[length], [0xFF, 0xC8]]), heard);
        Assert.Equal(2, heard.Frames.Count);
        Assert.False(heard.Frames[0].Valid);
        Assert.InRange(heard.Frames[0].Hex.Length / 2, 0, 64);
        Assert.Equal(("FFC8", true), heard.Frames[1]);
    }

    [Fact]
    public void Deframer_BitFlippedOnTheLine_NeverCallsThatFrameValid()
    {
        byte[][] frames = [[0xFF, 0xC0, 0x10, 0x20, 0x30], [0xFF, 0xC8, 0x80, 0x00]];
        byte[] clean = Line(frames);
        HashSet<string> sent = [.. frames.Select(Convert.ToHexString)];
        for (int bit = 0; bit < clean.Length * 8; bit++)
        {
            byte[] line = [.. clean];
            line[bit / 8] ^= (byte)(0x80 >> bit % 8);
            HdlcRecorder heard = new();
            new HdlcDeframer(64).Write(line, heard);
            Assert.All(heard.Frames.Where(frame => frame.Valid), frame => Assert.Contains(frame.Hex, sent));
        }
    }

    private static byte[] Line(byte[][] frames)
    {
        ArrayBufferWriter<byte> output = new();
        HdlcFramer framer = new();
        framer.WriteFlags(3, output);
        foreach (byte[] frame in frames)
        {
            framer.WriteFrame(frame, output);
        }

        framer.WriteFlags(1, output);
        framer.Finish(output);
        return output.WrittenSpan.ToArray();
    }

    private sealed class HdlcRecorder : IHdlcOutput
    {
        public List<(string Hex, bool Valid)> Frames { get; } = [];

        public int Aborts { get; private set; }

        public void OnFrame(ReadOnlySpan<byte> frame, bool fcsValid) =>
            Frames.Add((Convert.ToHexString(frame), fcsValid));

        public void OnFlag()
        {
        }

        public void OnAbort() => Aborts++;
    }
}
