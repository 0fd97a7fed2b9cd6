// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.Tests.T4;

/// <summary>Streams written out bit by bit, blanks for the eye; the last octet is filled up with zeros.</summary>
internal static class BitString
{
    public const string Eol = "000000000001 ";
    public const string Rtc = Eol + Eol + Eol + Eol + Eol + Eol;
    public const string Eofb = Eol + Eol;

    public static byte[] ToOctets(string bits)
    {
        string packed = bits.Replace(" ", "", StringComparison.Ordinal);
        byte[] octets = new byte[(packed.Length + 7) / 8];
        for (int i = 0; i < packed.Length; i++)
        {
            octets[i >> 3] |= (byte)(packed[i] == '1' ? 0x80 >> (i & 7) : 0);
        }

        return octets;
    }

    public static string Repeat(string bits, int count) => string.Concat(Enumerable.Repeat(bits, count));
}
