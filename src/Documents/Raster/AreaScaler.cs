// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents.Raster;

/// <summary>Scales grey rows as they come to another size, each new pel the mean of the area that it covers: rows need
/// not have the same density as columns, and nothing thinner than a pel is skipped.</summary>
internal sealed class AreaScaler
{
    private const int One = 1 << 12;

    private readonly GreyPage _target;
    private readonly int _sourceWidth;
    private readonly int _sourceHeight;
    private readonly int[] _firstPel;
    private readonly int[] _firstWeight;
    private readonly int[] _lastPel;
    private readonly int[] _lastWeight;
    private readonly float[] _sums;
    private readonly float[] _row;
    private int _sourceY;
    private int _targetY;
    private double _covered;

    public AreaScaler(int sourceWidth, int sourceHeight, int width, int height)
    {
        _target = new GreyPage(width, height);
        _sourceWidth = sourceWidth;
        _sourceHeight = sourceHeight;
        _firstPel = new int[width];
        _firstWeight = new int[width];
        _lastPel = new int[width];
        _lastWeight = new int[width];
        _sums = new float[width];
        _row = new float[width];
        for (int x = 0; x < width; x++)
        {
            double left = (double)x * sourceWidth / width;
            double right = (x + 1.0) * sourceWidth / width;
            int first = Math.Min((int)left, sourceWidth - 1);
            int last = Math.Min((int)Math.Ceiling(right) - 1, sourceWidth - 1);
            _firstPel[x] = first;
            _lastPel[x] = Math.Max(last, first);
            _firstWeight[x] = last <= first ? One : (int)Math.Round((first + 1 - left) * One);
            _lastWeight[x] = last <= first ? 0 : (int)Math.Round((right - last) * One);
        }
    }

    /// <summary>Takes the next source row; rows beyond the announced height are ignored.</summary>
    public void WriteRow(ReadOnlySpan<byte> row)
    {
        if (_sourceY >= _sourceHeight || _targetY >= _target.Height)
        {
            return;
        }

        ScaleAcross(row[.._sourceWidth]);
        double top = _sourceY;
        double bottom = ++_sourceY;
        while (_targetY < _target.Height)
        {
            double end = (_targetY + 1.0) * _sourceHeight / _target.Height;
            double share = Math.Min(bottom, end) - top;
            Accumulate((float)share);
            _covered += share;
            top += share;
            if (end > bottom + 1e-9 && _sourceY < _sourceHeight)
            {
                return;
            }

            EmitRow();
        }
    }

    /// <summary>The scaled page, once all rows were written.</summary>
    public GreyPage Finish() => _target;

    private void ScaleAcross(ReadOnlySpan<byte> row)
    {
        for (int x = 0; x < _row.Length; x++)
        {
            int first = _firstPel[x];
            int last = _lastPel[x];
            int sum = row[first] * _firstWeight[x];
            int weight = _firstWeight[x];
            for (int i = first + 1; i < last; i++)
            {
                sum += row[i] * One;
                weight += One;
            }

            if (last > first)
            {
                sum += row[last] * _lastWeight[x];
                weight += _lastWeight[x];
            }

            _row[x] = (float)sum / weight;
        }
    }

    private void Accumulate(float share)
    {
        for (int x = 0; x < _sums.Length; x++)
        {
            _sums[x] += _row[x] * share;
        }
    }

    private void EmitRow()
    {
        Span<byte> target = _target.Row(_targetY++);
        float scale = _covered > 0 ? (float)(1 / _covered) : 0;
        for (int x = 0; x < target.Length; x++)
        {
            target[x] = (byte)Math.Clamp((int)((_sums[x] * scale) + 0.5f), 0, 255);
        }

        Array.Clear(_sums);
        _covered = 0;
    }
}
