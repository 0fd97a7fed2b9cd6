// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>Numbers and characters go least significant bit first (T.30 §5.3.6.2.4 note, T.4 §A.3.6.1), while this
/// library holds octets first bit first: so these are turned round, and nothing else is.</summary>
internal static class BitOrder
{
    private static readonly byte[] Reversed = Build();

    public static byte Reverse(byte value) => Reversed[value];

    private static byte[] Build()
    {
        byte[] table = new byte[256];
        for (int value = 0; value < table.Length; value++)
        {
            int turned = 0;
            for (int bit = 0; bit < 8; bit++)
            {
                turned |= (value >> bit & 1) << (7 - bit);
            }

            table[value] = (byte)turned;
        }

        return table;
    }
}
