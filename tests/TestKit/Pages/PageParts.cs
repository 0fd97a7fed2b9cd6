// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Pages;

/// <summary>Cuts pages, so that a call takes little time.</summary>
public static class PageParts
{
    /// <summary>The first <paramref name="rows"/> rows.</summary>
    public static PageBitmap Top(this PageBitmap page, int rows)
    {
        PageBitmap top = new(page.Format, rows);
        page.Bits.AsSpan(0, rows * page.Format.RowBytes).CopyTo(top.Bits);
        return top;
    }
}
