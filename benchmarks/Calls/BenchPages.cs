// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;

namespace Hermetic.Benchmarks.Calls;

/// <summary>The pages that all calls carry: dense printed text, drawn and coded before anything is measured.</summary>
internal sealed class BenchPages
{
    private BenchPages(IReadOnlyList<PageBitmap> bitmaps, FaxDocument document)
    {
        Bitmaps = bitmaps;
        Document = document;
    }

    public IReadOnlyList<PageBitmap> Bitmaps { get; }

    /// <summary>As the product holds what it sends: in T.6, decoded while it is sent.</summary>
    public FaxDocument Document { get; }

    /// <summary>Octets of a page in T.6, on average.</summary>
    public double BytesPerPage => Document.Pages.Average(page => page.T6.Length);

    /// <summary>The same for the same count, in any process.</summary>
    public static BenchPages Draw(int count)
    {
        PageFormat format = new(FaxResolution.Fine, PageWidth.A4);
        PageBitmap[] bitmaps = [.. Enumerable.Range(0, count).Select(seed => SyntheticPage.Text(format, seed))];
        return new BenchPages(bitmaps, FaxDocument.Of([.. bitmaps.Select(Encode)]));
    }

    private static EncodedPage Encode(PageBitmap page)
    {
        EncodedPageBuilder builder = new(page.Format);
        for (int row = 0; row < page.Rows; row++)
        {
            builder.WriteRow(page.Row(row));
        }

        return builder.Finish();
    }
}
