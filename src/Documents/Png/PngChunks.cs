// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Compression;

namespace Hermetic.Documents.Png;

/// <summary>A grey PNG row by row. Signature, then chunks: length (4), type (4), content, CRC-32 over type and content
/// (ISO/IEC 15948 §5.3); IHDR, pHYs, one IDAT, IEND.</summary>
internal sealed class PngChunks : IDisposable
{
    // The filter byte before each row (§9.2): up, because rows of a page resemble the one above.
    private const byte FilterUp = 2;

    // CRC-32 of one byte, reflected (ISO/IEC 15948, annex D).
    private static readonly uint[] CrcOf = [.. Enumerable.Range(0, 256).Select(one =>
    {
        uint crc = (uint)one;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return crc;
    })];

    private readonly MemoryStream _file = new();
    private readonly MemoryStream _pels = new();
    private readonly ZLibStream _zlib;
    private readonly byte[] _above;
    private readonly byte[] _filtered;

    public PngChunks(int width, int height, byte bitDepth)
    {
        int rowBytes = checked((width * bitDepth) + 7) / 8;
        (_above, _filtered) = (new byte[rowBytes], new byte[rowBytes + 1]);
        _zlib = new ZLibStream(_pels, CompressionLevel.Fastest, leaveOpen: true);
        _file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        // Colour type 0 is grey; the three zeros: deflate, the five filters, no interlacing.
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bitDepth;
        Add("IHDR"u8, header);
    }

    /// <summary>Pels a metre, before the first row.</summary>
    public void Density(double across, double down)
    {
        byte[] density = new byte[9];
        BinaryPrimitives.WriteInt32BigEndian(density, (int)Math.Round(across));
        BinaryPrimitives.WriteInt32BigEndian(density.AsSpan(4), (int)Math.Round(down));
        density[8] = 1;
        Add("pHYs"u8, density);
    }

    public void WriteRow(ReadOnlySpan<byte> row)
    {
        _filtered[0] = FilterUp;
        for (int i = 0; i < row.Length; i++)
        {
            _filtered[i + 1] = (byte)(row[i] - _above[i]);
        }

        row.CopyTo(_above);
        _zlib.Write(_filtered);
    }

    /// <summary>The whole file.</summary>
    public byte[] Finish()
    {
        _zlib.Dispose();
        Add("IDAT"u8, _pels.GetBuffer().AsSpan(0, (int)_pels.Length));
        Add("IEND"u8, []);
        return _file.ToArray();
    }

    public void Dispose()
    {
        _zlib.Dispose();
        _pels.Dispose();
        _file.Dispose();
    }

    private void Add(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        _file.Write(number);
        _file.Write(type);
        _file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), content));
        _file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            crc = CrcOf[(byte)(crc ^ one)] ^ (crc >> 8);
        }

        return crc;
    }
}
