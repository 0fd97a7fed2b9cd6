// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Documents.Tiff;
using Hermetic.Protocol.T30;
using Hermetic.Protocol.T4;

namespace Hermetic.Server.Features.Sending;

/// <summary>A document of which only some pages were opened: those that are still to be sent, or the one that is looked
/// at. The places of the others count, so that each page keeps its number.</summary>
/// <param name="pages">The pages that are there, one behind the other.</param>
/// <param name="first">The place of the first of them in the document, from 0.</param>
/// <param name="count">How many pages the document has.</param>
internal sealed class OutboundPages(IReadOnlyList<EncodedPage> pages, int first, int count) : IOutgoingPages
{
    public int Count => count;

    /// <summary>Pages out of the vault; null if one of them is no page of ours.</summary>
    public static List<EncodedPage>? Of(IEnumerable<byte[]> files)
    {
        List<EncodedPage> pages = [];
        foreach (byte[] file in files)
        {
            if (PageTiff.Read(file) is not var (page, _))
            {
                return null;
            }

            pages.Add(page);
        }

        return pages;
    }

    /// <inheritdoc/>
    public PageFormat FormatOf(int index) => pages[index - first].Format;

    /// <inheritdoc/>
    public IRowSource Open(int index, PageFormat negotiated) =>
        FaxDocument.Of([pages[index - first]]).Open(0, negotiated);
}
