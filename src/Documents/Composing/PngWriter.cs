// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Compression;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Composing;

// PNG (RFC 2083), the least of it:
//
//     89 'P' 'N' 'G' 0D 0A 1A 0A
//     chunk: length (4, big-endian) ‖ type (4) ‖ data ‖ CRC-32 of type and data (4)
//       IHDR  width (4) ‖ height (4) ‖ bit depth 1 ‖ colour type 0 (grey) ‖ 0 ‖ 0 ‖ 0
//       pHYs  pels a metre across (4) ‖ down (4) ‖ 1: a page of 204 by 98 dpi is shown at its true shape
//       IDAT  zlib stream of rows: filter 0 ‖ packed pels, 0 is black
//       IEND

/// <summary>Writes a fax page as a PNG of one bit a pel. Our own: no pel passes through grey or native code.</summary>
public static class PngWriter
{
    private const double InchesPerMetre = 1 / 0.0254;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes the page, whose rows are read to their end.</summary>
    public static void Write(IRowSource rows, PageFormat format, Stream output)
    {
        (byte[] pels, int height) = Deflate(rows, format.RowBytes);
        Span<byte> data = stackalloc byte[13];
        output.Write(Signature);
        BinaryPrimitives.WriteInt32BigEndian(data, format.WidthPels);
        BinaryPrimitives.WriteInt32BigEndian(data[4..], height);
        data[8] = 1;
        data[9..].Clear();
        WriteChunk(output, "IHDR"u8, data);
        BinaryPrimitives.WriteInt32BigEndian(data, (int)Math.Round(format.HorizontalDpi * InchesPerMetre));
        BinaryPrimitives.WriteInt32BigEndian(data[4..], (int)Math.Round(format.VerticalDpi * InchesPerMetre));
        data[8] = 1;
        WriteChunk(output, "pHYs"u8, data[..9]);
        WriteChunk(output, "IDAT"u8, pels);
        WriteChunk(output, "IEND"u8, []);
    }

    private static (byte[] Pels, int Height) Deflate(IRowSource rows, int rowBytes)
    {
        using MemoryStream coded = new();
        byte[] line = new byte[1 + rowBytes];
        int height = 0;
        using (ZLibStream zlib = new(coded, CompressionLevel.Optimal, leaveOpen: true))
        {
            while (rows.TryReadRow(line.AsSpan(1)))
            {
                foreach (ref byte octet in line.AsSpan(1))
                {
                    octet = (byte)~octet;
                }

                zlib.Write(line);
                height++;
            }
        }

        return (coded.ToArray(), height);
    }

    private static void WriteChunk(Stream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        output.Write(word);
        output.Write(type);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Crc(data, Crc(type, uint.MaxValue)));
        output.Write(word);
    }

    private static uint Crc(ReadOnlySpan<byte> data, uint crc)
    {
        foreach (byte octet in data)
        {
            crc = CrcTable[(byte)(crc ^ octet)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint CrcOf(int index)
    {
        uint crc = (uint)index;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return crc;
    }
}
