// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Rendering;
using Hermetic.Durable;
using Hermetic.Protocol.T30;

namespace Hermetic.Documents.Tiff;

/// <summary>One page as a TIFF of its own (TIFF 6.0, class F of RFC 2306, T.6): what lies sealed in the vault, so
/// that a page once opened needs nothing of ours to be read.</summary>
public static class PageTiff
{
    /// <summary>The whole file.</summary>
    public static byte[] Write(EncodedPage page, PageQuality quality)
    {
        MemoryPage memory = new(page.T6.Length + 1024);
        new FaxTiffWriter(memory).Put(0, page, quality);
        return memory.ToArray();
    }

    /// <summary>Several pages as one file.</summary>
    public static byte[] Write(IReadOnlyList<(EncodedPage Page, PageQuality Quality)> pages)
    {
        MemoryPage memory = new(pages.Sum(page => page.Page.T6.Length + 1024));
        FaxTiffWriter writer = new(memory);
        for (int i = 0; i < pages.Count; i++)
        {
            writer.Put(i, pages[i].Page, pages[i].Quality);
        }

        return memory.ToArray();
    }

    /// <summary>The page of a file that <see cref="Write(EncodedPage, PageQuality)"/> made. Its T.6 is taken as it
    /// lies there: nothing is decoded and coded again. Null for any other file.</summary>
    public static (EncodedPage Page, PageQuality Quality)? Read(ReadOnlyMemory<byte> file)
    {
        (IReadOnlyList<TiffPage> pages, Refusal? refusal) = TiffReader.Read(file, RenderLimits.Default);
        return refusal is null && pages is [{ Compression: TiffCompression.Group4, FillOrder: 1, Photometric: 0 } page]
            && page is { Strips: [var (offset, length)], IsPlainBilevel: true, Orientation: 1 }
            && TiffPages.FaxRaster(page) is { } format
            ? (new EncodedPage(format, page.Height, file.Slice(offset, length).ToArray()),
                new PageQuality(page.Height, page.BadRows, page.LongestBadRun, 0))
            : null;
    }

    /// <summary>The same, of a file that can be no other.</summary>
    /// <exception cref="InvalidDataException">It is another; the message holds nothing of it.</exception>
    public static (EncodedPage Page, PageQuality Quality) Parse(ReadOnlyMemory<byte> file) => Read(file)
        ?? throw new InvalidDataException("not a page that was stored by this program");

    // Never reaches a disk, so a flush has nothing to do.
    private sealed class MemoryPage(int capacity) : IDurableFile
    {
        private byte[] _bytes = new byte[capacity];

        public long Length { get; private set; }

        public byte[] ToArray() => _bytes.AsSpan(0, (int)Length).ToArray();

        public int Read(long offset, Span<byte> buffer)
        {
            int count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
            _bytes.AsSpan((int)Math.Min(offset, Length), count).CopyTo(buffer);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            Truncate(Math.Max(Length, offset + bytes.Length));
            bytes.CopyTo(_bytes.AsSpan((int)offset));
        }

        public void Truncate(long length)
        {
            if (length > _bytes.Length)
            {
                Array.Resize(ref _bytes, (int)Math.Max(length, _bytes.Length * 2L));
            }

            Length = length;
        }

        public void Flush()
        {
            // Memory is as durable as it gets.
        }

        public void Dispose()
        {
            // Nothing is held open.
        }
    }
}
