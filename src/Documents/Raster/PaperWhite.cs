// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Raster;

/// <summary>Lifts the grey of scanned paper to white, so that a scan's background is not drawn as dots.</summary>
internal static class PaperWhite
{
    // Our choices: paper is a peak among the light greys that holds a fifth of the page, with next to nothing lighter.
    private const int DarkestPaper = 150;
    private const int PeakHalfWidth = 8;
    private const double PaperPart = 0.2;
    private const double LighterPart = 0.02;

    public static void Lift(GreyPage page)
    {
        int[] counts = new int[256];
        foreach (byte pel in page.Pels)
        {
            counts[pel]++;
        }

        int peak = Array.IndexOf(counts, counts.AsSpan(DarkestPaper).ToArray().Max(), DarkestPaper);
        int lowest = peak - PeakHalfWidth;
        long around = Sum(counts, lowest, peak + PeakHalfWidth);
        long lighter = Sum(counts, peak + PeakHalfWidth + 1, 255);
        if (peak + PeakHalfWidth >= 255 || around < PaperPart * page.Pels.Length
            || lighter > LighterPart * page.Pels.Length)
        {
            return;
        }

        byte[] lifted = new byte[256];
        for (int grey = 0; grey < 256; grey++)
        {
            lifted[grey] = (byte)Math.Min(255, grey * 255 / lowest);
        }

        Span<byte> pels = page.Pels;
        for (int i = 0; i < pels.Length; i++)
        {
            pels[i] = lifted[pels[i]];
        }
    }

    private static long Sum(int[] counts, int first, int last)
    {
        long sum = 0;
        for (int i = Math.Max(first, 0); i <= Math.Min(last, 255); i++)
        {
            sum += counts[i];
        }

        return sum;
    }
}
