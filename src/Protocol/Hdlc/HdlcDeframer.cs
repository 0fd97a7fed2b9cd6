// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Hdlc;

/// <summary>Takes what a deframer finds.</summary>
public interface IHdlcOutput
{
    /// <summary>A frame ended with a flag; its FCS is cut off. Valid during the call only.</summary>
    void OnFrame(ReadOnlySpan<byte> frame, bool fcsValid);

    /// <summary>A flag that ends no frame.</summary>
    void OnFlag();

    /// <summary>Seven ones or more: a frame was given up, or the line idles.</summary>
    void OnAbort();
}

/// <summary>Finds frames in the bits of a line (T.30 §5.3), in any chunks. A frame that is too long, not in whole
/// octets or shorter than its FCS is reported as one whose FCS is wrong.</summary>
public sealed class HdlcDeframer(int frameBytesMax)
{
    private readonly byte[] frame = new byte[frameBytesMax + Fcs16.Bytes];
    private int length;
    private int octet;
    private int octetBits;
    private int ones;
    private bool inFrame;
    private bool tooLong;

    /// <summary>Takes octets, the first transmitted bit in the most significant place.</summary>
    public void Write(ReadOnlySpan<byte> octets, IHdlcOutput output)
    {
        foreach (byte value in octets)
        {
            for (int at = 7; at >= 0; at--)
            {
                Take(value >> at & 1, output);
            }
        }
    }

    /// <summary>The carrier has gone: what was begun is no frame.</summary>
    public void Reset()
    {
        Begin();
        inFrame = false;
        ones = 0;
    }

    private void Take(int bit, IHdlcOutput output)
    {
        if (bit == 1)
        {
            ones = Math.Min(ones + 1, 8);
            if (ones == 7)
            {
                inFrame = false;
                output.OnAbort();
            }

            Append(1);
            return;
        }

        int before = ones;
        ones = 0;
        if (before < 5)
        {
            Append(0);
        }
        else if (before == 6)
        {
            EndFrame(output);
        }

        // Five ones and a zero: the zero was stuffed in. Seven and more: the abort was told already.
    }

    private void Append(int bit)
    {
        if (!inFrame)
        {
            return;
        }

        octet = octet << 1 | bit;
        if (++octetBits < 8)
        {
            return;
        }

        octetBits = 0;
        if (length == frame.Length)
        {
            tooLong = true;
            return;
        }

        frame[length++] = (byte)octet;
    }

    // The flag's first seven bits were taken for data: 0 and six ones.
    private void EndFrame(IHdlcOutput output)
    {
        bool any = inFrame && length > 0;
        bool whole = octetBits == 7 && !tooLong && length > Fcs16.Bytes;
        if (any)
        {
            bool valid = whole && Fcs16.IsValid(frame.AsSpan(0, length));
            output.OnFrame(frame.AsSpan(0, Math.Max(0, length - Fcs16.Bytes)), valid);
        }
        else
        {
            output.OnFlag();
        }

        Begin();
        inFrame = true;
    }

    private void Begin()
    {
        length = 0;
        octet = 0;
        octetBits = 0;
        tooLong = false;
    }
}
