// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Hermetic.Server.Features.Splitting;

/// <summary>Numbers of pages as people write them: `1-3,5`, in their own order.</summary>
internal static class PageRanges
{
    public static string Of(IReadOnlyList<int> pages)
    {
        List<string> words = [];
        for (int first = 0, last; first < pages.Count; first = last + 1)
        {
            for (last = first; last + 1 < pages.Count && pages[last + 1] == pages[last] + 1; last++)
            {
            }

            words.Add(first == last ? Word(pages[first]) : $"{Word(pages[first])}-{Word(pages[last])}");
        }

        return string.Join(',', words);
    }

    private static string Word(int page) => page.ToString(CultureInfo.InvariantCulture);
}
