// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents;
using Hermetic.Documents.Tiff;

namespace Hermetic.Server.Features.Sending;

/// <summary>Pages out of the vault, ready for the line.</summary>
internal static class OutboundPages
{
    /// <summary>The pages as a document; null if one of them is no page of ours.</summary>
    public static FaxDocument? Of(IReadOnlyList<byte[]> files)
    {
        List<EncodedPage> pages = new(files.Count);
        foreach (byte[] file in files)
        {
            if (PageTiff.Read(file) is not var (page, _))
            {
                return null;
            }

            pages.Add(page);
        }

        return FaxDocument.Of(pages);
    }
}
