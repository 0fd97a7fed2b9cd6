// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Hermetic.Documents.Tiff;

/// <summary>
/// Reads the directories of a TIFF file: managed, bounded, every offset checked against the file.
/// </summary>
/// <remarks>
/// Header: 0 "II" or "MM" (byte order), 2 uint16 42, 4 uint32 offset of the first directory.
/// Directory: 0 uint16 count, 2 count entries of 12 octets, then uint32 offset of the next directory or 0.
/// Entry: 0 uint16 tag, 2 uint16 type, 4 uint32 count, 8 the value if it fits into 4 octets, else its uint32 offset.
/// The chain of directories may lead anywhere, so that one met before ends the reading as malformed.
/// </remarks>
internal sealed class TiffReader
{
    private const int HeaderBytes = 8;
    private const int EntryBytes = 12;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly RenderLimits _limits;
    private readonly bool _bigEndian;
    private readonly List<TiffPage> _pages = [];

    private TiffReader(ReadOnlyMemory<byte> file, RenderLimits limits)
    {
        _file = file;
        _limits = limits;
        _bigEndian = file.Span[0] == 'M';
    }

    /// <summary>The pages, in the file's order; or why it is not taken, with the pages before the fault.</summary>
    public static (IReadOnlyList<TiffPage> Pages, Refusal? Refusal) Read(ReadOnlyMemory<byte> file, RenderLimits limits)
    {
        if (!IsTiff(file.Span))
        {
            return ([], new(RefusalCode.Malformed, "the file is not a TIFF"));
        }

        TiffReader reader = new(file, limits);
        Refusal? refusal = reader.ReadChain();
        return (reader._pages, refusal);
    }

    /// <summary>True when the octets start like a TIFF.</summary>
    public static bool IsTiff(ReadOnlySpan<byte> file) =>
        file.Length >= HeaderBytes && (file.StartsWith("II\x2a\0"u8) || file.StartsWith("MM\0\x2a"u8));

    private Refusal? ReadChain()
    {
        HashSet<uint> met = [];
        for (uint at = UInt32(4); at != 0;)
        {
            if (!met.Add(at))
            {
                return Malformed("its list of pages runs in a circle");
            }

            if (_pages.Count == _limits.PagesMax)
            {
                return new(RefusalCode.OverLimit, $"the TIFF has more than {_limits.PagesMax} pages");
            }

            if (at > _file.Length - 2 || at + 2L + (UInt16((int)at) * EntryBytes) + 4 > _file.Length)
            {
                return Malformed("a page's directory lies beyond the end of the file");
            }

            int count = UInt16((int)at);
            Refusal? refusal = ReadPage((int)at + 2, count);
            if (refusal is not null)
            {
                return refusal with { Page = _pages.Count + 1 };
            }

            at = UInt32((int)at + 2 + (count * EntryBytes));
        }

        return _pages.Count > 0 ? null : Malformed("it has no pages");
    }

    private Refusal? ReadPage(int first, int count)
    {
        Dictionary<TiffTag, int> entries = [];
        for (int i = 0; i < count; i++)
        {
            entries.TryAdd((TiffTag)UInt16(first + (i * EntryBytes)), first + (i * EntryBytes));
        }

        long width = Value(entries, TiffTag.ImageWidth, 0);
        long height = Value(entries, TiffTag.ImageLength, 0);
        if (width < 1 || height < 1)
        {
            return Malformed("the page has no size");
        }

        if (height > _limits.RowsMax || width > _limits.PelsMax || width * height > _limits.PelsMax)
        {
            return new(RefusalCode.OverLimit, $"the page claims {width} × {height} pels, more than the limits allow");
        }

        double unit = Value(entries, TiffTag.ResolutionUnit, 2) switch { 2 => 1, 3 => 2.54, _ => 0 };
        TiffPage page = new()
        {
            Width = (int)width,
            Height = (int)height,
            BitsPerSample = (int)Value(entries, TiffTag.BitsPerSample, 1),
            SamplesPerPixel = (int)Value(entries, TiffTag.SamplesPerPixel, 1),
            Compression = (int)Value(entries, TiffTag.Compression, TiffCompression.None),
            Photometric = (int)Value(entries, TiffTag.PhotometricInterpretation, 0),
            FillOrder = (int)Value(entries, TiffTag.FillOrder, 1),
            Orientation = (int)Value(entries, TiffTag.Orientation, 1),
            T4Options = (int)Value(entries, TiffTag.T4Options, 0),
            HorizontalDpi = Rational(entries, TiffTag.XResolution) * unit,
            VerticalDpi = Rational(entries, TiffTag.YResolution) * unit,
            RowsPerStrip = (int)Math.Clamp(Value(entries, TiffTag.RowsPerStrip, height), 0, height),
            IsTiled = entries.ContainsKey(TiffTag.TileWidth),
            BadRows = (int)Math.Clamp(Value(entries, TiffTag.BadFaxLines, 0), 0, height),
            LongestBadRun = (int)Math.Clamp(Value(entries, TiffTag.ConsecutiveBadFaxLines, 0), 0, height),
        };
        return Check(page) ?? AddStrips(page, entries);
    }

