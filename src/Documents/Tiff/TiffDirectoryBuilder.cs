// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Hermetic.Documents.Tiff;

/// <summary>Builds one little-endian image file directory with the values that lie behind it. Layout: see
/// <see cref="TiffReader"/>. Tags are added in rising order.</summary>
internal sealed class TiffDirectoryBuilder
{
    private readonly List<(TiffTag Tag, ushort Type, uint Count, byte[] Value)> _entries = [];

    public void Short(TiffTag tag, ushort value) => Shorts(tag, value);

    public void Shorts(TiffTag tag, params ushort[] values) =>
        Add(tag, 3, values.Length, [.. values.SelectMany(BitConverter.GetBytes)]);

    public void Long(TiffTag tag, uint value) => Add(tag, 4, 1, BitConverter.GetBytes(value));

    public void Rational(TiffTag tag, uint numerator, uint denominator) =>
        Add(tag, 5, 1, [.. BitConverter.GetBytes(numerator), .. BitConverter.GetBytes(denominator)]);

    public void Ascii(TiffTag tag, string text) => Add(tag, 2, text.Length + 1, [.. Encoding.ASCII.GetBytes(text), 0]);

    /// <summary>The octets for file offset <paramref name="at"/>; <paramref name="link"/> is where the offset of the
    /// next directory goes (0 now).</summary>
    public byte[] Build(uint at, out uint link)
    {
        int valuesAt = 2 + (_entries.Count * 12) + 4;
        int valueBytes = _entries.Sum(entry => entry.Value.Length > 4 ? (entry.Value.Length + 1) & ~1 : 0);
        byte[] octets = new byte[valuesAt + valueBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(octets, (ushort)_entries.Count);
        int entryAt = 2;
        foreach ((TiffTag tag, ushort type, uint count, byte[] value) in _entries)
        {
            Span<byte> entry = octets.AsSpan(entryAt, 12);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], type);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], count);
            if (value.Length <= 4)
            {
                value.CopyTo(entry[8..]);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], at + (uint)valuesAt);
                value.CopyTo(octets, valuesAt);
                valuesAt += (value.Length + 1) & ~1;
            }

            entryAt += 12;
        }

        link = at + (uint)entryAt;
        return octets;
    }

    private void Add(TiffTag tag, ushort type, int count, byte[] value) =>
        _entries.Add((tag, type, (uint)count, value));
}
