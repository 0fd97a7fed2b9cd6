// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Protocol.T30;

/// <summary>
/// The FIF of DIS, DTC and DCS as numbered bits: bit 1 is the first on the line, the most significant of octet 0.
/// <code>
/// octet 0: bits 1–8; octet 1: 9–16; octet 2: 17–24, of which 24 = another octet follows; octet 3: 25–32, 32 = …
/// </code>
/// A bit behind an extension bit of 0 is not there (T.30 Table 2, note 5), whatever the octets say.
/// </summary>
internal ref struct CapabilityField
{
    /// <summary>Octets to bit 128: all that Table 2 assigns.</summary>
    public const int BytesMax = 16;

    private readonly Span<byte> _octets;
    private readonly int _length;

    /// <summary>An empty field to build in.</summary>
    public CapabilityField(Span<byte> octets)
    {
        _octets = octets[..BytesMax];
        _octets.Clear();
        _length = BytesMax;
    }

    /// <summary>Copies a received field into <paramref name="octets"/>, as far as its extension bits reach.</summary>
    public CapabilityField(ReadOnlySpan<byte> fif, Span<byte> octets)
        : this(octets)
    {
        int length = Math.Min(fif.Length, 3);
        while (length >= 3 && length < Math.Min(fif.Length, BytesMax) && (fif[length - 1] & 1) != 0)
        {
            length++;
        }

        fif[..length].CopyTo(_octets);
        _length = length;
    }

    public readonly bool this[int bit]
    {
        get => bit <= _length * 8 && (_octets[(bit - 1) / 8] & 0x80 >> (bit - 1) % 8) != 0;
        set
        {
            byte mask = (byte)(0x80 >> (bit - 1) % 8);
            _octets[(bit - 1) / 8] = (byte)(value ? _octets[(bit - 1) / 8] | mask : _octets[(bit - 1) / 8] & ~mask);
        }
    }

    /// <summary>Bits <paramref name="first"/> onwards as a number, the first transmitted one most
    /// significant.</summary>
    public readonly int Bits(int first, int count)
    {
        int value = 0;
        for (int bit = first; bit < first + count; bit++)
        {
            value = value << 1 | (this[bit] ? 1 : 0);
        }

        return value;
    }

    public readonly void SetBits(int first, int count, int value)
    {
        for (int i = 0; i < count; i++)
        {
            this[first + i] = (value >> (count - 1 - i) & 1) != 0;
        }
    }

    /// <summary>Sets the extension bits and returns the octets that are needed, at least three.</summary>
    public readonly ReadOnlySpan<byte> Finish()
    {
        int length = BytesMax;
        while (length > 3 && _octets[length - 1] == 0)
        {
            length--;
        }

        for (int octet = 2; octet < length - 1; octet++)
        {
            _octets[octet] |= 1;
        }

        return _octets[..length];
    }
}