    private static Refusal? Check(TiffPage page)
    {
        if (page.Orientation is not (1 or 3 or 6 or 8))
        {
            return new(RefusalCode.Unsupported, "the page is stored as a mirror image");
        }

        return page.FillOrder is 1 or 2 ? null : Malformed("its order of bits is none that TIFF knows");
    }

    private Refusal? AddStrips(TiffPage page, Dictionary<TiffTag, int> entries)
    {
        if (!page.IsPlainBilevel)
        {
            _pages.Add(page);
            return null;
        }

        if (page.RowsPerStrip < 1)
        {
            return Malformed("its strips have no rows");
        }

        int count = (page.Height + page.RowsPerStrip - 1) / page.RowsPerStrip;
        if (Count(entries, TiffTag.StripOffsets) < count)
        {
            return Malformed("it has fewer strips than its rows need");
        }

        bool hasLengths = Count(entries, TiffTag.StripByteCounts) >= count;
        if (!hasLengths && count > 1)
        {
            return Malformed("it does not say how long its strips are");
        }

        List<(int, int)> strips = new(count);
        for (int i = 0; i < count; i++)
        {
            long offset = Value(entries, TiffTag.StripOffsets, -1, i);
            long length = hasLengths ? Value(entries, TiffTag.StripByteCounts, -1, i) : _file.Length - offset;
            if (offset < 0 || length < 0 || offset + length > _file.Length)
            {
                return Malformed("a strip lies beyond the end of the file");
            }

            strips.Add(((int)offset, (int)length));
        }

        _pages.Add(page with { Strips = strips });
        return null;
    }

    private long Count(Dictionary<TiffTag, int> entries, TiffTag tag) =>
        entries.TryGetValue(tag, out int entry) ? UInt32(entry + 4) : 0;

    // SHORT (3), LONG (4) and BYTE (1) alike, since writers differ; anything else, or out of the file, is as if absent.
    private long Value(Dictionary<TiffTag, int> entries, TiffTag tag, long absent, int index = 0)
    {
        if (!entries.TryGetValue(tag, out int entry))
        {
            return absent;
        }

        int size = UInt16(entry + 2) switch { 1 => 1, 3 => 2, 4 => 4, _ => 0 };
        long count = UInt32(entry + 4);
        if (size == 0 || index >= count)
        {
            return absent;
        }

        long at = (count * size <= 4 ? entry + 8 : UInt32(entry + 8)) + ((long)index * size);
        if (at + size > _file.Length)
        {
            return absent;
        }

        return size switch { 1 => _file.Span[(int)at], 2 => UInt16((int)at), _ => UInt32((int)at) };
    }

    private double Rational(Dictionary<TiffTag, int> entries, TiffTag tag)
    {
        if (!entries.TryGetValue(tag, out int entry) || UInt16(entry + 2) != 5 || UInt32(entry + 4) != 1)
        {
            return 0;
        }

        long at = UInt32(entry + 8);
        if (at + 8 > _file.Length || UInt32((int)at + 4) == 0)
        {
            return 0;
        }

        double value = (double)UInt32((int)at) / UInt32((int)at + 4);
        return value is >= 1 and <= 10_000 ? value : 0;
    }

    private int UInt16(int at) => _bigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(_file.Span[at..])
        : BinaryPrimitives.ReadUInt16LittleEndian(_file.Span[at..]);

    private uint UInt32(int at) => _bigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(_file.Span[at..])
        : BinaryPrimitives.ReadUInt32LittleEndian(_file.Span[at..]);

    private static Refusal Malformed(string reason) => new(RefusalCode.Malformed, $"the TIFF is damaged: {reason}");
}
