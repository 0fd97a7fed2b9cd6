// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;

namespace Hermetic.Protocol.Hdlc;

/// <summary>Turns frames into the bits of a line (T.30 §5.3): flags, a zero after five ones, FCS. Octets of output
/// hold the first transmitted bit in the most significant place; what does not fill an octet waits for the next
/// call.</summary>
public sealed class HdlcFramer
{
    /// <summary>The flag, 0111 1110.</summary>
    public const byte Flag = 0x7E;

    // At most 7 bits wait here, the oldest in the most significant place of the low (waitingCount) bits.
    private int waiting;
    private int waitingCount;

    /// <summary>Writes flags.</summary>
    public void WriteFlags(int count, IBufferWriter<byte> output)
    {
        for (; count > 0; count--)
        {
            WriteBits(Flag, 8, output);
        }
    }

    /// <summary>Writes a frame, its FCS and a closing flag.</summary>
    public void WriteFrame(ReadOnlySpan<byte> frame, IBufferWriter<byte> output)
    {
        Span<byte> fcs = stackalloc byte[Fcs16.Bytes];
        BinaryPrimitives.WriteUInt16BigEndian(fcs, Fcs16.Of(frame));
        int ones = 0;
        Stuff(frame, ref ones, output);
        Stuff(fcs, ref ones, output);
        WriteBits(Flag, 8, output);
    }

    /// <summary>Fills the last octet up with ones, which no receiver takes for a flag.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        if (waitingCount > 0)
        {
            WriteBits(0xFF, 8 - waitingCount, output);
        }
    }

    /// <summary>Bits that a frame takes on the line: its octets, the FCS, what is stuffed in, one closing
    /// flag.</summary>
    public static int LineBits(ReadOnlySpan<byte> frame)
    {
        Span<byte> fcs = stackalloc byte[Fcs16.Bytes];
        BinaryPrimitives.WriteUInt16BigEndian(fcs, Fcs16.Of(frame));
        int ones = 0;
        int stuffed = CountStuffed(frame, ref ones) + CountStuffed(fcs, ref ones);
        return (frame.Length + Fcs16.Bytes + 1) * 8 + stuffed;
    }

    private static int CountStuffed(ReadOnlySpan<byte> octets, ref int ones)
    {
        int stuffed = 0;
        foreach (byte octet in octets)
        {
            byte entry = StuffTable[ones << 8 | octet];
            stuffed += entry >> 4;
            ones = entry & 0x0F;
        }

        return stuffed;
    }

    // By ones seen before (0–4) and octet: bits stuffed in the high half, ones that it ends on in the low half.
    private static readonly byte[] StuffTable = MakeStuffTable();

    private static byte[] MakeStuffTable()
    {
        byte[] table = new byte[5 << 8];
        for (int i = 0; i < table.Length; i++)
        {
            int ones = i >> 8;
            int stuffed = 0;
            for (int bit = 7; bit >= 0; bit--)
            {
                ones = (i >> bit & 1) == 1 ? ones + 1 : 0;
                if (ones == 5)
                {
                    stuffed++;
                    ones = 0;
                }
            }

            table[i] = (byte)(stuffed << 4 | ones);
        }

        return table;
    }

    private void Stuff(ReadOnlySpan<byte> octets, ref int ones, IBufferWriter<byte> output)
    {
        foreach (byte octet in octets)
        {
            for (int at = 7; at >= 0; at--)
            {
                int bit = octet >> at & 1;
                WriteBits(bit, 1, output);
                ones = bit == 1 ? ones + 1 : 0;
                if (ones == 5)
                {
                    WriteBits(0, 1, output);
                    ones = 0;
                }
            }
        }
    }

    private void WriteBits(int bits, int count, IBufferWriter<byte> output)
    {
        waiting = waiting << count | bits & ((1 << count) - 1);
        waitingCount += count;
        if (waitingCount >= 8)
        {
            waitingCount -= 8;
            output.GetSpan(1)[0] = (byte)(waiting >> waitingCount);
            output.Advance(1);
            waiting &= (1 << waitingCount) - 1;
        }
    }
}
