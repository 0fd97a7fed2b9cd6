// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Hermetic.Protocol.T4;

namespace Hermetic.TestKit.Pages;

/// <summary>Whole pages through our encoder and decoder.</summary>
public static class FaxCodec
{
    public static byte[] Encode(FaxCompression compression, int widthPels, ReadOnlySpan<byte> bits,
        FaxEncoderSettings? settings = null)
    {
        FaxEncoder encoder = new(compression, widthPels, settings);
        ArrayBufferWriter<byte> output = new(1 << 16);
        for (int at = 0; at < bits.Length; at += encoder.RowBytes)
        {
            encoder.EncodeRow(bits.Slice(at, encoder.RowBytes), output);
        }

        encoder.Finish(output);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Encode(FaxCompression compression, PageBitmap page, FaxEncoderSettings? settings = null) =>
        Encode(compression, page.Format.WidthPels, page.Bits, settings);

    /// <summary>Decodes in chunks of a size, 0 for one chunk. The decoder holds the counts.</summary>
    public static (RowCollector Rows, FaxDecoder Decoder) Decode(FaxCompression compression, int widthPels,
        ReadOnlySpan<byte> octets, int chunkBytes = 0, FaxDecoderLimits? limits = null)
    {
        FaxDecoder decoder = new(compression, widthPels, limits);
        RowCollector rows = new((widthPels + 7) / 8);
        int step = chunkBytes == 0 ? Math.Max(1, octets.Length) : chunkBytes;
        for (int at = 0; at < octets.Length; at += step)
        {
            decoder.Write(octets.Slice(at, Math.Min(step, octets.Length - at)), rows);
        }

        decoder.Finish(rows);
        return (rows, decoder);
    }
}
