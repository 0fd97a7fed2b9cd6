// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Hermetic.Protocol.T4;

namespace Hermetic.TestKit.Peers.LibTiff;

/// <summary>A one-strip fax page in libtiff, in memory, open either to encode once or to decode as often as
/// wanted.</summary>
public sealed unsafe class LibTiffPage : IDisposable
{
    // TIFF 6.0 tags and values.
    private const uint ImageWidth = 256, ImageLength = 257, BitsPerSample = 258, Compression = 259, Photometric = 262,
        FillOrder = 266, SamplesPerPixel = 277, RowsPerStrip = 278, Group3Options = 292;

    private const int CcittFax3 = 3, CcittFax4 = 4, TwoDimensional = 1;

    [ThreadStatic]
    private static int complaints;

    private readonly LibTiffMemory memory;
    private nint tiff;

    static LibTiffPage()
    {
        _ = LibTiffNative.TIFFSetErrorHandler(&Complain);
        _ = LibTiffNative.TIFFSetWarningHandler(&Complain);
    }

    private LibTiffPage(LibTiffMemory memory, nint tiff)
    {
        this.memory = memory;
        this.tiff = tiff;
    }

    /// <summary>Opens a page to be encoded by <see cref="Encode(ReadOnlySpan{byte})"/>. libtiff's K is 2
    /// then.</summary>
    public static LibTiffPage OpenEncoder(FaxCompression compression, int widthPels, int rows)
    {
        LibTiffMemory memory = new();
        nint tiff = memory.Open("w");
        (uint Tag, int Value)[] fields =
        [
            (ImageWidth, widthPels), (ImageLength, rows), (BitsPerSample, 1), (SamplesPerPixel, 1), (Photometric, 0),
            (FillOrder, 1), (RowsPerStrip, rows),
            (Compression, compression == FaxCompression.Mmr ? CcittFax4 : CcittFax3),
        ];
        foreach ((uint tag, int value) in fields)
        {
            Require(LibTiffNative.TIFFSetField(tiff, tag, value) == 1);
        }

        if (compression == FaxCompression.Mr)
        {
            Require(LibTiffNative.TIFFSetField(tiff, Group3Options, TwoDimensional) == 1);
        }

        return new LibTiffPage(memory, tiff);
    }

    /// <summary>Opens a page to be decoded by <see cref="Decode"/>.</summary>
    public static LibTiffPage OpenDecoder(FaxCompression compression, int widthPels, int rows)
    {
        LibTiffPage page = OpenEncoder(compression, widthPels, rows);
        byte empty = 0;
        Require(LibTiffNative.TIFFWriteRawStrip(page.tiff, 0, &empty, 1) == 1);
        page.Reopen();
        return page;
    }

    /// <summary>Pels to codes, in one call of libtiff's.</summary>
    public void Encode(ReadOnlySpan<byte> bits)
    {
        fixed (byte* pels = bits)
        {
            Require(LibTiffNative.TIFFWriteEncodedStrip(tiff, 0, pels, bits.Length) == bits.Length);
        }
    }

    /// <summary>Codes to pels, in one call of libtiff's. Gives how often it complained.</summary>
    public int Decode(ReadOnlySpan<byte> coded, Span<byte> bits)
    {
        complaints = 0;
        fixed (byte* codes = coded)
        fixed (byte* pels = bits)
        {
            int result = LibTiffNative.TIFFReadFromUserBuffer(tiff, 0, codes, coded.Length, pels, bits.Length);
            return complaints + (result == 1 ? 0 : 1);
        }
    }

    /// <summary>A whole page through libtiff's encoder.</summary>
    public static byte[] Encode(FaxCompression compression, int widthPels, int rows, ReadOnlySpan<byte> bits)
    {
        using LibTiffPage page = OpenEncoder(compression, widthPels, rows);
        page.Encode(bits);
        page.Reopen();
        byte[] coded = new byte[(bits.Length * 8) + 1024];
        fixed (byte* start = coded)
        {
            int length = (int)LibTiffNative.TIFFReadRawStrip(page.tiff, 0, start, coded.Length);
            Require(length > 0);
            return coded[..length];
        }
    }

    public void Dispose()
    {
        if (tiff != 0)
        {
            LibTiffNative.TIFFClose(tiff);
            tiff = 0;
        }

        memory.Dispose();
    }

    private void Reopen()
    {
        LibTiffNative.TIFFClose(tiff);
        tiff = memory.Open("r");
    }

    private static void Require(bool done)
    {
        if (!done)
        {
            throw new PeerException("libtiff refuses a fax page");
        }
    }

    [UnmanagedCallersOnly]
    private static void Complain(byte* module, byte* format, void* arguments) => complaints++;
}
