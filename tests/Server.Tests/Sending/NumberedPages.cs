// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Hermetic.Documents;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Server.Tests.Sending;

/// <summary>Small pages that carry the number of their fax and their own, so that a far end can tell what it
/// got.</summary>
internal static class NumberedPages
{
    private const int Rows = 8;
    private static readonly PageFormat s_format = new(FaxResolution.Standard, PageWidth.A4);

    public static EncodedPage Of(int fax, int page)
    {
        EncodedPageBuilder builder = new(s_format);
        byte[] row = new byte[s_format.RowBytes];
        BinaryPrimitives.WriteInt32BigEndian(row, fax);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(4), page);
        for (int i = 0; i < Rows; i++)
        {
            builder.WriteRow(row);
        }

        return builder.Finish();
    }

    public static async IAsyncEnumerable<EncodedPage> AllOf(int fax, int pages)
    {
        for (int page = 1; page <= pages; page++)
        {
            await Task.Yield();
            yield return Of(fax, page);
        }
    }

    /// <summary>Reads a page as the line does, whole; its last row is below the header line.</summary>
    public static (int Fax, int Page) Read(IOutgoingPages pages, int index)
    {
        using IRowSource rows = pages.Open(index, pages.FormatOf(index));
        byte[] row = new byte[s_format.RowBytes];
        int read = 0;
        for (; rows.TryReadRow(row); read++)
        {
        }

        Assert.True(read > Rows, "a page has a header line");
        return (BinaryPrimitives.ReadInt32BigEndian(row), BinaryPrimitives.ReadInt32BigEndian(row.AsSpan(4)));
    }
}
