// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.TestKit.Pages;

/// <summary>The kinds of page that <see cref="SyntheticPage"/> draws.</summary>
public enum PageKind
{
    Text,
    Form,
    DitheredGrey,
}

/// <summary>Faxes of synthetic pages, each page drawn once a test run, and their comparison.</summary>
public static class SyntheticFax
{
    private static readonly Dictionary<(PageKind, FaxResolution, int), PageBitmap> s_pages = [];

    /// <summary>The first <paramref name="count"/> A4 pages of a kind.</summary>
    public static IReadOnlyList<PageBitmap> Pages(PageKind kind, FaxResolution resolution, int count) =>
        [.. Enumerable.Range(0, count).Select(seed => Page(kind, resolution, seed))];

    /// <summary>Where two faxes differ first, in words; null if they are the same in every pel.</summary>
    public static string? Difference(IReadOnlyList<PageBitmap> expected, IReadOnlyList<PageBitmap> actual)
    {
        if (expected.Count != actual.Count)
        {
            return $"{actual.Count} pages in place of {expected.Count}";
        }
        return Enumerable.Range(0, expected.Count)
            .Select(index => Difference(index, expected[index], actual[index]))
            .FirstOrDefault(difference => difference is not null);
    }

    private static string? Difference(int index, PageBitmap expected, PageBitmap actual)
    {
        if (expected.Format != actual.Format || expected.Rows != actual.Rows)
        {
            return $"page {index}: {actual.Rows} × {actual.Format} in place of {expected.Rows} × {expected.Format}";
        }
        if (expected.Bits.AsSpan().SequenceEqual(actual.Bits))
        {
            return null;
        }
        int[] rows = [.. Enumerable.Range(0, expected.Rows)
            .Where(row => !expected.Row(row).SequenceEqual(actual.Row(row)))];
        return $"page {index}: {rows.Length} rows differ, the first is {rows[0]}";
    }

    private static PageBitmap Page(PageKind kind, FaxResolution resolution, int seed)
    {
        PageFormat format = new(resolution, PageWidth.A4);
        lock (s_pages)
        {
            if (!s_pages.TryGetValue((kind, resolution, seed), out PageBitmap? page))
            {
                page = kind switch
                {
                    PageKind.Text => SyntheticPage.Text(format, seed),
                    PageKind.Form => SyntheticPage.Form(format, seed),
                    _ => SyntheticPage.DitheredGrey(format, seed),
                };
                s_pages.Add((kind, resolution, seed), page);
            }
            return page;
        }
    }
}
