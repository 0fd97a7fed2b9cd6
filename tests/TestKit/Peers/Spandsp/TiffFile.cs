// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;

namespace Hermetic.TestKit.Peers.Spandsp;

/// <summary>Pages as TIFF files, for peers that read and write such: uncompressed out, by libtiff in.</summary>
public static unsafe class TiffFile
{
    private const uint ImageWidth = 256, ImageLength = 257, Photometric = 262, YResolution = 283, ResolutionUnit = 296;
    private const int HeaderBytes = 8;
    private const int EntryBytes = 12;

    /// <summary>Writes the pages, one directory each (TIFF 6.0 §2), rows uncompressed in one strip.</summary>
    public static void Write(string file, IReadOnlyList<PageBitmap> pages)
    {
        using FileStream stream = File.Create(file);
        stream.Write("II*\0"u8);
        WriteInt(stream, HeaderBytes);
        for (int index = 0; index < pages.Count; index++)
        {
            WritePage(stream, pages[index], index, pages.Count);
        }
    }

    /// <summary>Reads every page, rows as <see cref="PageBitmap"/> packs them.</summary>
    public static IReadOnlyList<PageBitmap> Read(string file)
    {
        nint tiff = TiffNative.TIFFOpen(file, "r");
        if (tiff == 0)
        {
            throw new PeerException("libtiff does not open the received file");
        }
        try
        {
            int count = TiffNative.TIFFNumberOfDirectories(tiff);
            return [.. Enumerable.Range(0, count).Select(index => ReadPage(tiff, (ushort)index))];
        }
        finally
        {
            TiffNative.TIFFClose(tiff);
        }
    }

    private static PageBitmap ReadPage(nint tiff, ushort index)
    {
        if (TiffNative.TIFFSetDirectory(tiff, index) != 1)
        {
            throw new PeerException("libtiff does not find the page");
        }
        float vertical = Get<float>(tiff, YResolution) * (Get<ushort>(tiff, ResolutionUnit) == 3 ? 2.54f : 1);
        PageFormat format = FormatOf(Get<uint>(tiff, ImageWidth), vertical);
        int rows = (int)Get<uint>(tiff, ImageLength);
        PageBitmap page = new(format, rows);
        for (int row = 0; row < rows; row++)
        {
            fixed (byte* start = &page.Bits[row * format.RowBytes])
            {
                if (TiffNative.TIFFReadScanline(tiff, start, (uint)row, 0) != 1)
                {
                    throw new PeerException("libtiff does not read the row");
                }
            }
        }
        if (Get<ushort>(tiff, Photometric) == 1)
        {
            Invert(page.Bits);
        }
        return page;
    }

    private static T Get<T>(nint tiff, uint tag)
        where T : unmanaged
    {
        T value = default;
        return TiffNative.TIFFGetField(tiff, tag, &value) == 1
            ? value
            : throw new PeerException($"libtiff finds no tag {tag} in the page");
    }

    private static PageFormat FormatOf(uint width, float verticalDpi)
    {
        FaxResolution resolution = verticalDpi switch
        {
            < 110 => FaxResolution.Standard,
            < 220 => FaxResolution.Fine,
            _ => FaxResolution.Superfine,
        };
        return Enum.GetValues<PageWidth>()
            .Select(paper => new PageFormat(resolution, paper))
            .FirstOrDefault(format => format.WidthPels == width) is { WidthPels: > 0 } found && found.WidthPels == width
            ? found
            : throw new PeerException($"a page {width} pels wide is not one of ours");
    }

    private static void Invert(Span<byte> octets)
    {
        foreach (ref byte octet in octets)
        {
            octet = (byte)~octet;
        }
    }

    private static void WritePage(FileStream stream, PageBitmap page, int index, int count)
    {
        (uint Tag, ushort Type, int Count, int Value)[] entries = Entries(page, index, count, (int)stream.Position);
        WriteShort(stream, (ushort)entries.Length);
        foreach ((uint tag, ushort type, int values, int value) in entries)
        {
            WriteShort(stream, (ushort)tag);
            WriteShort(stream, type);
            WriteInt(stream, values);
            WriteInt(stream, value);
        }
        int after = (int)stream.Position + 4 + 16 + page.Bits.Length;
        WriteInt(stream, index + 1 < count ? after + (after & 1) : 0);
        WriteRational(stream, page.Format.HorizontalDpi);
        WriteRational(stream, page.Format.VerticalDpi);
        stream.Write(page.Bits);
        if ((after & 1) != 0)
        {
            stream.WriteByte(0);
        }
    }

    private static (uint Tag, ushort Type, int Count, int Value)[] Entries(PageBitmap page, int index, int count,
        int at)
    {
        const ushort shortType = 3, longType = 4, rationalType = 5;
        const int entryCount = 16;
        int rationals = at + 2 + (entryCount * EntryBytes) + 4;
        return
        [
            (254, longType, 1, 2),
            (ImageWidth, longType, 1, page.Format.WidthPels),
            (ImageLength, longType, 1, page.Rows),
            (258, shortType, 1, 1),
            (259, shortType, 1, 1),
            (Photometric, shortType, 1, 0),
            (266, shortType, 1, 1),
            (273, longType, 1, rationals + 16),
            (274, shortType, 1, 1),
            (277, shortType, 1, 1),
            (278, longType, 1, page.Rows),
            (279, longType, 1, page.Bits.Length),
            (282, rationalType, 1, rationals),
            (YResolution, rationalType, 1, rationals + 8),
            (ResolutionUnit, shortType, 1, 2),
            (297, shortType, 2, index | (count << 16)),
        ];
    }

    private static void WriteRational(FileStream stream, double value)
    {
        WriteInt(stream, (int)Math.Round(value * 100));
        WriteInt(stream, 100);
    }

    private static void WriteInt(FileStream stream, int value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(octets, value);
        stream.Write(octets);
    }

    private static void WriteShort(FileStream stream, ushort value)
    {
        Span<byte> octets = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(octets, value);
        stream.Write(octets);
    }
}
