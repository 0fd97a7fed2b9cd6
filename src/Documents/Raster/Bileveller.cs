// SPDX-License-Identifier: Apache-2.0
using Hermetic.Protocol.T4;

namespace Hermetic.Documents.Raster;

/// <summary>
/// Makes black and white of grey: text and lines by a threshold that follows their surroundings, pictures by error
/// diffusion, decided tile by tile.
/// </summary>
/// <remarks>
/// A pel is of a picture when it is neither near black nor near paper and flat: its neighbours are about as dark. The
/// grey at the edges of letters is never flat, since it lies between black and white. A tile with enough such pels is
/// diffused; within it, what stands out from its surroundings is still drawn sharp, so that words on a shaded
/// background stay readable. Strokes thinner than a pel, which come in as light grey, are kept as strokes: a faint line
/// on a form is worth more than an exact mean.
/// </remarks>
internal sealed class Bileveller
{
    // Our choices below, found by looking at faxed forms, letters and photographs at 204 × 98 to 300 dpi.
    private const int Reach = 3;
    private const int FlatRange = 40;
    private const int DarkTone = 36;
    private const int LightTone = 214;
    private const int Faint = 244;
    private const int StandsOut = 96;
    private const int ValleyDepth = 32;

    private readonly GreyPage _page;
    private readonly BilevelPage _target;
    private readonly int _left;
    private readonly ToneMap _tone;
    private readonly byte[][] _least;
    private readonly byte[][] _most;

    private Bileveller(GreyPage page, PageFormat format)
    {
        _page = page;
        _target = new BilevelPage(format, page.Height);
        _left = (format.WidthPels - page.Width) / 2;
        _tone = new ToneMap(page, DarkTone, LightTone, Faint, FlatRange);
        _least = [.. Enumerable.Range(0, (2 * Reach) + 1).Select(_ => new byte[page.Width])];
        _most = [.. Enumerable.Range(0, (2 * Reach) + 1).Select(_ => new byte[page.Width])];
    }

    /// <summary>The page in black and white, centred on the row; its grey is changed on the way.</summary>
    public static BilevelPage Convert(GreyPage page, PageFormat format)
    {
        PaperWhite.Lift(page);
        Bileveller work = new(page, format);
        work.Draw();
        return work._target;
    }

    private void Draw()
    {
        for (int y = 0; y < Math.Min(Reach, _page.Height); y++)
        {
            MeasureAcross(y);
        }

        byte[] least = new byte[_page.Width];
        byte[] most = new byte[_page.Width];
        int[] errors = new int[_page.Width + 2];
        int[] next = new int[_page.Width + 2];
        for (int y = 0; y < _page.Height; y++)
        {
            if (y + Reach < _page.Height)
            {
                MeasureAcross(y + Reach);
            }

            MeasureDown(y, least, most);
            Array.Clear(next);
            DrawRow(y, least, most, errors, next);
            (errors, next) = (next, errors);
        }
    }

    private void MeasureAcross(int y)
    {
        ReadOnlySpan<byte> row = _page.Row(y);
        byte[] least = _least[y % _least.Length];
        byte[] most = _most[y % _most.Length];
        row.CopyTo(least);
        row.CopyTo(most);
        for (int shift = 1; shift <= Reach && shift < row.Length; shift++)
        {
            Spans.KeepLess(least.AsSpan(shift), row[..^shift]);
            Spans.KeepLess(least.AsSpan(0, row.Length - shift), row[shift..]);
            Spans.KeepMore(most.AsSpan(shift), row[..^shift]);
            Spans.KeepMore(most.AsSpan(0, row.Length - shift), row[shift..]);
        }
    }

    private void MeasureDown(int y, byte[] least, byte[] most)
    {
        _least[y % _least.Length].CopyTo(least, 0);
        _most[y % _most.Length].CopyTo(most, 0);
        for (int i = Math.Max(y - Reach, 0); i <= Math.Min(y + Reach, _page.Height - 1); i++)
        {
            Spans.KeepLess(least, _least[i % _least.Length]);
            Spans.KeepMore(most, _most[i % _most.Length]);
        }
    }

    private void DrawRow(int y, byte[] least, byte[] most, int[] errors, int[] next)
    {
        ReadOnlySpan<byte> row = _page.Row(y);
        ReadOnlySpan<bool> tone = _tone.Row(y);
        for (int x = 0; x < row.Length; x++)
        {
            int range = most[x] - least[x];
            bool black;
            if (!tone[x / ToneMap.TileSize])
            {
                black = IsInk(x, y, row[x], least[x], range);
            }
            else if (range > StandsOut && (row[x] < least[x] + (range / 4) || row[x] > most[x] - (range / 8)))
            {
                black = row[x] < least[x] + (range / 4);
            }
            else
            {
                int wanted = row[x] + (errors[x + 1] / 16);
                black = wanted < 128;
                Diffuse(wanted - (black ? 0 : 255), x + 1, errors, next);
            }

            if (black)
            {
                _target.SetBlack(x + _left, y);
            }
        }
    }

    private bool IsInk(int x, int y, int pel, int least, int range)
    {
        if (pel <= DarkTone)
        {
            return true;
        }

        if (pel >= Faint)
        {
            return false;
        }

        return range < FlatRange ? pel < 128 : pel <= least + (range * 9 / 16) || IsValley(x, y, pel);
    }

    // A stroke thinner than a pel beside a bolder one: lighter than its bold neighbour, yet darker than both its sides.
    private bool IsValley(int x, int y, int pel)
    {
        if (pel >= LightTone || x < 2 || y < 2 || x >= _page.Width - 2 || y >= _page.Height - 2)
        {
            return false;
        }

        byte[] pels = _page.Pels;
        int at = (y * _page.Width) + x;
        int width = _page.Width;
        int across = Math.Min(Math.Max(pels[at - 1], pels[at - 2]), Math.Max(pels[at + 1], pels[at + 2]));
        int down = Math.Min(Math.Max(pels[at - width], pels[at - (2 * width)]),
            Math.Max(pels[at + width], pels[at + (2 * width)]));
        return (across > pel + ValleyDepth && pel <= pels[at - 1] && pel < pels[at + 1])
            || (down > pel + ValleyDepth && pel <= pels[at - width] && pel < pels[at + width]);
    }

    // Sixteenths: 7 to the right, 3, 5 and 1 below.
    private static void Diffuse(int error, int at, int[] errors, int[] next)
    {
        errors[at + 1 < errors.Length ? at + 1 : at] += error * 7;
        next[at - 1] += error * 3;
        next[at] += error * 5;
        next[at + 1 < next.Length ? at + 1 : at] += error;
    }
}
