// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Canaries;
using Hermetic.TestKit.Pages;

namespace Hermetic.EndToEnd.Tests.Canaries;

/// <summary>What is faxed in: strings in every place of a call that takes one, and pages with a block of random
/// pels.</summary>
internal static class CanaryFax
{
    public const string Dialled = "5558260417";
    public const string CallerNumber = "5559173046";
    public const string CallerName = "Quetzal Patient-7Q";
    public const string StationId = "5554402918836";
    public const string SubAddress = "73920418556";
    public const string Tenant = "Zebrafinch Clinic";

    private const int Rows = 240;
    private const int BlockTop = 60;
    private const int BlockRows = 64;
    private const int BlockLeftOctets = 40;

    // Random pels cost MMR some four bits each: a block of this width takes the line two seconds.
    private const int BlockOctets = 16;
    private const int SliceOctets = 24;

    private static readonly PageFormat s_format = new(FaxResolution.Standard, PageWidth.A4);

    /// <summary>Two pages, each with a block of its own.</summary>
    public static IReadOnlyList<PageBitmap> Pages { get; } = [Page(7_031), Page(7_032)];

    /// <summary>All that must be found nowhere.</summary>
    public static IReadOnlyList<CanaryMark> Marks { get; } =
    [
        CanaryMark.Of("dialled number", Dialled),
        CanaryMark.Of("caller's number", CallerNumber),
        CanaryMark.Of("caller's name", CallerName),
        CanaryMark.Of("station id", StationId),
        CanaryMark.Of("sub-address", SubAddress),
        CanaryMark.Of("tenant", Tenant),
        .. Pages.SelectMany(MarksOf),
    ];

    /// <summary>The page as the server codes it.</summary>
    public static EncodedPage Coded(PageBitmap page)
    {
        EncodedPageBuilder builder = new(page.Format);
        for (int row = 0; row < page.Rows; row++)
        {
            builder.WriteRow(page.Row(row));
        }

        return builder.Finish();
    }

    private static PageBitmap Page(int seed)
    {
        PageBitmap page = new(s_format, Rows);
        Random random = new(seed);
        for (int row = BlockTop; row < BlockTop + BlockRows; row++)
        {
            random.NextBytes(page.Bits.AsSpan((row * s_format.RowBytes) + BlockLeftOctets, BlockOctets));
        }

        return page;
    }

    // Rows as a raster has them, and the middle of what each coding makes of the block.
    private static IEnumerable<CanaryMark> MarksOf(PageBitmap page, int index)
    {
        foreach (int row in (int[])[0, BlockRows / 2, BlockRows - 1])
        {
            yield return new($"page {index + 1}, row {row} of the block",
                page.Row(BlockTop + row).Slice(BlockLeftOctets, BlockOctets).ToArray());
        }

        foreach ((string coding, byte[] octets) in ((string, byte[])[])
            [
                ("strip of the TIFF", Coded(page).T6.ToArray()),
                ("MR", FaxCodec.Encode(FaxCompression.Mr, page)),
                ("MH", FaxCodec.Encode(FaxCompression.Mh, page)),
            ])
        {
            yield return new($"page {index + 1}, {coding}", octets.AsSpan(octets.Length / 2, SliceOctets).ToArray());
        }
    }
}
