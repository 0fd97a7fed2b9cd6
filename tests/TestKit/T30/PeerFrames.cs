// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;

namespace Hermetic.TestKit.T30;

/// <summary>Frames as the scripts write them: octets by hand from T.30 Table 2, not by the code under test.</summary>
public static class PeerFrames
{
    /// <summary>V.17 and all below, fine, MR, unlimited length, no minimum row time; ECM and T.6 in the
    /// second.</summary>
    public static readonly byte[] Dis = Frame(Fcf.Dis, 0x00, 0x77, 0x1E);
    public static readonly byte[] DisEcm = Frame(Fcf.Dis, 0x00, 0x77, 0x1F, 0x22);

    /// <summary>MH, standard, A4.</summary>
    public static readonly byte[] Dcs2400 = Frame(Fcf.Dcs, 0x00, 0x40, 0x1E);
    public static readonly byte[] Dcs9600 = Frame(Fcf.Dcs, 0x00, 0x60, 0x1E);
    public static readonly byte[] Dcs9600Ecm = Frame(Fcf.Dcs, 0x00, 0x60, 0x1F, 0x20);

    public static byte[] Frame(byte fcf, params byte[] fif) => [0xFF, 0xC8, fcf, .. fif];

    public static byte[] NotFinal(byte[] frame) => [0xFF, 0xC0, .. frame.AsSpan(2)];

    /// <summary>PPS or EOR: numbers go least significant bit first.</summary>
    public static byte[] Pps(byte second, int page, int block, int frames, byte fcf = Fcf.Pps)
        => Frame(fcf, second, Turn(page), Turn(block), Turn(frames - 1));

    public static byte[] Fcd(int number, byte[] data) => [0xFF, 0xC0, Fcf.Fcd, Turn(number), .. data];

    public static byte[] Rcp() => [0xFF, 0xC0, Fcf.Rcp];

    /// <summary>PPR for these frames of a block of <paramref name="frames"/>.</summary>
    public static byte[] Ppr(int frames, params int[] missing)
    {
        byte[] map = new byte[32];
        for (int frame = 0; frame < 256; frame++)
        {
            if (frame >= frames || missing.Contains(frame))
            {
                map[frame / 8] |= (byte)(0x80 >> frame % 8);
            }
        }

        return Frame(Fcf.Ppr, map);
    }

    /// <summary>A page's octets cut into FCD frames of 256, with RCP behind.</summary>
    public static byte[][] BlockOf(byte[] octets)
    {
        List<byte[]> frames = [];
        for (int at = 0; at < octets.Length; at += 256)
        {
            byte[] data = new byte[256];
            octets.AsSpan(at, Math.Min(256, octets.Length - at)).CopyTo(data);
            frames.Add(Fcd(frames.Count, data));
        }

        return [.. frames, Rcp(), Rcp(), Rcp()];
    }

    private static byte Turn(int value)
    {
        int turned = 0;
        for (int bit = 0; bit < 8; bit++)
        {
            turned |= (value >> bit & 1) << (7 - bit);
        }

        return (byte)turned;
    }
}
