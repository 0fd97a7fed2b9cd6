// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Pages;

/// <summary>Grey made of dots, the hardest material for a run-length code.</summary>
internal static class Dither
{
    private const double PictureMarginPart = 0.08;

    /// <summary>An 8 × 8 ordered dither of the picture into rows top to bottom.</summary>
    public static void Ordered(PageBitmap page, int seed, int top, int bottom)
    {
        (int left, int right) = Sides(page);
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                double threshold = (Bayer(x & 7, y & 7) + 0.5) / 64;
                if (Darkness(page, seed, x, y, top, bottom) > threshold)
                {
                    page.Set(x, y);
                }
            }
        }
    }

    /// <summary>Error diffusion (7, 3, 5, 1 sixteenths to the right and below).</summary>
    public static void Diffused(PageBitmap page, int seed, int top, int bottom)
    {
        (int left, int right) = Sides(page);
        double[] now = new double[right + 2];
        double[] next = new double[right + 2];
        for (int y = top; y < bottom; y++)
        {
            Array.Clear(next);
            for (int x = left; x < right; x++)
            {
                double wanted = Darkness(page, seed, x, y, top, bottom) + now[x];
                bool black = wanted > 0.5;
                if (black)
                {
                    page.Set(x, y);
                }

                double error = wanted - (black ? 1 : 0);
                now[x + 1] += error * 7 / 16;
                next[x - 1] += error * 3 / 16;
                next[x] += error * 5 / 16;
                next[x + 1] += error * 1 / 16;
            }

            (now, next) = (next, now);
        }
    }

    private static (int Left, int Right) Sides(PageBitmap page)
    {
        int margin = (int)(page.Format.WidthPels * PictureMarginPart);
        return (margin, page.Format.WidthPels - margin);
    }

    // A ball with a shadowed side before a sloping ground; the seed moves the light.
    private static double Darkness(PageBitmap page, int seed, int x, int y, int top, int bottom)
    {
        double u = ((double)x / page.Format.WidthPels) - 0.5;
        double v = ((double)(y - top) / (bottom - top)) - 0.5;
        double light = (seed % 7 * 0.08) - 0.24;
        double fromCentre = (u * u) + (v * v);
        return fromCentre < 0.09
            ? Math.Clamp(0.15 + (6 * (((u - light) * (u - light)) + ((v + 0.12) * (v + 0.12)))), 0, 0.97)
            : Math.Clamp(0.32 + (0.5 * u) + (0.2 * v), 0.02, 0.9);
    }

    // The rank of a cell in the 8 × 8 matrix: the bits of x^y and y, interleaved from the least significant up.
    private static int Bayer(int x, int y)
    {
        int mixed = x ^ y;
        return ((mixed & 1) << 5) | ((y & 1) << 4) | ((mixed & 2) << 2) | ((y & 2) << 1) | ((mixed & 4) >> 1)
            | ((y & 4) >> 2);
    }
}
