// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace Hermetic.Protocol.Modems;

/// <summary>Which of G.711's two laws a stream is coded by.</summary>
public enum G711Law
{
    /// <summary>µ-law (RTP payload type 0, PCMU).</summary>
    Mu,
    /// <summary>A-law (RTP payload type 8, PCMA).</summary>
    A,
}

/// <summary>G.711: 8-bit companded samples at 8 kHz to and from 16-bit linear ones.</summary>
/// <remarks>
/// An octet is a sign, a 3-bit segment and a 4-bit step. µ-law (G.711 Table 2) is sent inverted, A-law (Table 1) with
/// its even bits inverted. Linear values are scaled so that both laws fill 16 bits.
/// </remarks>
public static class G711
{
    // µ-law's decision values are offset by 33 quarter-steps so that each segment starts at a power of two.
    private const int MuBias = 33 << 2;
    private const int MuClip = 0x7FFF - MuBias;
    private const byte AlawToggle = 0x55;

    private static readonly short[] FromMu = BuildTable(ExpandMu);
    private static readonly short[] FromA = BuildTable(ExpandA);

    /// <summary>The linear value of one octet.</summary>
    public static short Decode(G711Law law, byte octet) => law == G711Law.Mu ? FromMu[octet] : FromA[octet];

    /// <summary>Expands <paramref name="octets"/> into <paramref name="samples"/>, which must be as long.</summary>
    public static void Decode(G711Law law, ReadOnlySpan<byte> octets, Span<short> samples)
    {
        short[] table = law == G711Law.Mu ? FromMu : FromA;
        samples = samples[..octets.Length];
        for (int i = 0; i < octets.Length; i++)
        {
            samples[i] = table[octets[i]];
        }
    }

    /// <summary>The octet nearest to a linear value.</summary>
    public static byte Encode(G711Law law, short sample) => law == G711Law.Mu ? CompressMu(sample) : CompressA(sample);

    /// <summary>Compresses <paramref name="samples"/> into <paramref name="octets"/>, which must be as long.</summary>
    public static void Encode(G711Law law, ReadOnlySpan<short> samples, Span<byte> octets)
    {
        octets = octets[..samples.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            octets[i] = Encode(law, samples[i]);
        }
    }

    /// <summary>The octet that means silence.</summary>
    public static byte Silence(G711Law law) => law == G711Law.Mu ? (byte)0xFF : (byte)0xD5;

    private static byte CompressMu(short sample)
    {
        int sign = sample < 0 ? 0x80 : 0;
        int magnitude = Math.Min(Math.Abs((int)sample), MuClip) + MuBias;
        int segment = BitOperations.Log2((uint)magnitude) - 7;
        int step = (magnitude >> (segment + 3)) & 0x0F;
        return (byte)~(sign | (segment << 4) | step);
    }

    private static short ExpandMu(byte octet)
    {
        int bits = (byte)~octet;
        int segment = (bits >> 4) & 7;
        int magnitude = ((((bits & 0x0F) << 3) + MuBias) << segment) - MuBias;
        return (short)((bits & 0x80) != 0 ? -magnitude : magnitude);
    }

    private static byte CompressA(short sample)
    {
        // Of 16 bits A-law looks at 13; negative values mirror the positive ones about −½.
        int sign = sample >= 0 ? 0x80 : 0;
        int magnitude = (sample >= 0 ? sample : ~sample) >> 4;
        int segment = Math.Max(BitOperations.Log2((uint)magnitude | 1) - 3, 0);
        int step = (magnitude >> Math.Max(segment - 1, 0)) & 0x0F;
        return (byte)((sign | (segment << 4) | step) ^ AlawToggle);
    }

    private static short ExpandA(byte octet)
    {
        int bits = octet ^ AlawToggle;
        int segment = (bits >> 4) & 7;
        int magnitude = ((bits & 0x0F) << 4) + 8;
        if (segment > 0)
        {
            magnitude = (magnitude + 0x100) << (segment - 1);
        }

        return (short)((bits & 0x80) != 0 ? magnitude : -magnitude);
    }

    private static short[] BuildTable(Func<byte, short> expand)
    {
        short[] table = new short[256];
        for (int octet = 0; octet < table.Length; octet++)
        {
            table[octet] = expand((byte)octet);
        }

        return table;
    }
}
