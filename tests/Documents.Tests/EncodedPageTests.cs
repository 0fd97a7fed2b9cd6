// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T30;
using Hermetic.TestKit.Pages;

namespace Hermetic.Documents.Tests;

public sealed class EncodedPageTests
{
    [Theory]
    [InlineData(4096)]
    [InlineData(16)]
    [InlineData(1)]
    public void OpenRows_ReadAsT6_GivesTheOctetsThatThePageHas(int chunkBytes)
    {
        EncodedPage page = Encode(SyntheticPage.Text(Pages.Fine, 1));
        using IT6RowSource source = Assert.IsType<IT6RowSource>(page.OpenRows(), exactMatch: false);
        byte[] chunk = new byte[chunkBytes];
        List<byte> octets = [];
        for (int read; (read = source.ReadT6(chunk)) > 0;)
        {
            octets.AddRange(chunk.AsSpan(0, read));
        }

        Assert.True(page.T6.Span.SequenceEqual(octets.ToArray()));
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
