// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Hdlc;

/// <summary>The 16-bit frame check sequence of T.30 §5.3.7 (the polynomial x^16 + x^12 + x^5 + 1, preset to ones, sent
/// inverted). Octets lie in order of transmission, the first bit in the most significant place, and so does the
/// FCS.</summary>
public static class Fcs16
{
    /// <summary>The register before the first octet.</summary>
    public const ushort Preset = 0xFFFF;

    /// <summary>The register after a frame and its right FCS.</summary>
    public const ushort Residue = 0x1D0F;

    /// <summary>Octets that the FCS takes.</summary>
    public const int Bytes = 2;

    private const ushort Polynomial = 0x1021;

    private static readonly ushort[] Table = MakeTable();

    /// <summary>The FCS of a frame, as it is sent: the high octet first.</summary>
    public static ushort Of(ReadOnlySpan<byte> frame) => (ushort)~Update(Preset, frame);

    /// <summary>True for a frame with its right FCS behind it.</summary>
    public static bool IsValid(ReadOnlySpan<byte> frameWithFcs) =>
        frameWithFcs.Length > Bytes && Update(Preset, frameWithFcs) == Residue;

    /// <summary>The register after more octets.</summary>
    public static ushort Update(ushort register, ReadOnlySpan<byte> octets)
    {
        foreach (byte octet in octets)
        {
            register = (ushort)(register << 8 ^ Table[register >> 8 ^ octet]);
        }

        return register;
    }

    private static ushort[] MakeTable()
    {
        ushort[] table = new ushort[256];
        for (int i = 0; i < table.Length; i++)
        {
            int register = i << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                register = register << 1 ^ ((register & 0x8000) != 0 ? Polynomial : 0);
            }

            table[i] = (ushort)register;
        }

        return table;
    }
}
