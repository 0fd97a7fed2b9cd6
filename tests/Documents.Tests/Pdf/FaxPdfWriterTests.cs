// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Pdf;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;

namespace Hermetic.Documents.Tests.Pdf;

public class FaxPdfWriterTests
{
    [Theory]
    [InlineData(FaxResolution.Standard)]
    [InlineData(FaxResolution.Fine)]
    [InlineData(FaxResolution.Dpi300)]
    public async Task Pages_RenderedAgainByPoppler_ArePelForPel(FaxResolution resolution)
    {
        PageFormat format = new(resolution, PageWidth.A4);
        PageBitmap[] pages = [SyntheticPage.Text(format, 4), SyntheticPage.DitheredGrey(format, 5)];
        using MemoryStream pdf = new();
        FaxPdfWriter.Write([.. pages.Select(Pages.Encode)], pdf);
        FaxDocument document = await Pages.OpenAsync(pdf.ToArray(), new() { Resolution = resolution });
        Assert.Equal(pages.Length, document.Count);
        for (int i = 0; i < pages.Length; i++)
        {
            Assert.Equal(pages[i].Rows, document.Pages[i].Rows);
            Assert.True(Pages.Same(pages[i], Pages.Rows(document.Pages[i])), $"page {i + 1}");
        }
    }
}
