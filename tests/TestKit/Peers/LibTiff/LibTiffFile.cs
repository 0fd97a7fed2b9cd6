// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Hermetic.TestKit.Peers.LibTiff;

/// <summary>One page as libtiff reads it from a file.</summary>
public sealed record LibTiffFilePage(int Width, int Height, int Compression, int Photometric, double HorizontalDpi,
    double VerticalDpi, IReadOnlyList<byte[]> Rows);

/// <summary>Reads a bilevel TIFF file with libtiff.</summary>
public static unsafe partial class LibTiffFile
{
    private const string Library = "libtiff.so.6";
    private const uint ImageWidth = 256;
    private const uint ImageLength = 257;
    private const uint Compression = 259;
    private const uint Photometric = 262;
    private const uint XResolution = 282;
    private const uint YResolution = 283;

    /// <summary>Every page, with its rows as they are stored after decompression.</summary>
    /// <exception cref="PeerException">libtiff does not take the file, or a row of it.</exception>
    public static IReadOnlyList<LibTiffFilePage> Read(string path)
    {
        nint tiff = TIFFOpen(path, "r");
        if (tiff == 0)
        {
            throw new PeerException("libtiff does not take the file");
        }

        try
        {
            List<LibTiffFilePage> pages = [];
            do
            {
                pages.Add(ReadPage(tiff));
            }
            while (TIFFReadDirectory(tiff) == 1);
            return pages;
        }
        finally
        {
            TIFFClose(tiff);
        }
    }

    private static LibTiffFilePage ReadPage(nint tiff)
    {
        int height = (int)Field<uint>(tiff, ImageLength);
        byte[] row = new byte[TIFFScanlineSize(tiff)];
        List<byte[]> rows = [];
        for (int y = 0; y < height; y++)
        {
            fixed (byte* first = row)
            {
                if (TIFFReadScanline(tiff, first, (uint)y, 0) != 1)
                {
                    throw new PeerException($"libtiff can't read row {y}");
                }
            }

            rows.Add([.. row]);
        }

        return new((int)Field<uint>(tiff, ImageWidth), height, Field<ushort>(tiff, Compression),
            Field<ushort>(tiff, Photometric), Field<float>(tiff, XResolution), Field<float>(tiff, YResolution), rows);
    }

    private static T Field<T>(nint tiff, uint tag)
        where T : unmanaged
    {
        T value = default;
        return TIFFGetField(tiff, tag, &value) == 1 ? value : throw new PeerException($"libtiff finds no field {tag}");
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint TIFFOpen(string path, string mode);

    [LibraryImport(Library)]
    private static partial void TIFFClose(nint tiff);

    [LibraryImport(Library)]
    private static partial int TIFFReadDirectory(nint tiff);

    // Variadic in C; pointers go into the same registers either way on this machine.
    [LibraryImport(Library)]
    private static partial int TIFFGetField(nint tiff, uint tag, void* value);

    [LibraryImport(Library)]
    private static partial nint TIFFScanlineSize(nint tiff);

    [LibraryImport(Library)]
    private static partial int TIFFReadScanline(nint tiff, byte* row, uint y, ushort sample);
}
