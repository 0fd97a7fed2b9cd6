// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Hermetic.Durable;
using Hermetic.Protocol.T30;

namespace Hermetic.Documents.Tiff;

/// <summary>
/// Writes fax pages into a TIFF file, one T.6 strip a page, so that the file is a whole TIFF of all pages so far
/// whenever the machine stops.
/// </summary>
/// <remarks>
/// A page's strip and directory are written and flushed to the disk first; only then is the link of the directory
/// before it (or of the header) turned to it, and flushed. A crash between the two loses the new page and no other.
/// File: "II" 42, offset of the first directory; then for each page: strip, padding to an even offset, directory with
/// its entries by rising tag, link, and the values that do not fit into an entry. Limit: 4 GiB, the format's own.
/// </remarks>
public sealed class FaxTiffWriter
{
    private const int HeaderBytes = 8;
    private const int FirstLinkAt = 4;
    private const string Program = "Hermetic";

    private readonly IDurableFile _file;

    // Where the offset of each page's directory is written: the header's, then each directory's own link.
    private readonly List<uint> _links = [FirstLinkAt];
    private uint _end = HeaderBytes;

    /// <summary>Starts on an empty file, which stays the caller's to close and to name.</summary>
    public FaxTiffWriter(IDurableFile file)
    {
        _file = file;
        file.Write(0, "II\x2a\0\0\0\0\0"u8);
    }

    /// <summary>Pages in the file.</summary>
    public int Pages => _links.Count - 1;

    /// <summary>Octets in the file.</summary>
    public long Bytes => _end;

    /// <summary>Adds a page as number <paramref name="index"/> (from 0): the next one, or the last one again, which it
    /// replaces. It is on the disk when this returns.</summary>
    /// <exception cref="DurableException">It is not, and the file is not to be written on (IDurableFiles.cs, rule 3);
    /// what it held before can be read.</exception>
    public void Put(int index, EncodedPage page, PageQuality quality = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Pages);
        ArgumentOutOfRangeException.ThrowIfLessThan(index, Math.Max(Pages - 1, 0));
        uint strip = _end;
        uint directory = checked(strip + (uint)page.T6.Length + 1) & ~1u;
        byte[] entries = Directory(page, index, strip, directory, quality, out uint link);
        _file.Write(strip, page.T6.Span);
        _file.Write(directory, entries);
        _file.Flush();
        Span<byte> offset = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(offset, directory);
        _file.Write(_links[index], offset);
        _file.Flush();
        _end = checked(directory + (uint)entries.Length);
        _links.RemoveRange(index + 1, _links.Count - index - 1);
        _links.Add(link);
    }

    private static byte[] Directory(EncodedPage page, int index, uint strip, uint at, PageQuality quality,
        out uint link)
    {
        TiffDirectoryBuilder builder = new();
        builder.Long(TiffTag.NewSubfileType, 2);
        builder.Long(TiffTag.ImageWidth, (uint)page.Format.WidthPels);
        builder.Long(TiffTag.ImageLength, (uint)page.Rows);
        builder.Short(TiffTag.BitsPerSample, 1);
        builder.Short(TiffTag.Compression, TiffCompression.Group4);
        builder.Short(TiffTag.PhotometricInterpretation, 0);
        builder.Short(TiffTag.FillOrder, 1);
        builder.Long(TiffTag.StripOffsets, strip);
        builder.Short(TiffTag.Orientation, 1);
        builder.Short(TiffTag.SamplesPerPixel, 1);
        builder.Long(TiffTag.RowsPerStrip, (uint)page.Rows);
        builder.Long(TiffTag.StripByteCounts, (uint)page.T6.Length);
        builder.Rational(TiffTag.XResolution, (uint)Math.Round(page.Format.HorizontalDpi), 1);
        builder.Rational(TiffTag.YResolution, (uint)Math.Round(page.Format.VerticalDpi), 1);
        builder.Long(TiffTag.T6Options, 0);
        builder.Short(TiffTag.ResolutionUnit, 2);
        builder.Shorts(TiffTag.PageNumber, (ushort)Math.Min(index, ushort.MaxValue), 0);
        builder.Ascii(TiffTag.Software, Program);
        if (quality.BadRows > 0)
        {
            // RFC 2301 §3.2.3: 1 = the lines that did not decode were mended.
            builder.Long(TiffTag.BadFaxLines, (uint)quality.BadRows);
            builder.Short(TiffTag.CleanFaxData, 1);
            builder.Long(TiffTag.ConsecutiveBadFaxLines, (uint)quality.LongestBadRun);
        }

        return builder.Build(at, out link);
    }
}
