// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Raster;

/// <summary>Which tiles of a page hold a picture. A tile is of a picture when enough of it is flat and neither near
/// black nor near paper; its light parts are found by spreading from there, and its edge by one step more.</summary>
internal sealed class ToneMap
{
    public const int TileSize = 16;

    // Our choices, of a tile's pels: so many make a picture, so many light ones go on with it, so few end at its edge.
    private const int Picture = TileSize * TileSize * 3 / 10;
    private const int Edge = TileSize * TileSize / 25;
    private const int Surrounded = 5;

    private readonly int _columns;
    private readonly int _rows;
    private readonly int[] _tone;
    private readonly int[] _light;
    private readonly bool[] _picture;

    public ToneMap(GreyPage page, int dark, int light, int paper, int flat)
    {
        _columns = (page.Width + TileSize - 1) / TileSize;
        _rows = (page.Height + TileSize - 1) / TileSize;
        _tone = new int[_columns * _rows];
        _light = new int[_columns * _rows];
        for (int y = 1; y < page.Height - 1; y++)
        {
            Count(page, y, dark, light, paper, flat);
        }

        _picture = [.. _tone.Select(count => count > Picture)];
        Flood();
        Grow((tile, around) => around >= Surrounded || (around > 0 && _tone[tile] + _light[tile] > Edge));
    }

    /// <summary>For each tile of the row of tiles that holds pel row <paramref name="y"/>: is it of a
    /// picture?</summary>
    public ReadOnlySpan<bool> Row(int y) => _picture.AsSpan(y / TileSize * _columns, _columns);

    private void Count(GreyPage page, int y, int dark, int light, int paper, int flat)
    {
        ReadOnlySpan<byte> above = page.Row(y - 1);
        ReadOnlySpan<byte> row = page.Row(y);
        ReadOnlySpan<byte> below = page.Row(y + 1);
        int first = y / TileSize * _columns;
        for (int x = 1; x < row.Length - 1; x++)
        {
            int pel = row[x];
            if (pel > dark && pel < paper
                && Math.Abs(pel - above[x]) < flat && Math.Abs(pel - below[x]) < flat
                && Math.Abs(pel - row[x - 1]) < flat && Math.Abs(pel - row[x + 1]) < flat)
            {
                (pel < light ? _tone : _light)[first + (x / TileSize)]++;
            }
        }
    }

    // Light grey alone is a shaded form, and becomes paper; light grey that goes on from a picture is its highlight.
    private void Flood()
    {
        Stack<int> open = new(Enumerable.Range(0, _picture.Length).Where(tile => _picture[tile]));
        while (open.TryPop(out int tile))
        {
            foreach (int next in Around(tile))
            {
                if (!_picture[next] && _tone[next] + _light[next] > Picture)
                {
                    _picture[next] = true;
                    open.Push(next);
                }
            }
        }
    }

    private void Grow(Func<int, int, bool> belongs)
    {
        bool[] found = [.. _picture];
        for (int tile = 0; tile < found.Length; tile++)
        {
            _picture[tile] |= belongs(tile, Around(tile).Count(next => found[next]));
        }
    }

    private IEnumerable<int> Around(int tile)
    {
        (int row, int column) = (tile / _columns, tile % _columns);
        for (int y = Math.Max(row - 1, 0); y <= Math.Min(row + 1, _rows - 1); y++)
        {
            for (int x = Math.Max(column - 1, 0); x <= Math.Min(column + 1, _columns - 1); x++)
            {
                if (y != row || x != column)
                {
                    yield return (y * _columns) + x;
                }
            }
        }
    }
}
